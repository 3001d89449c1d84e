// agreement.toml to an Agreement. Everything wrong with it is said at once, each with its line.

#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "stages/judge/judge.h"

namespace truce::judge {

namespace {

class Parser {
 public:
  Parser(std::string_view source, const std::map<std::string, Area>& areas, Problems& problems)
      : source_(source), areas_(areas), problems_(problems) {}

  Agreement run(const toml::table& root) {
    Agreement a;
    known(root, {"id", "title", "source", "time_zone", "party", "zone", "object",
                 "standard_of_proof", "provision", "reading"});
    a.id = text(root, "id", true);
    a.title = text(root, "title", true);
    a.source = text(root, "source", false);
    const auto zone = ::truce::Zone::find(text(root, "time_zone", true));
    if (zone.ok())
      a.civil_zone = *zone;
    else
      say(root, "time_zone", zone.error().message, zone.error().expected);
    civil_zone_ = a.civil_zone;
    each(root, "party", [&](const toml::table& t) {
      known(t, {"id", "name"});
      own_id(t, a.parties, "party");
      a.parties.push_back({text(t, "id", true), text(t, "name", true)});
    });
    each(root, "zone", [&](const toml::table& t) {
      own_id(t, a.zones, "zone");
      a.zones.push_back(zone_of(t));
    });
    each(root, "object", [&](const toml::table& t) {
      own_id(t, a.objects, "object");
      a.objects.push_back(object_of(t));
    });
    if (const auto* table = root["standard_of_proof"].as_table()) {
      for (const auto& [name, node] : *table) {
        const double tau = node.value_or(0.0);
        if (!(tau > 0.5 && tau < 1))
          say(*table, name.str(), "a threshold must lie between one half and one",
              "a number over 0.5 and under 1");
        a.standards_of_proof.emplace(std::string(name.str()), tau);
      }
    }
    Reading base;
    base.id = "base";
    each(root, "provision", [&](const toml::table& t) {
      Provision p;
      known(t, {"id", "words", "source", "effects", "weapons", "zones", "protects", "from", "until",
                "standard_of_proof", "exception"});
      p.id = text(t, "id", true);
      own_id(t, base.provisions, "provision");
      fill(t, p, a);
      if (p.standard_of_proof.empty())
        say(t, "standard_of_proof", "provision " + p.id + " names no standard of proof",
            "one of [standard_of_proof]");
      base.provisions.push_back(std::move(p));
    });
    a.readings.push_back(base);
    each(root, "reading", [&](const toml::table& t) {
      own_id(t, a.readings, "reading");
      a.readings.push_back(reading_of(t, base, a));
    });
    if (base.provisions.empty())
      say(root, "provision", "the agreement forbids nothing", "[[provision]]");
    return a;
  }

 private:
  // Findings are named INCIDENT/PROVISION/READING: an id must stand for one thing, and its parts be
  // told apart.
  template <class T>
  void own_id(const toml::table& t, const std::vector<T>& before, const std::string& what) {
    const auto id = t["id"].value_or<std::string>("");
    if (std::any_of(before.begin(), before.end(), [&](const T& o) { return o.id == id; }))
      say(t, "id", "there is a " + what + " \"" + id + "\" before", "an id of its own");
    if (id.find('/') != std::string::npos) say(t, "id", "\"" + id + "\" has a slash", "none");
  }
  void say(const toml::table& at, std::string_view field, std::string what, std::string expected) {
    const auto* node = at.get(field);
    const auto begin = (node != nullptr ? node->source() : at.source()).begin;
    problems_.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                          {.source = source_,
                                           .line = begin.line,
                                           .column = begin.column,
                                           .field = std::string(field)},
                                          std::move(expected)));
  }
  void known(const toml::table& t, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, node] : t) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      std::string list;
      for (const auto k : keys) list += (list.empty() ? "" : ", ") + std::string(k);
      say(t, key.str(), "is not a key that means anything here", "one of " + list);
    }
  }
  std::string text(const toml::table& t, std::string_view key, bool needed) {
    if (const auto v = t[key].value<std::string>()) return *v;
    if (needed || t.contains(key))
      say(t, key, "\"" + std::string(key) + "\" is missing or not text", "text");
    return {};
  }
  std::vector<std::string> texts(const toml::table& t, std::string_view key) {
    std::vector<std::string> out;
    if (!t.contains(key)) return out;
    const auto* list = t[key].as_array();
    if (list == nullptr) {
      say(t, key, "is not a list", "a list of words");
      return out;
    }
    for (const auto& n : *list) {
      if (const auto v = n.value<std::string>())
        out.push_back(*v);
      else
        say(t, key, "holds something that is not text", "a list of words");
    }
    return out;
  }
  template <class E, class F>
  std::vector<E> names(const toml::table& t, std::string_view key, F from) {
    std::vector<E> out;
    for (const auto& name : texts(t, key)) {
      if (const auto found = from(name))
        out.push_back(*found);
      else
        say(t, key, "\"" + name + "\" is not a known class", "a class of docs/glossary.md");
    }
    return out;
  }
  template <class F>
  void each(const toml::table& t, std::string_view key, F f) {
    if (!t.contains(key)) return;
    const auto* list = t[key].as_array();
    if (list == nullptr)
      return say(t, key, "is not a list of tables", "[[" + std::string(key) + "]]");
    for (const auto& n : *list) {
      if (const auto* table = n.as_table())
        f(*table);
      else
        say(t, key, "is not a table", "[[" + std::string(key) + "]]");
    }
  }
  // A time with offset, or local "2025-04-19T18:00 Europe/Moscow", or local in the agreement's
  // zone.
  Instant time(const toml::table& t, std::string_view key, Instant missing) {
    if (!t.contains(key)) return missing;
    const std::string v = text(t, key, true);
    if (const auto exact = parse_instant(v); exact.ok()) return *exact;
    const auto space = v.rfind(' ');
    auto zone = Result<::truce::Zone>(civil_zone_);
    std::string local = v;
    if (space != std::string::npos && v.find('/', space) != std::string::npos) {
      zone = ::truce::Zone::find(v.substr(space + 1));
      local = v.substr(0, space);
    }
    const auto civil = parse_civil_time(local);
    if (!zone.ok() || !civil.ok() || civil->day.year < 1678 || civil->day.year > 2261) {
      say(t, key, "\"" + v + "\" is not a time that can be held",
          "2025-04-19T18:00 Europe/Moscow, or with Z or an offset");
      return missing;
    }
    return zone->to_instant(*civil);
  }
  Interval interval(const toml::table& t, std::string_view from, std::string_view until,
                    const Interval& otherwise) {
    const Interval out{time(t, from, otherwise.start), time(t, until, otherwise.end)};
    if (out.end < out.start)
      say(t, until, "ends before it starts", "a time after \"" + std::string(from) + "\"");
    return out;
  }
  Zone zone_of(const toml::table& t) {
    known(t, {"id", "name", "geometry", "valid_from", "valid_until"});
    Zone z;
    z.id = text(t, "id", true);
    z.name = text(t, "name", false);
    const std::string geometry = t.contains("geometry") ? text(t, "geometry", true) : z.id;
    const auto it = areas_.find(geometry);
    if (it == areas_.end())
      say(t, t.contains("geometry") ? "geometry" : "id", "no feature \"" + geometry + "\" in geo/",
          "the id of an area in geo/*.geojson");
    else
      z.area = it->second;
    z.valid = interval(t, "valid_from", "valid_until", {{INT64_MIN}, {INT64_MAX}});
    zones_.insert(z.id);
    return z;
  }
  ProtectedObject object_of(const toml::table& t) {
    known(t, {"id", "name", "kind", "lat", "lon", "radius_m"});
    ProtectedObject o{text(t, "id", true),
                      text(t, "name", false),
                      text(t, "kind", true),
                      {},
                      t["radius_m"].value_or(0.0)};
    const auto at = LatLon::from_degrees(t["lat"].value_or(999.0), t["lon"].value_or(999.0));
    if (at.ok())
      o.at = *at;
    else
      say(t, "lat", at.error().message, "degrees");
    if (!(o.radius_m > 0)) say(t, "radius_m", "is missing or not positive", "metres");
    return o;
  }
  void fill(const toml::table& t, Provision& p, const Agreement& a) {
    if (t.contains("words")) p.words = text(t, "words", true);
    if (t.contains("source")) p.source = text(t, "source", true);
    if (t.contains("effects")) p.effects = names<EffectClass>(t, "effects", effect_class_from);
    if (t.contains("weapons")) p.weapons = names<WeaponClass>(t, "weapons", weapon_class_from);
    if (t.contains("zones")) {
      p.zones = texts(t, "zones");
      for (const auto& z : p.zones) check_zone(t, z);
    }
    if (t.contains("protects")) p.protects = texts(t, "protects");
    const bool fresh = p.in_force == Interval{};
    p.in_force =
        interval(t, "from", "until", fresh ? Interval{{INT64_MIN}, {INT64_MAX}} : p.in_force);
    if (t.contains("standard_of_proof")) {
      p.standard_of_proof = text(t, "standard_of_proof", true);
      if (!a.standards_of_proof.contains(p.standard_of_proof))
        say(t, "standard_of_proof", "\"" + p.standard_of_proof + "\" is not defined",
            "a name in [standard_of_proof]");
    }
    if (t.contains("exception")) {
      p.exceptions.clear();
      each(t, "exception", [&](const toml::table& e) {
        known(e, {"id", "words", "effects", "weapons", "zones", "notices"});
        Exception x{text(e, "id", true),
                    text(e, "words", true),
                    names<EffectClass>(e, "effects", effect_class_from),
                    names<WeaponClass>(e, "weapons", weapon_class_from),
                    texts(e, "zones"),
                    texts(e, "notices")};
        for (const auto& z : x.zones) check_zone(e, z);
        p.exceptions.push_back(std::move(x));
      });
    }
  }
  void check_zone(const toml::table& t, const std::string& zone) {
    if (!zones_.contains(zone))
      say(t, "zones", "there is no zone \"" + zone + "\"", "the id of a [[zone]]");
  }
  Reading reading_of(const toml::table& t, const Reading& base, const Agreement& a) {
    known(t, {"id", "party", "words", "change"});
    Reading r{text(t, "id", true), text(t, "party", false), text(t, "words", true),
              base.provisions};
    if (!r.party.empty() && std::none_of(a.parties.begin(), a.parties.end(),
                                         [&](const Party& p) { return p.id == r.party; })) {
      say(t, "party", "there is no party \"" + r.party + "\"", "the id of a [[party]]");
    }
    each(t, "change", [&](const toml::table& c) {
      known(c, {"provision", "words", "source", "effects", "weapons", "zones", "protects", "from",
                "until", "standard_of_proof", "exception"});
      const std::string id = text(c, "provision", true);
      const auto it = std::find_if(r.provisions.begin(), r.provisions.end(),
                                   [&](const Provision& p) { return p.id == id; });
      if (it == r.provisions.end())
        say(c, "provision", "there is no provision \"" + id + "\" to read otherwise",
            "the id of a [[provision]]");
      else
        fill(c, *it, a);
    });
    return r;
  }

  std::string source_;
  const std::map<std::string, Area>& areas_;
  Problems& problems_;
  ::truce::Zone civil_zone_ = ::truce::Zone::utc();
  std::set<std::string> zones_;
};

}  // namespace

Result<Agreement> parse_agreement(std::string_view toml_text, std::string_view source,
                                  const std::map<std::string, Area>& areas, Problems& problems) {
  try {
    const toml::table root = toml::parse(toml_text, std::string(source));
    const std::size_t before = problems.errors.size();
    Agreement a = Parser(source, areas, problems).run(root);
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
