#pragma once
// Who read what, and when: a line of JSON for each request that touches restricted records or tries
// to sign in, in a file per day (UTC). The line is written before the answer goes out; where it
// cannot be, no answer goes out.

#include <string>

#include "base/instant.h"
#include "base/result.h"
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
  // `folder` is made when the first line is written; empty: nothing is.
  explicit AccessLog(std::string folder) : folder_(std::move(folder)) {}
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;
  ~AccessLog();
  // The system has the line when it returns. Errors: kIo.
  Status write(const Access& access);

 private:
  Status open_day(const std::string& day);
  std::string folder_;
  std::string day_;
  int file_ = -1;
};

std::string access_json(const Access& access);

}  // namespace truce::serve
