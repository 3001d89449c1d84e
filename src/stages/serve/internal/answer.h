#pragma once
// What every answer has in common: links, problems, the entity tag.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "stages/serve/records.h"
#include "stages/serve/request.h"
#include "stages/serve/service.h"

namespace truce::serve {

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kGeoJson = "application/geo+json";
inline constexpr std::string_view kCsv = "text/csv; charset=utf-8";
inline constexpr std::string_view kOpenApi = "application/vnd.oai.openapi+json;version=3.0";
inline constexpr std::string_view kProblemJson = "application/problem+json";

struct Link {
  std::string href;
  std::string_view rel;
  std::string_view type;
  std::string_view title = {};
};

std::string links_json(const std::vector<Link>& links);
void add_link_headers(Response& response, const std::vector<Link>& links);

std::string_view status_words(int status);
// RFC 9457, with the "code" that OGC API – Features wants of an exception.
Response problem(int status, std::string_view detail);
// Adds what a browser must keep to: no script or style from elsewhere, in no one's frame. What
// brings a policy of its own may be framed by this origin.
void secure(Response& response);
// By its code: what was asked wrongly, what is not there, what is ours.
Response problem_of(const Error& error);

// A request for records, understood.
struct Asked {
  const Request& request;
  const Target& target;
  std::string root;  // "http://127.0.0.1:8080"
  const Reader& reader;
};

// /api and what is below it, but the stream. `records` stay as they are meanwhile.
// `tiles`: of an operator; null where there are none.
Response answer_api(const Asked& asked, Records& records, const SiteOptions& site,
                    const TileFile::About* tiles);
// /api/collections/{id}/items and below.
Response answer_items(const Asked& asked, Records& records);
// /api/log, /api/incidents/{id}/… and below: a slow answer. None: the path is another.
std::optional<Response> answer_evidence(const Asked& asked, const Records& records,
                                        RecordsSource& source);
std::string openapi_document(std::string_view version);

// "datetime" of OGC API – Features: an instant, or two with "/" between, either of which may be
// open. Errors: kBadInput.
Result<Interval> datetime_of(std::string_view text);
// Which of the types that there are is asked for, by ?f= or the Accept header. Errors: kBadInput
// for an unknown f, kUnusable where none is acceptable.
struct Format {
  std::string_view f;
  std::string_view type;
};
Result<Format> format_of(const Asked& asked, const std::vector<Format>& formats);

}  // namespace truce::serve
