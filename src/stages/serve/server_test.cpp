// Over loopback, with a client that may do what no browser would.

#include "stages/serve/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "stages/serve/fake_records.h"

namespace truce::serve {

namespace {

class Client {
 public:
  explicit Client(std::uint16_t port, in_addr address = {htonl(INADDR_LOOPBACK)})
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr = address;
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }
  bool connected() const { return connected_; }
  void say(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // Until it is there, the server closes or five seconds are over.
  std::string hear_until(std::string_view what) {
    while (what.empty() || heard_.find(what) == std::string::npos) {
      if (!hear_more()) break;
    }
    return heard_;
  }
  std::string hear_all() { return hear_until({}); }
  void forget() { heard_.clear(); }
  bool closed() const { return closed_; }

 private:
  bool hear_more() {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, 5000) <= 0) return false;
    std::array<char, 65536> bytes;
    const ssize_t n = recv(fd_, bytes.data(), bytes.size(), 0);
    closed_ = n <= 0;
    if (n > 0) heard_.append(bytes.data(), static_cast<std::size_t>(n));
    return n > 0;
  }
  int fd_;
  bool connected_ = false;
  bool closed_ = false;
  std::string heard_;
};

// Records that a test may add to while they are served.
class LockedSource : public RecordsSource {
 public:
  Result<Records*> latest() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    served_ = kept_;
    return static_cast<Records*>(&served_);
  }
  void add_alert(const std::string& id, std::uint64_t position) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_.add_alert(id, position);
  }
  void set_incidents(std::vector<Row> rows) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_.kept["incidents"] = std::move(rows);
  }

 private:
  std::mutex mutex_;
  FakeRecords kept_;
  FakeRecords served_;
};

constexpr Duration kShort = Duration::seconds(0.2);

class ServerTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.port = 0;
    options.look_every = Duration::seconds(0.01);
    auto started = Server::start(options, {"Test", "0.1"}, source_);
    ASSERT_TRUE(started.ok()) << started.error().to_text();
    server_ = *std::move(started);
  }
  static std::string request(const std::string& target, const std::string& more = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
  }
  // The whole answer to what is sent, which must end the connection.
  std::string answer(const std::string& text) {
    Client client(server_->port());
    client.say(text);
    return client.hear_all();
  }
  static std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
  }

  LockedSource source_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, keeps_a_connection_for_the_next_request) {
  start();
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.forget();
    client.say(request("/healthz"));
    const std::string said = client.hear_until("}");
    EXPECT_EQ(said.substr(0, 15), "HTTP/1.1 200 OK") << said;
    EXPECT_NE(said.find("Connection: keep-alive"), std::string::npos);
  }
}

TEST_F(ServerTest, closes_when_it_is_asked_to) {
  start();
  EXPECT_EQ(answer(request("/healthz", "Connection: close\r\n")).substr(9, 3), "200");
  EXPECT_EQ(answer("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n").substr(9, 3), "200");
}

TEST_F(ServerTest, answers_requests_sent_at_once_in_their_order) {
  start();
  const std::string said = answer(request("/healthz") + request("/none.js") +
                                  request("/metrics", "Connection: close\r\n"));
  const auto first = said.find("200 OK"), second = said.find("404 Not Found"),
             third = said.find("truce_log_position");
  EXPECT_TRUE(first < second && second < third && third != std::string::npos) << said;
}

TEST_F(ServerTest, a_head_request_gets_no_body) {
  start();
  const std::string said =
      answer("HEAD /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(said.substr(said.size() - 4), "\r\n\r\n");
  EXPECT_EQ(said.find("Content-Length: 0"), std::string::npos);
}

TEST_F(ServerTest, a_large_answer_comes_whole) {
  std::vector<Row> rows;
  for (int n = 1000; n < 3000; ++n) rows.push_back(incident_row(n));
  source_.set_incidents(std::move(rows));
  start();
  const std::string said =
      answer(request("/api/collections/incidents/items?limit=10000", "Connection: close\r\n"));
  EXPECT_EQ(count_of(said, "\"type\":\"Feature\""), 2000U);
  EXPECT_EQ(said.back(), '}');
}

TEST_F(ServerTest, refuses_what_is_no_request_and_closes) {
  start();
  const std::string get = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  const std::string length = "Content-Length: 3\r\n", chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string& bad : std::vector<std::string>{
           "\x16\x03\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
           get + "A b\r\n\r\n", get + "A: b\r\n c: d\x01\r\n\r\n",
           post + length + "Content-Length: 4\r\n\r\nabcd",
           post + length + chunked + "\r\n0\r\n\r\n", post + chunked + "\r\nzz\r\n"}) {
    const std::string said = answer(bad);
    EXPECT_EQ(said.substr(0, 12), "HTTP/1.1 400") << bad << "\n" << said;
    EXPECT_NE(said.find("Connection: close"), std::string::npos);
    EXPECT_NE(said.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
  }
  const std::string figures = answer(request("/metrics", "Connection: close\r\n"));
  EXPECT_NE(figures.find("truce_http_malformed_total 8\n"), std::string::npos) << figures;
}

// The system's limit on open files is often lower than the connections that are wanted.
TEST_F(ServerTest, has_room_for_its_connections_or_says_how_many_it_takes) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto most_of = [this](rlim_t soft, rlim_t hard) {
    const rlimit set{soft, hard};
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &set), 0);
    start({.connections_max = 1000});
    const std::string said = answer(request("/metrics", "Connection: close\r\n"));
    const std::string name = "\ntruce_http_connections_max ";
    return std::stol(said.substr(said.find(name) + name.size()));
  };
  EXPECT_EQ(most_of(300, before.rlim_max), 1000);
  rlimit raised{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &raised), 0);
  EXPECT_GT(raised.rlim_cur, 1000U);
  server_.reset();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST_F(ServerTest, refuses_a_path_that_climbs) {
  start();
  for (const char* target : {"/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                             "/assets/..%2f..%2fetc%2fpasswd", "/assets//etc/passwd/../../x"}) {
    const std::string said = answer(request(target, "Connection: close\r\n"));
    EXPECT_EQ(said.substr(9, 3), "400") << target;
    EXPECT_EQ(said.find("root:"), std::string::npos);
  }
}

TEST_F(ServerTest, nothing_that_is_asked_becomes_a_header_of_the_answer) {
  start();
  const std::string said = answer(request("/api/collections/x%0d%0aSet-Cookie:%20a=b",
                                          "Last-Event-ID: 1\r\nConnection: close\r\n"));
  EXPECT_EQ(said.substr(9, 3), "400");
  EXPECT_EQ(said.find("\r\nSet-Cookie"), std::string::npos);
}

TEST_F(ServerTest, heads_and_bodies_have_limits) {
  start({.head_bytes_max = 1000, .body_bytes_max = 100});
  EXPECT_EQ(answer(request("/", "A: " + std::string(2000, 'a') + "\r\n")).substr(9, 3), "431");
  // Never ends: refused as soon as it is too long.
  EXPECT_EQ(answer("GET /" + std::string(5000, 'a')).substr(9, 3), "431");
  const std::string said = answer(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'a'));
  EXPECT_EQ(said.substr(9, 3), "413");
  EXPECT_EQ(answer("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nConnection: "
                   "close\r\n\r\n123456789")
                .substr(9, 3),
            "405");
}

TEST_F(ServerTest, a_slow_head_is_cut_off_however_it_trickles) {
  start({.head_within = kShort});
  Client client(server_->port());
  for (const char c : std::string_view("GET / HTTP/1.1\r\nHost: localhost\r\nX: aaaaaaaaaa")) {
    client.say({&c, 1});
    usleep(20'000);
  }
  EXPECT_EQ(client.hear_all().substr(9, 3), "408");
}

TEST_F(ServerTest, who_says_nothing_is_let_go) {
  start({.head_within = kShort, .idle_within = kShort});
  Client silent(server_->port());
  EXPECT_EQ(silent.hear_all(), "");
  EXPECT_TRUE(silent.closed());
  Client idle(server_->port());
  idle.say(request("/healthz"));
  idle.hear_all();
  EXPECT_TRUE(idle.closed());
}

TEST_F(ServerTest, who_does_not_take_the_answer_is_let_go) {
  std::vector<Row> rows;
  for (int n = 1000; n < 9000; ++n) rows.push_back(incident_row(n));
  source_.set_incidents(std::move(rows));
  start({.write_within = kShort});
  Client slow(server_->port());
  slow.say(request("/api/collections/incidents/items?limit=10000"));
  Client watch(server_->port());
  std::string text;
  for (int i = 0; i < 100 && text.find("truce_http_timed_out_total 1\n") == std::string::npos;
       ++i) {
    usleep(50'000);
    watch.forget();
    watch.say(request("/metrics"));
    text = watch.hear_until("code=");
  }
  EXPECT_NE(text.find("truce_http_timed_out_total 1\n"), std::string::npos) << text;
}

TEST_F(ServerTest, connections_have_a_most) {
  start({.connections_max = 2});
  Client one(server_->port()), two(server_->port());
  one.say(request("/healthz"));
  two.say(request("/healthz"));
  EXPECT_EQ(one.hear_until("}").substr(9, 3), "200");
  EXPECT_EQ(two.hear_until("}").substr(9, 3), "200");
  Client three(server_->port());
  EXPECT_EQ(three.hear_all().substr(9, 3), "503");
}

// An address of this machine that is not its loopback, in network order; none: it has no network.
std::optional<in_addr> outer_address() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return std::nullopt;
  std::optional<in_addr> out;
  for (const ifaddrs* i = all; i != nullptr; i = i->ifa_next) {
    const bool is_outer = i->ifa_addr != nullptr && i->ifa_addr->sa_family == AF_INET &&
                          (i->ifa_flags & IFF_LOOPBACK) == 0 && (i->ifa_flags & IFF_UP) != 0;
    if (is_outer) out = reinterpret_cast<const sockaddr_in*>(i->ifa_addr)->sin_addr;
  }
  freeifaddrs(all);
  return out;
}

TEST_F(ServerTest, one_address_has_so_many_connections_and_others_theirs) {
  const auto outer = outer_address();
  if (!outer) GTEST_SKIP() << "no address but the loopback's";
  start({.address = "0.0.0.0", .connections_max = 20, .connections_of_one_max = 2});
  std::vector<std::unique_ptr<Client>> open;
  const auto status_from = [&](in_addr address) {
    open.push_back(std::make_unique<Client>(server_->port(), address));
    open.back()->say(request("/healthz"));
    return open.back()->hear_until("}").substr(9, 3);
  };
  EXPECT_EQ(status_from(*outer), "200");
  EXPECT_EQ(status_from(*outer), "200");
  EXPECT_EQ(status_from(*outer), "429");
  const in_addr own{htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status_from(own), "200");
  open.clear();
  std::string again = "429";
  for (int i = 0; i < 100 && again == "429"; ++i) again = status_from(*outer);
  EXPECT_EQ(again, "200") << "places that were left are free";
}

TEST_F(ServerTest, says_when_the_port_is_taken) {
  start();
  ServerOptions same;
  same.port = server_->port();
  const auto second = Server::start(same, {"Test", "0.1"}, source_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_NE(second.error().to_text().find("--port"), std::string::npos);
}

TEST_F(ServerTest, a_stream_tells_what_comes_and_resumes_where_it_was_left) {
  start({.heartbeat = kShort});
  std::string seen;
  {
    Client client(server_->port());
    client.say(request("/api/live", "Accept: text/event-stream\r\n"));
    client.hear_until("event: hello");
    source_.add_alert("a", 6);
    source_.add_alert("b", 7);
    seen = client.hear_until("\nid: 7\n");
    EXPECT_EQ(count_of(seen, "\"id\":\"a\""), 1U) << seen;
    EXPECT_EQ(count_of(seen, "\"id\":\"b\""), 1U) << seen;
    EXPECT_NE(client.hear_until("still here").find("\n: still here"), std::string::npos);
  }
  source_.add_alert("c", 8);  // while the client was away
  Client again(server_->port());
  again.say(request("/api/live", "Last-Event-ID: 6/alert/a\r\n"));
  again.hear_until("\nid: 8\n");
  source_.add_alert("d", 9);
  const std::string rest = again.hear_until("\nid: 9\n");
  EXPECT_EQ(count_of(rest, "\"id\":\"a\""), 0U) << rest;
  for (const char* id : {"b", "c", "d"})
    EXPECT_EQ(count_of(rest, "\"id\":\"" + std::string(id) + "\""), 1U) << rest;
}

TEST_F(ServerTest, ends_streams_with_an_event_when_it_stops) {
  start();
  Client client(server_->port());
  client.say(request("/api/live"));
  client.hear_until("event: hello");
  Client idle(server_->port());
  server_.reset();
  EXPECT_NE(client.hear_all().find("event: end"), std::string::npos);
  EXPECT_TRUE(client.closed());
  idle.hear_all();
  EXPECT_TRUE(idle.closed());
}

TEST_F(ServerTest, many_clients_of_the_stream_all_hear) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port()));
    clients.back()->say(request("/api/live"));
  }
  for (auto& client : clients) client->hear_until("event: hello");
  source_.add_alert("a", 6);
  for (auto& client : clients)
    EXPECT_EQ(count_of(client->hear_until("\nid: 6\n"), "\"id\":\"a\""), 1U);
}

}  // namespace

}  // namespace truce::serve
