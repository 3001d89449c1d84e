#pragma once
// What of the mission's records leaves its own staff: to whom, how coarse, how late.
//
// Everything is by leave and nothing by refusal: a collection that has no rule for an audience is
// closed to it, a field that no rule names is left out. Places are told by the cells of a fixed
// grid (coarse.h), times by whole stretches and after a delay, ids sealed (seal.h). Of two parties
// that are exchanged, what their liaison officers see is exchanged and otherwise the same.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/polygon.h"
#include "base/result.h"
#include "stages/release/coarse.h"
#include "stages/release/seal.h"

namespace truce::release {

enum class Audience : unsigned char { kStaff, kCommission, kLiaison, kForce, kPublic };

// Who reads: a liaison officer with the party, whose own claims and notices they see.
struct Recipient {
  Audience audience = Audience::kPublic;
  std::string party;
};

struct Params {
  double public_delay_h = 72;
  double public_cell_m = 10'000;
  double public_round_s = 3600;
  double liaison_delay_h = 24;
  double liaison_cell_m = 5000;
  double liaison_round_s = 600;
  double commission_cell_m = 5000;
  double commission_round_s = 60;
  double force_cell_m = 2500;
  double force_round_s = 60;
};

// How coarse and how late.
struct Coarseness {
  double cell_m = 0;
  Duration delay;
  Duration round;
};
Coarseness coarseness_of(const Params& params, Audience audience);

// A record as the mission has it. Times are half open as everywhere.
struct Given {
  std::string_view collection;
  std::string_view id;
  std::optional<Interval> when;
  std::string_view json;
  // The same record as it was first known, where it has been changed since: its place is told by
  // the cell that it was first told by, or the step from one cell to the next would tell where both
  // meet.
  std::string_view first_json = {};
};

struct Released {
  std::string id;
  std::optional<Interval> when;
  std::string json;
  std::optional<MultiPolygonRings> place;  // none: it is told without a place
  bool keeps_geometry = false;             // or with that which it has beside its JSON: an area
};

// Whether an audience may see a collection at all. Every collection must have a line in the table;
// one that has none is for staff alone, and has_rule says so.
bool shows(Audience audience, std::string_view collection);
bool has_rule(std::string_view collection);

class Releaser {
 public:
  Releaser(const Params& params, const SealKey& key) : params_(params), key_(key) {}
  // The record as the recipient may see it at `now`; none where it is not for them, or not yet.
  // Errors: kCorrupt, a record that is no JSON object.
  Result<std::optional<Released>> release(const Recipient& to, const Given& given,
                                          Instant now) const;
  // What the latest end of a record told at `now` may be; without a delay there is none.
  std::optional<Instant> horizon_for(Audience audience, Instant now) const;
  // Ids, and where a page or a stream goes on; each audience's own.
  std::string sealed_id(Audience audience, std::string_view id) const;
  std::optional<std::string> opened_id(Audience audience, std::string_view sealed_id) const;
  std::string sealed_cursor(Audience audience, std::string_view cursor) const;
  std::optional<std::string> opened_cursor(Audience audience, std::string_view cursor) const;
  Coarseness coarseness(Audience audience) const { return coarseness_of(params_, audience); }

 private:
  Params params_;
  SealKey key_;
};

}  // namespace truce::release
