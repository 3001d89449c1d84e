#pragma once
// Who read what, and when: a line of JSON for each request that touches restricted records or tries
// to sign in, in a file per day (UTC). The line is written before the answer goes out; where it
// cannot be, no answer goes out.

#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "stages/serve/internal/day_file.h"
#include "stages/serve/reader.h"

namespace truce::serve {

struct Access {
  Instant at;
  std::string account;  // who was signed in; empty: nobody
  std::string tried;    // the name somebody tried to sign in with, likewise
  Role role = Role::kPublic;
  std::string party;
  std::string method;
  std::string target;
  int status = 0;
  std::size_t records = 0;  // in the answer
};

class AccessLog {
 public:
  // `folder` as in DayFile.
  explicit AccessLog(std::string folder) : file_(std::move(folder)) {}
  // The system has the line when it returns. Errors: kIo.
  Status write(const Access& access);

 private:
  DayFile file_;
};

std::string access_json(const Access& access);

}  // namespace truce::serve
