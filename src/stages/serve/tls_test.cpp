// The server over TLS, asked by OpenSSL itself, with a certificate made here.

#include "stages/serve/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "stages/serve/fake_records.h"

namespace truce::serve {

namespace {

template <class T, void (*kFree)(T*)>
struct Freed {
  void operator()(T* p) const { kFree(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;

void write_pair(const std::string& certificate_path, const std::string& key_path) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509* const x = certificate.get();
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, key.get());
  X509_NAME* name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(x, name);
  ASSERT_NE(X509_sign(x, key.get(), EVP_sha256()), 0);
  FILE* file = std::fopen(certificate_path.c_str(), "w");
  ASSERT_EQ(PEM_write_X509(file, x), 1);
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "w");
  ASSERT_EQ(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
  std::fclose(file);
}

// One connection; `most` is the newest version of TLS that it speaks.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int most = TLS1_3_VERSION)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)), context_(SSL_CTX_new(TLS_client_method())) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    is_open_ = connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), most);
    static constexpr std::array<unsigned char, 12> kOffer{2,   'h', '2', 8,   'h', 't',
                                                          't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context_.get(), kOffer.data(), kOffer.size());
    ssl_ = SSL_new(context_.get());
    SSL_set_fd(ssl_, fd_);
    is_open_ = is_open_ && SSL_connect(ssl_) == 1;
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient() {
    SSL_free(ssl_);
    close(fd_);
  }
  bool is_open() const { return is_open_; }
  std::string version() const { return SSL_get_version(ssl_); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned n = 0;
    SSL_get0_alpn_selected(ssl_, &name, &n);
    return n == 0 ? "" : std::string(reinterpret_cast<const char*>(name), n);
  }
  void say(const std::string& text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  // Until it is there, or the server closes, or five seconds are over.
  std::string hear_until(std::string_view what) {
    std::string out;
    std::array<char, 65536> bytes;
    while (what.empty() || out.find(what) == std::string::npos) {
      const int n = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
      if (n <= 0) break;
      out.append(bytes.data(), static_cast<std::size_t>(n));
    }
    return out;
  }
  // Whether the server said that nothing was cut off.
  bool was_told_the_end() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }

 private:
  int fd_;
  Context context_;
  SSL* ssl_ = nullptr;
  bool is_open_ = false;
};

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string base =
        testing::TempDir() + "tls-" + testing::UnitTest::GetInstance()->current_test_info()->name();
    options_.port = 0;
    options_.certificate = base + ".pem";
    options_.key = base + ".key";
    write_pair(options_.certificate, options_.key);
  }
  void start() {
    auto started = Server::start(options_, {.title = "Test", .secure = true}, source_);
    ASSERT_TRUE(started.ok()) << started.error().to_text();
    server_ = *std::move(started);
  }
  static std::string get(const std::string& target, const std::string& more = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }
  ServerOptions options_;
  FakeSource source_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, speaks_http_1_1_over_tls_1_2_and_1_3) {
  start();
  for (const auto& [most, name] :
       {std::pair{TLS1_2_VERSION, "TLSv1.2"}, {TLS1_3_VERSION, "TLSv1.3"}}) {
    TlsClient client(server_->port(), most);
    ASSERT_TRUE(client.is_open()) << name;
    EXPECT_EQ(client.version(), name);
    EXPECT_EQ(client.protocol(), "http/1.1");
    for (int i = 0; i < 2; ++i) {
      client.say(get("/healthz"));
      const std::string said = client.hear_until("}");
      EXPECT_EQ(said.substr(0, 15), "HTTP/1.1 200 OK") << said;
      EXPECT_NE(said.find("Strict-Transport-Security: max-age="), std::string::npos);
    }
    client.say(get("/api", "Connection: close\r\n"));
    EXPECT_NE(client.hear_until({}).find("https://localhost/api"), std::string::npos);
    EXPECT_TRUE(client.was_told_the_end());
  }
}

TEST_F(TlsTest, older_versions_are_not_spoken) {
  start();
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION})
    EXPECT_FALSE(TlsClient(server_->port(), version).is_open());
}

TEST_F(TlsTest, a_large_answer_and_a_stream_come_whole) {
  for (int n = 1000; n < 3000; ++n) source_.records.kept["incidents"].push_back(incident_row(n));
  start();
  TlsClient client(server_->port());
  client.say(get("/api/collections/incidents/items?limit=10000", "Connection: close\r\n"));
  const std::string said = client.hear_until({});
  EXPECT_EQ(said.back(), '}');
  EXPECT_NE(said.find("\"numberReturned\":2000"), std::string::npos);
  TlsClient stream(server_->port());
  stream.say(get("/api/live"));
  EXPECT_NE(stream.hear_until("event: hello").find("event: hello"), std::string::npos);
  server_.reset();
  EXPECT_NE(stream.hear_until({}).find("event: end"), std::string::npos);
}

TEST_F(TlsTest, who_speaks_no_tls_gets_nothing_and_is_let_go) {
  options_.head_within = Duration::seconds(0.2);
  start();
  for (const char* text : {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ""}) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(server_->port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ASSERT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    send(fd, text, std::string_view(text).size(), MSG_NOSIGNAL);
    std::string said;
    std::array<char, 4096> bytes;
    for (ssize_t n = 1; n > 0;) {
      n = recv(fd, bytes.data(), bytes.size(), 0);
      if (n > 0) said.append(bytes.data(), static_cast<std::size_t>(n));
    }
    EXPECT_EQ(said.find("HTTP"), std::string::npos) << said;
    close(fd);
  }
}

TEST_F(TlsTest, files_that_cannot_be_used_are_named) {
  const auto fails_with = [this](const std::string& words) {
    const auto started = Server::start(options_, {.title = "Test"}, source_);
    ASSERT_FALSE(started.ok());
    EXPECT_NE(started.error().to_text().find(words), std::string::npos)
        << started.error().to_text();
  };
  const ServerOptions good = options_;
  options_.certificate = good.key;
  fails_with(good.key);
  options_ = good;
  options_.key = "/no/such/file";
  fails_with("/no/such/file");
  options_ = good;
  write_pair(good.certificate + ".2", good.key + ".2");
  options_.key = good.key + ".2";
  fails_with("key");
}

}  // namespace

}  // namespace truce::serve
