#pragma once
// So many lesser breaches within a length of time count as one that is more severe.
//
// Whether they lie within it can depend on instants that nobody knows: it surely is so where the
// last instant of the last lies within the window of the first instant of the first; it may be so
// where some choice of instants does. Every breach counts towards one such group only.
//
// Where breaches are put together by party or sector, one of which nobody knows it may be of any
// group, and is of none for certain: what it completes is possible, in each group that it may be
// of.

#include <string>
#include <vector>

#include "stages/judge/timeline.h"
#include "stages/judge/why.h"

namespace truce::judge {

enum class CumulatedPer : std::uint8_t { kAll, kParty, kSector };

struct CumulationRule {
  std::string id;
  std::string words;
  std::string source;
  std::vector<std::string> encodes;   // spans of the agreement's text
  std::vector<std::string> breaches;  // provisions; empty: any
  std::string standard;
  double tau = 1;
  int number = 2;
  std::string severity;  // of those that are counted
  Duration window;       // from the first to the last of them
  std::string counts_as;
  CumulatedPer per = CumulatedPer::kAll;
  std::size_t line = 0;
  friend bool operator==(const CumulationRule&, const CumulationRule&) = default;
};

struct Cumulated {
  std::string rule;
  std::string group;   // the party or sector; empty: all, or nobody knows which
  std::string party;   // of all of them; empty: several, or nobody knows whose
  std::string sector;  // of the last of them; empty: nobody knows which that is, or where
  bool certain = false;
  Interval when;  // when the last of them was, and with it the more severe breach
  std::vector<std::string> members;  // sorted
  double probability = 0;            // of the least certain among them
  Why why;
  std::string id() const;  // "persistent/MEMBER", or with the group between
  friend bool operator==(const Cumulated&, const Cumulated&) = default;
};

// By group; in each those that are certain first.
std::vector<Cumulated> cumulate(const CumulationRule& rule, const Timeline& all, const AsOf& as);

// As one breach of the rule, for gates and escalations to look at; `known` where the last of its
// members is.
Breach to_breach(const CumulationRule& rule, const Cumulated& c, std::uint64_t known);

}  // namespace truce::judge
