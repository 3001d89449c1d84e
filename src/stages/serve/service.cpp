#include "stages/serve/service.h"

#include <algorithm>
#include <utility>

#include "base/gzip.h"
#include "base/hash.h"
#include "stages/serve/assets.h"
#include "stages/serve/internal/access_log.h"
#include "stages/serve/internal/answer.h"
#include "stages/serve/internal/server_log.h"
#include "stages/serve/internal/sessions.h"
#include "stages/serve/routes.h"

namespace truce::serve {

namespace {

// No inline script or style anywhere, nothing from elsewhere, in no one's frame.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src "
    "'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// What is left of a Host header behind a name: nothing, or a port.
bool is_port(std::string_view text) {
  return text.empty() || (text.size() > 1 && text.size() <= 6 && text.front() == ':' &&
                          text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

std::ptrdiff_t count_of(const Request& request, std::string_view name) {
  return std::count_if(request.headers.begin(), request.headers.end(),
                       [name](const Header& h) { return same_word(h.name, name); });
}

bool is_read(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

bool is_at(const Target& target, const std::vector<std::string>& path) {
  return target.path == path;
}

std::string tag_of(std::string_view text) {
  return "\"" + to_hex(sha256(text)).substr(0, 32) + "\"";
}

// Whether If-None-Match names the tag, whole.
bool has_it(const Request& request, std::string_view tag) {
  const std::string_view known = request.header("If-None-Match");
  const std::size_t at = known.find(tag);
  return !known.empty() && at != std::string_view::npos;
}

Response unchanged(const std::string& tag, std::string_view cache) {
  Response out;
  out.status = 304;
  out.headers = {{"ETag", tag}, {"Cache-Control", std::string(cache)}};
  return out;
}

constexpr std::string_view kLiveData = "private, no-cache";
constexpr std::string_view kFile = "no-cache";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::size_t kKeptBytesMax = 8U << 20U;  // of answers that are kept
constexpr std::uint64_t kCalmEntries = 2000;      // between two looks
constexpr std::size_t kAroundBody = 1024;         // tag, type and headers of one, about
constexpr std::size_t kPackedFrom = 4096;         // bytes of a body that is worth packing

// "abc-gzip" of "abc".
std::string packed_tag(std::string_view tag) {
  return std::string(tag.substr(0, tag.size() - 1)) + "-gzip\"";
}

bool is_packed(const Response& r) {
  return std::any_of(r.headers.begin(), r.headers.end(),
                     [](const Header& h) { return h.name == "Content-Encoding"; });
}

Response packed(Response r) {
  if (r.status != 200 || r.body.size() < kPackedFrom) return r;
  r.body = gzipped(r.body);
  r.headers.push_back({"Content-Encoding", "gzip"});
  return r;
}

}  // namespace

void secure(Response& r) {
  const bool has_policy = std::any_of(r.headers.begin(), r.headers.end(), [](const Header& h) {
    return h.name == "Content-Security-Policy";
  });
  if (!has_policy) r.headers.push_back({"Content-Security-Policy", std::string(kContentPolicy)});
  r.headers.push_back({"X-Content-Type-Options", "nosniff"});
  r.headers.push_back({"X-Frame-Options", has_policy ? "SAMEORIGIN" : "DENY"});
  r.headers.push_back({"Referrer-Policy", "no-referrer"});
  r.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  r.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  r.headers.push_back({"Permissions-Policy", "camera=(), geolocation=(), microphone=()"});
}

Service::Service(SiteOptions options, RecordsSource& source, ServiceParts parts)
    : options_(std::move(options)),
      source_(source),
      desk_(parts.desk),
      metrics_token_(std::move(parts.metrics_token)),
      now_(parts.now ? std::move(parts.now) : [] { return Instant{}; }),
      sessions_(std::make_unique<Sessions>(
          SessionOptions{.secure = options_.secure, .local_only = options_.local_only},
          parts.accounts, now_)),
      access_(std::make_unique<AccessLog>(std::move(parts.access_folder))),
      log_(std::make_unique<ServerLog>(std::move(parts.log_folder))),
      basemap_(options_.basemap) {
  log_->write(now_(), "started",
              [this](JsonWriter& w) { w.key("version").string(options_.version); });
  if (options_.tiles.empty()) return;
  auto opened = TileFile::open(options_.tiles);
  if (opened.ok()) tiles_ = *std::move(opened);
}

Service::~Service() {
  log_->write(now_(), "stopped", [](JsonWriter&) {});
}

Response Service::answer(const Request& request) {
  Asker asker;
  const Instant begun = now_();
  Response out = routed(request, asker);
  if (!out.slow) return finished(request, asker, begun, std::move(out));
  Response later;
  later.is_long = out.is_long;
  later.slow = [this, request, asker, begun, slow = std::move(out.slow)]() -> Finish {
    return [this, request, asker, begun, finish = slow()] {
      return finished(request, asker, begun, finish());
    };
  };
  return later;
}

Response Service::answer_here(const Request& request) {
  Response out = answer(request);
  return out.slow ? out.slow()() : out;
}

Response Service::finished(const Request& request, const Asker& asker, Instant begun,
                           Response out) {
  if (!write_access(request, asker, out).ok())
    out = problem(503, "who reads what cannot be recorded, so nothing is answered");
  out.head_only = request.method == "HEAD";
  if (out.head_only) out.live = false;
  const bool says_cache = std::any_of(out.headers.begin(), out.headers.end(),
                                      [](const Header& h) { return h.name == "Cache-Control"; });
  if (!says_cache) out.headers.push_back({"Cache-Control", "no-store"});
  secure(out);
  if (options_.secure) out.headers.push_back({"Strict-Transport-Security", "max-age=31536000"});
  ++answered_[out.status];
  log_answer(request, begun, out);
  return out;
}

void Service::log_answer(const Request& request, Instant begun, const Response& out) {
  const Instant now = now_();
  if (out.status < 400 && now - begun < kLongAnswer) return;
  log_->write(now, "answer", [&](JsonWriter& w) {
    w.key("method").string(to_valid_utf8(request.method));
    if (out.type == kProblemJson) w.key("problem").raw(out.body);
    w.key("status").integer(out.status).key("target").string(to_valid_utf8(request.target));
    w.key("took_ms").integer((now - begun).ns / 1'000'000);
  });
}

Status Service::write_access(const Request& request, const Asker& asker, const Response& out) {
  const auto target = parse_target(request.target);
  const Route* route = target.ok() ? find_route(request.method, target->path) : nullptr;
  const bool is_refused = out.status == 401 || out.status == 403 || out.status == 429;
  const bool is_logged = is_refused || (route != nullptr ? route->is_logged : !is_read(request));
  if (!is_logged) return done();
  return access_->write({.at = now_(),
                         .account = asker.reader.account,
                         .tried = asker.tried,
                         .role = asker.reader.role,
                         .party = asker.reader.party,
                         .method = request.method,
                         .target = request.target,
                         .status = out.status,
                         .records = out.records});
}

// 127.0.0.1 and the like, and the names that the mission gives: a page elsewhere that has its name
// point here (DNS rebinding) is not answered.
bool Service::is_own_host(std::string_view host) const {
  const auto is = [host](std::string_view own) {
    return host.substr(0, own.size()) == own && is_port(host.substr(own.size()));
  };
  return is("127.0.0.1") || is("localhost") || is("[::1]") ||
         std::any_of(options_.hosts.begin(), options_.hosts.end(), is);
}

std::string Service::root_of(const Request& request) const {
  return (options_.secure ? "https://" : "http://") + std::string(request.header("Host"));
}

Response Service::routed(const Request& request, Asker& asker) {
  const auto target = parse_target(request.target);
  if (!target.ok()) return problem_of(target.error());
  if (count_of(request, "Host") > 1) return problem(400, "the header Host is given twice");
  if (request.header("Host").empty()) return problem(400, "the header Host is missing");
  if (!is_own_host(request.header("Host")))
    return problem(421, "this server does not answer for that name");
  auto known = sessions_->asker_of(request);
  if (!known.ok()) return problem_of(known.error());
  asker = *std::move(known);
  if (may_scrape(request, *target)) return answer_metrics();
  if (auto no = refused(request, *target, asker)) return *std::move(no);
  if (!is_read(request)) return answer_change(request, *target, asker);
  if (is_at(*target, {"api", "session"})) return sessions_->document(asker, source_);
  if (is_at(*target, {"api", "live"})) return answer_live(request, *target, asker);
  if (is_at(*target, {"healthz"})) return answer_health(asker.reader);
  if (is_at(*target, {"metrics"})) return answer_metrics();
  const std::string_view first = target->path.empty() ? "" : std::string_view(target->path.front());
  if (first == "basemap" && target->path.size() == 2) return answer_basemap(request, *target);
  if (first == "tiles" && target->path.size() == 4) return answer_tile(request, *target);
  return first == "api" ? answer_records(request, *target, asker) : answer_asset(request, *target);
}

std::optional<Response> Service::refused(const Request& request, const Target& target,
                                         const Asker& asker) const {
  const Reader& reader = asker.reader;
  const Route* route = find_route(request.method, target.path);
  if (route == nullptr) {
    std::string methods = methods_of(target.path);
    if (methods.empty() && !is_read(request)) methods = "GET, HEAD";
    if (!methods.empty()) {
      Response out = problem(405, "here only " + methods + " are answered");
      out.headers.push_back({"Allow", methods});
      return out;
    }
    const bool is_api = !target.path.empty() && target.path.front() == "api";
    if (is_api && !reader.is_staff()) return problem(404, "there is nothing here");
    return std::nullopt;
  }
  const std::string role(to_string(reader.role));
  if ((route->roles & only(reader.role)) == 0)
    return problem(403, reader.is_signed_in()
                            ? "this is not for the role " + role
                            : "this is not public; sign in to be asked who you are");
  if (route->needs_account && !reader.is_signed_in())
    return problem(403, "whoever sends this must be signed in");
  return is_read(request) ? std::nullopt : refused_change(request, target, asker);
}

// Another site can have a browser send a request with our cookie, but neither as JSON nor with our
// Origin nor with the session's token.
std::optional<Response> Service::refused_change(const Request& request, const Target& target,
                                                const Asker& asker) const {
  const std::string_view type = request.header("Content-Type");
  const bool has_body = request.method != "DELETE" || !request.body.empty();
  if (has_body && (type.empty() || !same_word(type.substr(0, type.find(';')), kJson)))
    return problem(415, "the body must be application/json");
  const std::string_view origin = request.header("Origin");
  if (count_of(request, "Origin") > 1 || (!origin.empty() && origin != root_of(request)))
    return problem(403, "it comes from a page of another site");
  const bool signs_in = request.method == "POST" && is_at(target, {"api", "session"});
  if (signs_in) return std::nullopt;
  if (asker.token.empty() || !same_secret(request.header("X-Truce-CSRF"), csrf_of(asker.token)))
    return problem(403, "the header X-Truce-CSRF does not have the token of this session");
  return std::nullopt;
}

// Whatever changes something, by a reader who may send it.
Response Service::answer_change(const Request& request, const Target& target, Asker& asker) {
  if (is_at(target, {"api", "session", "key"})) return sessions_->set_key(request, asker, source_);
  if (is_at(target, {"api", "session"}))
    return request.method == "POST" ? sessions_->sign_in(request, asker, source_)
                                    : sessions_->sign_out(asker);
  if (is_at(target, {"api", "acts"})) return answer_act(request, asker.reader);
  return problem(404, "there is nothing here");
}

Response Service::answer_act(const Request& request, const Reader& by) {
  if (desk_ == nullptr) return problem(503, "nothing is taken in here");
  auto taken = desk_->take_act(by, request.body);
  if (!taken.ok()) {
    const ErrorCode code = taken.error().code;
    const bool is_senders = code == ErrorCode::kBadInput || code == ErrorCode::kUnusable;
    return is_senders ? problem(422, taken.error().to_text()) : problem_of(taken.error());
  }
  Response out;
  out.status = 201;
  out.type = kJson;
  out.body = *std::move(taken);
  return out;
}

Response Service::answer_asset(const Request& request, const Target& target) {
  std::string name;
  for (const auto& step : target.path) name += (name.empty() ? "" : "/") + step;
  const Asset* asset = find_asset(name.empty() ? "index.html" : name);
  // The app's own pages are all made of one file.
  const bool is_page = name.find('.') == std::string::npos && name.substr(0, 7) != "assets/" &&
                       request.header("Accept").find("text/html") != std::string_view::npos;
  if (asset == nullptr && is_page) asset = find_asset("index.html");
  if (asset == nullptr) return problem(404, "there is nothing here");
  const std::string_view type = media_type_of(asset->name);
  if (!accepts(request.header("Accept"), type)) return problem(406, "it is " + std::string(type));
  auto& tag = asset_tags_[std::string(asset->name)];
  if (tag.empty()) tag = to_hex(sha256(asset->bytes)).substr(0, 32);
  const std::string_view codings = request.header("Accept-Encoding");
  std::string_view coding;
  if (!asset->gzip.empty() && accepts_coding(codings, "gzip")) coding = "gzip";
  if (!asset->brotli.empty() && accepts_coding(codings, "br")) coding = "br";
  const std::string whole = "\"" + tag + (coding.empty() ? "" : "-") + std::string(coding) + "\"";
  const std::string_view cache = asset->name.substr(0, 7) == "assets/" ? kForEver : kFile;
  Response out = has_it(request, whole) ? unchanged(whole, cache) : Response();
  if (out.status == 200) {
    out.type = type;
    out.headers = {{"ETag", whole}, {"Cache-Control", std::string(cache)}};
    if (!coding.empty()) out.headers.push_back({"Content-Encoding", std::string(coding)});
    out.body = coding == "br" ? asset->brotli : coding == "gzip" ? asset->gzip : asset->bytes;
  }
  out.headers.push_back({"Vary", "Accept-Encoding"});
  return out;
}

// Many readers ask the same of the same records.
template <class Make>
Response Service::kept_or(const std::string& tag, Make make) {
  const auto there = kept_.find(tag);
  if (there != kept_.end()) return there->second;
  Response out = make();
  const std::size_t bytes = out.body.size() + kAroundBody;
  if (out.status != 200 || bytes > kKeptBytesMax / 16) return out;
  if (kept_bytes_ + bytes > kKeptBytesMax) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  kept_bytes_ += bytes;
  kept_[tag] = out;
  return out;
}

Response Service::answer_records(const Request& request, const Target& target, const Asker& asker) {
  const auto latest = source_.latest_for(asker.reader);
  if (!latest.ok())
    return latest.error().code == ErrorCode::kUnusable ? problem(403, latest.error().to_text())
                                                       : problem_of(latest.error());
  Records& records = **latest;
  const Asked asked{request, target, root_of(request), asker.reader};
  if (auto behind = answer_evidence(asked, records, source_)) return *std::move(behind);
  // Whatever an answer is made of: equal tags, equal bytes. Of what is released only the bytes
  // themselves, for a tag that changes tells that something came in.
  const TileFile::About* tiles = tiles_ ? &tiles_->about() : nullptr;
  const bool is_released = records.release() != nullptr;
  std::string tag;
  Response out;
  if (is_released) {
    out = answer_api(asked, records, options_, tiles);
    tag = tag_of(out.body);
  } else {
    tag = tag_of(std::to_string(records.position()) + "\n" + std::string(records.rules()) + "\n" +
                 to_text(records.read_at()) + "\n" + options_.version + "\n" + asked.root + "\n" +
                 request.target + "\n" + std::string(request.header("Accept")));
  }
  // Within this machine bytes cost less than packing them. The same bytes have both tags: which of
  // them a client knows is no matter.
  const bool may_pack =
      !options_.local_only && accepts_coding(request.header("Accept-Encoding"), "gzip");
  const std::string of_packed = packed_tag(tag);
  const bool is_known = has_it(request, tag) || has_it(request, of_packed);
  const auto make = [&] {
    Response made = is_released ? std::move(out) : answer_api(asked, records, options_, tiles);
    return may_pack ? packed(std::move(made)) : made;
  };
  // Of what is released the tag says nothing of headers, which name what was asked.
  if (!is_known) out = is_released ? make() : kept_or(may_pack ? of_packed : tag, make);
  if (out.status != 200) return out;
  if (is_known) out = unchanged(has_it(request, tag) ? tag : of_packed, kLiveData);
  if (out.status == 200) {
    out.headers.push_back({"ETag", is_packed(out) ? of_packed : tag});
    out.headers.push_back({"Cache-Control", std::string(kLiveData)});
  }
  out.headers.push_back({"Vary", "Accept, Accept-Encoding, Cookie"});
  return out;
}

Response Service::answer_live(const Request& request, const Target& target, const Asker& asker) {
  if (!source_.release_for(asker.reader).live)
    return problem(403, "what is delayed has no live stream");
  const Status known = only_known(target, {"since"});
  if (!known.ok()) return problem_of(known.error());
  if (!accepts(request.header("Accept"), "text/event-stream"))
    return problem(406, "it is text/event-stream");
  const auto latest = source_.latest_for(asker.reader);
  if (!latest.ok())
    return latest.error().code == ErrorCode::kUnusable ? problem(403, latest.error().to_text())
                                                       : problem_of(latest.error());
  Response out;
  out.type = "text/event-stream";
  out.live = true;
  out.headers.push_back({"Cache-Control", "no-store"});
  out.cursor = request.header("Last-Event-ID");
  out.session = asker.token;
  const std::string* since = target.find("since");
  if (!out.cursor.empty() || since == nullptr) return out;
  if (!position_of_cursor(*since))
    return problem(400, "since is no position of the log; expected a number of entries");
  out.cursor = *since;
  return out;
}

Result<LiveBatch> Service::live(LivePlace& place) {
  TRUCE_TRY(asker, sessions_->asker_of_token(place.session));
  // Whoever signed out, was removed or is somebody else by now hears no more.
  if (place.reader && *place.reader != asker.reader)
    return LiveBatch{std::make_shared<const std::string>(), place.cursor, false, true};
  place.reader = asker.reader;
  TRUCE_TRY(records, source_.latest_for(asker.reader));
  LiveStream& stream = live_[std::string(to_string(asker.reader.role)) + "/" + asker.reader.party];
  TRUCE_TRY(batch, stream.next(place, *records));
  if (batch.records > 0) {
    TRUCE_CHECK_OK(access_->write({.at = now_(),
                                   .account = asker.reader.account,
                                   .role = asker.reader.role,
                                   .party = asker.reader.party,
                                   .method = "GET",
                                   .target = "/api/live",
                                   .status = 200,
                                   .records = batch.records}));
  }
  return batch;
}

// What was counted elsewhere since it was last told.
void Service::log_more(std::string_view event, std::int64_t counted, std::int64_t& told) {
  const std::int64_t more = counted - told;
  if (more > 0) log_->write(now_(), event, [&](JsonWriter& w) { w.key("number").integer(more); });
  told = counted;
}

std::uint64_t Service::generation() {
  log_more("malformed", figures_.malformed, malformed_told_);
  log_more("turned_away", figures_.refused, refused_told_);
  const auto latest = source_.latest();
  if (!latest.ok()) return generation_;
  const std::uint64_t position = (*latest)->position();
  const bool is_calm = position - std::exchange(looked_at_, position) < kCalmEntries;
  if (is_calm) (*latest)->get_ready();
  std::string now = std::to_string((*latest)->position()) + "/" + std::string((*latest)->rules()) +
                    "/" + std::to_string(sessions_->changes());
  if (now != seen_) ++generation_;
  seen_ = std::move(now);
  return generation_;
}

Response Service::answer_health(const Reader& reader) {
  const auto latest = source_.latest();
  if (!latest.ok()) return problem_of(latest.error());
  Response out;
  out.type = kJson;
  JsonWriter w(out.body);
  // How much is recorded, and when, is for staff.
  w.begin_object();
  if (reader.is_staff())
    w.key("position").integer(static_cast<std::int64_t>((*latest)->position()));
  w.key("status").string("ok");
  if (reader.is_staff()) w.key("version").string(options_.version);
  w.end_object();
  return out;
}

// A program that gathers figures has no session, but may have been given the token.
bool Service::may_scrape(const Request& request, const Target& target) const {
  return is_read(request) && is_at(target, {"metrics"}) && !metrics_token_.empty() &&
         same_secret(request.header("Authorization"), "Bearer " + metrics_token_);
}

Response Service::answer_metrics() {
  Response out;
  out.type = "text/plain; version=0.0.4; charset=utf-8";
  const auto put = [&out](const char* name, const char* type, const char* help,
                          std::int64_t value) {
    const std::string n(name);
    out.body += "# HELP " + n + " " + help + "\n# TYPE " + n + " " + type + "\n" + n + " " +
                std::to_string(value) + "\n";
  };
  const auto latest = source_.latest();
  put("truce_log_position", "gauge", "Entries of the log that answers rest on.",
      latest.ok() ? static_cast<std::int64_t>((*latest)->position()) : 0);
  put("truce_http_connections", "gauge", "Connections that are open.", figures_.connections);
  put("truce_http_connections_max", "gauge", "Connections that may be open.",
      figures_.connections_max);
  put("truce_live_clients", "gauge", "Clients of the live stream.", figures_.live_clients);
  put("truce_http_refused_total", "counter", "Connections refused for being too many.",
      figures_.refused);
  put("truce_http_malformed_total", "counter", "What was no request or did not come to its end.",
      figures_.malformed);
  put("truce_http_timed_out_total", "counter", "Connections closed for being slow or idle.",
      figures_.timed_out);
  put("truce_server_log_lost_total", "counter", "Lines of the server's log that were not written.",
      log_->lost());
  out.body +=
      "# HELP truce_http_requests_total Requests answered, by status.\n"
      "# TYPE truce_http_requests_total counter\n";
  for (const auto& [status, n] : answered_) {
    out.body += "truce_http_requests_total{code=\"" + std::to_string(status) + "\"} " +
                std::to_string(n) + "\n";
  }
  return out;
}

std::string head_of(const Response& r, bool keep_alive) {
  std::string out =
      "HTTP/1.1 " + std::to_string(r.status) + " " + std::string(status_words(r.status)) + "\r\n";
  const auto put = [&out](std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    const std::size_t begin = out.size();
    out += value;
    // Nothing of a value may end its line, whoever wrote it.
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    out += "\r\n";
  };
  if (!r.type.empty()) put("Content-Type", r.type);
  for (const auto& h : r.headers) put(h.name, h.value);
  if (!r.live && r.status != 304 && r.status != 204)
    put("Content-Length", std::to_string(r.body.size()));
  put("Connection", keep_alive ? "keep-alive" : "close");
  return out + "\r\n";
}

}  // namespace truce::serve
