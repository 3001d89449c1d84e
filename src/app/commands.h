#pragma once
// One function per subcommand; each returns the program's exit status.

#include <filesystem>
#include <string>

#include "app/session.h"

namespace truce::app {

struct RunOptions {
  std::filesystem::path mission;
  bool once = false;
  bool json = false;
  SessionOptions session;
};
int command_run(const RunOptions& options);
int command_check(const std::filesystem::path& mission, const std::filesystem::path& data);

struct AcquireOptions {
  std::string format;
  std::filesystem::path file;
  std::filesystem::path mapping;
  std::string zone = "UTC";
  bool dry_run = false;
  std::filesystem::path into;  // a mission; its log takes the records
  std::string feed = "hand";
  SessionOptions session;
};
int command_acquire(const AcquireOptions& options);
int command_replay(const std::filesystem::path& mission, const SessionOptions& options);
int command_explain(const std::filesystem::path& mission, const std::string& finding,
                    const SessionOptions& options);

struct ReportOptions {
  std::filesystem::path mission;
  std::string day;
  std::string until;
  std::string audience = "staff";
  SessionOptions session;
};
int command_report(const ReportOptions& options);

// Prints an error the one way and gives its exit status.
int fail(const Error& error);

}  // namespace truce::app
