// Coroutines of Asio on bare sockets and Beast's parser alone: with Beast's own streams this unit
// would take a minute and two gigabytes to compile.
//
// All of a connection happens in one thread, so nothing here is locked. A deadline stands over
// every wait. One clock goes round and cancels what a socket waits for beyond it, and the coroutine
// goes on with an error: a timer of its own for each wait would cost more than the wait.

#include "stages/serve/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "stages/serve/internal/answer.h"
#include "stages/serve/internal/peers.h"

// Asio's calls return the code that they write into their argument as well.
// NOLINTBEGIN(bugprone-unused-return-value)

namespace truce::serve {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using Code = boost::system::error_code;
using Tcp = asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using TlsStream = ssl::stream<Socket&>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using Time = asio::steady_timer::clock_type;
using Timer = asio::basic_waitable_timer<Time, asio::wait_traits<Time>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kUse;

constexpr std::size_t kReadBytes = 8192;
constexpr std::size_t kWriteBytes = 256U << 10U;
constexpr Duration kGrace = Duration::whole_seconds(2);    // for answers on their way when it ends
constexpr Duration kRoundEvery = Duration::seconds(0.05);  // how late a deadline may be noticed

std::chrono::nanoseconds as_chrono(Duration d) { return std::chrono::nanoseconds(d.ns); }

struct Connection {
  Connection(Socket s, ssl::context* context) : socket(std::move(s)), wake(socket.get_executor()) {
    if (context != nullptr) tls.emplace(socket, *context);
  }
  // What the socket waits for from now on is cancelled when the time is over.
  void within(Duration time) { deadline = Time::now() + as_chrono(time); }
  void without_end() { deadline = Time::time_point::max(); }
  void end_if_late(Time::time_point now) {
    if (now < deadline) return;
    timed_out = true;  // it stays late: what begins to wait now is cancelled in the next round
    Code ignored;
    socket.cancel(ignored);
  }
  Socket socket;
  std::optional<TlsStream> tls;  // over the socket
  Time::time_point deadline = Time::time_point::max();
  Timer wake;        // of a stream: when there is news
  std::string peer;  // by whom it is counted
  std::string in;    // what came and is not read yet
  bool timed_out = false;
  bool answering = false;  // neither idle nor a stream
};
using Held = std::shared_ptr<Connection>;

// What came of listening for a request.
struct Heard {
  std::optional<Request> request;
  std::optional<Response> complaint;  // of neither: it is over
  bool keep_alive = false;
};

using Parser = http::request_parser<http::string_body>;

Heard complaint_of(Code code) {
  Heard out;
  if (code == http::error::header_limit)
    out.complaint = problem(431, "the head is too long");
  else if (code == http::error::body_limit)
    out.complaint = problem(413, "the body is too long");
  else
    out.complaint = problem(400, "this is no HTTP/1.1 request: " + code.message());
  return out;
}

Request request_of(Parser& parser) {
  Request out;
  auto& message = parser.get();
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  for (const auto& field : message)
    out.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  out.body = std::move(message.body());
  return out;
}

// TLS 1.2 and 1.3 with forward secrecy, HTTP/1.1 by ALPN.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_bytes,
                    const unsigned char* offered, unsigned offered_bytes, void*) {
  static constexpr std::array<unsigned char, 9> kOurs{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_bytes, kOurs.data(), kOurs.size(), offered, offered_bytes);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<std::unique_ptr<ssl::context>> tls_context(const ServerOptions& options) {
  auto out = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const raw = out->native_handle();
  const bool is_set = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
  TRUCE_ENSURE(is_set);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  const auto wrong = [](const std::string& path, const Code& code) {
    return make_error(ErrorCode::kIo, "cannot be used for TLS: " + code.message(), {.source = path},
                      "PEM: the chain of certificates, and its private key");
  };
  Code code;
  out->use_certificate_chain_file(options.certificate, code);
  if (code) return wrong(options.certificate, code);
  out->use_private_key_file(options.key, ssl::context::pem, code);
  if (code) return wrong(options.key, code);
  if (SSL_CTX_check_private_key(raw) != 1)
    return make_error(ErrorCode::kIo, "is not the key of the certificate", {.source = options.key},
                      "the key of " + options.certificate);
  return out;
}

// As many as wanted, if the system lets the program open as many files and some for all else.
std::size_t connections_allowed(std::size_t wanted) {
  constexpr rlim_t kOthers = 256;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  const rlim_t needed = wanted + kOthers;
  rlimit more = files;
  more.rlim_cur = std::clamp(needed, files.rlim_cur, std::max(files.rlim_cur, files.rlim_max));
  if (setrlimit(RLIMIT_NOFILE, &more) == 0) files = more;
  if (files.rlim_cur >= needed) return wanted;
  return files.rlim_cur > 2 * kOthers ? files.rlim_cur - kOthers : files.rlim_cur / 2;
}

// A thread that works things out, one after the other.
class Worker {
 public:
  Worker() : working_(asio::make_work_guard(io_)) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { stop(); }
  void start() {
    thread_ = std::thread([this] { io_.run(); });
  }
  // When it has ended what it is at.
  void stop() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  asio::io_context& io() { return io_; }

 private:
  asio::io_context io_{1};
  asio::executor_work_guard<Executor> working_;
  std::thread thread_;
};

class AsioServer : public Server {
 public:
  AsioServer(const ServerOptions& options, SiteOptions site, RecordsSource& source,
             ServiceParts parts)
      : options_(options),
        service_(std::move(site), source, std::move(parts)),
        acceptor_(io_),
        look_(io_),
        round_(io_),
        grace_(io_),
        peers_(options.connections_of_one_max) {}
  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;
  ~AsioServer() override {
    if (io_thread_.joinable()) {
      asio::post(io_, [this] { end(); });
      io_thread_.join();
    }
    for (Worker* worker : {&worker_, &passwords_, &questions_}) worker->stop();
    connections_.clear();
  }

  Status listen() {
    options_.connections_max = connections_allowed(options_.connections_max);
    service_.figures().connections_max = static_cast<std::int64_t>(options_.connections_max);
    Code code;
    const Tcp::endpoint at(asio::ip::make_address(options_.address, code), options_.port);
    if (code)
      return bad_input("is no address of an interface", {.source = options_.address},
                       "figures, \"127.0.0.1\"");
    if (!options_.certificate.empty()) {
      TRUCE_TRY(context, tls_context(options_));
      tls_ = std::move(context);
    }
    acceptor_.open(at.protocol(), code);
    if (!code) acceptor_.set_option(Tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor_.bind(at, code);
    if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (code)
      return make_error(ErrorCode::kBusy,
                        "port " + std::to_string(options_.port) + " of " + options_.address +
                            " cannot be opened: " + code.message(),
                        {}, "one that is free (--port), or 0 for none");
    port_ = acceptor_.local_endpoint(code).port();
    asio::co_spawn(io_, accept(), asio::detached);
    asio::co_spawn(io_, look(), asio::detached);
    asio::co_spawn(io_, go_round(), asio::detached);
    for (Worker* worker : {&worker_, &passwords_, &questions_}) worker->start();
    io_thread_ = std::thread([this] { io_.run(); });
    return done();
  }
  std::uint16_t port() const override { return port_; }

 private:
  // Of a stream: what comes next, and where it stands then.
  struct Step {
    LivePlace place;
    Result<LiveBatch> batch;
  };
  static std::string key_of(const LivePlace& place) {
    const std::string as =
        place.reader ? std::string(to_string(place.reader->role)) + "/" + place.reader->party : "";
    return place.session + "\n" + as + "\n" + place.rules + "\n" + place.cursor;
  }
  struct Asked {
    explicit Asked(asio::io_context& io) : ready(io, Time::time_point::max()) {}
    Timer ready;
    std::optional<Step> step;
  };

  // Has another thread work something out, without a wait for anyone else. `f` is a named value:
  // GCC 12 destroys a temporary twice that is given to a coroutine within a co_await.
  template <class F>
  Task<std::invoke_result_t<F>> work_out(F f) {
    co_return co_await work_out_in(worker_, std::move(f));
  }
  template <class F>
  Task<std::invoke_result_t<F>> work_out_in(Worker& worker, F f) {
    struct Slot {
      explicit Slot(asio::io_context& io) : ready(io, Time::time_point::max()) {}
      Timer ready;
      std::optional<std::invoke_result_t<F>> value;
    };
    auto slot = std::make_shared<Slot>(io_);
    asio::post(worker.io(), [this, slot, f = std::move(f)]() mutable {
      // Only the thread of the connections touches the slot.
      const auto out = std::make_shared<std::invoke_result_t<F>>(f());
      asio::post(io_, [slot, out] {
        slot->value.emplace(std::move(*out));
        slot->ready.cancel();
      });
    });
    Code cancelled;
    while (!slot->value) co_await slot->ready.async_wait(asio::redirect_error(kUse, cancelled));
    co_return std::move(*slot->value);
  }

  Task<void> accept() {
    while (!ending_) {
      Code code;
      Socket socket = co_await acceptor_.async_accept(asio::redirect_error(kUse, code));
      if (ending_) co_return;
      if (code) {  // such as too many open files: others will close theirs
        Timer pause(io_, as_chrono(Duration::seconds(0.1)));
        co_await pause.async_wait(asio::redirect_error(kUse, code));
        continue;
      }
      const std::string peer = counted_as(socket.remote_endpoint(code).address().to_string());
      const bool is_full = connections_.size() >= options_.connections_max;
      if (is_full || !peers_.enter(peer)) {
        ++service_.figures().refused;
        refuse(socket, is_full ? problem(503, "too many connections")
                               : problem(429, "too many connections from this address"));
        continue;
      }
      socket.set_option(Tcp::no_delay(true), code);
      auto held = std::make_shared<Connection>(std::move(socket), tls_.get());
      held->peer = peer;
      connections_.insert(held);
      service_.figures().connections = static_cast<std::int64_t>(connections_.size());
      asio::co_spawn(io_, serve(held), asio::detached);
    }
  }

  // Says why, as far as that goes without a wait.
  void refuse(Socket& socket, Response busy) const {
    if (tls_) return;
    busy.headers.push_back({"Retry-After", "5"});
    secure(busy);
    Code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(head_of(busy, false) + busy.body), ignored);
    socket.close(ignored);
  }

  // TLS begins; at once where there is none.
  Task<bool> shake_hands(Held held) {
    if (!held->tls) co_return true;
    held->within(options_.head_within);
    Code code;
    co_await held->tls->async_handshake(ssl::stream_base::server, asio::redirect_error(kUse, code));
    held->without_end();
    co_return !code;
  }

  // Tells a TLS client that nothing was cut off.
  Task<void> take_leave(Held held) {
    if (!held->tls || held->timed_out || ending_) co_return;
    held->within(kGrace);
    Code ignored;
    co_await held->tls->async_shutdown(asio::redirect_error(kUse, ignored));
    held->timed_out = false;
  }

  Task<void> serve(Held held) {
    bool is_first = true;
    const bool is_open = co_await shake_hands(held);
    for (bool go_on = is_open; go_on && !ending_; is_first = false) {
      Heard heard = co_await hear(held, is_first);
      if (!heard.request) {
        if (heard.complaint) {
          ++service_.figures().malformed;
          secure(*heard.complaint);
          co_await send(held, std::move(*heard.complaint), false);
        }
        break;
      }
      held->answering = true;
      heard.request->peer = held->peer;
      const auto request = std::make_shared<const Request>(std::move(*heard.request));
      auto ask = [this, request] { return service_.answer(*request); };
      Response response = co_await work_out(ask);
      if (response.slow) {
        auto slow = std::move(response.slow);
        Worker& worker = response.is_long ? questions_ : passwords_;
        Finish finish = co_await work_out_in(worker, std::move(slow));
        response = co_await work_out(std::move(finish));
      }
      if (response.live) {
        held->answering = false;
        co_await stream(held, std::move(response));
        break;
      }
      go_on = co_await send(held, std::move(response), heard.keep_alive && !ending_);
      held->answering = false;
    }
    if (is_open) co_await take_leave(held);
    close(*held);
    connections_.erase(held);
    peers_.leave(held->peer);
    service_.figures().connections = static_cast<std::int64_t>(connections_.size());
    if (ending_ && connections_.empty()) io_.stop();
  }

  void close(Connection& c) {
    if (c.timed_out) ++service_.figures().timed_out;
    Code ignored;
    c.without_end();
    c.socket.shutdown(Tcp::socket::shutdown_both, ignored);
    c.socket.close(ignored);
  }

  Task<Heard> hear(Held held, bool is_first) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(options_.head_bytes_max));
    parser.body_limit(options_.body_bytes_max);
    parser.eager(true);
    bool begun = is_first || !held->in.empty();
    held->within(begun ? options_.head_within : options_.idle_within);
    for (;;) {
      if (!held->in.empty()) {
        Code code;
        const std::size_t used = parser.put(asio::buffer(held->in), code);
        held->in.erase(0, used);
        if (code && code != http::error::need_more) co_return complaint_of(code);
        if (parser.is_done()) break;
      }
      std::array<char, kReadBytes> bytes;
      Code code;
      const std::size_t n = co_await read_some(held, asio::buffer(bytes), code);
      if (code) {
        Heard out;
        const bool is_slow = held->timed_out && (parser.got_some() || !held->in.empty());
        if (is_slow) out.complaint = problem(408, "the request did not come in time");
        co_return out;
      }
      if (!begun) held->within(options_.head_within);
      begun = true;
      held->in.append(bytes.data(), n);
    }
    held->without_end();
    Heard out;
    out.keep_alive = parser.keep_alive();
    out.request = request_of(parser);
    co_return out;
  }

  Task<std::size_t> read_some(Held held, asio::mutable_buffer into, Code& code) {
    if (held->tls)
      co_return co_await held->tls->async_read_some(into, asio::redirect_error(kUse, code));
    co_return co_await held->socket.async_read_some(into, asio::redirect_error(kUse, code));
  }

  Task<void> write_all(Held held, asio::const_buffer from, Code& code) {
    if (held->tls)
      co_await asio::async_write(*held->tls, from, asio::redirect_error(kUse, code));
    else
      co_await asio::async_write(held->socket, from, asio::redirect_error(kUse, code));
  }

  // false: it is over.
  Task<bool> send(Held held, Response response, bool keep_alive) {
    std::string text = head_of(response, keep_alive);
    if (!response.head_only) text += response.body;
    const bool sent = co_await write(held, text);
    co_return sent&& keep_alive;
  }

  Task<bool> write(Held held, std::string_view text) {
    while (!text.empty()) {
      held->within(options_.write_within);
      Code code;
      const auto part = text.substr(0, kWriteBytes);
      co_await write_all(held, asio::buffer(part.data(), part.size()), code);
      if (code) co_return false;
      text.remove_prefix(part.size());
    }
    held->without_end();
    co_return true;
  }

  Task<void> stream(Held held, Response response) {
    LivePlace place{.cursor = response.cursor, .rules = {}, .session = response.session};
    const std::string head = head_of(response, false);
    bool go_on = co_await write(held, head);
    streams_.insert(held.get());
    service_.figures().live_clients = static_cast<std::int64_t>(streams_.size());
    while (go_on && !ending_) go_on = co_await stream_on(held, place);
    if (go_on) co_await write(held, kGoodbye);
    streams_.erase(held.get());
    service_.figures().live_clients = static_cast<std::int64_t>(streams_.size());
  }

  // What follows for a client at a place. Those of one session who stand at the same place when
  // there is news ask once, together.
  Task<Step> next_step(const LivePlace& place) {
    if (std::exchange(asked_of_, news_) != news_) asked_.clear();
    const std::string key = key_of(place);
    auto& there = asked_[key];
    const bool is_first = there == nullptr;
    if (is_first) there = std::make_shared<Asked>(io_);
    const std::shared_ptr<Asked> asked = there;
    if (is_first) {
      const auto at = std::make_shared<LivePlace>(place);
      auto ask = [this, at] {
        auto batch = service_.live(*at);
        return Step{*at, std::move(batch)};
      };
      asked->step.emplace(co_await work_out(ask));
      asked->ready.cancel();
      // Whoever was long away takes many batches, and nobody else stands where it did.
      const bool is_on_the_way = asked->step->batch.ok() && asked->step->batch->more;
      if (const auto it = asked_.find(key); is_on_the_way && it != asked_.end()) asked_.erase(it);
    }
    Code cancelled;
    while (!asked->step) co_await asked->ready.async_wait(asio::redirect_error(kUse, cancelled));
    co_return *asked->step;
  }

  // One batch, and a wait for the next. false: the client is gone or too slow.
  Task<bool> stream_on(Held held, LivePlace& place) {
    const std::uint64_t news = news_;
    Step step = co_await next_step(place);
    if (step.batch.ok()) {
      place = step.place;
      const auto text = step.batch->text;
      if (!co_await write(held, *text)) co_return false;
      if (step.batch->over) {
        co_await write(held, kGoodbye);
        co_return false;
      }
      if (step.batch->more || news != news_ || ending_) co_return true;
    }
    held->wake.expires_after(as_chrono(options_.heartbeat));
    Code woken;
    co_await held->wake.async_wait(asio::redirect_error(kUse, woken));
    if (woken || ending_) co_return true;
    co_return co_await write(held, kHeartbeat);
  }

  Task<void> look() {
    std::uint64_t seen = 0;
    while (!ending_) {
      auto ask = [this] { return service_.generation(); };
      const std::uint64_t now = co_await work_out(ask);
      if (now != seen) {
        seen = now;
        ++news_;
        for (Connection* c : streams_) c->wake.cancel();
      }
      Code code;
      look_.expires_after(as_chrono(options_.look_every));
      co_await look_.async_wait(asio::redirect_error(kUse, code));
    }
  }

  // Until the last connection is closed, also while it ends.
  Task<void> go_round() {
    for (;;) {
      Code code;
      round_.expires_after(as_chrono(kRoundEvery));
      co_await round_.async_wait(asio::redirect_error(kUse, code));
      const auto now = Time::now();
      for (const Held& held : connections_) held->end_if_late(now);
    }
  }

  void end() {
    ending_ = true;
    Code ignored;
    acceptor_.close(ignored);
    look_.cancel();
    for (const Held& held : connections_) {
      held->wake.cancel();
      const bool is_idle = !held->answering && !streams_.contains(held.get());
      if (is_idle) held->socket.cancel(ignored);
    }
    if (connections_.empty()) io_.stop();
    grace_.expires_after(as_chrono(kGrace));
    grace_.async_wait([this](Code) { io_.stop(); });
  }

  ServerOptions options_;
  std::unique_ptr<ssl::context> tls_;
  Service service_;
  asio::io_context io_{1};  // outlives what the other thread holds of it
  Acceptor acceptor_;
  Timer look_;
  Timer round_;
  Timer grace_;
  Worker worker_;  // of most answers
  Worker passwords_;
  Worker questions_;  // whose answers take long
  std::set<Held> connections_;
  PeerCounts peers_;  // of the connections
  std::set<Connection*> streams_;
  std::uint64_t news_ = 0;
  std::map<std::string, std::shared_ptr<Asked>> asked_;  // by who stands where
  std::uint64_t asked_of_ = 0;                           // the news that those are of
  std::uint16_t port_ = 0;
  bool ending_ = false;
  std::thread io_thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, SiteOptions site,
                                              RecordsSource& source, ServiceParts parts) {
  auto server = std::make_unique<AsioServer>(options, std::move(site), source, std::move(parts));
  TRUCE_CHECK_OK(server->listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace truce::serve

// NOLINTEND(bugprone-unused-return-value)
