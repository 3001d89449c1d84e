// agreement.toml to an Agreement.

#include "stages/judge/agreement.h"

#include <cmath>
#include <set>

#include "model/weapon_text.h"
#include "stages/judge/conflicts.h"
#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/internal/choices.h"
#include "stages/judge/internal/time_rules.h"
#include "stages/judge/internal/toml_reader.h"
#include "stages/judge/internal/toml_text.h"

namespace truce::judge {

namespace {

const char* const kClassesExpected = "a class of docs/glossary.md";

std::string acts_expected() {
  std::string out;
  for (const Key& k : table_of_keys(TableId::kProvision).keys) {
    if (k.name != "acts") continue;
    for (const auto act : k.choices) out += (out.empty() ? "one of " : ", ") + std::string(act);
  }
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view source, const Geometry& geometry,
         Problems& problems)
      : text_(text),
        read_(source, problems),
        geometry_(geometry),
        problems_(problems),
        errors_before_(problems.errors.size()) {}

  AgreementRead run(const toml::table& root) {
    AgreementRead out;
    out.agreement = read_all(root);
    say_what_rests_on_mistakes(out);
    return out;
  }

 private:
  Agreement read_all(const toml::table& root) {
    Agreement a;
    hides_rules([&] { check_root(root); });
    a.id = read_.text(root, "id", true);
    a.title = read_.text(root, "title", true);
    a.source = read_.text(root, "source", false);
    a.attributes = read_.flag(root, "attribution");
    a.languages = read_.texts(root, "authoritative");
    a.severities = read_.texts(root, "severities");
    if (const auto* node = root.get("authoritative")) a.text_line = node->source().begin.line;
    read_not_encoded(root, a);
    hides_rules([&] { check_points(root); });
    lacks_points_ = may_hide_rules_ && root.contains("points");
    hides_rules([&] { read_zone_of_time(root, a); });
    hides_rules([&] { read_parties(root, a); });
    read_places(root, a);
    read_standards(root, a);
    read_.each(root, "definition",
               [&](const toml::table& t) { definitions_.push_back(defined(t)); });
    hides_rules([&] { read_circumstances(root, a); });
    Reading base;
    base.id = "base";
    read_.each(root, "provision", [&](const toml::table& t) { add_provision(t, base, a); });
    base.provisions = resolved(drafts_, definitions_);
    a.readings.push_back(base);
    read_time(root, a);
    read_.each(root, "reading", [&](const toml::table& t) { a.readings.push_back(reading(t, a)); });
    if (!root.contains("provision") && !root.contains("gate") && !root.contains("obligation") &&
        !root.contains("points"))
      read_.say(root, "provision", "the agreement forbids nothing", "[[provision]]");
    for (const toml::table* t : stated_)
      hides_rules([&] { read_.all_refer(*t, "overrides", base.provisions, "provision"); });
    check_conflicts(a);
    return a;
  }
  void check_root(const toml::table& root) {
    read_.known(root, keys_of(TableId::kRoot));
    for (const Key& k : table_of_keys(TableId::kRoot).keys) {
      if (k.kind == KeyKind::kTables && root.contains(k.name))
        may_hide_rules_ = may_hide_rules_ || !root[k.name].is_array_of_tables();
    }
  }
  // Their provisions stand behind the text already: points_named told whose.
  void check_points(const toml::table& root) {
    if (!root.contains("points")) return;
    const auto* t = root["points"].as_table();
    if (t == nullptr)
      return read_.say(root, "points", "\"points\" is not a table",
                       "[points] with a line for file and one for version");
    read_.known(*t, keys_of(TableId::kPoints));
    const std::string file = read_.text(*t, "file", true);
    if (file.find('/') != std::string::npos || file == "agreement.toml")
      read_.say(*t, "file", "\"" + file + "\" is no file of points beside this one",
                "\"points.toml\"");
    static_cast<void>(read_.text(*t, "version", true));
    static_cast<void>(read_.texts(*t, "numbers"));
  }
  void read_not_encoded(const toml::table& root, Agreement& a) {
    const std::size_t before = problems_.errors.size();
    read_.each(root, "not_encoded", [&](const toml::table& t) {
      read_.known(t, keys_of(TableId::kNotEncoded));
      a.not_encoded.push_back(
          {read_.text(t, "span", true), read_.text(t, "why", true), t.source().begin.line});
    });
    may_hide_spans_ = may_hide_spans_ || problems_.errors.size() > before;
  }
  void read_circumstances(const toml::table& root, Agreement& a) {
    read_.each(root, "circumstance", [&](const toml::table& t) {
      read_.known(t, keys_of(TableId::kCircumstance));
      read_.own_id(t, a.circumstances, "circumstance");
      a.circumstances.push_back({read_.text(t, "id", true), read_.text(t, "words", true)});
    });
  }
  void add_provision(const toml::table& t, Reading& base, const Agreement& a) {
    const std::size_t before = problems_.errors.size();
    read_.known(t, keys_of(TableId::kProvision));
    const bool knows_all_keys = problems_.errors.size() == before;
    read_.own_id(t, base.provisions, "provision");
    Draft d;
    d.provision.id = read_.text(t, "id", true);
    fill(t, d, a);
    whole(t, d.provision, a);
    if (problems_.errors.size() > before) {
      unsound_.provisions.insert(d.provision.id);
      may_hide_rules_ = may_hide_rules_ || d.provision.id.empty() || t["overrides"].is_value() ||
                        (!knows_all_keys && !t.contains("overrides"));
      may_hide_spans_ = may_hide_spans_ || !t.contains("encodes");
    }
    base.provisions.push_back(d.provision);
    drafts_.push_back(std::move(d));
  }

  // ----------------------------------------------------------------------- what rests on mistakes
  // Names of what was read with a mistake.
  struct Unsound {
    std::set<std::string> provisions, zones, kinds, baselines, standards;
    bool objects = false;
  };
  template <class F>
  void hides_rules(F read) {
    const std::size_t before = problems_.errors.size();
    read();
    may_hide_rules_ = may_hide_rules_ || problems_.errors.size() > before;
  }
  bool rests_on_mistakes(const Provision& p) const {
    const auto any_of = [](const auto& names, const std::set<std::string>& unsound) {
      return std::any_of(names.begin(), names.end(),
                         [&](const std::string& n) { return unsound.contains(n); });
    };
    bool line = false;
    for (const auto& [party, id] : p.baseline) line = line || unsound_.baselines.contains(id);
    return line || unsound_.standards.contains(p.standard_of_proof) ||
           any_of(p.zones, unsound_.zones) || any_of(p.zone_kinds, unsound_.kinds) ||
           (!p.zone_kinds.empty() && unsound_.kinds.contains("")) ||
           (!p.protects.empty() && unsound_.objects) ||
           std::any_of(p.exceptions.begin(), p.exceptions.end(),
                       [&](const Exception& x) { return any_of(x.zones, unsound_.zones); });
  }
  // What sets another provision aside decides on it too.
  void say_what_rests_on_mistakes(AgreementRead& out) {
    for (const Reading& r : out.agreement.readings) {
      for (const Provision& p : r.provisions) {
        if (!rests_on_mistakes(p)) continue;
        if (r.id == "base")
          unsound_.provisions.insert(p.id);
        else
          unsound_readings_.insert(r.id);
      }
    }
    const auto& base = out.agreement.readings.front().provisions;
    for (std::size_t before = 0; before != unsound_.provisions.size();) {
      before = unsound_.provisions.size();
      for (const Provision& p : base) {
        if (unsound_.provisions.contains(p.id))
          unsound_.provisions.insert(p.overrides.begin(), p.overrides.end());
      }
    }
    out.is_whole = problems_.errors.size() == errors_before_;
    out.unsound_provisions = unsound_.provisions;
    out.unsound_readings = unsound_readings_;
    out.may_hide_rules = may_hide_rules_ || unsound_readings_.contains("");
    out.may_hide_spans = may_hide_rules_ || may_hide_spans_;
    for (std::size_t i = errors_before_; i < problems_.errors.size(); ++i)
      out.may_hide_spans = out.may_hide_spans || problems_.errors[i].place.field == "encodes";
  }

  // A group of weapons that provisions name.
  struct Definition {
    std::string id;
    std::vector<WeaponRule> weapons;
  };
  // A provision, with the definitions that its reading fills in.
  struct Draft {
    Provision provision;
    std::vector<std::string> definitions;
    std::vector<std::vector<std::string>> of_exceptions;
  };

  void read_zone_of_time(const toml::table& root, Agreement& a) {
    const std::string name = read_.text(root, "time_zone", true);
    if (name.empty() && !root["time_zone"].is_string()) return;
    const auto zone = ::truce::Zone::find(name);
    if (zone.ok())
      a.civil_zone = *zone;
    else
      read_.say(root, "time_zone", zone.error().message, zone.error().expected);
    read_.set_zone(a.civil_zone);
  }
  void read_parties(const toml::table& root, Agreement& a) {
    read_.each(root, "party", [&](const toml::table& t) {
      read_.known(t, keys_of(TableId::kParty));
      read_.own_id(t, a.parties, "party");
      a.parties.push_back(
          {read_.text(t, "id", true), read_.text(t, "name", true), read_.texts(t, "answers_for")});
    });
  }
  void read_places(const toml::table& root, Agreement& a) {
    read_.each(root, "zone", [&](const toml::table& t) {
      const std::size_t before = problems_.errors.size();
      const auto forms = zone(t, a);
      const bool is_sound = problems_.errors.size() == before &&
                            std::none_of(forms.begin(), forms.end(), [&](auto& z) {
                              return z.area.rings().empty() || unsound_.zones.contains(z.id);
                            });
      for (const Zone& z : forms) {
        a.zones.push_back(z);
        if (is_sound) continue;
        unsound_.zones.insert(z.id);
        unsound_.kinds.insert(z.kind);
      }
    });
    read_.each(root, "baseline", [&](const toml::table& t) {
      const std::size_t before = problems_.errors.size();
      a.baselines.push_back(baseline(t, a.baselines));
      if (problems_.errors.size() > before || a.baselines.back().line.empty())
        unsound_.baselines.insert(a.baselines.back().id);
    });
    const std::size_t before = problems_.errors.size();
    read_.each(root, "object", [&](const toml::table& t) {
      read_.own_id(t, a.objects, "object");
      a.objects.push_back(object(t));
    });
    unsound_.objects = problems_.errors.size() > before;
  }
  void read_standards(const toml::table& root, Agreement& a) {
    const auto* table = root["standard_of_proof"].as_table();
    if (table == nullptr) {
      if (root.contains("standard_of_proof"))
        read_.say(root, "standard_of_proof", "\"standard_of_proof\" is not a table",
                  "[standard_of_proof] with a line NAME = 0.65 for each");
      return;
    }
    for (const auto& [name, node] : *table) {
      const double tau = node.value_or(0.0);
      a.standards_of_proof.emplace(std::string(name.str()), tau);
      if (tau > 0.5 && tau < 1) continue;
      unsound_.standards.insert(std::string(name.str()));
      read_.say(
          *table, name.str(),
          "the threshold \"" + std::string(name.str()) + "\" does not lie between one half and one",
          "a number over 0.5 and under 1");
    }
  }

  void read_time(const toml::table& root, Agreement& a) {
    const std::size_t before = problems_.errors.size();
    names_ = {{}, {}, a.standards_of_proof, a.severities, lacks_points_, {}};
    for (const Party& p : a.parties) names_.parties.push_back(p.id);
    for (const Provision& p : a.readings.front().provisions) names_.provisions.push_back(p.id);
    a.readings.front().clocks = parse_clocks(root, read_, names_);
    for (const char* kind : {"gate", "obligation", "escalation", "cumulation"}) {
      read_.each(root, kind, [&](const toml::table& t) {
        may_hide_spans_ =
            may_hide_spans_ || (problems_.errors.size() > before && !t.contains("encodes"));
      });
    }
  }

  // Forms of one id must not hold at the same time: which one counts would be anybody's guess.
  template <class T>
  void own_form(const toml::table& t, const T& form, const std::vector<T>& before,
                const std::string& what) {
    read_.check_id(t);
    if (form.valid.start == form.valid.end)
      read_.say(t, "valid_until", "the " + what + " \"" + form.id + "\" is never valid",
                "a later end");
    for (const T& o : before) {
      if (o.id == form.id && o.valid.overlaps(form.valid))
        return read_.say(
            t, "id",
            "there is a " + what + " \"" + form.id + "\" before that holds at the same time",
            "an id of its own, or valid_from and valid_until that do not overlap");
    }
  }
  // What geo/ does not hold; what of it could not be read has been said.
  void say_missing(const toml::table& t, std::string_view key, const std::string& id, bool is_other,
                   const std::string& what, const std::string& other) {
    if (id.empty() || geometry_.unreadable.contains(id) || geometry_.unreadable.contains(""))
      return;
    if (is_other)
      read_.say(t, key,
                "the feature \"" + id + "\" of geo/ is no " + what + " but a" +
                    (other == "area" ? "n " : " ") + other,
                what == "area" ? "a Polygon or MultiPolygon" : "a LineString");
    else
      read_.say(t, key, "there is no " + what + " \"" + id + "\" in geo/",
                "the id of a feature of geo/*.geojson");
  }
  // One form, or as many as there are of the zone that it lies around.
  std::vector<Zone> zone(const toml::table& t, const Agreement& a) {
    read_.known(t, keys_of(TableId::kZone));
    Zone z;
    z.id = read_.text(t, "id", true);
    z.name = read_.text(t, "name", false);
    z.kind = read_.text(t, "kind", false);
    z.party = read_.text(t, "party", false);
    if (!z.party.empty()) read_.refers(t, "party", z.party, a.parties, "party");
    if (z.party.empty() == (z.kind == "control"))
      read_.say(t, "party", "a zone of the kind \"control\" names who held it, and no other does",
                "kind = \"control\" and party = the id of a [[party]]");
    z.valid = read_.interval(t, "valid_from", "valid_until", kAlways);
    z.tolerance_m = read_.number(t, "tolerance_m", 0, 1e5).value_or(0);
    if (t.contains("around") || t.contains("distance_m")) return zones_around(t, z, a);
    const bool named = t.contains("geometry");
    const std::string geometry = named ? read_.text(t, "geometry", true) : z.id;
    z.feature = geometry;
    if (const auto it = geometry_.areas.find(geometry); it != geometry_.areas.end())
      z.area = it->second;
    else
      say_missing(t, named ? "geometry" : "id", geometry, geometry_.lines.contains(geometry),
                  "area", "line");
    own_form(t, z, a.zones, "zone");
    return {z};
  }
  std::vector<Zone> zones_around(const toml::table& t, Zone z, const Agreement& a) {
    for (const char* key : {"around", "distance_m"}) {
      if (!t.contains(key))
        read_.say(t, key, "\"" + std::string(key) + "\" is missing",
                  "around = the id of a zone above, and distance_m beside it");
    }
    if (t.contains("geometry") || z.kind == "control")
      read_.say(t, "around",
                "a zone around another one has no geometry of its own, and shows no control",
                "around, or geometry");
    const std::string around = read_.text(t, "around", false);
    z.around_m = read_.number(t, "distance_m", 0, kAround_m_max).value_or(0);
    if (!around.empty()) read_.refers(t, "around", around, a.zones, "zone");
    std::vector<Zone> out;
    own_form(t, z, a.zones, "zone");
    for (const Zone& form : a.zones) {
      if (form.id != around || !form.valid.overlaps(z.valid)) continue;
      if (unsound_.zones.contains(around)) unsound_.zones.insert(z.id);
      out.push_back(z);
      out.back().area = form.area;
      out.back().feature = form.feature;
      out.back().around_m += form.around_m;
      out.back().tolerance_m = std::max(z.tolerance_m, form.tolerance_m);
      out.back().valid = {std::max(z.valid.start, form.valid.start),
                          std::min(z.valid.end, form.valid.end)};
    }
    if (out.empty()) out.push_back(z);
    return out;
  }
  Baseline baseline(const toml::table& t, const std::vector<Baseline>& before) {
    read_.known(t, keys_of(TableId::kBaseline));
    Baseline b;
    b.id = read_.text(t, "id", true);
    b.name = read_.text(t, "name", false);
    const bool named = t.contains("geometry");
    const std::string geometry = named ? read_.text(t, "geometry", true) : b.id;
    b.feature = geometry;
    const auto it = geometry_.lines.find(geometry);
    if (it == geometry_.lines.end()) {
      say_missing(t, named ? "geometry" : "id", geometry, geometry_.areas.contains(geometry),
                  "line", "area");
    } else {
      auto line = Polyline::from_strings(it->second);
      if (line.ok())
        b.line = *std::move(line);
      else
        read_.say(t, named ? "geometry" : "id", line.error().message, line.error().expected);
    }
    b.valid = read_.interval(t, "valid_from", "valid_until", kAlways);
    b.tolerance_m = read_.number(t, "tolerance_m", 0, 1e5).value_or(0);
    own_form(t, b, before, "baseline");
    return b;
  }
  ProtectedObject object(const toml::table& t) {
    read_.known(t, keys_of(TableId::kObject));
    ProtectedObject o{read_.text(t, "id", true),
                      read_.text(t, "name", false),
                      read_.text(t, "kind", true),
                      {},
                      t["radius_m"].value_or(0.0)};
    for (const char* key : {"lat", "lon", "radius_m"}) {
      if (!t.contains(key))
        read_.say(t, key, "\"" + std::string(key) + "\" is missing", "a number");
    }
    const auto lat = read_.number(t, "lat", -90, 90);
    const auto lon = read_.number(t, "lon", -180, 180);
    if (lat && lon) o.at = LatLon::from_degrees(*lat, *lon).value_or(LatLon{});
    if (const auto r = read_.number(t, "radius_m", 0, 1e6); r && *r == 0)
      read_.say(t, "radius_m", "a radius of nothing", "metres");
    return o;
  }

  // ------------------------------------------------------------------------------------- weapons
  // { weapon = "artillery", from_mm = 100 }
  WeaponRule weapon_rule(const toml::table& t) {
    read_.known(t, keys_of(TableId::kWeapon));
    WeaponRule r;
    if (t.contains("weapon")) {
      r.weapon = weapon_class_from(read_.text(t, "weapon", true));
      if (!r.weapon)
        read_.say(t, "weapon",
                  "\"" + t["weapon"].value_or<std::string>("") + "\" is not a known class",
                  kClassesExpected);
    }
    r.system = read_.text(t, "system", false);
    warn_of_system(t, r.system);
    bool is_plain = true;
    for (const auto& [closed, open] : {std::pair{"from_mm", "over_mm"}, {"up_to_mm", "under_mm"}}) {
      if (!t.contains(closed) || !t.contains(open)) continue;
      is_plain = false;
      read_.say(
          t, closed, std::string(closed) + " and " + open + " are both given",
          "one of them: " + std::string(closed) + " includes its bound, " + open + " does not");
    }
    const auto bound = [&](const char* key, double& value, bool& inclusive, bool is) {
      if (const auto v = read_.number(t, key, 0, kLargest_mm)) value = *v, inclusive = is;
    };
    bound("from_mm", r.min_mm, r.min_inclusive, true);
    bound("over_mm", r.min_mm, r.min_inclusive, false);
    bound("up_to_mm", r.max_mm, r.max_inclusive, true);
    bound("under_mm", r.max_mm, r.max_inclusive, false);
    if (is_plain && r.min_mm > r.max_mm)
      read_.say(t, "weapon", "the bounds of the calibre are reversed: no weapon is of it",
                "a lower bound (from_mm, over_mm) below the upper one (up_to_mm, under_mm)");
    if (is_plain && r.min_mm == r.max_mm && !(r.min_inclusive && r.max_inclusive))
      read_.say(t, "weapon", "no calibre lies between the bounds",
                "from_mm and up_to_mm, which include them, for one calibre");
    return r;
  }
  // What words never name is never found. It may come from a source that names it otherwise, so it
  // is no mistake.
  void warn_of_system(const toml::table& t, const std::string& system) {
    const auto known = weapon_systems();
    if (system.empty() || std::find(known.begin(), known.end(), system) != known.end()) return;
    std::string all;
    for (const auto name : known) all += (all.empty() ? "one of " : ", ") + std::string(name);
    const std::string near = nearest(system, known);
    read_.warn(t, "system",
               "no report can name the system \"" + system + "\"" +
                   (near.empty() ? "" : "; did you mean " + near + "?"),
               all);
  }
  // "artillery", the id of a definition, or a table.
  void read_weapons(const toml::table& t, std::vector<WeaponRule>& rules,
                    std::vector<std::string>& definitions) {
    rules.clear();
    definitions.clear();
    if (!t.contains("weapons")) return;
    const auto* list = t["weapons"].as_array();
    if (list == nullptr)
      return read_.say(t, "weapons", "\"weapons\" is not a list", "a list of weapons");
    for (const auto& n : *list) {
      if (const auto* table = n.as_table()) {
        rules.push_back(weapon_rule(*table));
        continue;
      }
      const std::string name = n.value_or<std::string>("");
      const bool is_defined = std::any_of(definitions_.begin(), definitions_.end(),
                                          [&](const Definition& d) { return d.id == name; });
      if (is_defined)
        definitions.push_back(name);
      else if (const auto w = weapon_class_from(name); w.has_value())
        rules.push_back(WeaponRule{.weapon = w, .system = {}});
      else
        read_.say(n, "weapons", "\"" + name + "\" is not a known class",
                  std::string(kClassesExpected) + ", or the id of a [[definition]] above");
    }
  }
  Definition defined(const toml::table& t) {
    read_.known(t, keys_of(TableId::kDefinition));
    read_.own_id(t, definitions_, "definition");
    const std::size_t before = problems_.errors.size();
    Definition d;
    d.id = read_.text(t, "id", true);
    static_cast<void>(read_.text(t, "words", false));
    std::vector<std::string> others;
    read_weapons(t, d.weapons, others);
    for (const auto& o : others) {
      for (const auto& known : definitions_) {
        if (known.id == o)
          d.weapons.insert(d.weapons.end(), known.weapons.begin(), known.weapons.end());
      }
    }
    if (d.weapons.empty() && (problems_.errors.size() == before || !t.contains("weapons")))
      read_.say(t, "weapons", "definition \"" + d.id + "\" holds no weapon", "a list of weapons");
    if (problems_.errors.size() > before) unsound_definitions_.insert(d.id);
    return d;
  }
  static std::vector<WeaponRule> with(std::vector<WeaponRule> rules,
                                      const std::vector<std::string>& names,
                                      const std::vector<Definition>& definitions) {
    for (const auto& d : definitions) {
      if (std::find(names.begin(), names.end(), d.id) != names.end())
        rules.insert(rules.end(), d.weapons.begin(), d.weapons.end());
    }
    return rules;
  }
  static std::vector<Provision> resolved(const std::vector<Draft>& drafts,
                                         const std::vector<Definition>& definitions) {
    std::vector<Provision> out;
    for (const Draft& d : drafts) {
      Provision p = d.provision;
      p.weapons = with(std::move(p.weapons), d.definitions, definitions);
      for (std::size_t i = 0; i < p.exceptions.size(); ++i)
        p.exceptions[i].weapons =
            with(std::move(p.exceptions[i].weapons), d.of_exceptions[i], definitions);
      out.push_back(std::move(p));
    }
    return out;
  }

  // ---------------------------------------------------------------------------------- provisions
  template <class E, std::size_t N>
  static std::optional<E> chosen(const Choices<E, N>& choices, std::string_view name) {
    const auto it = std::find_if(choices.begin(), choices.end(),
                                 [&](const auto& choice) { return choice.first == name; });
    return it == choices.end() ? std::nullopt : std::optional<E>(it->second);
  }
  void replace(const toml::table& t, std::string_view key, std::vector<std::string>& into) {
    if (t.contains(key)) into = read_.texts(t, key);
  }
  void fill(const toml::table& t, Draft& d, const Agreement& a) {
    const std::size_t before = problems_.errors.size();
    Provision& p = d.provision;
    p.line = t.source().begin.line;
    stated_.push_back(&t);
    if (t.contains("norm")) {
      const std::string name = read_.text(t, "norm", true);
      const auto norm = chosen(kNormChoices, name);
      if (!norm)
        read_.say(t, "norm",
                  "\"" + name + "\" is no kind of norm that can be held against an incident",
                  "prohibition, limit or permission");
      const bool is_bound = t.contains("keep") || t.contains("number_max");
      p.norm = norm.value_or(is_bound ? Norm::kLimit : Norm::kProhibition);
    }
    for (const auto& [key, into] :
         {std::pair{"words", &p.words}, {"source", &p.source}, {"severity", &p.severity}}) {
      if (t.contains(key)) *into = read_.text(t, key, true);
    }
    for (const auto& [key, into] : {std::pair{"encodes", &p.encodes},
                                    {"binds", &p.binds},
                                    {"zones", &p.zones},
                                    {"zone_kinds", &p.zone_kinds},
                                    {"protects", &p.protects},
                                    {"during", &p.during},
                                    {"needs", &p.needs},
                                    {"remedies", &p.remedies},
                                    {"overrides", &p.overrides}})
      replace(t, key, *into);
    if (!p.severity.empty() &&
        std::find(a.severities.begin(), a.severities.end(), p.severity) == a.severities.end())
      read_.say(t, "severity", "there is no severity \"" + p.severity + "\"",
                "one of severities at the top");
    if (const auto* node = t.get("encodes")) p.encodes_line = node->source().begin.line;
    check_references(t, a);
    fill_scope(t, d);
    fill_bound(t, p, a);
    p.in_force = read_.interval(t, "from", "until", p.in_force);
    fill_standard(t, p, a);
    if (t.contains("exception")) fill_exceptions(t, d, a);
    const bool is_sound =
        problems_.errors.size() == before &&
        std::none_of(d.definitions.begin(), d.definitions.end(),
                     [&](const std::string& id) { return unsound_definitions_.contains(id); });
    if (!is_sound) unsound_provisions_.insert(p.id);
  }
  // What stands before the provisions; those that they override may come later.
  void check_references(const toml::table& t, const Agreement& a) {
    read_.all_refer(t, "zones", a.zones, "zone");
    read_.all_refer(t, "binds", a.parties, "party");
    read_.all_refer(t, "needs", a.circumstances, "circumstance");
    if (t["zone_kinds"].as_array() == nullptr) return;
    for (const auto& n : *t["zone_kinds"].as_array()) {
      const auto kind = n.value<std::string>();
      if (kind && std::none_of(a.zones.begin(), a.zones.end(),
                               [&](const Zone& z) { return z.kind == *kind; }))
        read_.say(n, "zone_kinds", "there is no zone of the kind \"" + *kind + "\"",
                  "the kind of a [[zone]]");
    }
  }
  void fill_scope(const toml::table& t, Draft& d) {
    Provision& p = d.provision;
    if (t.contains("acts")) p.acts = read_.words<Act>(t, "acts", act_from, acts_expected(), "act");
    if (t.contains("domains"))
      p.domains = read_.words<Domain>(t, "domains", domain_from,
                                      "land, sea, air, cyber or information", "domain");
    if (t.contains("effects"))
      p.effects = read_.words<EffectClass>(t, "effects", effect_class_from, kClassesExpected,
                                           "class of effect");
    if (t.contains("weapons")) read_weapons(t, p.weapons, d.definitions);
    if (t.contains("where")) {
      const std::string name = read_.text(t, "where", true);
      const auto where = chosen(kWhereChoices, name);
      if (!where)
        read_.say(t, "where", "\"" + name + "\" is no place of an act", "place or origin");
      p.where = where.value_or(Where::kPlace);
    }
  }
  // keep = { distance_m = 15000, from = "line" }, or { width_m = 50000, from = { a = "x", b = "y" }
  // } where the text gives the width of the zone between both.
  void fill_bound(const toml::table& t, Provision& p, const Agreement& a) {
    if (const auto n = read_.number(t, "number_max", 0, 1e9)) {
      p.number_max = static_cast<std::int64_t>(*n);
      if (*n != std::floor(*n))
        read_.say(t, "number_max", "\"number_max\" is not a whole number", "a whole number");
    }
    if (!t.contains("keep")) return;
    const auto* keep = t["keep"].as_table();
    if (keep == nullptr)
      return read_.say(t, "keep", "\"keep\" is not a table",
                       "{ distance_m = 15000, from = \"line\" }");
    read_.known(*keep, keys_of(TableId::kKeep));
    const bool has_distance = keep->contains("distance_m");
    if (has_distance == keep->contains("width_m"))
      read_.say(t, "keep",
                has_distance ? "\"keep\" has both distance_m and width_m"
                             : "\"keep\" has neither distance_m nor width_m",
                "one of them: the distance of each side, or the width between both");
    const auto distance = read_.number(*keep, "distance_m", 0, kFarthest_m);
    const auto width = read_.number(*keep, "width_m", 0, kFarthest_m);
    p.distance_m = distance ? *distance : width.value_or(0) / 2;
    fill_baselines(*keep, p, a);
  }
  void fill_baselines(const toml::table& keep, Provision& p, const Agreement& a) {
    p.baseline.clear();
    const auto line_of = [&](const std::string& party, const toml::node& n) {
      const auto id = n.value<std::string>();
      if (!id) return read_.say(n, "keep", "\"from\" names no line", "the id of a [[baseline]]");
      read_.refers(n, "keep", *id, a.baselines, "baseline");
      p.baseline[party] = *id;
    };
    const auto* from = keep.get("from");
    if (from == nullptr)
      return read_.say(keep, "keep", "\"keep\" states no line to keep away from",
                       "from = \"…\", the id of a [[baseline]]");
    if (!from->is_table()) return line_of("", *from);
    for (const auto& [party, node] : *from->as_table()) {
      read_.refers(node, "keep", std::string(party.str()), a.parties, "party");
      line_of(std::string(party.str()), node);
    }
  }
  void fill_standard(const toml::table& t, Provision& p, const Agreement& a) {
    if (!t.contains("standard_of_proof")) return;
    p.standard_of_proof = read_.text(t, "standard_of_proof", true);
    if (!a.standards_of_proof.contains(p.standard_of_proof))
      read_.say(t, "standard_of_proof", "\"" + p.standard_of_proof + "\" is not defined",
                "a name in [standard_of_proof]");
  }
  void fill_exceptions(const toml::table& t, Draft& d, const Agreement& a) {
    d.provision.exceptions.clear();
    d.of_exceptions.clear();
    read_.each(t, "exception", [&](const toml::table& e) {
      read_.known(e, keys_of(TableId::kException));
      read_.own_id(e, d.provision.exceptions, "exception");
      Exception x;
      x.id = read_.text(e, "id", true);
      x.words = read_.text(e, "words", true);
      x.effects = read_.words<EffectClass>(e, "effects", effect_class_from, kClassesExpected,
                                           "class of effect");
      std::vector<std::string> definitions;
      read_weapons(e, x.weapons, definitions);
      x.zones = read_.texts(e, "zones");
      x.needs = read_.texts(e, "needs");
      x.notice_kinds = read_.texts(e, "notices");
      read_.all_refer(e, "zones", a.zones, "zone");
      read_.all_refer(e, "needs", a.circumstances, "circumstance");
      d.provision.exceptions.push_back(std::move(x));
      d.of_exceptions.push_back(std::move(definitions));
    });
  }

  // What must be there of a provision that is whole.
  void whole(const toml::table& t, const Provision& p, const Agreement& a) {
    check_baselines(t, p, a);
    check_validity(t, p, a);
    if (p.standard_of_proof.empty() && !t.contains("standard_of_proof"))
      say_once(t, "standard_of_proof", "provision " + p.id + " names no standard of proof",
               "one of [standard_of_proof]");
    if (p.norm == Norm::kLimit && !p.distance_m && !p.number_max && !t.contains("keep") &&
        !t.contains("number_max"))
      say_once(t, "norm", "limit " + p.id + " states no bound", "keep or number_max");
    if (p.distance_m && p.number_max)
      say_once(t, "number_max", "limit " + p.id + " states two bounds, and which is broken is open",
               "a limit for each");
    if (p.norm != Norm::kLimit && (p.distance_m || p.number_max))
      say_once(t,
               t.contains("norm")   ? "norm"
               : t.contains("keep") ? "keep"
                                    : "number_max",
               (p.norm == Norm::kPermission ? "permission " : "prohibition ") + p.id +
                   " states a bound, as only a limit does",
               "norm = \"limit\", or neither keep nor number_max");
    if (p.in_force.start == p.in_force.end)
      say_once(t, "until", "provision " + p.id + " is never in force", "a later end");
  }
  // What the base text has is not said again of each reading that changes something else.
  void say_once(const toml::table& t, std::string_view key, const std::string& what,
                const std::string& expected) {
    if (said_.insert(what).second) read_.say(t, key, what, expected);
  }

  Reading reading(const toml::table& t, const Agreement& a) {
    const std::size_t before = problems_.errors.size();
    read_.known(t, keys_of(TableId::kReading));
    read_.own_id(t, a.readings, "reading");
    Reading r{read_.text(t, "id", true),
              read_.text(t, "party", false),
              read_.text(t, "words", true),
              {},
              a.readings.front().clocks};
    if (!r.party.empty()) read_.refers(t, "party", r.party, a.parties, "party");
    auto drafts = drafts_;
    auto definitions = definitions_;
    bool other_clocks = false;
    read_.each(t, "change", [&](const toml::table& c) {
      if (things_changed(c) != 1)
        read_.say(c, "change", "it is not said what is read otherwise",
                  "either provision = \"…\" or definition = \"…\", or one of gate, obligation, "
                  "escalation and cumulation");
      else if (c.contains("definition"))
        change_definition(c, definitions);
      else if (c.contains("provision"))
        change_provision(c, drafts, a);
      else
        other_clocks = true;
    });
    r.provisions = resolved(drafts, definitions);
    if (other_clocks) r.clocks = clocks_under(t);
    if (problems_.errors.size() > before) unsound_readings_.insert(r.id);
    return r;
  }
  // What was said of the text as it stands is not said again.
  ClockRules clocks_under(const toml::table& reading) {
    std::set<std::string> said;
    for (const Error& e : problems_.errors) said.insert(e.to_text());
    const auto before = static_cast<std::ptrdiff_t>(problems_.errors.size());
    ClockRules out = parse_clocks_under(toml::parse(text_), reading.source(), read_, names_);
    auto& all = problems_.errors;
    all.erase(std::remove_if(all.begin() + before, all.end(),
                             [&](const Error& e) { return said.contains(e.to_text()); }),
              all.end());
    return out;
  }
  void change_definition(const toml::table& c, std::vector<Definition>& definitions) {
    read_.known(c, keys_of(TableId::kDefinitionChange));
    const std::string id = read_.text(c, "definition", true);
    read_.refers(c, "definition", id, definitions, "definition");
    std::vector<std::string> others;
    if (!c.contains("weapons"))
      read_.say(c, "weapons", "\"weapons\" is missing", "what \"" + id + "\" then stands for");
    for (Definition& d : definitions) {
      if (d.id == id) read_weapons(c, d.weapons, others);
    }
  }
  void change_provision(const toml::table& c, std::vector<Draft>& drafts, const Agreement& a) {
    read_.known(c, keys_of(TableId::kProvisionChange));
    const std::string id = read_.text(c, "provision", true);
    const auto it = std::find_if(drafts.begin(), drafts.end(),
                                 [&](const Draft& d) { return d.provision.id == id; });
    if (it == drafts.end() && lacks_points_) return;  // it may be one of theirs
    if (it == drafts.end())
      return read_.say(c, "provision", "there is no provision \"" + id + "\" to read otherwise",
                       "the id of a [[provision]]");
    fill(c, *it, a);
    whole(c, it->provision, a);
  }

  // A limit by party says from what line each party that it binds keeps away.
  void check_baselines(const toml::table& t, const Provision& p, const Agreement& a) {
    if (p.baseline.empty() || p.baseline.contains("")) return;
    for (const auto& [party, line] : p.baseline) {
      if (!TomlReader::has(a.parties, party)) return;  // it may have been meant for another
    }
    for (const Party& party : a.parties) {
      const bool bound =
          p.binds.empty() || std::find(p.binds.begin(), p.binds.end(), party.id) != p.binds.end();
      if (bound && !p.baseline.contains(party.id))
        say_once(t, "keep", "limit " + p.id + " binds " + party.id + " and states no line for it",
                 "a line for every party that it binds");
    }
  }
  // What never holds while its provision does bounds nothing.
  void check_validity(const toml::table& t, const Provision& p, const Agreement& a) {
    if (p.in_force.end <= p.in_force.start) return;
    const auto check = [&](const char* key, const std::string& what, const auto& forms,
                           const auto& is_meant) {
      bool is_there = false, holds = false;
      for (const auto& form : forms) {
        if (!is_meant(form)) continue;
        is_there = true;
        const bool is_said = form.valid.end <= form.valid.start;
        holds = holds || is_said || form.valid.overlaps(p.in_force);
      }
      if (is_there && !holds)
        say_once(t, key, what + " is never valid while provision " + p.id + " is in force",
                 "other times of its validity, or another from and until here");
    };
    for (const auto& id : p.zones)
      check("zones", "zone " + id, a.zones, [&](const Zone& z) { return z.id == id; });
    for (const auto& kind : p.zone_kinds)
      check("zone_kinds", "every zone of the kind " + kind, a.zones,
            [&](const Zone& z) { return z.kind == kind; });
    for (const auto& [party, id] : p.baseline)
      check("keep", "baseline " + id, a.baselines, [&](const Baseline& b) { return b.id == id; });
  }
  // What could not be read wholly is left out: what it says is not known.
  void check_conflicts(const Agreement& a) {
    std::set<std::string> of_base;
    for (Reading r : a.readings) {
      if (unsound_readings_.contains(r.id)) continue;
      std::erase_if(r.provisions,
                    [&](const Provision& p) { return unsound_provisions_.contains(p.id); });
      for (const Conflict& c : conflicts(a, r)) {
        if (r.id == "base" ? !of_base.insert(c.what).second : of_base.contains(c.what)) continue;
        if (r.id == "base")
          unsound_.provisions.insert(c.provisions.begin(), c.provisions.end());
        else
          unsound_readings_.insert(r.id);
        const auto at = std::find_if(stated_.begin(), stated_.end(), [&](const toml::table* t) {
          return t->source().begin.line == c.line;
        });
        TRUCE_ENSURE(at != stated_.end());
        const std::string under =
            r.id == "base" ? std::string() : "under the reading \"" + r.id + "\" ";
        read_.say(**at, "overrides", under + c.what, c.remedy);
      }
    }
  }

  std::string_view text_;
  TomlReader read_;
  TimeNames names_;
  const Geometry& geometry_;
  Problems& problems_;
  std::vector<Definition> definitions_;
  std::vector<Draft> drafts_;
  std::vector<const toml::table*> stated_;  // provisions, and changes of them under readings
  std::set<std::string> said_;
  std::set<std::string> unsound_definitions_, unsound_provisions_, unsound_readings_;
  Unsound unsound_;
  bool may_hide_rules_ = false, may_hide_spans_ = false, lacks_points_ = false;
  std::size_t errors_before_ = 0;
};

}  // namespace

Result<Agreement> parse_agreement(std::string_view toml_text, std::string_view source,
                                  const Geometry& geometry, Problems& problems) {
  const std::size_t before = problems.errors.size();
  auto read = read_agreement_text(toml_text, source, geometry, problems);
  if (problems.errors.size() > before) return problems.errors[before];
  return std::move(read->agreement);
}

std::optional<AgreementRead> read_agreement_text(std::string_view toml_text,
                                                 std::string_view source, const Geometry& geometry,
                                                 Problems& problems) {
  return read_toml<AgreementRead>(toml_text, source, problems, [&](const toml::table& root) {
    return Parser(toml_text, source, geometry, problems).run(root);
  });
}

std::optional<Agreement> sound_part(const AgreementRead& read) {
  if (read.may_hide_rules) return std::nullopt;
  Agreement out = read.agreement;
  std::erase_if(out.readings,
                [&](const Reading& r) { return read.unsound_readings.contains(r.id); });
  for (Reading& r : out.readings) {
    std::erase_if(r.provisions,
                  [&](const Provision& p) { return read.unsound_provisions.contains(p.id); });
    for (Provision& p : r.provisions)
      std::erase_if(p.overrides,
                    [&](const auto& id) { return read.unsound_provisions.contains(id); });
  }
  std::erase_if(out.zones, [](const Zone& z) { return z.area.rings().empty(); });
  std::erase_if(out.baselines, [](const Baseline& b) { return b.line.empty(); });
  return out;
}

}  // namespace truce::judge
