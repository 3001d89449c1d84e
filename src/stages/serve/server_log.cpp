#include "stages/serve/internal/server_log.h"

namespace truce::serve {

void ServerLog::write(Instant at, std::string_view event,
                      const std::function<void(JsonWriter&)>& fields) {
  const std::int64_t minute = at.ns / Duration::whole_seconds(60).ns;
  if (minute != minute_) {
    const std::int64_t left_out = left_out_;
    minute_ = minute;
    lines_ = 0;
    left_out_ = 0;
    if (left_out > 0)
      append(at, "left_out", [left_out](JsonWriter& w) { w.key("number").integer(left_out); });
  }
  if (++lines_ > kServerLinesAMinute)
    ++left_out_;
  else
    append(at, event, fields);
}

void ServerLog::append(Instant at, std::string_view event,
                       const std::function<void(JsonWriter&)>& fields) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("at").string(to_text(at)).key("event").string(event);
  fields(w);
  w.end_object();
  if (!file_.append(at, line).ok()) ++lost_;
}

}  // namespace truce::serve
