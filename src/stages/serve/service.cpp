#include "stages/serve/service.h"

#include <algorithm>

#include "base/hash.h"
#include "stages/serve/assets.h"
#include "stages/serve/internal/answer.h"

namespace truce::serve {

namespace {

// No inline script or style anywhere, nothing from elsewhere, in no one's frame.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void secure(Response& r) {
  r.headers.push_back({"Content-Security-Policy", std::string(kContentPolicy)});
  r.headers.push_back({"X-Content-Type-Options", "nosniff"});
  r.headers.push_back({"X-Frame-Options", "DENY"});
  r.headers.push_back({"Referrer-Policy", "no-referrer"});
  r.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  r.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  r.headers.push_back({"Permissions-Policy", "camera=(), geolocation=(), microphone=()"});
}

// Only names of this machine: a page elsewhere that has its name point here (DNS rebinding) is not
// answered.
bool is_own_host(std::string_view host) {
  for (const std::string_view own : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host.substr(0, own.size()) != own) continue;
    const std::string_view port = host.substr(own.size());
    const bool is_number = port.size() > 1 && port.size() <= 6 && port.front() == ':' &&
                           port.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (port.empty() || is_number) return true;
  }
  return false;
}

bool is_host(std::string_view name) {
  return name.size() == 4 && (name[0] | 32) == 'h' && (name[1] | 32) == 'o' &&
         (name[2] | 32) == 's' && (name[3] | 32) == 't';
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

constexpr std::string_view kLiveData = "no-cache";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

}  // namespace

Response Service::answer(const Request& request) {
  Response out = routed(request);
  out.head_only = request.method == "HEAD";
  if (out.head_only) out.live = false;
  const bool says_cache = std::any_of(out.headers.begin(), out.headers.end(),
                                      [](const Header& h) { return h.name == "Cache-Control"; });
  if (!says_cache) out.headers.push_back({"Cache-Control", "no-store"});
  secure(out);
  ++answered_[out.status];
  return out;
}

Response Service::routed(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response out = problem(405, "only GET and HEAD are answered");
    out.headers.push_back({"Allow", "GET, HEAD"});
    return out;
  }
  const auto target = parse_target(request.target);
  if (!target.ok()) return problem_of(target.error());
  const auto hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                   [](const Header& h) { return is_host(h.name); });
  if (hosts > 1) return problem(400, "the header Host is given twice");
  if (request.header("Host").empty()) return problem(400, "the header Host is missing");
  if (!is_own_host(request.header("Host")))
    return problem(421, "this server answers for 127.0.0.1, localhost and [::1] alone");
  const std::string first = target->path.empty() ? "" : target->path.front();
  if (first == "api" && target->path.size() == 2 && target->path[1] == "live")
    return answer_live(request, *target);
  if (first == "api") return answer_records(request, *target);
  if (first == "healthz" && target->path.size() == 1) return answer_health();
  if (first == "metrics" && target->path.size() == 1) return answer_metrics();
  return answer_asset(request, *target);
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
  const std::string_view cache = asset->name.substr(0, 7) == "assets/" ? kForEver : kLiveData;
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

Response Service::answer_records(const Request& request, const Target& target) {
  const auto latest = source_.latest();
  if (!latest.ok()) return problem_of(latest.error());
  Records& records = **latest;
  const std::string host(request.header("Host"));
  // Whatever an answer is made of: equal tags, equal bytes.
  const std::string tag =
      tag_of(std::to_string(records.position()) + "\n" + std::string(records.rules()) + "\n" +
             to_text(records.read_at()) + "\n" + options_.version + "\n" + host + "\n" +
             request.target + "\n" + std::string(request.header("Accept")));
  if (has_it(request, tag)) return unchanged(tag, kLiveData);
  Response out = answer_api({request, target, "http://" + host}, records, options_);
  if (out.status != 200) return out;
  out.headers.push_back({"ETag", tag});
  out.headers.push_back({"Cache-Control", std::string(kLiveData)});
  out.headers.push_back({"Vary", "Accept"});
  return out;
}

Response Service::answer_live(const Request& request, const Target& target) {
  const Status known = only_known(target, {"since"});
  if (!known.ok()) return problem_of(known.error());
  if (!accepts(request.header("Accept"), "text/event-stream"))
    return problem(406, "it is text/event-stream");
  const auto latest = source_.latest();
  if (!latest.ok()) return problem_of(latest.error());
  Response out;
  out.type = "text/event-stream";
  out.live = true;
  out.headers.push_back({"Cache-Control", "no-store"});
  out.cursor = request.header("Last-Event-ID");
  const std::string* since = target.find("since");
  if (!out.cursor.empty() || since == nullptr) return out;
  if (!position_of_cursor(*since))
    return problem(400, "since is no position of the log; expected a number of entries");
  out.cursor = *since;
  return out;
}

Result<LiveBatch> Service::live(LivePlace& place) {
  TRUCE_TRY(records, source_.latest());
  return live_.next(place, *records);
}

std::uint64_t Service::generation() {
  const auto latest = source_.latest();
  if (!latest.ok()) return generation_;
  std::string now = std::to_string((*latest)->position()) + "/" + std::string((*latest)->rules());
  if (now != seen_) ++generation_;
  seen_ = std::move(now);
  return generation_;
}

Response Service::answer_health() {
  const auto latest = source_.latest();
  if (!latest.ok()) return problem_of(latest.error());
  Response out;
  out.type = kJson;
  JsonWriter w(out.body);
  w.begin_object().key("position").integer(static_cast<std::int64_t>((*latest)->position()));
  w.key("status").string("ok").key("version").string(options_.version).end_object();
  return out;
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
  put("truce_live_clients", "gauge", "Clients of the live stream.", figures_.live_clients);
  put("truce_http_refused_total", "counter", "Connections refused for being too many.",
      figures_.refused);
  put("truce_http_timed_out_total", "counter", "Connections closed for being slow or idle.",
      figures_.timed_out);
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
    // Nothing of a value may end its line, whoever wrote it.
    for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    out += "\r\n";
  };
  if (!r.type.empty()) put("Content-Type", r.type);
  for (const auto& h : r.headers) put(h.name, h.value);
  if (!r.live && r.status != 304) put("Content-Length", std::to_string(r.body.size()));
  put("Connection", keep_alive ? "keep-alive" : "close");
  return out + "\r\n";
}

}  // namespace truce::serve
