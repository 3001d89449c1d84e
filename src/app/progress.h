#pragma once
// How far long work has come: one line on standard error that overwrites itself, shown only where a
// person can see it, that is on a terminal.

#include <chrono>
#include <cstdint>
#include <string>

namespace truce::app {

class Progress {
 public:
  explicit Progress(bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }
  void show(const std::string& line);  // at most ten times a second; the rest is dropped
  void clear();                        // takes the line away before other output

 private:
  bool shown_ = false;
  bool enabled_ = false;
  std::chrono::steady_clock::time_point next_{};
};

// "1,234,567", for people only.
std::string with_commas(std::uint64_t n);

}  // namespace truce::app
