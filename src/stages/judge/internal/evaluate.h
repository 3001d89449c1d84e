#pragma once
// One provision held against one conduct: facts, each with what is known of its probability, and
// the value that follows. No words are made here; reasons.cpp makes them of what is found.
//
//   P(breach) = real × (scope) × (bound) × (1 − exceptions)
//
// Scope is what the provision speaks of: party, act, time, class, weapon, place, target, window,
// circumstances.
// Where one of these is surely not so, the provision does not apply. The bound, of a limit, is
// distance or number: where it is surely kept, the conduct is compliant.

#include <array>
#include <memory>
#include <vector>

#include "stages/judge/internal/box_grid.h"
#include "stages/judge/internal/subject.h"

namespace truce::judge {

enum class Fact : std::uint8_t {
  kParty,
  kAct,
  kTime,
  kClass,
  kWeapon,
  kPlace,
  kTarget,
  kWindow,
  kCircumstances,
  kDistance,
  kNumber,
  kException,
  kReal,
};
inline constexpr std::size_t kFacts = 13;
std::string_view to_string(Fact fact);

// How a fact came to be what it is, where the number alone does not tell.
enum class How : std::uint8_t {
  kPlain,
  kEverything,  // the provision leaves it open
  kNotSaid,     // no source tells
  kNamed,       // a source says so
};

struct FactValue {
  Fact fact = Fact::kReal;
  Range p;
  How how = How::kPlain;
  bool is_scope = true;
  // What it is about, for the words: one of these or none.
  const Zone* zone = nullptr;
  const Baseline* baseline = nullptr;
  const Exception* exception = nullptr;
  const Provision* overriding = nullptr;
  const Notice* notice = nullptr;
  const ProtectedObject* object = nullptr;
};

struct Verdict {
  FindingValue value = FindingValue::kUndeterminable;
  Range p;          // of a breach; 0 where not applicable
  double best = 0;  // likewise, with one half of what is not known
  Fact missing = Fact::kReal;
  int party = -1;  // the party that it speaks of, -1: whoever it was
  std::array<FactValue, kFacts> facts;
  std::size_t count = 0;
};

struct ByParty;

// A reading made ready: names looked up, who gives way to whom put in order.
class Rules {
 public:
  // `agreement` and `reading` must outlive it.
  Rules(const Agreement& agreement, const Reading& reading);
  ~Rules();
  Rules(Rules&&) noexcept;

  const Reading& reading() const { return *reading_; }
  std::size_t size() const { return reading_->provisions.size(); }
  // Of provision `i` of the reading.
  Verdict evaluate(std::size_t i, Subject& subject) const;
  // Adds the provisions that boxes alone do not rule out, ascending: of the others the place is
  // surely outside every zone that they name.
  void near(const Subject& subject, std::vector<std::uint32_t>& out) const;

 private:
  struct Ready;
  Verdict of_party(std::size_t i, Subject& subject, int party) const;
  Range speaks(std::size_t i, Subject& subject, int party) const;
  bool scope(const Ready& ready, Subject& subject, int party, Verdict& out) const;
  void bound(const Ready& ready, Subject& subject, int party, Verdict& out) const;
  void exceptions(std::size_t i, Subject& subject, int party, Verdict& out) const;
  void conclude(const Ready& ready, Verdict& out) const;
  void decide(const Ready& ready, Verdict& out) const;
  void permit(const Ready& ready, Verdict& out) const;
  Verdict undecided(const ByParty& by) const;
  Verdict weighed(const Ready& ready, const ByParty& by) const;

  const Agreement* agreement_;
  const Reading* reading_;
  std::vector<Ready> ready_;
  // Provisions that name zones, by where they are asked for; the others are always near.
  struct Zoned {
    std::vector<std::uint32_t> provisions;
    BoxGrid grid;
  };
  void zone(Where where, Zoned& zoned);
  std::vector<std::uint32_t> everywhere_;
  Zoned by_place_, by_origin_;
};

}  // namespace truce::judge
