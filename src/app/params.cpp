#include "app/params.h"

#include <toml++/toml.h>

#include <algorithm>

#include "base/json.h"
#include "stages/fuse/params.h"
#include "stages/release/params.h"

namespace truce::app {

namespace {

double number(const toml::table& t, std::string_view key) {
  const auto v = t[key].value<double>();
  TRUCE_ENSURE(v.has_value());
  return *v;
}

ParamSpec spec_of(const toml::table& t) {
  ParamSpec s;
  s.name = t["name"].value_or("");
  s.unit = t["unit"].value_or("");
  s.meaning = t["meaning"].value_or("");
  s.source = t["source"].value_or("");
  s.initial = number(t, "default");
  s.min = number(t, "min");
  s.max = number(t, "max");
  s.whole = t["default"].is_integer();
  TRUCE_ENSURE(!s.name.empty() && !s.unit.empty() && !s.meaning.empty());
  TRUCE_ENSURE(s.min <= s.initial && s.initial <= s.max);
  return s;
}

StageParams parse(const ParamsText& text) {
  StageParams out{std::string(text.stage), {}};
  const toml::table root = toml::parse(text.toml, std::string(text.stage) + "/params.toml");
  const auto* list = root["param"].as_array();
  TRUCE_ENSURE(list != nullptr && root.size() == 1);
  for (const auto& node : *list) {
    TRUCE_ENSURE(node.is_table());
    out.params.push_back(spec_of(*node.as_table()));
  }
  return out;
}

template <class Params>
std::vector<ParamValue> listed(Params params) {
  std::vector<ParamValue> out;
  for_each_param(params, [&](std::string_view name, const auto& value) {
    out.push_back({std::string(name), static_cast<double>(value)});
  });
  return out;
}

}  // namespace

const std::vector<StageParams>& stage_params() {
  static const std::vector<StageParams> all = [] {
    std::vector<StageParams> out;
    for (const auto& text : params_texts()) out.push_back(parse(text));
    return out;
  }();
  return all;
}

const StageParams& params_of(std::string_view stage) {
  const auto& all = stage_params();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const StageParams& s) { return s.stage == stage; });
  TRUCE_ENSURE(it != all.end());
  return *it;
}

std::string value_text(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

std::string range_words(const ParamSpec& s) {
  return std::string(s.whole ? "a whole number" : "a number") + " from " + value_text(s.min) +
         " to " + value_text(s.max) + " (" + s.unit + ")";
}

std::string params_markdown() {
  std::string out =
      "# Parameters\n\nA mission overrides a default in `mission.toml`, in the table of the stage: "
      "`[fuse]`, then `gap_s = 300`.\n`truce check MISSION` says when a value is out of range; "
      "`truce params MISSION` prints the values a mission uses.\nThis page is made by `truce "
      "params --markdown` from `src/stages/*/params.toml`.\n";
  for (const auto& stage : stage_params()) {
    out += "\n## " + stage.stage +
           "\n\n| parameter | unit | default | range | meaning |\n|---|---|---|---|---|\n";
    for (const auto& s : stage.params) {
      out += "| `" + s.name + "` | " + s.unit + " | " + value_text(s.initial) + " | " +
             value_text(s.min) + " to " + value_text(s.max) + (s.whole ? ", whole" : "") + " | " +
             s.meaning + (s.source.empty() ? "" : " Default: " + s.source + ".") + " |\n";
    }
  }
  return out;
}

std::vector<ParamValue> values_of(const Mission& mission, std::string_view stage) {
  if (stage == "acquire") return listed(mission.acquire);
  if (stage == "fuse") return listed(mission.fuse);
  if (stage == "release") return listed(mission.release);
  TRUCE_ENSURE(!"a stage with parameters that missions do not carry");
  return {};
}

}  // namespace truce::app
