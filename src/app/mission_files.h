#pragma once
// Whether files have changed, told without reading them.

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace truce::app {

using Marks = std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>>;
// Of what stands there: a folder in the place of a file is marked too.
void add_mark(Marks& marks, const std::filesystem::path& path);

// What a mission is made of. Files that have their name once and for all are looked at whether they
// are there or not; others, such as mappings, are known from when they were first read.
class MissionFiles {
 public:
  // Before the mission is loaded, so that no change falls between.
  explicit MissionFiles(std::filesystem::path folder);
  // Files that it was read from since it was last looked at, relative to the folder. One that was
  // not known, and was written meanwhile, may have been read before or after: it has changed.
  void know(const std::vector<std::string>& files);
  // Since it was last asked.
  bool have_changed();

 private:
  Marks marks() const;

  std::filesystem::path folder_;
  std::set<std::string> named_;
  std::filesystem::file_time_type looked_;
  Marks seen_;
};

}  // namespace truce::app
