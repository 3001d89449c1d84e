#pragma once
// How the server fares, for the engineer on call: a line of JSON when it starts and stops, for each
// answer that is an error or took long, and for connections that were turned away; in a file per
// day (UTC). Who read what is in the access log instead.
//
//   {"at":"2025-04-19T12:00:00Z","event":"answer","method":"GET","problem":{…,"status":503,…},
//    "status":503,"target":"/api/board","took_ms":3}

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/json.h"
#include "stages/serve/internal/day_file.h"

namespace truce::serve {

// Answers that took as long are told.
inline constexpr Duration kLongAnswer = Duration::whole_seconds(1);
// Lines in one minute, at most: whoever asks wrongly on purpose fills no disk. The first line of a
// later minute is of how many were left out.
inline constexpr int kServerLinesAMinute = 120;

class ServerLog {
 public:
  // `folder` as in DayFile. A line that cannot be written is counted as lost: the server goes on.
  explicit ServerLog(std::string folder) : file_(std::move(folder)) {}
  // `fields` adds what is known of the event, its keys behind "event" in the alphabet.
  void write(Instant at, std::string_view event, const std::function<void(JsonWriter&)>& fields);
  std::int64_t lost() const { return lost_; }

 private:
  void append(Instant at, std::string_view event, const std::function<void(JsonWriter&)>& fields);
  DayFile file_;
  std::int64_t minute_ = -1;
  int lines_ = 0;
  std::int64_t left_out_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace truce::serve
