#pragma once
// What the tests of gates, obligations and escalations share: rules from text, and records by hand.

#include <string>
#include <utility>
#include <vector>

#include "stages/judge/internal/time_rules.h"

namespace truce::judge::time_tests {

inline const ::truce::Zone& kyiv() {
  static const ::truce::Zone zone = *::truce::Zone::find("Europe/Kyiv");
  return zone;
}
// "2016-10-01T08:00" by the clocks of Kyiv, or with Z.
inline Instant at(std::string_view text) {
  if (const auto exact = parse_instant(text); exact.ok()) return *exact;
  const auto civil = parse_civil_time(text);
  TRUCE_ENSURE(civil.ok());
  return kyiv().to_instant(*civil);
}
inline Interval point(std::string_view text) { return {at(text), at(text)}; }
inline Interval between(std::string_view from, std::string_view until) {
  return {at(from), at(until)};
}
inline constexpr Duration kSecond = Duration::whole_seconds(1);
inline DayNumber day_number(std::string_view text) { return {days_from_epoch(*parse_day(text))}; }
inline AsOf until(std::string_view text) { return {kyiv(), at(text)}; }

struct Rules {
  std::vector<GateRule> gates;
  std::vector<ObligationRule> obligations;
  std::vector<EscalationRule> escalations;
  std::vector<CumulationRule> cumulations;
  std::vector<std::string> errors;  // as people read them
};
inline Rules read_rules(std::string_view text) {
  const auto parsed = toml::parse(text);
  Problems problems;
  TomlReader r("agreement.toml", problems);
  r.set_zone(kyiv());
  const toml::table& root = static_cast<const toml::table&>(parsed);
  const TimeNames names{{"a", "b"}, {"1", "2"}, {{"clear", 0.8}}, {"minor", "serious", "grave"}};
  Rules out{parse_gates(root, r, names),
            parse_obligations(root, r, names),
            parse_escalations(root, r, names),
            parse_cumulations(root, r, names),
            {}};
  for (const Error& e : problems.errors) out.errors.push_back(e.to_text());
  return out;
}

inline Event event(std::string id, std::string name, std::string party, Interval when) {
  return {std::move(id), std::move(name), std::move(party), "s1", when, 1, 1};
}
inline Breach breach(std::string id, Interval when) {
  return {std::move(id), "1", "", "s1", when, 0.95, FindingValue::kBreach, "minor", 1};
}

// Whole days of Kyiv, watched well.
inline void watch(Timeline& t, std::string_view first_day, int days, double coverage = 0.9,
                  double upper_bound = 1, const std::string& sector = "s1") {
  for (int i = 0; i < days; ++i)
    t.quiet.push_back({sector, interval_of(day_number(first_day) + i, kyiv()), EffectClass::kBurst,
                       coverage, upper_bound, 1});
}

// splitmix64, so that every machine draws the same.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t n) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % n;
  }
  template <class T>
  void shuffle(std::vector<T>& v) {
    for (std::size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(i)]);
  }

 private:
  std::uint64_t state_;
};

inline std::string other_party(const std::string& p) { return p == "a" ? "b" : p == "b" ? "a" : p; }
inline Timeline swapped(Timeline t) {
  for (Event& e : t.events) e.party = other_party(e.party);
  for (Breach& b : t.breaches) b.party = other_party(b.party);
  return t;
}

}  // namespace truce::judge::time_tests
