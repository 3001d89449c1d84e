#pragma once
// The steps of a run, for one that stops and for one that stays.

#include <filesystem>

#include "app/commands.h"

namespace truce::app {

// Everything the feeds hold now, into the log and through to incidents, findings and alerts.
Status take_in(Session& s, const RunOptions& o);
// Writes the page and its figures under var/reports, and gives the page's path.
Result<std::filesystem::path> write_report(const Mission& mission, ledger::Store& store, Disk& disk,
                                           CivilDay first, CivilDay last,
                                           std::optional<std::uint64_t> as_of = std::nullopt);
Status print_summary(Session& s, const RunOptions& o, const std::filesystem::path& page);

// Stays with the feeds until asked to stop, by the mission as it is and by each change of it that
// is without a mistake: while it holds one, as it was before.
Status follow(const RunOptions& o);
void print_name(const Session& s, const RunOptions& o);

}  // namespace truce::app
