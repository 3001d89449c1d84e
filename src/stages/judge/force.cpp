// force.toml to a Force.

#include "stages/judge/force.h"

#include <array>
#include <set>

#include "base/json.h"
#include "stages/judge/internal/toml_reader.h"
#include "stages/judge/internal/toml_text.h"

namespace truce::judge {

namespace {

constexpr std::array<std::string_view, 3> kHazardKinds{"fire", "overflight", "threat"};

class ForceParser {
 public:
  ForceParser(std::string_view source, const ForceContext& context, Problems& problems)
      : read_(source, problems), context_(context) {}

  Force run(const toml::table& root) {
    read_.known(root, {"contingent", "post", "phase", "hazard"});
    if (read_.within(root, "contingent", kContingentsMax))
      read_.each(root, "contingent", [&](const toml::table& t) { read_contingent(t); });
    if (read_.within(root, "post", kPostsMax))
      read_.each(root, "post", [&](const toml::table& t) { read_post(t); });
    if (read_.within(root, "phase", kPhasesMax))
      read_.each(root, "phase", [&](const toml::table& t) { read_phase(t); });
    read_.each(root, "hazard", [&](const toml::table& t) { read_rule(t); });
    check_rules(root);
    const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
    std::sort(out_.contingents.begin(), out_.contingents.end(), by_id);
    std::sort(out_.posts.begin(), out_.posts.end(), by_id);
    std::sort(out_.phases.begin(), out_.phases.end(),
              [](const Phase& a, const Phase& b) { return a.order < b.order; });
    return std::move(out_);
  }

 private:
  std::int64_t whole(const toml::table& t, std::string_view key, double max) {
    const double v = read_.number(t, key, 0, max).value_or(0);
    const auto n = static_cast<std::int64_t>(v);
    if (static_cast<double>(n) != v) read_.say(t, key, "is not whole", "a whole number");
    return n;
  }
  std::int64_t needed_whole(const toml::table& t, std::string_view key, double max) {
    if (!t.contains(key)) read_.say(t, key, "\"" + std::string(key) + "\" is missing", "a number");
    return whole(t, key, max);
  }
  double needed(const toml::table& t, std::string_view key, double min, double max) {
    if (!t.contains(key)) read_.say(t, key, "\"" + std::string(key) + "\" is missing", "a number");
    return read_.number(t, key, min, max).value_or(min);
  }

  void read_contingent(const toml::table& t) {
    read_.known(t, {"id", "name", "strength"});
    read_.own_id(t, out_.contingents, "contingent");
    out_.contingents.push_back({read_.text(t, "id", true), read_.text(t, "name", true),
                                needed_whole(t, "strength", 1e6), t.source().begin.line});
  }

  void read_post(const toml::table& t) {
    read_.known(t, {"id", "contingent", "name", "kind", "lat", "lon", "sectors", "coverage"});
    read_.own_id(t, out_.posts, "post");
    Post p{read_.text(t, "id", true),
           read_.text(t, "contingent", true),
           read_.text(t, "name", false),
           read_.text(t, "kind", true),
           position(t),
           names(t, "sectors", context_.sectors, "sector"),
           by_class(t, "coverage"),
           t.source().begin.line};
    read_.refers(t, "contingent", p.contingent, out_.contingents, "contingent");
    if (p.sectors.empty() && !p.coverage.empty())
      read_.say(t, "coverage", "there is no sector that it would be in", "\"sectors\"");
    out_.posts.push_back(std::move(p));
  }
  // Messages go further than positions may: none of them says one.
  InternalPosition position(const toml::table& t) {
    const double lat = needed(t, "lat", -90, 90), lon = needed(t, "lon", -180, 180);
    return InternalPosition(LatLon::from_degrees(lat, lon).value_or({}));
  }
  // Sorted, once each.
  std::vector<std::string> names(const toml::table& t, std::string_view key,
                                 const std::vector<std::string>& among, const std::string& what) {
    std::set<std::string> out;
    for (const auto& n : read_.texts(t, key)) {
      if (std::find(among.begin(), among.end(), n) == among.end())
        read_.say(t, key, "there is no " + what + " \"" + n + "\"", "the id of a " + what);
      if (!out.insert(n).second) read_.say(t, key, "names \"" + n + "\" twice", "each once");
    }
    return {out.begin(), out.end()};
  }
  // { burst = 0.4, explosion_undetermined = 0.7 }
  std::map<EffectClass, double> by_class(const toml::table& t, std::string_view key) {
    std::map<EffectClass, double> out;
    if (!t.contains(key)) return out;
    const auto* table = t[key].as_table();
    if (table == nullptr) {
      read_.say(t, key, "is not a table", "{ burst = 0.4 }");
      return out;
    }
    for (const auto& [name, node] : *table) {
      const auto c = effect_class_from(name.str());
      if (!c)
        read_.say(*table, name.str(), "\"" + std::string(name.str()) + "\" is no class of effect",
                  "a class of docs/glossary.md");
      else if (const auto p = read_.number(*table, name.str(), 0, 1))
        out[*c] = *p;
    }
    return out;
  }

  void read_phase(const toml::table& t) {
    read_.known(t,
                {"id", "words", "order", "posts", "needs_gates", "strength_min", "coverage_min"});
    read_.own_id(t, out_.phases, "phase");
    Phase p{read_.text(t, "id", true),
            read_.text(t, "words", true),
            needed_whole(t, "order", 1e6),
            names(t, "posts", ids(out_.posts), "post"),
            gates(t),
            whole(t, "strength_min", 1e6),
            by_class(t, "coverage_min"),
            t.source().begin.line};
    if (p.needs_gates.empty())
      read_.say(t, "needs_gates", "phase " + p.id + " would begin whatever happens",
                "the gates that must be open");
    if (p.posts.empty()) read_.say(t, "posts", "phase " + p.id + " deploys no post", "[\"id\"]");
    own_place(t, p);
    out_.phases.push_back(std::move(p));
  }
  std::vector<std::string> gates(const toml::table& t) {
    const auto named = read_.texts(t, "needs_gates");
    return names(t, "needs_gates", context_.gates ? *context_.gates : named, "gate");
  }
  template <class T>
  static std::vector<std::string> ids(const std::vector<T>& of) {
    std::vector<std::string> out;
    for (const T& o : of) out.push_back(o.id);
    return out;
  }
  void own_place(const toml::table& t, const Phase& p) {
    for (const Phase& o : out_.phases) {
      if (o.order == p.order)
        read_.say(t, "order", "phase " + o.id + " has the same", "an order of its own");
      for (const auto& post : p.posts) {
        if (std::find(o.posts.begin(), o.posts.end(), post) != o.posts.end())
          read_.say(t, "posts", post + " deploys in phase " + o.id + " already", "each post once");
      }
    }
  }

  // ------------------------------------------------------------------------------ hazards
  void read_rule(const toml::table& t) {
    HazardRule r;
    const auto kind = hazard_kind_from(read_.text(t, "kind", true));
    if (!kind) return read_.say(t, "kind", "is no kind of hazard", "fire, overflight or threat");
    r.kind = *kind;
    for (const HazardRule& o : out_.rules) {
      if (o.kind == r.kind) read_.say(t, "kind", "there is such a rule before", "one of a kind");
    }
    if (r.kind == HazardKind::kThreat)
      read_.known(t, {"kind"});
    else
      read_limits(t, r);
    out_.rules.push_back(std::move(r));
  }
  void read_limits(const toml::table& t, HazardRule& r) {
    read_.known(
        t, {"kind", "within_m", "warning", "alarm", "all_clear_after", "watched_min", "watch"});
    r.within_m = needed(t, "within_m", 1, kHazardFarthest_m);
    r.warning = needed(t, "warning", 0.001, 1);
    r.alarm = needed(t, "alarm", 0.001, 1);
    if (r.alarm < r.warning && t["alarm"].value<double>() == r.alarm)
      read_.say(t, "alarm", "is less than a warning needs", "no less than \"warning\"");
    r.watched_min = needed(t, "watched_min", 0.001, 1);
    r.watch =
        read_.words<EffectClass>(t, "watch", effect_class_from, "a class of docs/glossary.md");
    if (r.watch.empty() && !names_something(t, "watch"))
      read_.say(t, "watch", "nothing would have to be watched for an all-clear", "classes");
    const auto quiet = read_.duration(t, "all_clear_after");
    if (!quiet && !t.contains("all_clear_after"))
      read_.say(t, "all_clear_after", "\"all_clear_after\" is missing", "\"2 h\"");
    r.all_clear_after = quiet.value_or(Duration::hours(1));
    if (r.all_clear_after < Duration::minutes(1) || r.all_clear_after > Duration::days(30))
      read_.say(t, "all_clear_after", "is no time to wait for", "from 1 min to 30 days");
  }
  // What it names may be unknown, which was said then.
  static bool names_something(const toml::table& t, std::string_view key) {
    const auto* list = t[key].as_array();
    return t.contains(key) && (list == nullptr || !list->empty());
  }
  // A hazard without a rule would be passed over in silence.
  void check_rules(const toml::table& root) {
    for (const auto name : kHazardKinds) {
      const auto is = [&](const HazardRule& r) { return to_string(r.kind) == name; };
      if (std::none_of(out_.rules.begin(), out_.rules.end(), is))
        read_.say(root, "hazard", "nothing is said of hazards by " + std::string(name),
                  "[[hazard]] with kind = \"" + std::string(name) + "\"");
    }
  }

  TomlReader read_;
  const ForceContext& context_;
  Force out_;
};

template <class T>
const T* with_id(const std::vector<T>& list, std::string_view id) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const T& o) { return o.id == id; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

std::string_view to_string(HazardKind k) { return kHazardKinds.at(static_cast<std::size_t>(k)); }
std::optional<HazardKind> hazard_kind_from(std::string_view name) {
  const auto it = std::find(kHazardKinds.begin(), kHazardKinds.end(), name);
  if (it == kHazardKinds.end()) return std::nullopt;
  return static_cast<HazardKind>(it - kHazardKinds.begin());
}

const Contingent* Force::contingent(std::string_view id) const { return with_id(contingents, id); }
const Post* Force::post(std::string_view id) const { return with_id(posts, id); }
const Phase* Force::phase(std::string_view id) const { return with_id(phases, id); }
const HazardRule& Force::rule(HazardKind kind) const {
  const auto it =
      std::find_if(rules.begin(), rules.end(), [&](const HazardRule& r) { return r.kind == kind; });
  TRUCE_ENSURE(it != rules.end());
  return *it;
}

Result<Force> parse_force(std::string_view toml_text, std::string_view source,
                          const ForceContext& context, Problems& problems) {
  return read_whole<Force>(toml_text, source, problems, [&](const toml::table& root) {
    return ForceParser(source, context, problems).run(root);
  });
}

}  // namespace truce::judge
