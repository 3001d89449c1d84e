#include "app/judging.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "model/json.h"

namespace truce::app {

Judging::Judging(const Mission& mission, ledger::Store& store)
    : mission_(mission),
      judge_(mission.agreement),
      store_(store),
      asks_whence_(mission.agreement.attributes || judge_.asks_whence()) {}

Status Judging::restore() {
  TRUCE_TRY(notices, store_.records("notice"));
  for (const auto& row : notices) {
    TRUCE_TRY(notice, ledger::from_store<Notice>(row.json));
    notices_.push_back(std::move(notice));
  }
  TRUCE_TRY(statements, store_.records("statement"));
  for (const auto& row : statements) {
    TRUCE_TRY(statement, ledger::from_store<Statement>(row.json));
    admitted(statement);
  }
  news_ = {};
  return done();
}

void Judging::announced(Notice notice) {
  const auto later = [](const Notice& a, const Notice& b) {
    return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
  };
  notices_.insert(std::upper_bound(notices_.begin(), notices_.end(), notice, later), notice);
  news_.notices.push_back(std::move(notice));
}

// What one party's own feed holds of the other's words is a claim of the one.
static bool speaks_for_itself(const Mission& mission, const Statement& statement) {
  const auto feed = std::find_if(mission.feeds.begin(), mission.feeds.end(),
                                 [&](const Feed& f) { return f.id == statement.origin.feed; });
  return feed == mission.feeds.end() || feed->party.empty() || feed->party == statement.party;
}

// An incident is named after its first member.
void Judging::admitted(const Statement& statement) {
  std::string of = judge::admission_of(statement);
  if (of.empty() || statement.party.empty() || !speaks_for_itself(mission_, statement)) return;
  if (of.front() == 'i') of.front() = 'o';
  admissions_[of].push_back(statement.party);
  news_.admissions.push_back(std::move(of));
}

ledger::Judgement Judging::judged(judge::Conduct& conduct, const judge::Traces& traces) const {
  ledger::Judgement out;
  if (mission_.agreement.attributes && conduct.parties.empty()) {
    out.attribution = judge::attribute(mission_.agreement, conduct, traces);
    conduct.parties = judge::parties_of(*out.attribution);
  }
  std::vector<Notice> notices;
  for (const Notice& n : notices_) {
    if (n.when.start <= conduct.when.end && n.when.end >= conduct.when.start) notices.push_back(n);
  }
  out.findings = judge_.findings(conduct, notices);
  out.differences = judge::differences(mission_.agreement, out.findings);
  return out;
}

Result<std::vector<Observation>> Judging::members(const Incident& incident) const {
  std::vector<Observation> out;
  for (const Evidence& e : incident.evidence) {
    TRUCE_TRY(row, store_.observation(e.observation));
    if (!row) continue;
    TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
    if (ruling_) {
      if (auto instead = ruling_(o)) o = *std::move(instead);
    }
    out.push_back(std::move(o));
  }
  return out;
}

namespace {

bool shows_a_muzzle(const Observation& o) {
  return std::any_of(o.items.begin(), o.items.end(),
                     [](const Item& i) { return judge::is_of_a_muzzle(i.classes); });
}

std::vector<const Observation*> pointers_to(const std::vector<Observation>& all) {
  std::vector<const Observation*> out;
  for (const auto& o : all) out.push_back(&o);
  return out;
}

// Where it was fired from is what those tell who saw or heard it fired; what it hit lies elsewhere.
PlaceSample place_of_firing(const std::vector<const Observation*>& all, const Mission& mission) {
  std::vector<const Observation*> muzzles;
  for (const auto* o : all) {
    if (shows_a_muzzle(*o)) muzzles.push_back(o);
  }
  if (muzzles.empty()) return {};
  const Incident fired = fuse::infer(muzzles, mission.sources, mission.fuse);
  return fired.place.known() ? fired.place.sample : PlaceSample();
}

}  // namespace

Status Judging::incident(Incident incident, std::uint64_t position) {
  judge::Conduct conduct = judge::conduct_of(incident);
  judge::Traces traces;
  if (asks_whence_) {
    TRUCE_TRY(all, members(incident));
    const auto pointers = pointers_to(all);
    traces.direction = judge::direction_of(pointers);
    conduct.from = place_of_firing(pointers, mission_);  // the incident's place is of all of it
    for (const auto& o : all) {
      const auto by = admissions_.find(o.id);
      if (by == admissions_.end()) continue;
      traces.admitted_by.insert(traces.admitted_by.end(), by->second.begin(), by->second.end());
    }
  }
  auto judgement = judged(conduct, traces);
  TRUCE_TRY(version, store_.put_incident(std::move(incident), std::move(judgement), position));
  static_cast<void>(version);
  return done();
}

namespace {

// Of two conducts of one observation the graver finding stands.
void take_in(std::vector<Finding>&& more, std::vector<Finding>& all) {
  for (Finding& f : more) {
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Finding& other) { return other.id == f.id; });
    if (same == all.end())
      all.push_back(std::move(f));
    else if (f.probability > same->probability)
      *same = std::move(f);
  }
  std::sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.provision, a.reading) < std::tie(b.provision, b.reading);
  });
}

}  // namespace

Status Judging::conducts(std::vector<judge::Conduct> of_one, std::uint64_t position) {
  std::erase_if(of_one, [&](const judge::Conduct& c) { return !judge_.speaks_of(c.act); });
  if (of_one.empty()) return done();
  ledger::Judgement all;
  for (judge::Conduct& c : of_one) {
    judge::Traces traces;
    const auto by = admissions_.find(c.subject);
    if (by != admissions_.end()) traces.admitted_by = by->second;
    ledger::Judgement own = judged(c, traces);
    take_in(std::move(own.findings), all.findings);
    if (!all.attribution) all.attribution = std::move(own.attribution);
  }
  if (all.findings.empty()) return done();
  all.differences = judge::differences(mission_.agreement, all.findings);
  const judge::Conduct& first = of_one.front();
  TRUCE_TRY(version, store_.put_conduct(first.subject, first.when, std::move(all), position));
  static_cast<void>(version);
  return done();
}

Status Judging::seen(const Observation& observation, std::uint64_t position) {
  return conducts(judge::conducts_of(observation, mission_.fuse.samples), position);
}

Status Judging::said(const Statement& statement, std::uint64_t position) {
  admitted(statement);
  return judge_statement(statement, position);
}

Status Judging::judge_statement(const Statement& statement, std::uint64_t position) {
  auto found = judge::conduct_of(statement);
  if (!found || !speaks_for_itself(mission_, statement)) return done();
  return conducts({*std::move(found)}, position);
}

Status Judging::conduct_again(const std::string& subject, std::uint64_t position) {
  TRUCE_TRY(row, store_.observation(subject));
  if (row) {
    TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
    return seen(o, position);
  }
  TRUCE_TRY(statements, store_.records("statement"));
  for (const auto& statement_row : statements) {
    if (statement_row.id != subject) continue;
    TRUCE_TRY(statement, ledger::from_store<Statement>(statement_row.json));
    return judge_statement(statement, position);
  }
  return done();
}

Status Judging::conducts_again(const Interval& when, std::uint64_t position) {
  TRUCE_TRY(touched, store_.conducts_overlapping(when));
  for (const auto& c : touched) TRUCE_CHECK_OK(conduct_again(c.subject, position));
  return done();
}

}  // namespace truce::app
