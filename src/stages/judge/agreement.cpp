// agreement.toml to an Agreement.

#include "stages/judge/agreement.h"

#include <set>
#include <tuple>

#include "stages/judge/conflicts.h"
#include "stages/judge/internal/time_rules.h"
#include "stages/judge/internal/toml_reader.h"

namespace truce::judge {

namespace {

constexpr double kFarthest_m = 2e6;
constexpr double kLargest_mm = 1000;

const char* const kClassesExpected = "a class of docs/glossary.md";

// What a provision states and a reading may state otherwise.
std::vector<std::string_view> keys_with(std::vector<std::string_view> more) {
  for (const char* key :
       {"words",    "source",   "binds",      "acts",     "domains",    "effects",
        "weapons",  "zones",    "zone_kinds", "where",    "protects",   "during",
        "needs",    "from",     "until",      "keep",     "number_max", "standard_of_proof",
        "severity", "remedies", "overrides",  "exception"})
    more.emplace_back(key);
  return more;
}

class Parser {
 public:
  Parser(std::string_view source, const Geometry& geometry, Problems& problems)
      : read_(source, problems), geometry_(geometry) {}

  Agreement run(const toml::table& root) {
    Agreement a;
    read_.known(root,
                {"id",         "title",      "source",       "time_zone",         "attribution",
                 "party",      "definition", "circumstance", "authoritative",     "not_encoded",
                 "severities", "gate",       "obligation",   "escalation",        "cumulation",
                 "zone",       "baseline",   "object",       "standard_of_proof", "provision",
                 "reading"});
    a.id = read_.text(root, "id", true);
    a.title = read_.text(root, "title", true);
    a.source = read_.text(root, "source", false);
    a.attributes = read_.flag(root, "attribution");
    a.languages = read_.texts(root, "authoritative");
    if (const auto* node = root.get("authoritative")) a.text_line = node->source().begin.line;
    read_.each(root, "not_encoded", [&](const toml::table& t) {
      read_.known(t, {"span", "why"});
      a.not_encoded.push_back(
          {read_.text(t, "span", true), read_.text(t, "why", true), t.source().begin.line});
    });
    read_zone_of_time(root, a);
    read_parties(root, a);
    read_places(root, a);
    read_standards(root, a);
    read_.each(root, "definition",
               [&](const toml::table& t) { definitions_.push_back(defined(t)); });
    read_.each(root, "circumstance", [&](const toml::table& t) {
      read_.known(t, {"id", "words"});
      read_.own_id(t, a.circumstances, "circumstance");
      a.circumstances.push_back({read_.text(t, "id", true), read_.text(t, "words", true)});
    });
    Reading base;
    base.id = "base";
    read_.each(root, "provision", [&](const toml::table& t) {
      read_.known(t, keys_with({"id", "norm", "encodes"}));
      read_.own_id(t, base.provisions, "provision");
      Draft d;
      d.provision.id = read_.text(t, "id", true);
      d.provision.line = t.source().begin.line;
      fill(t, d, a);
      whole(t, d.provision, a);
      base.provisions.push_back(d.provision);
      drafts_.push_back(std::move(d));
    });
    base.provisions = resolved(drafts_, definitions_);
    a.readings.push_back(base);
    read_time(root, a);
    read_.each(root, "reading", [&](const toml::table& t) { a.readings.push_back(reading(t, a)); });
    if (drafts_.empty() && a.obligations.empty() && a.gates.empty())
      read_.say(root, "provision", "the agreement forbids nothing", "[[provision]]");
    check_references(root, a);
    check_conflicts(root, a);
    return a;
  }

 private:
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
    const auto zone = ::truce::Zone::find(read_.text(root, "time_zone", true));
    if (zone.ok())
      a.civil_zone = *zone;
    else
      read_.say(root, "time_zone", zone.error().message, zone.error().expected);
    read_.set_zone(a.civil_zone);
  }
  void read_parties(const toml::table& root, Agreement& a) {
    read_.each(root, "party", [&](const toml::table& t) {
      read_.known(t, {"id", "name", "answers_for"});
      read_.own_id(t, a.parties, "party");
      a.parties.push_back(
          {read_.text(t, "id", true), read_.text(t, "name", true), read_.texts(t, "answers_for")});
    });
  }
  void read_places(const toml::table& root, Agreement& a) {
    read_.each(root, "zone", [&](const toml::table& t) { a.zones.push_back(zone(t, a)); });
    read_.each(root, "baseline",
               [&](const toml::table& t) { a.baselines.push_back(baseline(t, a.baselines)); });
    read_.each(root, "object", [&](const toml::table& t) {
      read_.own_id(t, a.objects, "object");
      a.objects.push_back(object(t));
    });
  }
  void read_standards(const toml::table& root, Agreement& a) {
    const auto* table = root["standard_of_proof"].as_table();
    if (table == nullptr) return;
    for (const auto& [name, node] : *table) {
      const double tau = node.value_or(0.0);
      if (!(tau > 0.5 && tau < 1))
        read_.say(*table, name.str(), "a threshold must lie between one half and one",
                  "a number over 0.5 and under 1");
      a.standards_of_proof.emplace(std::string(name.str()), tau);
    }
  }

  void read_time(const toml::table& root, Agreement& a) {
    a.severities = read_.texts(root, "severities");
    TimeNames names{{}, {}, a.standards_of_proof, a.severities};
    for (const Party& p : a.parties) names.parties.push_back(p.id);
    for (const Provision& p : a.readings.front().provisions) names.provisions.push_back(p.id);
    a.gates = parse_gates(root, read_, names);
    a.obligations = parse_obligations(root, read_, names);
    a.escalations = parse_escalations(root, read_, names);
    a.cumulations = parse_cumulations(root, read_, names);
    for (const char* kind : {"gate", "obligation", "escalation", "cumulation"}) {
      read_.each(root, kind, [&](const toml::table& t) {
        for (auto& span : read_.texts(t, "encodes")) a.encoded_elsewhere.push_back(std::move(span));
      });
    }
  }

  // Forms of one id must not hold at the same time: which one counts would be anybody's guess.
  template <class T>
  void own_form(const toml::table& t, const T& form, const std::vector<T>& before,
                const std::string& what) {
    if (form.id.find('/') != std::string::npos)
      read_.say(t, "id", "\"" + form.id + "\" has a slash", "none");
    if (form.valid.start == form.valid.end)
      read_.say(t, "valid_until", "the " + what + " is never valid", "a later end");
    for (const T& o : before) {
      if (o.id == form.id && o.valid.overlaps(form.valid))
        return read_.say(
            t, "id",
            "there is a " + what + " \"" + form.id + "\" before that holds at the same time",
            "an id of its own, or valid_from and valid_until that do not overlap");
    }
  }
  Zone zone(const toml::table& t, const Agreement& a) {
    read_.known(
        t, {"id", "name", "kind", "party", "geometry", "valid_from", "valid_until", "tolerance_m"});
    Zone z;
    z.id = read_.text(t, "id", true);
    z.name = read_.text(t, "name", false);
    z.kind = read_.text(t, "kind", false);
    z.party = read_.text(t, "party", false);
    if (!z.party.empty()) read_.refers(t, "party", z.party, a.parties, "party");
    if (z.party.empty() == (z.kind == "control"))
      read_.say(t, "party", "a zone of kind \"control\" names who held it, and no other does",
                "kind = \"control\" and party = the id of a [[party]]");
    const bool named = t.contains("geometry");
    const std::string geometry = named ? read_.text(t, "geometry", true) : z.id;
    const auto it = geometry_.areas.find(geometry);
    if (it == geometry_.areas.end())
      read_.say(t, named ? "geometry" : "id", "no feature \"" + geometry + "\" in geo/",
                "the id of an area in geo/*.geojson");
    else
      z.area = it->second;
    z.valid = read_.interval(t, "valid_from", "valid_until", kAlways);
    z.tolerance_m = read_.number(t, "tolerance_m", 0, 1e5).value_or(0);
    own_form(t, z, a.zones, "zone");
    return z;
  }
  Baseline baseline(const toml::table& t, const std::vector<Baseline>& before) {
    read_.known(t, {"id", "name", "geometry", "valid_from", "valid_until", "tolerance_m"});
    Baseline b;
    b.id = read_.text(t, "id", true);
    b.name = read_.text(t, "name", false);
    const bool named = t.contains("geometry");
    const std::string geometry = named ? read_.text(t, "geometry", true) : b.id;
    const auto it = geometry_.lines.find(geometry);
    if (it == geometry_.lines.end()) {
      read_.say(t, named ? "geometry" : "id", "no line \"" + geometry + "\" in geo/",
                "the id of a LineString in geo/*.geojson");
    } else {
      auto line = Polyline::from_strings(it->second);
      if (line.ok())
        b.line = *std::move(line);
      else
        read_.say(t, "geometry", line.error().message, line.error().expected);
    }
    b.valid = read_.interval(t, "valid_from", "valid_until", kAlways);
    b.tolerance_m = read_.number(t, "tolerance_m", 0, 1e5).value_or(0);
    own_form(t, b, before, "baseline");
    return b;
  }
  ProtectedObject object(const toml::table& t) {
    read_.known(t, {"id", "name", "kind", "lat", "lon", "radius_m"});
    ProtectedObject o{read_.text(t, "id", true),
                      read_.text(t, "name", false),
                      read_.text(t, "kind", true),
                      {},
                      t["radius_m"].value_or(0.0)};
    const auto at = LatLon::from_degrees(t["lat"].value_or(999.0), t["lon"].value_or(999.0));
    if (at.ok())
      o.at = *at;
    else
      read_.say(t, "lat", at.error().message, "degrees");
    if (!(o.radius_m > 0)) read_.say(t, "radius_m", "is missing or not positive", "metres");
    return o;
  }

  // ------------------------------------------------------------------------------------- weapons
  // { weapon = "artillery", from_mm = 100 }
  WeaponRule weapon_rule(const toml::table& t, const toml::table& owner) {
    read_.known(t, {"weapon", "system", "from_mm", "over_mm", "up_to_mm", "under_mm"});
    WeaponRule r;
    if (t.contains("weapon")) {
      r.weapon = weapon_class_from(read_.text(t, "weapon", true));
      if (!r.weapon) read_.say(t, "weapon", "is not a known class", kClassesExpected);
    }
    r.system = read_.text(t, "system", false);
    for (const char* two : {"from_mm over_mm", "up_to_mm under_mm"}) {
      const std::string_view keys(two);
      const auto space = keys.find(' ');
      if (t.contains(keys.substr(0, space)) && t.contains(keys.substr(space + 1)))
        read_.say(t, keys.substr(0, space), "both bounds are given", "one of " + std::string(two));
    }
    const auto bound = [&](const char* key, double& value, bool& inclusive, bool is) {
      if (const auto v = read_.number(t, key, 0, kLargest_mm)) value = *v, inclusive = is;
    };
    bound("from_mm", r.min_mm, r.min_inclusive, true);
    bound("over_mm", r.min_mm, r.min_inclusive, false);
    bound("up_to_mm", r.max_mm, r.max_inclusive, true);
    bound("under_mm", r.max_mm, r.max_inclusive, false);
    if (r.min_mm > r.max_mm || (r.min_mm == r.max_mm && !(r.min_inclusive && r.max_inclusive)))
      read_.say(owner, "weapons", "the bounds of the calibre are reversed: no weapon is of it",
                "a lower bound below the upper one");
    return r;
  }
  // "artillery", the id of a definition, or a table.
  void read_weapons(const toml::table& t, std::vector<WeaponRule>& rules,
                    std::vector<std::string>& definitions) {
    rules.clear();
    definitions.clear();
    if (!t.contains("weapons")) return;
    const auto* list = t["weapons"].as_array();
    if (list == nullptr) return read_.say(t, "weapons", "is not a list", "a list of weapons");
    for (const auto& n : *list) {
      if (const auto* table = n.as_table()) {
        rules.push_back(weapon_rule(*table, t));
        continue;
      }
      const std::string name = n.value_or<std::string>("");
      const bool is_defined = std::any_of(definitions_.begin(), definitions_.end(),
                                          [&](const Definition& d) { return d.id == name; });
      if (is_defined)
        definitions.push_back(name);
      else if (const auto w = weapon_class_from(name))
        rules.push_back(WeaponRule{.weapon = *w, .system = {}});
      else
        read_.say(t, "weapons", "\"" + name + "\" is not a known class",
                  std::string(kClassesExpected) + ", or the id of a [[definition]] above");
    }
  }
  Definition defined(const toml::table& t) {
    read_.known(t, {"id", "words", "weapons"});
    read_.own_id(t, definitions_, "definition");
    Definition d;
    d.id = read_.text(t, "id", true);
    std::vector<std::string> others;
    read_weapons(t, d.weapons, others);
    for (const auto& o : others) {
      for (const auto& known : definitions_) {
        if (known.id == o)
          d.weapons.insert(d.weapons.end(), known.weapons.begin(), known.weapons.end());
      }
    }
    if (d.weapons.empty()) read_.say(t, "weapons", "defines no weapon", "a list of weapons");
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
  static std::optional<Norm> norm_from(std::string_view name) {
    if (name == "prohibition") return Norm::kProhibition;
    if (name == "limit") return Norm::kLimit;
    if (name == "permission") return Norm::kPermission;
    return std::nullopt;
  }
  void replace(const toml::table& t, std::string_view key, std::vector<std::string>& into) {
    if (t.contains(key)) into = read_.texts(t, key);
  }
  void fill(const toml::table& t, Draft& d, const Agreement& a) {
    Provision& p = d.provision;
    if (t.contains("norm")) {
      const auto norm = norm_from(read_.text(t, "norm", true));
      if (!norm)
        read_.say(t, "norm", "is no kind of norm that can be held against an incident",
                  "prohibition, limit or permission");
      p.norm = norm.value_or(Norm::kProhibition);
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
    fill_scope(t, d);
    fill_bound(t, p, a);
    p.in_force = read_.interval(t, "from", "until", p.in_force);
    fill_standard(t, p, a);
    if (t.contains("exception")) fill_exceptions(t, d);
  }
  void fill_scope(const toml::table& t, Draft& d) {
    Provision& p = d.provision;
    if (t.contains("acts")) p.acts = read_.words<Act>(t, "acts", act_from, "an act");
    if (t.contains("domains"))
      p.domains =
          read_.words<Domain>(t, "domains", domain_from, "land, sea, air, cyber or information");
    if (t.contains("effects"))
      p.effects = read_.words<EffectClass>(t, "effects", effect_class_from, kClassesExpected);
    if (t.contains("weapons")) read_weapons(t, p.weapons, d.definitions);
    if (t.contains("where")) {
      const std::string where = read_.text(t, "where", true);
      if (where != "place" && where != "origin")
        read_.say(t, "where", "\"" + where + "\" is no place of an act", "place or origin");
      p.where = where == "origin" ? Where::kOrigin : Where::kPlace;
    }
  }
  // keep = { distance_m = 15000, from = "line" }, or { width_m = 50000, from = { a = "x", b = "y" }
  // } where the text gives the width of the zone between both.
  void fill_bound(const toml::table& t, Provision& p, const Agreement& a) {
    if (const auto n = read_.number(t, "number_max", 0, 1e9))
      p.number_max = static_cast<std::int64_t>(*n);
    if (!t.contains("keep")) return;
    const auto* keep = t["keep"].as_table();
    if (keep == nullptr)
      return read_.say(t, "keep", "is not a table", "{ distance_m = 15000, from = \"line\" }");
    read_.known(*keep, {"distance_m", "width_m", "from"});
    const auto distance = read_.number(*keep, "distance_m", 0, kFarthest_m);
    const auto width = read_.number(*keep, "width_m", 0, kFarthest_m);
    if (distance.has_value() == width.has_value())
      read_.say(t, "keep", "needs the distance of each side or the width of both",
                "distance_m or width_m");
    p.distance_m = distance ? *distance : width.value_or(0) / 2;
    p.baseline.clear();
    if (const auto* by_party = (*keep)["from"].as_table()) {
      for (const auto& [party, node] : *by_party) {
        read_.refers(t, "keep", std::string(party.str()), a.parties, "party");
        p.baseline[std::string(party.str())] = node.value_or<std::string>("");
      }
    } else {
      p.baseline[""] = read_.text(*keep, "from", true);
    }
    for (const auto& [party, id] : p.baseline) read_.refers(t, "keep", id, a.baselines, "baseline");
  }
  void fill_standard(const toml::table& t, Provision& p, const Agreement& a) {
    if (!t.contains("standard_of_proof")) return;
    p.standard_of_proof = read_.text(t, "standard_of_proof", true);
    if (!a.standards_of_proof.contains(p.standard_of_proof))
      read_.say(t, "standard_of_proof", "\"" + p.standard_of_proof + "\" is not defined",
                "a name in [standard_of_proof]");
  }
  void fill_exceptions(const toml::table& t, Draft& d) {
    d.provision.exceptions.clear();
    d.of_exceptions.clear();
    read_.each(t, "exception", [&](const toml::table& e) {
      read_.known(e, {"id", "words", "effects", "weapons", "zones", "needs", "notices"});
      read_.own_id(e, d.provision.exceptions, "exception");
      Exception x;
      x.id = read_.text(e, "id", true);
      x.words = read_.text(e, "words", true);
      x.effects = read_.words<EffectClass>(e, "effects", effect_class_from, kClassesExpected);
      std::vector<std::string> definitions;
      read_weapons(e, x.weapons, definitions);
      x.zones = read_.texts(e, "zones");
      x.needs = read_.texts(e, "needs");
      x.notice_kinds = read_.texts(e, "notices");
      for (const auto& z : x.zones) zone_refers(e, z);
      d.provision.exceptions.push_back(std::move(x));
      d.of_exceptions.push_back(std::move(definitions));
    });
  }
  void zone_refers(const toml::table& t, const std::string& id) {
    zones_named_.emplace_back(&t, id);
  }

  // What must be there of a provision that is whole.
  void whole(const toml::table& t, const Provision& p, const Agreement& a) {
    check_baselines(t, p, a);
    check_validity(t, p, a);
    if (p.standard_of_proof.empty())
      read_.say(t, "standard_of_proof", "provision " + p.id + " names no standard of proof",
                "one of [standard_of_proof]");
    if (p.norm == Norm::kLimit && !p.distance_m && !p.number_max)
      read_.say(t, "norm", "limit " + p.id + " states no bound", "keep or number_max");
    if (p.norm != Norm::kLimit && (p.distance_m || p.number_max))
      read_.say(t, "norm", "only a limit has a bound", "norm = \"limit\"");
    if (p.in_force.start == p.in_force.end)
      read_.say(t, "until", "provision " + p.id + " is never in force", "a later end");
  }

  Reading reading(const toml::table& t, const Agreement& a) {
    read_.known(t, {"id", "party", "words", "change"});
    read_.own_id(t, a.readings, "reading");
    Reading r{
        read_.text(t, "id", true), read_.text(t, "party", false), read_.text(t, "words", true), {}};
    if (!r.party.empty()) read_.refers(t, "party", r.party, a.parties, "party");
    auto drafts = drafts_;
    auto definitions = definitions_;
    read_.each(t, "change", [&](const toml::table& c) {
      if (c.contains("definition"))
        change_definition(c, definitions);
      else
        change_provision(c, drafts, a);
    });
    r.provisions = resolved(drafts, definitions);
    return r;
  }
  void change_definition(const toml::table& c, std::vector<Definition>& definitions) {
    read_.known(c, {"definition", "weapons"});
    const std::string id = read_.text(c, "definition", true);
    read_.refers(c, "definition", id, definitions, "definition");
    std::vector<std::string> others;
    for (Definition& d : definitions) {
      if (d.id == id) read_weapons(c, d.weapons, others);
    }
  }
  void change_provision(const toml::table& c, std::vector<Draft>& drafts, const Agreement& a) {
    read_.known(c, keys_with({"provision"}));
    const std::string id = read_.text(c, "provision", true);
    const auto it = std::find_if(drafts.begin(), drafts.end(),
                                 [&](const Draft& d) { return d.provision.id == id; });
    if (it == drafts.end())
      return read_.say(c, "provision", "there is no provision \"" + id + "\" to read otherwise",
                       "the id of a [[provision]]");
    fill(c, *it, a);
    whole(c, it->provision, a);
  }

  // Names of what stands elsewhere in the text, of every reading.
  void check_references(const toml::table& root, const Agreement& a) {
    std::set<std::tuple<std::size_t, std::string, std::string>> said;
    const auto say = [&](const Provision& p, const char* key, const std::string& id,
                         const char* what) {
      if (!said.emplace(p.line, key, id).second) return;
      read_.say(table_at(root, p.line), key, "there is no " + std::string(what) + " \"" + id + "\"",
                "the id of a [[" + std::string(what) + "]]");
    };
    const auto has = [](const auto& list, const std::string& id) {
      return std::any_of(list.begin(), list.end(), [&](const auto& o) { return o.id == id; });
    };
    for (const Reading& r : a.readings) {
      for (const Provision& p : r.provisions) {
        for (const auto& z : p.zones) {
          if (!has(a.zones, z)) say(p, "zones", z, "zone");
        }
        for (const auto& k : p.zone_kinds) {
          if (std::none_of(a.zones.begin(), a.zones.end(),
                           [&](const Zone& z) { return z.kind == k; }))
            say(p, "zone_kinds", k, "zone of kind");
        }
        for (const auto& party : p.binds) {
          if (!has(a.parties, party)) say(p, "binds", party, "party");
        }
        for (const auto& need : needs_of(p)) {
          if (!has(a.circumstances, need)) say(p, "needs", need, "circumstance");
        }
        for (const auto& o : p.overrides) {
          if (!has(r.provisions, o)) say(p, "overrides", o, "provision");
        }
      }
    }
    for (const auto& [t, id] : zones_named_) read_.refers(*t, "zones", id, a.zones, "zone");
  }
  static std::vector<std::string> needs_of(const Provision& p) {
    auto out = p.needs;
    for (const Exception& x : p.exceptions) out.insert(out.end(), x.needs.begin(), x.needs.end());
    return out;
  }
  // A limit by party says from what line each party that it binds keeps away.
  void check_baselines(const toml::table& t, const Provision& p, const Agreement& a) {
    if (p.baseline.empty() || p.baseline.contains("")) return;
    for (const Party& party : a.parties) {
      const bool bound =
          p.binds.empty() || std::find(p.binds.begin(), p.binds.end(), party.id) != p.binds.end();
      if (bound && !p.baseline.contains(party.id))
        read_.say(t, "keep", "limit " + p.id + " binds " + party.id + " and states no line for it",
                  "a line for every party that it binds");
    }
  }
  // A zone that never holds while its provision does bounds nothing.
  void check_validity(const toml::table& t, const Provision& p, const Agreement& a) {
    for (const auto& id : p.zones) {
      bool is_there = false, holds = false;
      for (const Zone& z : a.zones) {
        is_there = is_there || z.id == id;
        holds = holds || (z.id == id && z.valid.overlaps(p.in_force));
      }
      if (is_there && !holds)
        read_.say(t, "zones",
                  "zone " + id + " is never valid while provision " + p.id + " is in force",
                  "valid_from and valid_until of the zone, or from and until here");
    }
  }
  void check_conflicts(const toml::table& root, const Agreement& a) {
    std::set<std::pair<std::size_t, std::string>> said;
    for (const Reading& r : a.readings) {
      for (const Conflict& c : conflicts(a, r)) {
        // What the base text has is said once, not under each reading.
        const std::string what = c.what.substr(0, c.what.find(" under the reading"));
        if (said.emplace(c.line, what).second)
          read_.say(table_at(root, c.line), "overrides", c.what, c.remedy);
      }
    }
  }
  static const toml::table& table_at(const toml::table& root, std::size_t line) {
    if (const auto* list = root["provision"].as_array()) {
      for (const auto& n : *list) {
        if (n.is_table() && n.source().begin.line == line) return *n.as_table();
      }
    }
    return root;
  }

  TomlReader read_;
  const Geometry& geometry_;
  std::vector<Definition> definitions_;
  std::vector<Draft> drafts_;
  std::vector<std::pair<const toml::table*, std::string>> zones_named_;
};

}  // namespace

Result<Agreement> parse_agreement(std::string_view toml_text, std::string_view source,
                                  const Geometry& geometry, Problems& problems) {
  try {
    const toml::table root = toml::parse(toml_text, std::string(source));
    const std::size_t before = problems.errors.size();
    Agreement a = Parser(source, geometry, problems).run(root);
    if (problems.errors.size() > before) return problems.errors[before];
    return a;
  } catch (const toml::parse_error& e) {
    problems.errors.push_back(make_error(ErrorCode::kBadMission, std::string(e.description()),
                                         {.source = std::string(source),
                                          .line = e.source().begin.line,
                                          .column = e.source().begin.column},
                                         "TOML"));
    return problems.errors.back();
  }
}

}  // namespace truce::judge
