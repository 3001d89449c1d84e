#include "stages/judge/internal/time_rules.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace truce::judge {

std::size_t line_of(const toml::table& t) { return t.source().begin.line; }

std::optional<int> read_whole(const toml::table& t, TomlReader& r, std::string_view key, int min,
                              int max) {
  const auto v = r.number(t, key, min, max);
  if (v && *v == std::floor(*v)) return static_cast<int>(*v);
  if (v) r.say(t, key, "is not a whole number", "a whole number");
  return std::nullopt;
}

namespace {

constexpr int kDeadlineDaysMax = 3660;

// "end of day 2" is 2.
std::optional<int> end_of_day(std::string_view text) {
  constexpr std::string_view kWords = "end of day ";
  if (!text.starts_with(kWords)) return std::nullopt;
  text.remove_prefix(kWords.size());
  int day = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), day);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (day < 1 || day > kDeadlineDaysMax) return std::nullopt;
  return day;
}

Deadline read_end_of_day(const toml::table& t, TomlReader& r) {
  Deadline d;
  const auto day = end_of_day(r.text(t, "by", true));
  if (!day) r.say(t, "by", "is not the end of a day", "\"end of day 2\"");
  d.day = day.value_or(1);
  if (!t.contains("day_one")) {
    r.say(t, "day_one", "which day is day 1 is not said",
          "day_one = \"the day itself\" or \"the day after\"");
    return d;
  }
  d.day_one = read_choice(t, r, "day_one", kDayOneChoices);
  return d;
}

}  // namespace

std::optional<Deadline> read_deadline(const toml::table& t, TomlReader& r) {
  if (t.contains("within") && t.contains("by"))
    r.say(t, "by", "there is a \"within\" too", "one of the two: a length of time or a day");
  if (t.contains("by")) return read_end_of_day(t, r);
  const auto within = r.duration(t, "within");
  if (!within) return std::nullopt;
  Deadline d;
  d.within = within;
  return d;
}

double read_standard(const toml::table& t, TomlReader& r, const TimeNames& names) {
  const auto found = names.standards_of_proof.find(r.text(t, "standard", true));
  if (found != names.standards_of_proof.end()) return found->second;
  if (t.contains("standard"))
    r.say(t, "standard", "there is no such standard of proof", "a name of [standard_of_proof]");
  return 1;
}

namespace {

std::vector<std::string> once_each(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::vector<std::string> read_breaches(const toml::table& t, TomlReader& r, const TimeNames& names,
                                       const std::vector<std::string>& also) {
  if (names.may_lack_provisions) return once_each(r.texts(t, "breaches"));  // one may be theirs
  std::vector<std::string> among = names.provisions;
  among.insert(among.end(), also.begin(), also.end());
  return read_names(t, r, "breaches", among,
                    also.empty() ? "provision" : "provision or cumulation");
}

std::vector<std::string> read_names(const toml::table& t, TomlReader& r, std::string_view key,
                                    const std::vector<std::string>& among, const char* what) {
  auto out = r.texts(t, key);
  for (const auto& name : out) {
    if (std::find(among.begin(), among.end(), name) == among.end())
      r.say(t, key, "there is no " + std::string(what) + " \"" + name + "\"",
            "one that the agreement has");
  }
  return once_each(std::move(out));
}

}  // namespace truce::judge
