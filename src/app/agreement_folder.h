#pragma once
// A folder with agreement.toml, geo/*.geojson, and perhaps cases.csv, clocks.toml and text/*.md:
// part of a mission, or of its own under examples/agreements.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "stages/judge/judge.h"

namespace truce::app {

struct AgreementFolder {
  judge::Agreement agreement;
  judge::Geometry geometry;
  std::vector<judge::WorkedCase> cases;
  std::vector<judge::ClockCase> clock_cases;
  judge::Texts texts;
};

// Reads a file of the folder; `name` is relative to it.
using ReadFile = std::function<Result<std::string>(const std::string& name)>;

// What belongs to agreement.toml, given the geometry: its text is held against it and its cases are
// worked. Everything that is wrong goes to `problems`.
AgreementFolder read_agreement(const std::filesystem::path& folder, judge::Geometry geometry,
                               const ReadFile& read, judge::Problems& problems);

// The same of a folder of its own.
AgreementFolder load_agreement_folder(const std::filesystem::path& folder,
                                      judge::Problems& problems);

// Files of a folder with such an ending, "geo/zones.geojson", in order.
std::vector<std::string> files_in(const std::filesystem::path& folder, const std::string& inner,
                                  const std::string& ending);

}  // namespace truce::app
