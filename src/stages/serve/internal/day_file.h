#pragma once
// Lines that are appended to a file per day (UTC), DAY.jsonl in one folder, which only its owner
// can read.

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace truce::serve {

class DayFile {
 public:
  // `folder` is made when the first line is written; empty: nothing is.
  explicit DayFile(std::string folder) : folder_(std::move(folder)) {}
  DayFile(const DayFile&) = delete;
  DayFile& operator=(const DayFile&) = delete;
  ~DayFile();
  // The system has the line, which is given without its end, when this returns. Errors: kIo.
  Status append(Instant at, std::string_view line);

 private:
  Status open_day(const std::string& day);
  std::string folder_;
  std::string day_;
  int file_ = -1;
};

}  // namespace truce::serve
