#pragma once
// var/signatures: what was signed and is not in the log yet.
//
// One program at a time writes the log, and a run that stays is that program. So who signs leaves
// the record as a file, durable before anything is said, and whoever writes takes it in at the next
// look as though it were a feed, and removes it once the log holds it. A second take is a duplicate
// by its bytes and by its id, so that a crash at any moment loses nothing and doubles nothing.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/clocks.h"
#include "base/disk.h"
#include "model/records.h"

namespace truce::app {

constexpr const char* kSignatureFeed = "signatures";
constexpr const char* kSignatureFolder = "var/signatures";  // in the mission's

// Files in it, by name.
std::vector<std::filesystem::path> signatures_left(const std::filesystem::path& mission);
Status leave_signature(const std::filesystem::path& mission, Disk& disk,
                       const ::truce::Signature& record);

// Beyond this it is said beside the time that a signature names when it was entered, and no time
// before what the log holds can be named.
constexpr Duration kSignedAndEntered = Duration::minutes(15);
bool are_apart(Instant a, Instant b);
// The end of what the log tells of, or its last look at the feeds where that was later.
Result<Instant> end_of_log(const Mission& mission, ledger::Store& store);
// When the entry at a position of the log was received.
Result<Instant> entered_at(const Mission& mission, Disk& disk, std::uint64_t position);
// By signature: when it was entered, where that is further from the time that it names.
using EnteredAt = std::map<std::string, Instant>;
Result<EnteredAt> entered_elsewhen(const Mission& mission, Disk& disk, const Clocks& clocks);

}  // namespace truce::app
