#include <cstdio>
#include <map>

#include "app/commands.h"
#include "app/params.h"
#include "base/json.h"

namespace truce::app {

namespace {

using Values = std::map<std::string, double>;  // by parameter, where a mission gives them

double value_of(const Values& values, const ParamSpec& spec) {
  const auto it = values.find(spec.name);
  return it == values.end() ? spec.initial : it->second;
}

Values values_in(const Mission* mission, const std::string& stage) {
  Values out;
  if (mission == nullptr) return out;
  for (const auto& v : values_of(*mission, stage)) out[v.name] = v.value;
  return out;
}

void print_stage(const StageParams& stage, const Values& values) {
  std::printf("[%s]\n", stage.stage.c_str());
  for (const auto& s : stage.params) {
    const double value = value_of(values, s);
    const std::string note = value == s.initial ? "" : "    # default " + value_text(s.initial);
    std::printf("%s = %s%s\n    # %s\n    # %s\n", s.name.c_str(), value_text(value).c_str(),
                note.c_str(), s.meaning.c_str(), range_words(s).c_str());
  }
  std::printf("\n");
}

void write_param(JsonWriter& w, const ParamSpec& s, double value) {
  w.begin_object().key("default").number(s.initial).key("max").number(s.max);
  w.key("meaning").string(s.meaning).key("min").number(s.min).key("name").string(s.name);
  w.key("unit").string(s.unit).key("value").number(value).key("whole").boolean(s.whole);
  w.end_object();
}

void print_json(const Mission* mission) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  for (const auto& stage : stage_params()) {
    const Values values = values_in(mission, stage.stage);
    w.key(stage.stage).begin_array();
    for (const auto& s : stage.params) write_param(w, s, value_of(values, s));
    w.end_array();
  }
  w.end_object();
  std::printf("%s\n", line.c_str());
}

}  // namespace

int command_params(const ParamsOptions& options) {
  if (options.markdown) {
    std::fputs(params_markdown().c_str(), stdout);
    return 0;
  }
  std::optional<Mission> mission;
  if (!options.common.mission.empty()) {
    auto loaded = load_or_explain(options.common.mission, options.common.session.data);
    if (!loaded.ok()) return fail(loaded.error());
    mission = *std::move(loaded);
  }
  const Mission* of = mission ? &*mission : nullptr;
  if (options.common.json) {
    print_json(of);
    return 0;
  }
  for (const auto& stage : stage_params()) print_stage(stage, values_in(of, stage.stage));
  return 0;
}

}  // namespace truce::app
