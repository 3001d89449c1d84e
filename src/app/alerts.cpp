#include "app/alerts.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

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
  for (const auto& e : evidence) {
    std::string_view id;
    if (e.get_string().get(id)) return damaged_alert();
    h.evidence.emplace_back(id);
  }
  if (h.evidence.empty()) return damaged_alert();
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
    const Said* s = &groups_.at(key).said.at(at->second);
    if (best == nullptr || s->hazard.level > best->hazard.level) best = s;
  }
  return best;
}

void HazardsSaid::add(const Alert& a) {
  const Key key{a.hazard.post, a.hazard.kind};
  Group& group = groups_[key];
  if (a.what == AlertWhat::kAllClear) {
    for (Said& s : group.said) s.open = false;
    if (group.open > 0) group.closed_last = std::max(group.closed_last, group.last);
    group.open = 0;
    return;
  }
  const Said* before = same(a.hazard);
  const std::size_t at =
      before == nullptr ? group.said.size() : static_cast<std::size_t>(before - group.said.data());
  if (before == nullptr)
    group.said.push_back({a.hazard, false});
  else
    join_hazards(group.said[at].hazard, a.hazard);
  Said& said = group.said[at];
  group.first = group.open == 0 ? said.hazard.since : std::min(group.first, said.hazard.since);
  group.last = group.open == 0 ? said.hazard.last : std::max(group.last, said.hazard.last);
  if (!std::exchange(said.open, true)) ++group.open;
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

Status AlertKeeper::seen(const Observation& observation, std::size_t places, std::uint64_t known) {
  for (const auto& conduct : judge::conducts_of(observation, places)) {
    for (auto& h : judge::hazards(force_, conduct)) TRUCE_CHECK_OK(consider(std::move(h), known));
  }
  return done();
}

Status AlertKeeper::stated(const Statement& statement, std::uint64_t known) {
  if (!judge::is_about_the_force(statement)) return done();
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

// Over all that are open: what an all-clear would end.
judge::Hazard ended(const HazardsSaid::Key& key, const HazardsSaid::Group& group) {
  judge::Hazard out;
  out.post = key.first;
  out.kind = key.second;
  out.since = group.first;
  out.last = group.last;
  for (const auto& s : group.said) {
    if (!s.open) continue;
    out.level = std::max(out.level, s.hazard.level);
    out.evidence.push_back(s.hazard.evidence.front());
  }
  return out;
}

}  // namespace

// What is over when all that is open is: the time after the last of it, and after what was over
// before and lasted longer. One hazard from the first to the last stands for all that are open.
Status AlertKeeper::clear(const HazardsSaid::Key& key, const std::vector<Quiet>& windows,
                          std::uint64_t known) {
  const auto& group = said_.groups().at(key);
  judge::Hazard whole;
  whole.post = key.first;
  whole.kind = key.second;
  whole.since = group.first;
  whole.last = group.last;
  std::vector<judge::Hazard> all{whole};
  for (const auto& s : group.said) {
    if (group.closed_last <= group.last) break;  // mostly
    if (!s.open && s.hazard.last > group.last) all.push_back(s.hazard);
  }
  for (const auto& h : judge::with_all_clear(force_, std::move(all), windows)) {
    if (!h.evidence.empty()) continue;
    if (h.all_clear != judge::AllClear::kClear) return done();
    Alert alert{AlertWhat::kAllClear, known, ended(key, group)};
    alert.hazard.all_clear = h.all_clear;
    alert.hazard.all_clear_at = h.all_clear_at;
    return put(std::move(alert));
  }
  return done();
}

// A late report may be of a time that was watched since. Where nobody watched long enough soon
// after it, the next window that comes is looked at: an all-clear may be late and is never early.
Status AlertKeeper::clear_by_what_is_known(const HazardsSaid::Key& key, std::uint64_t known) {
  if (key.second == judge::HazardKind::kThreat) return done();
  const Duration wait = force_.rule(key.second).all_clear_after;
  const Duration reach = std::max(wait + wait + wait + wait, Duration::days(3));
  const Instant last = said_.groups().at(key).last;
  TRUCE_TRY(some, windows({last, judge::plus(last, reach)}));
  return some.empty() ? done() : clear(key, some, known);
}

// A window can end a hazard only as a part of the time that it completes: no more than the wait
// before it and behind it has to be looked at.
Status AlertKeeper::watched(const Quiet& quiet, std::uint64_t known) {
  for (const auto& [key, group] : said_.groups()) {
    if (key.second == judge::HazardKind::kThreat || group.open == 0) continue;
    const auto& sectors = force_.post(key.first)->sectors;
    if (std::find(sectors.begin(), sectors.end(), quiet.sector) == sectors.end()) continue;
    const Duration wait = force_.rule(key.second).all_clear_after;
    const Interval near{judge::plus(quiet.when.start, Duration{-wait.ns}),
                        judge::plus(quiet.when.end, wait)};
    if (near.end < group.last) continue;
    TRUCE_TRY(some, windows(near));
    TRUCE_CHECK_OK(clear(key, some, known));
  }
  return done();
}

}  // namespace truce::app
