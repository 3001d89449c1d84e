#include "stages/serve/internal/answer.h"

namespace truce::serve {

std::string links_json(const std::vector<Link>& links) {
  std::string out;
  JsonWriter w(out);
  w.begin_array();
  for (const Link& link : links) {
    w.begin_object().key("href").string(link.href).key("rel").string(link.rel);
    if (!link.title.empty()) w.key("title").string(link.title);
    w.key("type").string(link.type).end_object();
  }
  w.end_array();
  return out;
}

void add_link_headers(Response& response, const std::vector<Link>& links) {
  for (const Link& link : links) {
    response.headers.push_back({"Link", "<" + link.href + ">; rel=\"" + std::string(link.rel) +
                                            "\"; type=\"" + std::string(link.type) + "\""});
  }
}

std::string_view status_words(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

Response problem(int status, std::string_view detail) {
  Response out;
  out.status = status;
  out.type = kProblemJson;
  JsonWriter w(out.body);
  const std::string words = to_valid_utf8(detail);
  w.begin_object().key("code").string(std::to_string(status)).key("detail").string(words);
  w.key("status").integer(status).key("title").string(status_words(status));
  w.key("type").string("about:blank").end_object();
  return out;
}

Response problem_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kBadInput:
      return problem(400, error.to_text());
    case ErrorCode::kLimit:
      return problem(414, error.to_text());
    case ErrorCode::kUnusable:
      return problem(406, error.to_text());
    case ErrorCode::kNotFound:
      return problem(404, error.to_text());
    case ErrorCode::kBusy: {
      Response out = problem(503, error.to_text());
      out.headers.push_back({"Retry-After", "1"});
      return out;
    }
    default:  // what is wrong inside is for the operator, not for whoever asks
      return problem(500, "the records could not be read");
  }
}

Result<Format> format_of(const Asked& asked, const std::vector<Format>& formats) {
  std::string names;
  for (const Format& format : formats) {
    names += (names.empty() ? "" : " or ") + std::string(format.f);
  }
  if (const std::string* f = asked.target.find("f")) {
    for (const Format& format : formats) {
      if (*f == format.f) return format;
    }
    return bad_input("there is no such form", {.source = "f"}, names);
  }
  for (const Format& format : formats) {
    if (accepts(asked.request.header("Accept"), format.type)) return format;
  }
  return make_error(ErrorCode::kUnusable, "in none of the types that the Accept header takes", {},
                    names);
}

}  // namespace truce::serve
