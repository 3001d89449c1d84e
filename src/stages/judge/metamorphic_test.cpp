// What must hold of any agreement and any conduct, over random ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <random>

#include "stages/judge/judge.h"

namespace truce::judge {
namespace {

constexpr int kWorlds = 40;
constexpr int kConducts = 60;

LatLon spot(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool chance(double p) { return between(0, 1) < p; }
  template <class T>
  const T& of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// A random agreement, kept in parts so that it can be changed and written again.
struct MadeWorld {
  struct Made {
    std::string norm, weapons, zone, binds, keep, overrides;
    int from_day = 0, until_day = 0;
  };
  std::vector<std::array<double, 4>> zones;  // south, north, west, east
  double line_lon = 38;
  std::vector<Made> provisions;
  double lon_shift = 0;
  std::string a = "a", b = "b";  // their ids
  bool in_utc = false;           // times written with Z

  std::string day(int d) const {
    char text[48];
    // 2 hours east of Greenwich in winter, of which all are.
    if (in_utc)
      std::snprintf(text, sizeof text, "\"2026-01-%02dT22:00:00Z\"", d);
    else
      std::snprintf(text, sizeof text, "\"2026-01-%02dT00:00\"", d + 1);
    return text;
  }
  std::string toml() const {
    std::string out =
        "id = \"w\"\ntitle = \"t\"\ntime_zone = \"Europe/Kyiv\"\n[standard_of_proof]\nclear = "
        "0.85\n[[baseline]]\nid = \"line\"\n[[baseline]]\nid = \"line2\"\n";
    for (const auto& id : {a, b}) out += "[[party]]\nid = \"" + id + "\"\nname = \"n\"\n";
    for (std::size_t i = 0; i < zones.size(); ++i)
      out += "[[zone]]\nid = \"z" + std::to_string(i) + "\"\n";
    for (std::size_t i = 0; i < provisions.size(); ++i) {
      const Made& p = provisions[i];
      out += "[[provision]]\nid = \"" + std::to_string(i) + "\"\nwords = \"w\"\nnorm = \"" +
             p.norm + "\"\nstandard_of_proof = \"clear\"\nfrom = " + day(p.from_day) +
             "\nuntil = " + day(p.until_day) + "\n" + p.weapons + p.zone + named(p.binds) +
             named(p.keep) + p.overrides;
    }
    return out;
  }
  Geometry geometry() const {
    Geometry out;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      const auto [south, north, west, east] = zones[i];
      const double w = west + lon_shift, e = east + lon_shift;
      out.areas["z" + std::to_string(i)] = *Area::from_rings(
          {{{spot(south, w), spot(south, e), spot(north, e), spot(north, w), spot(south, w)}, {}}});
    }
    out.lines["line"] = {{spot(47, line_lon + lon_shift), spot(50, line_lon + lon_shift)}};
    out.lines["line2"] = {
        {spot(47, line_lon + 0.2 + lon_shift), spot(50, line_lon + 0.2 + lon_shift)}};
    return out;
  }
  Judge judge() const {
    Problems problems;
    auto agreement = parse_agreement(toml(), "random", geometry(), problems);
    for (const auto& e : problems.errors) ADD_FAILURE() << e.to_text() << "\n" << toml();
    return Judge(agreement.ok() ? *agreement : Agreement{});
  }

 private:
  // "@A" and "@B" stand for the parties.
  std::string named(std::string text) const {
    for (const auto& [mark, id] : {std::pair{"@A", a}, {"@B", b}}) {
      for (auto i = text.find(mark); i != std::string::npos; i = text.find(mark))
        text.replace(i, 2, id);
    }
    return text;
  }
};

MadeWorld random_world(Dice& dice) {
  MadeWorld w;
  for (int i = 0; i < 4; ++i) {
    const double south = dice.between(47, 49), west = dice.between(37, 38.5);
    w.zones.push_back({south, south + dice.between(0.1, 1), west, west + dice.between(0.1, 1)});
  }
  const std::vector<std::string> weapons{
      "", "weapons = [{ weapon = \"artillery\", from_mm = 100 }]\n",
      "weapons = [{ weapon = \"artillery\", under_mm = 122 }]\n", "weapons = [\"mortar\"]\n"};
  const std::vector<std::string> binds{"", "", "binds = [\"@A\"]\n", "binds = [\"@B\"]\n"};
  const std::vector<std::string> keeps{
      "keep = { distance_m = 30000, from = \"line\" }\n",
      "keep = { width_m = 50000, from = { @A = \"line\", @B = \"line2\" } }\n"};
  for (int i = 0; i < 6; ++i) {
    MadeWorld::Made p;
    p.norm = dice.chance(0.3) ? "limit" : "prohibition";
    if (p.norm == "limit") p.keep = dice.of(keeps);
    p.weapons = dice.of(weapons);
    if (dice.chance(0.7))
      p.zone = "zones = [\"z" + std::to_string(dice.below(4)) + "\", \"z" +
               std::to_string(dice.below(4)) + "\"]\n";
    p.binds = dice.of(binds);
    p.from_day = static_cast<int>(1 + dice.below(10));
    p.until_day = static_cast<int>(15 + dice.below(10));
    w.provisions.push_back(std::move(p));
  }
  // A chain, so that whatever is drawn no two set aside the same.
  if (dice.chance(0.5)) w.provisions[1].overrides = "overrides = [\"0\"]\n";
  if (dice.chance(0.5)) w.provisions[2].overrides = "overrides = [\"1\"]\n";
  return w;
}

struct Drawn {
  LatLon where;
  double spread_m = 0;
  Conduct conduct;
};

Drawn random_conduct(Dice& dice, const MadeWorld& w) {
  Drawn d;
  d.where = spot(dice.between(46.9, 50.1), dice.between(36.9, 39.6));
  d.spread_m = dice.chance(0.5) ? 0 : dice.between(10, 20'000);
  Conduct& c = d.conduct;
  c.subject = "s";
  c.when.start =
      *parse_instant("2026-01-01T00:00:00Z") +
      Duration::whole_seconds(static_cast<std::int64_t>(dice.below(std::size_t{30} * 86400)));
  c.when.end = c.when.start + Duration::minutes(static_cast<std::int64_t>(dice.below(600)));
  c.classes = {ClassProbabilities::certain(EffectClass::kExplosionImpact)};
  Weapon weapon;
  weapon.weapon = dice.of<WeaponClass>({WeaponClass::kArtillery, WeaponClass::kArtillery,
                                        WeaponClass::kMortar, WeaponClass::kUnknown});
  if (dice.chance(0.7)) weapon.min_mm = weapon.max_mm = dice.of<double>({82, 99.5, 100, 122, 152});
  c.weapons = {weapon};
  c.p_real = dice.of<double>({1, 0.95, 0.85, 0.5, 0.1});
  if (dice.chance(0.5)) c.parties = {{dice.chance(0.5) ? w.a : w.b, 1}};
  if (dice.chance(0.2)) c.parties = {{w.a, 0.7}, {w.b, 0.3}};
  return d;
}

void place(Drawn& d, double lon_shift = 0) {
  const LatLon p = spot(d.where.lat_deg(), d.where.lon_deg() + lon_shift);
  d.conduct.at =
      d.spread_m == 0
          ? PlaceSample(std::vector<LatLon>{p})
          : PlaceSample(PointShape{p, d.spread_m * d.spread_m, d.spread_m * d.spread_m, 0}, 256);
}

// By provision: what a change must not change.
std::map<std::string, Finding> by_provision(const Judge& judge, const Conduct& c) {
  std::map<std::string, Finding> out;
  for (auto& f : judge.findings(c, {})) out.emplace(f.provision, f);
  return out;
}

std::string told(const Finding& f) {
  std::string out = "\n" + f.id + ": " + std::string(to_string(f.value));
  for (const Reason& r : f.reasons)
    out += "; " + r.fact + " " + std::to_string(r.probability) + " " + r.words;
  return out;
}

template <class F>
void over_worlds(F test) {
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    Dice dice(seed);
    const MadeWorld w = random_world(dice);
    SCOPED_TRACE("seed " + std::to_string(seed));
    test(w, dice);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Metamorphic, exchanging_the_parties_mirrors_everything) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    MadeWorld exchanged = w;
    std::swap(exchanged.a, exchanged.b);
    const Judge judge = w.judge(), other = exchanged.judge();
    for (int i = 0; i < kConducts; ++i) {
      Drawn d = random_conduct(dice, w);
      place(d);
      const auto before = by_provision(judge, d.conduct);
      std::map<std::string, double> parties;
      for (const auto& [id, p] : d.conduct.parties) parties[id == w.a ? w.b : w.a] = p;
      d.conduct.parties = parties;
      EXPECT_EQ(before, by_provision(other, d.conduct));
    }
  });
}

TEST(Metamorphic, moving_all_geometry_together_changes_nothing) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    MadeWorld moved = w;
    moved.lon_shift = 11.5;
    const Judge judge = w.judge(), other = moved.judge();
    for (int i = 0; i < kConducts; ++i) {
      Drawn d = random_conduct(dice, w);
      place(d);
      const auto before = by_provision(judge, d.conduct);
      place(d, moved.lon_shift);
      const auto after = by_provision(other, d.conduct);
      ASSERT_EQ(before.size(), after.size());
      for (const auto& [id, f] : before) {
        // Drawn places are whole numbers of 1e-7 degree: one may fall over an edge.
        EXPECT_NEAR(f.probability, after.at(id).probability, d.spread_m == 0 ? 0 : 0.005);
        if (d.spread_m == 0) {
          EXPECT_EQ(f.value, after.at(id).value);
        }
      }
    }
  });
}

TEST(Metamorphic, the_zone_in_which_times_are_written_does_not_matter) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    MadeWorld utc = w;
    utc.in_utc = true;
    const Judge judge = w.judge(), other = utc.judge();
    for (int i = 0; i < kConducts; ++i) {
      Drawn d = random_conduct(dice, w);
      place(d);
      EXPECT_EQ(by_provision(judge, d.conduct), by_provision(other, d.conduct));
    }
  });
}

TEST(Metamorphic, widening_a_prohibition_never_removes_a_breach) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    const Judge judge = w.judge();
    for (std::size_t p = 0; p < w.provisions.size(); ++p) {
      MadeWorld wider = w;
      auto& made = wider.provisions[p];
      if (made.norm != "prohibition") continue;
      switch (dice.below(4)) {
        case 0:
          made.weapons.clear();
          break;
        case 1:
          made.binds.clear();
          break;
        case 2:
          made.from_day = 0, made.until_day = 29;
          break;
        default:
          made.zone.clear();
      }
      const Judge other = wider.judge();
      for (int i = 0; i < kConducts; ++i) {
        Drawn d = random_conduct(dice, w);
        place(d);
        const auto before = by_provision(judge, d.conduct);
        const auto it = before.find(std::to_string(p));
        if (it == before.end() || it->second.value != FindingValue::kBreach) continue;
        EXPECT_EQ(by_provision(other, d.conduct).at(it->first).value, FindingValue::kBreach);
      }
    }
  });
}

TEST(Metamorphic, more_evidence_that_it_happened_never_leads_away_from_a_breach) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    const Judge judge = w.judge();
    const auto rank = [](FindingValue v) {
      return v == FindingValue::kCompliant ? 0 : v == FindingValue::kUndeterminable ? 1 : 2;
    };
    for (int i = 0; i < kConducts; ++i) {
      Drawn d = random_conduct(dice, w);
      place(d);
      std::map<std::string, Finding> before;
      for (const double p : {0.1, 0.4, 0.8, 0.9, 1.0}) {
        d.conduct.p_real = p;
        const auto now = by_provision(judge, d.conduct);
        for (const auto& [id, f] : before) {
          const Finding& g = now.at(id);
          EXPECT_GE(g.probability, f.probability);
          EXPECT_EQ(f.value == FindingValue::kNotApplicable,
                    g.value == FindingValue::kNotApplicable);
          if (f.value != FindingValue::kNotApplicable) {
            EXPECT_GE(rank(g.value), rank(f.value));
          }
        }
        before = now;
      }
    }
  });
}

TEST(Metamorphic, narrowing_what_lies_on_one_side_changes_no_value) {
  over_worlds([](const MadeWorld& w, Dice& dice) {
    const Judge judge = w.judge();
    for (int i = 0; i < kConducts; ++i) {
      Drawn d = random_conduct(dice, w);
      d.spread_m = 3000;
      place(d);
      const auto places = d.conduct.at.places();
      const auto before = by_provision(judge, d.conduct);
      Conduct narrower = d.conduct;
      narrower.at = PlaceSample(std::vector<LatLon>{places[dice.below(places.size())]});
      narrower.when.end = narrower.when.start =
          narrower.when.start + Duration{narrower.when.length().ns / 3};
      const auto after = by_provision(judge, narrower);
      for (const auto& [id, f] : before) {
        const bool settled = std::all_of(f.reasons.begin(), f.reasons.end(), [](const Reason& r) {
          return r.fact == "real" || r.fact == "weapon" || r.fact == "party" ||
                 r.probability == 0 || r.probability == 1;
        });
        if (!settled || f.missing_fact == "party") continue;  // of another it may be unsettled
        const auto it = after.find(id);  // none: boxes say by now that it lies elsewhere
        EXPECT_EQ(it == after.end() ? FindingValue::kNotApplicable : it->second.value, f.value)
            << told(f) << (it == after.end() ? "none" : told(it->second));
      }
    }
  });
}

}  // namespace
}  // namespace truce::judge
