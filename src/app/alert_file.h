#pragma once
// var/alerts.jsonl: every alert that was said, once each, in the order in which it was said.
//
// An alert is said on standard error before it is written and synced, so that a crash between the
// two says it again and never loses it. What the file holds was acknowledged and is not said again,
// whoever makes the same alerts of the same log. A last line without an end was never acknowledged.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/alerts.h"
#include "base/disk.h"

namespace truce::app {

class AlertFile {
 public:
  static Result<std::unique_ptr<AlertFile>> open(Disk& disk, const std::string& path);
  // Those that are not in the file yet.
  Status say(const std::vector<Alert>& alerts);
  // Called before a line is printed: takes away what stands in its place.
  std::function<void()> before_saying;

 private:
  explicit AlertFile(std::unique_ptr<DiskFile> file) : file_(std::move(file)) {}
  std::unique_ptr<DiskFile> file_;
  std::set<std::string, std::less<>> said_;
};

}  // namespace truce::app
