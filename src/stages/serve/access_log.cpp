#include "stages/serve/internal/access_log.h"

#include "base/json.h"

namespace truce::serve {

std::string access_json(const Access& a) {
  std::string out;
  JsonWriter w(out);
  const auto text_or_null = [&w](std::string_view key, const std::string& text) {
    w.key(key);
    text.empty() ? w.null() : w.string(to_valid_utf8(text));
  };
  w.begin_object();
  text_or_null("account", a.account);
  w.key("at").string(to_text(a.at)).key("method").string(to_valid_utf8(a.method));
  text_or_null("party", a.party);
  w.key("records").integer(static_cast<std::int64_t>(a.records));
  w.key("role").string(to_string(a.role)).key("status").integer(a.status);
  w.key("target").string(to_valid_utf8(a.target));
  if (!a.tried.empty()) w.key("tried").string(a.tried);
  w.end_object();
  return out;
}

Status AccessLog::write(const Access& access) {
  return file_.append(access.at, access_json(access));
}

}  // namespace truce::serve
