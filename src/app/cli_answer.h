#pragma once
// For tests: what a command line says, and with what status it ends.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/cli.h"

namespace truce::app {

struct CliAnswer {
  int status = 0;
  std::string out, err;
};

inline CliAnswer answer_to(const std::vector<std::string>& words) {
  std::vector<const char*> argv{"truce"};
  for (const auto& w : words) argv.push_back(w.c_str());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  CliAnswer answer;
  answer.status = run_cli(static_cast<int>(argv.size()), argv.data());
  answer.out = ::testing::internal::GetCapturedStdout();
  answer.err = ::testing::internal::GetCapturedStderr();
  return answer;
}

}  // namespace truce::app
