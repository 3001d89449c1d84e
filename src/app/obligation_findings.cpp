#include <algorithm>
#include <set>

#include "app/clocks.h"

namespace truce::app {

namespace {

bool speaks_of_obligation(const judge::Agreement& a, const std::string& id) {
  const auto& all = a.readings.front().clocks.obligations;
  return std::any_of(all.begin(), all.end(), [&](const judge::ObligationRule& o) {
    return o.id == id.substr(0, id.find('/'));
  });
}

// What triggered it is an event, or the end of another obligation with records of its own.
void add_records_behind(const judge::ObligationResult& r,
                        const std::vector<judge::ObligationResult>& all,
                        std::set<std::string>& out) {
  out.insert(r.why.records.begin(), r.why.records.end());
  if (r.trigger.empty()) return;
  const auto before = std::find_if(all.begin(), all.end(), [&](const judge::ObligationResult& o) {
    return o.id() == r.trigger;
  });
  if (before == all.end())
    out.insert(r.trigger);
  else
    add_records_behind(*before, all, out);
}

}  // namespace

Result<std::optional<ObligationFinding>> find_obligation(const Mission& mission,
                                                         ledger::Store& store,
                                                         const std::string& id,
                                                         std::vector<std::string>& ids) {
  const judge::Agreement& a = mission.agreement;
  if (!speaks_of_obligation(a, id)) return std::optional<ObligationFinding>();
  TRUCE_TRY(clocks, clocks_of(mission, store, ledger::Store::kNow, {}));
  for (std::size_t i = 0; i < clocks.readings.size(); ++i) {
    const auto& results = clocks.readings[i].states.obligations;
    for (const judge::ObligationResult& r : results) {
      const auto& rule = judge::rule_of(a.readings[i].clocks, r);
      Finding f = judge::to_finding(r, rule, a.readings[i].id);
      if (r.obligation == id) ids.push_back(f.id);
      if (f.id != id) continue;
      std::set<std::string> records;
      add_records_behind(r, results, records);
      return std::optional(
          ObligationFinding{std::move(f), r, rule, {records.begin(), records.end()}});
    }
  }
  return std::optional<ObligationFinding>();
}

}  // namespace truce::app
