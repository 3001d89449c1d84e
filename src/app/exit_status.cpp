#include "app/exit_status.h"

#include <array>

namespace truce::app {

namespace {

constexpr std::array<ExitStatus, 9> kStatuses{{
    {0, "done", "everything that was asked for is done"},
    {2, "usage", "the command line cannot be served as it stands; nothing was written"},
    {3, "mission wrong", "mission.toml, agreement.toml or geo/ contradict themselves"},
    {4, "input wrong", "a file does not follow its format, or rows of it were rejected"},
    {5, "not found", "a file, a mission or a finding is not there"},
    {6, "disk", "the disk or the network failed"},
    {7, "damage", "stored bytes are not what was written, or results do not follow from the log"},
    {8, "limit", "a stated limit was reached"},
    {9, "busy", "another truce works on the mission; end it or wait for it"},
}};

}  // namespace

std::span<const ExitStatus> exit_statuses() { return kStatuses; }

std::string exit_status_line() {
  std::string out;
  for (const auto& s : kStatuses)
    out += (out.empty() ? "Exit status: " : ", ") + std::to_string(s.status) + " " +
           std::string(s.name);
  return out + ".";
}

}  // namespace truce::app
