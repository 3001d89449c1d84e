#include "stages/judge/hazard.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/json.h"
#include "stages/judge/internal/internal_geometry.h"

namespace truce::judge {

namespace {

std::optional<HazardKind> hazard_kind_of(Act act) {
  if (act == Act::kFire) return HazardKind::kFire;
  if (act == Act::kOverflight) return HazardKind::kOverflight;
  return std::nullopt;
}

// That some effect was one at all: heat is often a burning field. Of what nobody classed, the worst
// is taken.
double is_hazardous(const Conduct& c) {
  if (c.act != Act::kFire || c.classes.empty()) return 1;
  double most = 0;
  for (const ClassProbabilities& of : c.classes) {
    const bool said = of != ClassProbabilities{};
    most = std::max(most, said ? std::min(1.0, double{of.violation()}) : 1.0);
  }
  return most;
}

Hazard raised_by(const Post& post, const HazardRule& rule, const Conduct& c, double p) {
  Hazard h;
  h.post = post.id;
  h.kind = rule.kind;
  h.level = p >= rule.alarm ? HazardLevel::kAlarm : HazardLevel::kWarning;
  h.since = c.when.start;
  h.last = c.when.end;
  h.p = p;
  h.evidence.push_back(c.subject);
  h.evidence.insert(h.evidence.end(), c.evidence.begin(), c.evidence.end());
  return h;
}

}  // namespace

std::string_view to_string(HazardLevel l) { return l == HazardLevel::kAlarm ? "alarm" : "warning"; }

std::vector<Hazard> hazards(const Force& force, const Incident& incident) {
  return hazards(force, conduct_of(incident));
}

// Places are drawn only where their box comes near a post: most incidents are near none.
std::vector<Hazard> hazards(const Force& force, const Conduct& conduct) {
  std::vector<Hazard> out;
  const auto kind = hazard_kind_of(conduct.act);
  if (!kind || conduct.at.empty()) return out;
  const HazardRule& rule = force.rule(*kind);
  const GeoBox box = conduct.at.bounds();
  std::vector<LatLon> places;
  for (const Post& post : force.posts) {
    if (!InternalGeometry::may_lie_within(post.position, box, rule.within_m)) continue;
    if (places.empty()) places = conduct.at.places();
    const double share = InternalGeometry::share_within(post.position, places, rule.within_m);
    const double near = conduct.is_way && share > 0 ? 1 : share;  // any part of a way will do
    const double p = conduct.p_real * is_hazardous(conduct) * near;
    if (p >= rule.warning) out.push_back(raised_by(post, rule, conduct, p));
  }
  return out;
}

namespace {

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// As whole words.
bool quote_names(const std::string& quote, const std::string& name) {
  if (name.empty()) return false;
  for (auto at = quote.find(name); at != std::string::npos; at = quote.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !is_of_word(quote[at - 1])) && (end == quote.size() || !is_of_word(quote[end])))
      return true;
  }
  return false;
}

bool threatens(const Statement& s, const Post& post, const Contingent& contingent) {
  return s.about == "force" || s.about == "post/" + post.id ||
         s.about == "contingent/" + contingent.id || quote_names(s.quote, post.name) ||
         quote_names(s.quote, contingent.name);
}

}  // namespace

std::vector<Hazard> hazards(const Force& force, const Statement& threat) {
  std::vector<Hazard> out;
  for (const Post& post : force.posts) {
    if (!threatens(threat, post, *force.contingent(post.contingent))) continue;
    Hazard h;
    h.post = post.id;
    h.kind = HazardKind::kThreat;
    h.since = h.last = threat.when;
    h.evidence = {threat.id};
    out.push_back(std::move(h));
  }
  return out;
}

namespace {

std::string all_clear_words(const Hazard& h) {
  if (h.all_clear == AllClear::kClear) return "all-clear";
  return h.all_clear == AllClear::kNotWatched ? "no all-clear: not watched" : "no all-clear yet";
}

double tenths(double p) { return std::round(p * 10) / 10; }

}  // namespace

std::string to_text(const Hazard& h) {
  std::string out = h.post + ": " + std::string(to_string(h.level)) + ", " +
                    std::string(to_string(h.kind)) + " since " + to_text(h.since);
  if (h.p) {
    std::array<char, 16> p{};
    std::snprintf(p.data(), p.size(), "%.1f", tenths(*h.p));
    out += ", probability " + std::string(p.data());
  }
  out += "; " + all_clear_words(h);
  return h.all_clear_at ? out + " at " + to_text(*h.all_clear_at) : out;
}

std::string to_json(const Hazard& h) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("all_clear").string(all_clear_words(h)).key("all_clear_at");
  h.all_clear_at ? w.string(to_text(*h.all_clear_at)) : w.null();
  w.key("evidence").begin_array();
  for (const auto& e : h.evidence) w.string(e);
  w.end_array().key("kind").string(to_string(h.kind)).key("level").string(to_string(h.level));
  w.key("p");
  h.p ? w.number(tenths(*h.p)) : w.null();
  w.key("post").string(h.post).key("since").string(to_text(h.since)).end_object();
  return out;
}

}  // namespace truce::judge
