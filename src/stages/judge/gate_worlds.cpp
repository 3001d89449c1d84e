#include "stages/judge/internal/gate_worlds.h"

#include <algorithm>
#include <set>
#include <utility>

#include "stages/judge/internal/gate_steps.h"

namespace truce::judge {

namespace {

// One way in which the straddling breaches may fall on a day.
struct Fall {
  bool any = false;
  std::vector<int> to_come;
  friend auto operator<=>(const Fall&, const Fall&) = default;
};

// How many of a straddle may still be to come after the day: all on its last day must have come.
std::pair<int, int> left_after(const Straddle& s, int to_come, DayNumber day) {
  if (day < s.first || day > s.last) return {to_come, to_come};
  return {0, day == s.last ? 0 : to_come};
}

std::set<Fall> falls_on(const World& w, const std::vector<Straddle>& straddles, DayNumber day) {
  std::set<Fall> falls{{false, w.to_come}};
  for (std::size_t i = 0; i < straddles.size(); ++i) {
    const Straddle& s = straddles[i];
    std::set<Fall> next;
    for (const Fall& f : falls) {
      const auto [low, high] = left_after(s, w.to_come[i], day);
      for (int left = low; left <= high; ++left) {
        Fall g = f;
        g.any = f.any || left < w.to_come[i];
        g.to_come[i] = left;
        next.insert(g);
        if (!s.loose || day < s.first || day > s.last) continue;
        g.any = true;
        next.insert(g);
      }
    }
    falls = std::move(next);
  }
  return falls;
}

Why why_reset(const DayFacts& facts, const Why& straddling, const char* key) {
  if (facts.breaches.empty()) return straddling;
  std::vector<std::string> ids;
  for (const Breach* b : facts.breaches) ids.push_back(b->id);
  const Breach& first = *facts.breaches.front();
  return why(key, {as_text(first.id), as_text(first.provision), to_text(facts.day)},
             std::move(ids));
}

std::pair<World, Why> back_to_nothing(World w, Why reason) {
  w.phase = GateState::kWaiting;
  w.count = 0;
  w.opened = {};
  return {std::move(w), std::move(reason)};
}

std::pair<World, Why> while_open(World w, bool breached, const DayFacts& facts,
                                 const Why& straddling, const GateRule& rule, const Timeline& known,
                                 const AsOf& as) {
  const Instant opened = interval_of(w.opened, as.zone).end;
  if (breached && rule.while_open == WhileOpen::kLost &&
      !first_step_begun(rule, known, opened, facts.when.start))
    return back_to_nothing(std::move(w), why_reset(facts, straddling, "gate.lost"));
  const AsOf then{as.zone, std::min(facts.when.end, as.until), as.known_at};
  const StepsStatus steps = steps_of(rule, known, opened, then);
  if (steps.state == StepsState::kExpired && rule.after_expiry == AfterExpiry::kCountAgain)
    return back_to_nothing(std::move(w), steps.why);
  if (steps.state == StepsState::kUsed)
    w.phase = GateState::kDone;
  else if (steps.state != StepsState::kRunning)
    w.phase = GateState::kClosed;
  return {std::move(w), steps.why};
}

std::pair<World, Why> count_day(World w, const DayFacts& facts, const GateRule& rule) {
  if (!facts.not_verified.key.empty()) {
    if (facts.over) w.phase = GateState::kPaused;
    return {std::move(w), facts.not_verified};
  }
  ++w.count;
  w.phase = w.count < rule.days ? GateState::kCounting : GateState::kOpen;
  const std::string days = std::to_string(rule.days);
  if (w.phase == GateState::kCounting)
    return {w, why("gate.verified", {std::to_string(w.count), days})};
  w.opened = facts.day;
  return {std::move(w), why("gate.opened", {days})};
}

// Of a gate that is over, no day says anything more.
bool is_over(GateState s) { return s == GateState::kClosed || s == GateState::kDone; }

std::pair<World, Why> one_day(World w, bool fell, const DayFacts& facts, const Why& straddling,
                              const GateRule& rule, const Timeline& known, const AsOf& as) {
  const bool breached = fell || !facts.breaches.empty();
  if (is_over(w.phase)) return {std::move(w), why("gate.used")};
  if (facts.day < w.start) return {std::move(w), why("gate.not_started")};
  if (w.phase == GateState::kOpen)
    return while_open(std::move(w), breached, facts, straddling, rule, known, as);
  if (breached) return back_to_nothing(std::move(w), why_reset(facts, straddling, "gate.breach"));
  return count_day(std::move(w), facts, rule);
}

// No more than so many straddles before this one reach into it.
bool too_many_at_once(const std::vector<Straddle>& before, const Straddle& s) {
  const auto n = std::count_if(before.begin(), before.end(),
                               [&](const Straddle& o) { return !o.loose && o.last >= s.first; });
  return static_cast<std::size_t>(n) >= kStraddlesAtOnceMax;
}

}  // namespace

std::vector<Straddle> straddles_of(const GateBreaches& breaches, const ::truce::Zone& zone) {
  std::map<std::pair<DayNumber, DayNumber>, std::vector<std::string>> alike;
  for (const Breach& b : breaches.proved) {
    const DayNumber first = day_of(first_of(b.when), zone);
    const DayNumber last = day_of(last_of(b.when), zone);
    if (first < last) alike[{first, last}].push_back(b.id);
  }
  std::vector<Straddle> out;
  for (auto& [days, ids] : alike) {
    const std::int64_t span = days.second.n - days.first.n + 1;
    Straddle s{days.first, days.second, 1, false, std::move(ids)};
    s.loose = span > kStraddleDaysMax || too_many_at_once(out, s);
    s.number = s.loose
                   ? 0
                   : static_cast<int>(std::min(span, static_cast<std::int64_t>(s.findings.size())));
    out.push_back(std::move(s));
  }
  return out;
}

std::vector<std::string> may_fall_on(const Worlds& worlds, const std::vector<Straddle>& straddles,
                                     DayNumber day) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < straddles.size(); ++i) {
    const Straddle& s = straddles[i];
    if (day < s.first || day > s.last) continue;
    const bool left = s.loose || std::any_of(worlds.begin(), worlds.end(),
                                             [&](const auto& w) { return w.first.to_come[i] > 0; });
    if (left) out.insert(out.end(), s.findings.begin(), s.findings.end());
  }
  return out;
}

Worlds next_day(const Worlds& worlds, const DayFacts& facts, const std::vector<Straddle>& straddles,
                const GateRule& rule, const Timeline& known, const AsOf& as) {
  std::vector<std::string> ids = may_fall_on(worlds, straddles, facts.day);
  Why straddling;
  if (!ids.empty()) {
    const auto found = std::find_if(known.breaches.begin(), known.breaches.end(),
                                    [&](const Breach& b) { return b.id == ids.front(); });
    straddling = why("gate.maybe_breach",
                     {as_text(found->id), as_text(found->provision), to_text(facts.day)}, ids);
  }
  Worlds out;
  for (const auto& [world, before] : worlds) {
    for (const Fall& fall : falls_on(world, straddles, facts.day)) {
      World w = world;
      w.to_come = fall.to_come;
      auto [next, reason] = one_day(std::move(w), fall.any, facts, straddling, rule, known, as);
      if (is_over(world.phase)) reason = before;
      out.emplace(std::move(next), std::move(reason));
    }
  }
  return out;
}

}  // namespace truce::judge
