#pragma once
// SHA-256 of bytes that go on coming: what it is so far can be asked at any time.

#include <memory>
#include <string_view>

#include "base/hash.h"

namespace truce {

class RunningHash {
 public:
  RunningHash();
  ~RunningHash();
  RunningHash(const RunningHash&) = delete;
  RunningHash& operator=(const RunningHash&) = delete;
  void update(std::string_view bytes);
  Hash so_far() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace truce
