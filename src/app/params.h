#pragma once
// The parameters of the stages, as their params.toml describe them: the one place from which a
// mission's values are checked, `truce params` prints and docs/parameters.md is made.

#include <string>
#include <string_view>
#include <vector>

#include "app/mission.h"

namespace truce::app {

struct ParamSpec {
  std::string name;
  std::string unit;
  std::string meaning;
  std::string source;  // where the default comes from; empty when the meaning says enough
  double initial = 0;  // the default
  double min = 0;      // both ends are allowed
  double max = 0;
  bool whole = false;  // a whole number
};

struct StageParams {
  std::string stage;  // "fuse": also the table of mission.toml that overrides them
  std::vector<ParamSpec> params;
};

// The text of each src/stages/*/params.toml, put into the program by the build.
struct ParamsText {
  std::string_view stage;
  std::string_view toml;
};
std::vector<ParamsText> params_texts();

// All stages that have parameters, by name. A description that contradicts itself is a programmer's
// error and ends the program; a test reads them all.
const std::vector<StageParams>& stage_params();
const StageParams& params_of(std::string_view stage);

// "600", "1e-4": shortest decimal that reads back as the value.
std::string value_text(double value);
// "a whole number from 16 to 4096 (places)".
std::string range_words(const ParamSpec& spec);

// docs/parameters.md, whole.
std::string params_markdown();

// The values that a mission works with, in the order of its stage's description.
struct ParamValue {
  std::string name;
  double value = 0;
};
std::vector<ParamValue> values_of(const Mission& mission, std::string_view stage);

}  // namespace truce::app
