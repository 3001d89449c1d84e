#include "app/alerts.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>

#include "base/json.h"

namespace truce::app {

namespace {

constexpr const char* kHazardRows = "hazard";
constexpr std::array<std::string_view, 3> kWhatNames{"raised", "goes_on", "all_clear"};

std::string_view to_string(AlertWhat w) { return kWhatNames.at(static_cast<std::size_t>(w)); }

Error damaged_alert() {
  return make_error(ErrorCode::kCorrupt, "the query store holds a damaged alert", {},
                    "what was written; delete var/store.sqlite and run again, it is rebuilt from "
                    "the log");
}

Result<Instant> instant_at(const simdjson::dom::element& row, const char* key) {
  std::string_view text;
  if (row[key].get_string().get(text)) return damaged_alert();
  const auto at = parse_instant(text);
  if (!at.ok()) return damaged_alert();
  return *at;
}

template <class E, std::size_t N>
Result<E> word_at(const simdjson::dom::element& row, const char* key,
                  const std::array<std::string_view, N>& names) {
  std::string_view text;
  if (row[key].get_string().get(text)) return damaged_alert();
  const auto it = std::find(names.begin(), names.end(), text);
  if (it == names.end()) return damaged_alert();
  return static_cast<E>(it - names.begin());
}

// What to_json wrote.
Result<Alert> alert_from(std::string_view json) {
  constexpr std::array<std::string_view, 2> kLevels{"warning", "alarm"};
  constexpr std::array<std::string_view, 3> kKinds{"fire", "overflight", "threat"};
  simdjson::dom::parser parser;
  simdjson::dom::element row;
  if (parser.parse(json.data(), json.size()).get(row)) return damaged_alert();
  Alert a;
  judge::Hazard& h = a.hazard;
  TRUCE_TRY(what, word_at<AlertWhat>(row, "what", kWhatNames));
  TRUCE_TRY(level, word_at<judge::HazardLevel>(row, "level", kLevels));
  TRUCE_TRY(kind, word_at<judge::HazardKind>(row, "kind", kKinds));
  TRUCE_TRY(since, instant_at(row, "since"));
  TRUCE_TRY(last, instant_at(row, "last"));
  a.what = what;
  h.level = level;
  h.kind = kind;
  h.since = since;
  h.last = last;
  std::string_view post;
  simdjson::dom::array evidence;
  if (row["known"].get_uint64().get(a.known) || row["post"].get_string().get(post) ||
      row["evidence"].get_array().get(evidence))
    return damaged_alert();
  h.post = post;
  for (const auto& e : evidence) h.evidence.emplace_back(e.get_c_str().value());
  double p = 0;
  if (!row["p"].get_double().get(p)) h.p = p;
  if (a.what != AlertWhat::kAllClear) return a;
  TRUCE_TRY(clear, instant_at(row, "all_clear_at"));
  h.all_clear = judge::AllClear::kClear;
  h.all_clear_at = clear;
  return a;
}

// Rows sort by it.
std::string row_id(std::uint64_t known, std::uint64_t ordinal) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%020llu/%06llu", static_cast<unsigned long long>(known),
                static_cast<unsigned long long>(ordinal));
  return text.data();
}

Result<std::vector<Alert>> rows_of(ledger::Store& store, std::uint64_t known) {
  TRUCE_TRY(rows, store.records(kHazardRows, known));
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  std::vector<Alert> out;
  for (const auto& row : rows) {
    TRUCE_TRY(alert, alert_from(row.json));
    out.push_back(std::move(alert));
  }
  return out;
}

}  // namespace

std::string to_json(const Alert& a) {
  const judge::Hazard& h = a.hazard;
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("all_clear_at");
  h.all_clear_at ? w.string(to_text(*h.all_clear_at)) : w.null();
  w.key("evidence").begin_array();
  for (const auto& e : h.evidence) w.string(e);
  w.end_array().key("kind").string(judge::to_string(h.kind));
  w.key("known").integer(static_cast<std::int64_t>(a.known)).key("last").string(to_text(h.last));
  w.key("level").string(judge::to_string(h.level)).key("p");
  h.p ? w.number(std::round(*h.p * 10) / 10) : w.null();
  w.key("post").string(h.post).key("since").string(to_text(h.since));
  w.key("what").string(to_string(a.what)).end_object();
  return out;
}

std::string to_text(const Alert& a) {
  const judge::Hazard& h = a.hazard;
  if (a.what == AlertWhat::kAllClear)
    return h.post + ": all-clear, " + std::string(judge::to_string(h.kind)) + " since " +
           to_text(h.since) + " was over at " + to_text(*h.all_clear_at);
  return judge::to_text(h);
}

bool is_about_force(const Statement& s) {
  return s.about == "force" || s.about == "threat" || s.about.rfind("post/", 0) == 0 ||
         s.about.rfind("contingent/", 0) == 0;
}

// ------------------------------------------------------------------------------- what was said

namespace {

// What an earlier one and a later one on the same event say together.
void join_hazards(judge::Hazard& into, const judge::Hazard& later) {
  into.level = std::max(into.level, later.level);
  into.since = std::min(into.since, later.since);
  into.last = std::max(into.last, later.last);
  into.p = later.p;
  for (const auto& e : later.evidence) {
    if (std::find(into.evidence.begin(), into.evidence.end(), e) == into.evidence.end())
      into.evidence.push_back(e);
  }
}

}  // namespace

const HazardsSaid::Said* HazardsSaid::same(const judge::Hazard& h) const {
  const Key key{h.post, h.kind};
  const auto known = by_evidence_.find(key);
  if (known == by_evidence_.end()) return nullptr;
  const Said* best = nullptr;
  for (const auto& e : h.evidence) {
    const auto at = known->second.find(e);
    if (at == known->second.end()) continue;
    const Said* s = &groups_.at(key).at(at->second);
    if (best == nullptr || s->hazard.level > best->hazard.level) best = s;
  }
  return best;
}

void HazardsSaid::add(const Alert& a) {
  const Key key{a.hazard.post, a.hazard.kind};
  auto& group = groups_[key];
  if (a.what == AlertWhat::kAllClear) {
    for (Said& s : group) s.open = false;
    return;
  }
  const Said* before = same(a.hazard);
  const std::size_t at =
      before == nullptr ? group.size() : static_cast<std::size_t>(before - group.data());
  if (before == nullptr)
    group.push_back({a.hazard, true});
  else
    join_hazards(group[at].hazard, a.hazard);
  group[at].open = true;
  for (const auto& e : a.hazard.evidence) by_evidence_[key].try_emplace(e, at);
}

Result<HazardsSaid> hazards_said(ledger::Store& store, const judge::Force& force,
                                 std::uint64_t known) {
  TRUCE_TRY(rows, rows_of(store, known));
  HazardsSaid out;
  for (const auto& alert : rows) {
    if (force.post(alert.hazard.post) != nullptr) out.add(alert);
  }
  return out;
}

Result<std::vector<Alert>> alerts_of(ledger::Store& store) {
  TRUCE_TRY(rows, rows_of(store, ledger::Store::kNow));
  std::erase_if(rows, [](const Alert& a) { return a.what == AlertWhat::kGoesOn; });
  return rows;
}

// --------------------------------------------------------------------------------------- keeper

Status AlertKeeper::restore() {
  TRUCE_TRY(said, hazards_said(store_, force_));
  said_ = std::move(said);
  return done();
}

std::vector<Alert> AlertKeeper::take_new() { return std::exchange(new_, {}); }

Status AlertKeeper::put(Alert alert) {
  ordinal_ = alert.known == known_ ? ordinal_ + 1 : 0;
  known_ = alert.known;
  said_.add(alert);
  const judge::Hazard& h = alert.hazard;
  // A row is known with the last of the entries that it is known by.
  TRUCE_TRY(inserted, store_.put_record(kHazardRows, row_id(known_, ordinal_), {h.since, h.last},
                                        to_json(alert), alert.known - 1));
  TRUCE_ENSURE(inserted);
  if (alert.what != AlertWhat::kGoesOn) new_.push_back(std::move(alert));
  return done();
}

Status AlertKeeper::consider(judge::Hazard hazard, std::uint64_t known) {
  const HazardsSaid::Key key{hazard.post, hazard.kind};
  const HazardsSaid::Said* before = said_.same(hazard);
  const bool longer = before != nullptr &&
                      (hazard.last > before->hazard.last || hazard.since < before->hazard.since);
  AlertWhat what = AlertWhat::kRaised;
  if (before != nullptr && hazard.level <= before->hazard.level) {
    if (!longer) return done();
    if (before->open) what = AlertWhat::kGoesOn;
  }
  TRUCE_CHECK_OK(put({what, known, std::move(hazard)}));
  return clear_by_what_is_known(key, known);
}

Status AlertKeeper::changed(const Incident& incident, std::uint64_t known) {
  for (auto& h : judge::hazards(force_, incident)) TRUCE_CHECK_OK(consider(std::move(h), known));
  return done();
}

Status AlertKeeper::stated(const Statement& statement, std::uint64_t known) {
  if (!is_about_force(statement)) return done();
  for (auto& h : judge::hazards(force_, statement)) TRUCE_CHECK_OK(consider(std::move(h), known));
  return done();
}

Result<std::vector<Quiet>> AlertKeeper::windows(const Interval& when) {
  TRUCE_TRY(rows, store_.records_overlapping("quiet", when));
  std::vector<Quiet> out;
  for (const auto& row : rows) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    out.push_back(std::move(q));
  }
  return out;
}

namespace {

bool any_open(const std::vector<HazardsSaid::Said>& group) {
  return std::any_of(group.begin(), group.end(), [](const auto& s) { return s.open; });
}

// Over all that are open: what an all-clear would end.
judge::Hazard ended(const std::vector<HazardsSaid::Said>& group) {
  judge::Hazard out;
  bool first = true;
  for (const auto& s : group) {
    if (!s.open) continue;
    if (std::exchange(first, false)) {
      out = s.hazard;
      out.evidence.clear();
    }
    out.level = std::max(out.level, s.hazard.level);
    out.since = std::min(out.since, s.hazard.since);
    out.last = std::max(out.last, s.hazard.last);
    out.evidence.push_back(s.hazard.evidence.front());
  }
  out.p.reset();
  return out;
}

}  // namespace

Result<bool> AlertKeeper::clear(const HazardsSaid::Key& key, const std::vector<Quiet>& windows,
                                std::uint64_t known) {
  const auto& group = said_.groups().at(key);
  Alert alert{AlertWhat::kAllClear, known, ended(group)};
  std::set<std::string> open;
  std::vector<judge::Hazard> all;
  for (const auto& s : group) {
    if (s.open) open.insert(s.hazard.evidence.front());
    if (s.open || s.hazard.last >= alert.hazard.since) all.push_back(s.hazard);
  }
  for (const auto& h : judge::with_all_clear(force_, std::move(all), windows)) {
    if (!open.contains(h.evidence.front())) continue;
    if (h.all_clear != judge::AllClear::kClear) return false;
    auto& at = alert.hazard.all_clear_at;
    at = at ? std::max(*at, *h.all_clear_at) : *h.all_clear_at;
  }
  alert.hazard.all_clear = judge::AllClear::kClear;
  TRUCE_CHECK_OK(put(std::move(alert)));
  return true;
}

// A late report may be of a time that was watched long since. Windows are looked at in stretches
// that double, for an all-clear mostly comes soon.
Status AlertKeeper::clear_by_what_is_known(const HazardsSaid::Key& key, std::uint64_t known) {
  if (key.second == judge::HazardKind::kThreat) return done();
  const Instant last = ended(said_.groups().at(key)).last;
  const Instant first = ended(said_.groups().at(key)).since;
  std::size_t found = 0;
  for (Duration reach = Duration::hours(6);; reach = reach + reach) {
    const bool all = reach > Duration::days(3650);
    TRUCE_TRY(some, windows({first, all ? Instant{INT64_MAX} : judge::plus(last, reach)}));
    if (some.empty() && !all) continue;
    if (some.size() > found || all) {
      found = some.size();
      TRUCE_TRY(is_clear, clear(key, some, known));
      if (is_clear) return done();
    }
    if (all) return done();
  }
}

// A window can end a hazard only as a part of the time that it completes: no more than the wait
// before it and behind it has to be looked at.
Status AlertKeeper::watched(const Quiet& quiet, std::uint64_t known) {
  for (const auto& [key, group] : said_.groups()) {
    if (key.second == judge::HazardKind::kThreat || !any_open(group)) continue;
    const auto& sectors = force_.post(key.first)->sectors;
    if (std::find(sectors.begin(), sectors.end(), quiet.sector) == sectors.end()) continue;
    const Duration wait = force_.rule(key.second).all_clear_after;
    const Interval near{judge::plus(quiet.when.start, Duration{-wait.ns}),
                        judge::plus(quiet.when.end, wait)};
    if (near.end < ended(group).last) continue;
    TRUCE_TRY(some, windows(near));
    TRUCE_TRY(is_clear, clear(key, some, known));
    static_cast<void>(is_clear);
  }
  return done();
}

}  // namespace truce::app
