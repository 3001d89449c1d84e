// What posts would see, and which phase may begin.

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "stages/judge/force.h"

namespace truce::judge {

std::optional<double> combined(std::optional<double> p, std::optional<double> q) {
  if (!p || !q) return std::nullopt;
  return 1 - (1 - *p) * (1 - *q);
}

namespace {

std::optional<double> coverage_of(const CoverageTable& now, const std::string& sector,
                                  EffectClass c) {
  const auto it = now.find({sector, c});
  return it == now.end() ? std::nullopt : it->second;
}

}  // namespace

std::vector<CoverageGain> coverage_gains(const Post& post, const CoverageTable& now) {
  std::vector<CoverageGain> out;
  for (const auto& sector : post.sectors) {
    for (const auto& [c, p] : post.coverage) {
      const auto before = coverage_of(now, sector, c);
      out.push_back({sector, c, before, combined(before, p)});
    }
  }
  return out;
}

CoverageTable covered_with(const Force& force, std::vector<std::string> posts, CoverageTable now) {
  std::sort(posts.begin(), posts.end());
  posts.erase(std::unique(posts.begin(), posts.end()), posts.end());
  for (const auto& id : posts) {
    const Post* p = force.post(id);
    TRUCE_ENSURE(p != nullptr);
    for (const CoverageGain& g : coverage_gains(*p, now)) now[{g.sector, g.effect_class}] = g.after;
  }
  return now;
}

bool Readiness::ready() const {
  return shut.empty() && waits_for.empty() && strength >= strength_needed && uncovered.empty();
}

namespace {

void ask_gates(const Phase& phase, const GateStates& gates, Readiness& r) {
  for (const auto& id : phase.needs_gates) {
    const auto it = gates.find(id);
    if (it != gates.end() && (it->second == "open" || it->second == "done"))
      r.open.push_back(id);
    else
      r.shut.push_back({id, it == gates.end() ? "not known" : it->second});
  }
}

// Each contingent once, however many posts it has.
void ask_strength(const Force& force, const Phase& phase, Readiness& r) {
  std::set<std::string> contingents;
  for (const auto& id : phase.posts) contingents.insert(force.post(id)->contingent);
  for (const auto& id : contingents) r.strength += force.contingent(id)->strength;
  r.strength_needed = phase.strength_min;
}

void ask_coverage(const Force& force, const Phase& phase, const CoverageTable& then, Readiness& r) {
  std::set<std::string> sectors;
  for (const auto& id : phase.posts)
    sectors.insert(force.post(id)->sectors.begin(), force.post(id)->sectors.end());
  for (const auto& sector : sectors) {
    for (const auto& [c, needed] : phase.coverage_min) {
      const auto p = coverage_of(then, sector, c);
      if (!p || *p < needed) r.uncovered.push_back({sector, c, p, needed});
    }
  }
}

std::string figure(double p) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", p);
  return text.data();
}

}  // namespace

std::vector<Readiness> readiness(const Force& force, const GateStates& gates,
                                 const CoverageTable& now) {
  std::vector<Readiness> out;
  std::vector<std::string> deployed;
  std::string waits_for;
  for (const Phase& phase : force.phases) {
    Readiness r;
    r.phase = phase.id;
    r.waits_for = waits_for;
    deployed.insert(deployed.end(), phase.posts.begin(), phase.posts.end());
    ask_gates(phase, gates, r);
    ask_strength(force, phase, r);
    ask_coverage(force, phase, covered_with(force, deployed, now), r);
    if (!r.ready() && waits_for.empty()) waits_for = phase.id;
    out.push_back(std::move(r));
  }
  return out;
}

std::string to_words(const Readiness& r) {
  if (r.ready()) return "ready";
  std::string out;
  const auto say = [&out](const std::string& what) { out += (out.empty() ? "" : "; ") + what; };
  for (const auto& s : r.shut) say("gate " + s.gate + " is " + s.state);
  if (!r.waits_for.empty()) say("phase " + r.waits_for + " comes before and is not ready");
  if (r.strength < r.strength_needed)
    say("strength is " + std::to_string(r.strength) + " of " + std::to_string(r.strength_needed));
  for (const auto& u : r.uncovered)
    say("coverage of " + std::string(to_words(u.effect_class)) + " in sector " + u.sector + " is " +
        (u.coverage ? figure(*u.coverage) : "not known") + ", " + figure(u.needed) + " is needed");
  return out;
}

}  // namespace truce::judge
