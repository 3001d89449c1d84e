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
  // What observations are held to say from now on.
  void hear(fuse::Ruling ruling) { ruling_ = std::move(ruling); }

  // Each stores one more version of what is said of the subject.
  Status incident(Incident incident, std::uint64_t position);
  // Those that show a conduct of which the agreement speaks; others are left alone.
  Status seen(const Observation& observation, std::uint64_t position);
  Status said(const Statement& statement, std::uint64_t position);
  // What is no incident, once more: all that `when` touches, or the one.
  Status conducts_again(const Interval& when, std::uint64_t position);
  Status conduct_again(const std::string& subject, std::uint64_t position);

 private:
  ledger::Judgement judged(judge::Conduct& conduct, const judge::Traces& traces) const;
  Status conducts(std::vector<judge::Conduct> of_one, std::uint64_t position);
  Status judge_statement(const Statement& statement, std::uint64_t position);
  Result<std::vector<Observation>> members(const Incident& incident) const;
  void admitted(const Statement& statement);

  const Mission& mission_;
  judge::Judge judge_;
  ledger::Store& store_;
  bool asks_whence_ = false;     // some provision or attribution asks where it was fired from
  std::vector<Notice> notices_;  // all there are, by (start, id)
  std::map<std::string, std::vector<std::string>> admissions_;  // parties, by observation
  News news_;
  fuse::Ruling ruling_;
};

}  // namespace truce::app
