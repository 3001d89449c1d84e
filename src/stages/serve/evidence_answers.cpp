// Routes to what lies behind a record. The answer is worked out later, in a thread of its own.

#include <charconv>
#include <optional>

#include "stages/serve/internal/answer.h"

namespace truce::serve {

namespace {

constexpr std::size_t kSourcesMax = 32;
constexpr std::uint64_t kBinsMax = 4000;
constexpr std::uint64_t kWindowMaxNs = 86'400ULL * 1'000'000'000;

using Document = std::function<Result<View>(Evidence&)>;

// Of what gives a body of JSON.
template <class Body>
std::optional<Document> json_document(const Body& body) {
  return Document([body](Evidence& e) -> Result<View> {
    TRUCE_TRY(json, body(e));
    return View{std::string(kJson), std::move(json)};
  });
}

std::optional<std::uint64_t> entry_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// "a,b"; none is empty.
Result<std::vector<std::string>> sources_of(const Target& target) {
  std::vector<std::string> out;
  const std::string* given = target.find("source");
  if (given == nullptr || given->empty()) return out;
  for (std::string_view rest = *given;;) {
    const std::size_t comma = rest.find(',');
    out.emplace_back(rest.substr(0, comma));
    if (out.back().empty())
      return bad_input("names an empty source", {.source = "source"}, "ids with commas between");
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (out.size() > kSourcesMax)
    return bad_input("names too many sources", {.source = "source"}, "at most 32");
  return out;
}

Result<std::optional<Document>> log_document(const std::vector<std::string>& path,
                                             std::optional<Instant> before) {
  if (path.size() == 2) return json_document([before](Evidence& e) { return e.log(before); });
  if (path.size() != 4 || path[2] != "entries") return std::optional<Document>();
  const auto n = entry_number(path[3]);
  if (!n) return std::optional<Document>();
  return json_document([n = *n](Evidence& e) { return e.log_entry(n); });
}

Result<std::optional<Document>> incident_document(const Target& target) {
  const auto& path = target.path;
  if (path.size() != 4) return std::optional<Document>();
  const std::string& id = path[2];
  if (path[3] == "versions") return json_document([id](Evidence& e) { return e.versions(id); });
  if (path[3] == "arrivals") return json_document([id](Evidence& e) { return e.arrivals(id); });
  if (path[3] == "recordings") return json_document([id](Evidence& e) { return e.recordings(id); });
  if (path[3] != "without") return std::optional<Document>();
  TRUCE_TRY(sources, sources_of(target));
  return json_document([id, sources](Evidence& e) { return e.without(id, sources); });
}

Result<std::optional<Document>> recording_document(const Target& target) {
  const auto& path = target.path;
  const std::string& id = path.at(2);
  if (path.size() == 3) {
    TRUCE_CHECK_OK(only_known(target, {}));
    return std::optional<Document>([id](Evidence& e) { return e.recording(id); });
  }
  if (path.size() != 4 || path[3] != "trace") return std::optional<Document>();
  TRUCE_CHECK_OK(only_known(target, {"bins", "datetime"}));
  std::uint64_t bins = 600;
  if (const auto* text = target.find("bins")) {
    const auto n = entry_number(*text);
    if (!n || *n == 0 || *n > kBinsMax)
      return bad_input("is no number of bins", {.source = "bins"}, "1 to 4000");
    bins = *n;
  }
  const auto* text = target.find("datetime");
  if (text == nullptr)
    return bad_input("is needed", {.source = "datetime"}, "two times with \"/\" between");
  TRUCE_TRY(window, datetime_of(*text));
  const auto length_ns =
      static_cast<std::uint64_t>(window.end.ns) - static_cast<std::uint64_t>(window.start.ns);
  if (length_ns == 0 || length_ns > kWindowMaxNs)
    return bad_input("is no window", {.source = "datetime"}, "two times, at most a day apart");
  return json_document([id, window, bins](Evidence& e) { return e.traces(id, window, bins); });
}

// Views as they were: of all that was known then, so that what views are made from now is no help.
Result<std::optional<Document>> past_document(const Target& target) {
  const std::string* as_of = target.find("as-of");
  const std::string_view what = target.path.size() > 1 ? std::string_view(target.path[1]) : "";
  if (as_of == nullptr || (what != "board" && what != "histogram" && what != "reports"))
    return std::optional<Document>();
  const auto position = entry_number(*as_of);
  if (!position) return bad_input("is no position of the log", {.source = "as-of"}, "a number");
  Target of = target;
  std::erase_if(of.query, [](const auto& parameter) { return parameter.first == "as-of"; });
  return std::optional<Document>([of, n = *position](Evidence& e) { return e.view_as_of(of, n); });
}

Result<std::optional<Document>> document_of(const Target& target, std::optional<Instant> before) {
  const auto& path = target.path;
  const bool is_log = path.size() > 1 && path[1] == "log";
  const bool is_incident = path.size() > 1 && path[1] == "incidents";
  if (path.size() > 2 && path[1] == "recordings") return recording_document(target);
  if (!is_log && !is_incident) return past_document(target);
  TRUCE_TRY(document, is_log ? log_document(path, before) : incident_document(target));
  if (!document) return document;
  if (is_incident && path[3] == "without") {
    TRUCE_CHECK_OK(only_known(target, {"source"}));
  } else {
    TRUCE_CHECK_OK(only_known(target, {}));
  }
  return document;
}

Response worked_out(Evidence& evidence, const Document& document) {
  auto view = document(evidence);
  if (!view.ok()) {
    // What is asked is sound, and more than one question may cost.
    if (view.error().code == ErrorCode::kLimit) return problem(422, view.error().to_text());
    return problem_of(view.error());
  }
  Response out;
  out.type = std::move(view->type);
  out.headers = std::move(view->headers);
  out.body = std::move(view->body);
  return out;
}

}  // namespace

std::optional<Response> answer_evidence(const Asked& asked, const Records& records,
                                        RecordsSource& source) {
  // To whom records are told late the log is as long as it was then.
  const Release* release = records.release();
  const bool is_late = release != nullptr && !release->live;
  auto document =
      document_of(asked.target, is_late ? std::optional(records.read_at()) : std::nullopt);
  if (!document.ok()) return problem_of(document.error());
  if (!*document) return std::nullopt;
  // A recording is what it is.
  const auto& path = asked.target.path;
  const bool is_bytes = path.size() == 3 && path[1] == "recordings";
  const auto format = format_of(asked, {{"json", kJson}});
  if (!format.ok() && !is_bytes) return problem_of(format.error());
  auto evidence = source.evidence();
  if (!evidence.ok()) return problem_of(evidence.error());
  Response out;
  out.is_long = true;
  out.slow = [evidence = *evidence, document = **document]() -> Finish {
    return [answer = worked_out(*evidence, document)] { return answer; };
  };
  return out;
}

Result<std::shared_ptr<Evidence>> RecordsSource::evidence() {
  return make_error(ErrorCode::kNotFound, "nothing lies behind these records");
}

}  // namespace truce::serve
