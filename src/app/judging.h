#pragma once
// What the log tells of, held against the agreement and stored: incidents, and conducts that are
// none, with the differences between readings and, where the agreement provides for it, who it may
// have been.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/mission.h"
#include "stages/judge/judge.h"
#include "stages/ledger/store.h"

namespace truce::app {

class Judging {
 public:
  Judging(const Mission& mission, ledger::Store& store);

  // Notices and admissions that the store holds.
  Status restore();
  // What came since the last take_news() and bears on what was judged before.
  struct News {
    std::vector<Notice> notices;
    std::vector<std::string> admissions;  // ids of members of incidents
  };
  News take_news() { return std::exchange(news_, {}); }
  void announced(Notice notice);

  // Each stores one more version of what is said of the subject.
  Status incident(Incident incident, std::uint64_t position);
  // Those that show a conduct of which the agreement speaks; others are left alone.
  Status seen(const Observation& observation, std::uint64_t position);
  Status said(const Statement& statement, std::uint64_t position);
  // All that is no incident and that `when` touches, once more.
  Status conducts_again(const Interval& when, std::uint64_t position);

 private:
  ledger::Judgement judged(judge::Conduct& conduct, const judge::Traces& traces) const;
  Status conduct(judge::Conduct conduct, std::uint64_t position);
  Result<std::vector<Observation>> members(const Incident& incident) const;
  void admitted(const Statement& statement);

  const Mission& mission_;
  judge::Judge judge_;
  ledger::Store& store_;
  std::vector<Notice> notices_;                                 // all there are, by (start, id)
  std::map<std::string, std::vector<std::string>> admissions_;  // parties, by observation
  News news_;
};

}  // namespace truce::app
