#include "stages/judge/internal/toml_reader.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace truce::judge {

namespace {

// How many letters must be added, left out or changed to make `b` of `a`; two letters that changed
// places count as one.
std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

bool is_near(std::string_view word, std::string_view other) {
  return word.size() > 3 && word.size() < 40 &&
         letters_apart(word, other) <= (word.size() < 6 ? 1 : 2);
}

// The key that was meant, or all there are.
std::string meant(std::string_view key, const std::vector<std::string_view>& keys) {
  std::string list;
  for (const auto k : keys) {
    if (is_near(key, k)) return "\"" + std::string(k) + "\"";
    list += (list.empty() ? "" : ", ") + std::string(k);
  }
  return "one of " + list;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string_view>& among) {
  std::string out;
  std::size_t least = SIZE_MAX;
  for (const auto other : among) {
    if (!is_near(word, other) || letters_apart(word, other) > least) continue;
    if (letters_apart(word, other) < least) out.clear();
    least = letters_apart(word, other);
    out += (out.empty() ? "\"" : " or \"") + std::string(other) + "\"";
  }
  return out;
}

void TomlReader::say(const toml::table& at, std::string_view field, std::string what,
                     std::string expected) {
  const auto* part = at.get(field);
  say(part != nullptr ? *part : static_cast<const toml::node&>(at), field, std::move(what),
      std::move(expected));
}

void TomlReader::say(const toml::node& part, std::string_view field, std::string what,
                     std::string expected) {
  const auto begin = part.source().begin;
  problems_.errors.push_back(make_error(
      ErrorCode::kBadMission, std::move(what),
      {.source = source_, .line = begin.line, .column = begin.column, .field = std::string(field)},
      std::move(expected)));
}

void TomlReader::warn(const toml::table& at, std::string_view field, std::string what,
                      std::string expected) {
  const auto* part = at.get(field);
  const auto begin = part != nullptr ? part->source().begin : at.source().begin;
  problems_.warnings.push_back(make_error(
      ErrorCode::kBadMission, std::move(what),
      {.source = source_, .line = begin.line, .column = begin.column, .field = std::string(field)},
      std::move(expected)));
}

void TomlReader::known(const toml::table& t, const std::vector<std::string_view>& keys) {
  for (const auto& [key, node] : t) {
    if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
    say(node, key.str(), "\"" + std::string(key.str()) + "\" is not a key that means anything here",
        meant(key.str(), keys));
  }
}

void TomlReader::check_id(const toml::table& t) {
  const auto id = t["id"].value<std::string>();
  if (id && id->empty()) say(t, "id", "the id is empty", "an id of its own");
  if (id && id->find('/') != std::string::npos)
    say(t, "id", "the id \"" + *id + "\" has a slash", "an id without a slash");
}

std::string TomlReader::text(const toml::table& t, std::string_view key, bool needed) {
  if (const auto v = t[key].value<std::string>()) return *v;
  const std::string name = "\"" + std::string(key) + "\"";
  if (t.contains(key))
    say(t, key, name + " is not text", "text in quotes");
  else if (needed)
    say(t, key, name + " is missing", std::string(key) + " = \"…\"");
  return {};
}

std::vector<std::string> TomlReader::texts(const toml::table& t, std::string_view key) {
  std::vector<std::string> out;
  each_text(t, key, [&](const std::string& v, const toml::node&) { out.push_back(v); });
  return out;
}

std::optional<double> TomlReader::number(const toml::table& t, std::string_view key, double min,
                                         double max) {
  if (!t.contains(key)) return std::nullopt;
  const auto v = t[key].is_number() ? t[key].value<double>() : std::nullopt;
  if (v && *v >= min && *v <= max) return v;
  std::array<char, 80> range{};
  std::snprintf(range.data(), range.size(), "a number from %.10g to %.10g", min, max);
  say(t, key, "\"" + std::string(key) + "\" is not a number that can stand here", range.data());
  return std::nullopt;
}

bool TomlReader::within(const toml::table& t, std::string_view key, std::size_t max) {
  const auto* list = t[key].as_array();
  if (list == nullptr || list->size() <= max) return true;
  say(t, key, "there are " + std::to_string(list->size()) + " of them",
      "no more than " + std::to_string(max));
  return false;
}

bool TomlReader::flag(const toml::table& t, std::string_view key) {
  if (!t.contains(key)) return false;
  const auto v = t[key].is_boolean() ? t[key].value<bool>() : std::nullopt;
  if (!v) say(t, key, "\"" + std::string(key) + "\" is neither true nor false", "true or false");
  return v.value_or(false);
}

namespace {

std::optional<Duration> duration_of(std::string_view v) {
  std::int64_t n = 0;
  const auto [end, code] = std::from_chars(v.data(), v.data() + v.size(), n);
  if (code != std::errc() || n < 0 || n > 100'000) return std::nullopt;
  std::string_view unit = v.substr(static_cast<std::size_t>(end - v.data()));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> kUnits{{{"s", 1},
                                                                             {"min", 60},
                                                                             {"h", 3600},
                                                                             {"hour", 3600},
                                                                             {"hours", 3600},
                                                                             {"day", 86400},
                                                                             {"days", 86400},
                                                                             {"week", 604800},
                                                                             {"weeks", 604800}}};
  for (const auto& [name, seconds] : kUnits) {
    if (unit == name && n <= 4'000'000'000 / seconds) return Duration::whole_seconds(n * seconds);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> TomlReader::duration(const toml::table& t, std::string_view key) {
  if (!t.contains(key)) return std::nullopt;
  const auto v = duration_of(text(t, key, true));
  if (!v) say(t, key, "is not a length of time", "\"24 h\", \"7 days\", \"30 min\" or \"3 weeks\"");
  return v;
}

Instant TomlReader::time(const toml::table& t, std::string_view key, Instant missing) {
  if (!t.contains(key)) return missing;
  if (!t[key].is_string()) {
    say(t, key, "\"" + std::string(key) + "\" is not text", "a time in quotes");
    return missing;
  }
  return instant(*t.get(key), key, text(t, key, true)).value_or(missing);
}

std::optional<Instant> TomlReader::instant(const toml::node& part, std::string_view key,
                                           const std::string& v) {
  if (const auto exact = parse_instant(v); exact.ok()) return *exact;
  const auto space = v.rfind(' ');
  auto zone = Result<::truce::Zone>(civil_zone_);
  std::string local = v;
  if (space != std::string::npos && v.find('/', space) != std::string::npos) {
    zone = ::truce::Zone::find(v.substr(space + 1));
    local = v.substr(0, space);
  }
  if (!zone.ok()) {
    say(part, key, zone.error().message, zone.error().expected);
    return std::nullopt;
  }
  const auto civil = parse_civil_time(local);
  if (!civil.ok() || civil->day.year < 1678 || civil->day.year > 2261) {
    say(part, key, "\"" + v + "\" is not a time that can be held",
        "2025-04-19T18:00 Europe/Moscow, or with Z or an offset");
    return std::nullopt;
  }
  return zone->to_instant(*civil);
}

Interval TomlReader::interval(const toml::table& t, std::string_view from, std::string_view until,
                              const Interval& otherwise) {
  const Interval out{time(t, from, otherwise.start), time(t, until, otherwise.end)};
  if (out.end < out.start)
    say(t, until, "\"" + std::string(until) + "\" lies before \"" + std::string(from) + "\"",
        "a later end, or an earlier start");
  return out;
}

}  // namespace truce::judge
