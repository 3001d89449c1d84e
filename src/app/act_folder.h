#pragma once
// var/acts: what officers ruled and is not in the log yet. As var/signatures (signature_folder.h):
// durable as a file before it is acknowledged, taken in by whoever writes the log, removed once the
// log holds it. A second take is seen by the act's id.

#include <filesystem>
#include <string>
#include <vector>

#include "base/disk.h"
#include "model/act.h"

namespace truce::app {

inline constexpr const char* kActFolder = "var/acts";  // in the mission's

// Files in it, by name.
std::vector<std::filesystem::path> acts_left(const std::filesystem::path& mission);
Status leave_act(const std::filesystem::path& mission, Disk& disk, const Act& act);
// {"key":"…","signature":"…","statement":"…"}, in any order; what is posted, too. Errors: not that;
// those of signed_act.
Result<Act> read_act(std::string_view json);
// As they were left; those that cannot be read are passed over.
std::vector<Act> acts_waiting(const std::filesystem::path& mission);

}  // namespace truce::app
