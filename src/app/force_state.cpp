#include "app/force_state.h"

#include <algorithm>
#include <map>

#include "app/alerts.h"
#include "model/json.h"

namespace truce::app {

namespace {

// Of each sector and class what the window that ends last says, where that is not long ago; of
// several the least, and what one of them does not know is not known.
judge::CoverageTable coverage_at(const std::vector<judge::QuietDay>& windows, Instant until) {
  std::map<std::pair<std::string, EffectClass>, Instant> last;
  judge::CoverageTable out;
  for (const auto& q : windows) {
    if (q.when.end > until || until - q.when.end > kCoverageStands) continue;
    const std::pair key{q.sector, q.effect_class};
    const auto [it, first] = last.try_emplace(key, q.when.end);
    if (!first && q.when.end < it->second) continue;
    const bool same_end = !first && q.when.end == it->second;
    it->second = q.when.end;
    auto& p = out[key];
    if (!same_end)
      p = q.coverage;
    else
      p = p && q.coverage ? std::optional(std::min(*p, *q.coverage)) : std::nullopt;
  }
  return out;
}

Result<std::vector<Quiet>> windows_known(ledger::Store& store, std::uint64_t known, Instant until) {
  std::vector<Quiet> out;
  TRUCE_TRY(rows, store.records("quiet", known));
  for (const auto& row : rows) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    if (q.when.end <= until) out.push_back(std::move(q));
  }
  return out;
}

// Those that were said and are not over at `until`.
Result<std::vector<judge::Hazard>> hazards_at(const judge::Force& force, ledger::Store& store,
                                              std::uint64_t known, Instant until) {
  TRUCE_TRY(said, hazards_said(store, force, known));
  std::vector<judge::Hazard> all;
  for (const auto& [key, group] : said.groups()) {
    for (const auto& s : group.said) {
      if (s.hazard.since <= until) all.push_back(s.hazard);
    }
  }
  TRUCE_TRY(watched, windows_known(store, known, until));
  all = judge::with_all_clear(force, std::move(all), watched);
  std::erase_if(all, [](const judge::Hazard& h) { return h.all_clear == judge::AllClear::kClear; });
  return all;
}

}  // namespace

Result<ForceState> force_state_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                                  std::optional<Instant> until) {
  const judge::Force& force = *mission.force;
  TRUCE_TRY(clocks, clocks_of(mission, store, known, until));
  ForceState out;
  out.until = clocks.as.until;
  for (const auto& g : clocks.base().states.gates)
    out.gates[g.gate] = std::string(judge::to_string(g.state()));
  out.coverage = coverage_at(judge::as_of(clocks.base().timeline, clocks.as).quiet, out.until);
  out.phases = judge::readiness(force, out.gates, out.coverage);
  for (const auto& post : force.posts)
    out.posts.push_back({post.id, judge::coverage_gains(post, out.coverage)});
  TRUCE_TRY(hazards, hazards_at(force, store, known, out.until));
  out.hazards = std::move(hazards);
  return out;
}

}  // namespace truce::app
