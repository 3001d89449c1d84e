#pragma once
// The agreement as the app reads it.

#include <string>

#include "app/mission.h"

namespace truce::app {

// {"definitions", "gates", "hash", "languages", "mechanism", "parties", "provisions", "readings",
// "source", "title"}: what the agreement says, and of each reading what it puts in place of the
// base text. Times RFC 3339 in UTC, distances in metres, calibres in millimetres; what is not said
// is left out. "hash" is the SHA-256 of agreement.toml, hex.
std::string agreement_json(const Mission& mission);

}  // namespace truce::app
