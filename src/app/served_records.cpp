#include "app/served_records.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "app/act_book.h"
#include "app/clocks.h"
#include "app/served_areas.h"
#include "app/session.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

using serve::Row;
using ChangedKind = ledger::ChangedRow::Kind;

constexpr std::size_t kRowsAtOnce = 256;

// What the store calls a collection's records; empty where it has none as such.
std::string_view kind_of(std::string_view collection) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kKinds{
      {{"acts", "act"},
       {"incidents", "incident"},
       {"observations", "observation"},
       {"recordings", "recording"},
       {"conducts", "conduct"},
       {"claims", "claim"},
       {"notices", "notice"},
       {"statements", "statement"},
       {"events", "event"},
       {"quiet", "quiet"},
       {"signatures", "signature"},
       {"health", "health"},
       {"weather", "weather"},
       {"hazards", "hazard"},
       {"rejected", "rejected"},
       {"complaints", "complaint"}}};
  for (const auto& [name, kind] : kKinds) {
    if (name == collection) return kind;
  }
  return {};
}

bool is_part(std::string_view collection) {
  return collection == "findings" || collection == "differences" || collection == "attributions";
}

// Where a page begins: behind a row that starts then and has that id; "START~ID".
struct PlaceInOrder {
  Instant start{INT64_MIN};
  std::string id;
};

std::string cursor_of(Instant start, std::string_view id) {
  return std::to_string(start.ns) + "~" + std::string(id);
}

Result<PlaceInOrder> place_in_order(std::string_view cursor) {
  PlaceInOrder out;
  if (cursor.empty()) return out;
  const std::size_t cut = std::min(cursor.find('~'), cursor.size());
  const std::string_view start = cursor.substr(0, cut);
  const auto [end, code] = std::from_chars(start.data(), start.data() + start.size(), out.start.ns);
  if (cut == cursor.size() || code != std::errc() || end != start.data() + start.size())
    return bad_input("is no place in the collection", {.source = "after"},
                     "what a link \"next\" has");
  out.id = cursor.substr(cut + 1);
  return out;
}

template <class F>
Status each_line(std::string_view lines, F f) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    TRUCE_CHECK_OK(f(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return done();
}

Result<std::string> conduct_json(const ledger::PageRow& row) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("findings").begin_array();
  TRUCE_CHECK_OK(each_line(row.findings, [&w](std::string_view line) -> Status {
    TRUCE_TRY(finding, ledger::from_store<Finding>(line));
    w.string(finding.id);
    return done();
  }));
  w.end_array().key("subject").string(row.id).end_object();
  return out;
}

Result<Row> row_of(std::string_view collection, ledger::PageRow row) {
  Row out{row.id, row.when, row.position, std::move(row.json), cursor_of(row.when.start, row.id)};
  if (collection == "conducts") {
    TRUCE_TRY(json, conduct_json(row));
    out.json = std::move(json);
  }
  return out;
}

// Of an incident's or conduct's row the findings, the differences or the attribution.
Result<std::vector<Row>> parts_of(std::string_view collection, const ledger::PageRow& row) {
  std::vector<Row> out;
  const auto put = [&](std::string id, std::string_view json) {
    std::string cursor = cursor_of(row.when.start, id);
    out.push_back({std::move(id), row.when, row.position, std::string(json), std::move(cursor)});
  };
  const bool is_finding = collection == "findings";
  const Status read =
      each_line(is_finding ? row.findings : row.beside, [&](std::string_view line) -> Status {
        const bool is_attribution = line.rfind("{\"alternatives\"", 0) == 0;
        if (is_finding) {
          TRUCE_TRY(finding, ledger::from_store<Finding>(line));
          put(std::move(finding.id), line);
        } else if (is_attribution == (collection == "attributions") && is_attribution) {
          put(row.id, line);
        } else if (!is_attribution && collection == "differences") {
          TRUCE_TRY(difference, ledger::from_store<Difference>(line));
          put(std::move(difference.id), line);
        }
        return done();
      });
  TRUCE_CHECK_OK(read);
  return out;
}

// A place just before the row that a part belongs to: ids that differ in the last digit alone may
// lie between, and are passed over.
PlaceInOrder before_subject(const PlaceInOrder& place) {
  std::string subject = place.id.substr(0, place.id.find('/'));
  if (!subject.empty()) subject.pop_back();
  return {place.start, std::move(subject)};
}

std::vector<Row> rows_behind(std::vector<Row> all, std::string_view after, std::size_t limit) {
  std::sort(all.begin(), all.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  std::vector<Row> out;
  for (Row& row : all) {
    row.cursor = row.id;
    if (row.id > after && out.size() < limit) out.push_back(std::move(row));
  }
  return out;
}

std::string_view event_of(ChangedKind kind) {
  switch (kind) {
    case ChangedKind::kAct:
      return "act";
    case ChangedKind::kConduct:
      return "conduct";
    case ChangedKind::kGone:
      return "gone";
    case ChangedKind::kHazard:
      return "alert";
    case ChangedKind::kIncident:
      return "incident";
  }
  return {};
}

// "120", or "120/incident/i2025…".
struct ChangePlace {
  std::uint64_t position = 0;
  ChangedKind kind = ChangedKind::kConduct;
  std::string_view id;
};

Result<ChangePlace> change_place(std::string_view cursor) {
  const auto wrong = [] {
    return bad_input("is no place in the stream", {.source = "Last-Event-ID"}, "an event's id");
  };
  ChangePlace out;
  const auto [end, code] =
      std::from_chars(cursor.data(), cursor.data() + cursor.size(), out.position);
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max() - 2;
  if (code != std::errc() || out.position > kMax) return wrong();
  std::string_view rest = cursor.substr(static_cast<std::size_t>(end - cursor.data()));
  if (rest.empty()) {  // all of that position was seen
    ++out.position;
    return out;
  }
  const std::size_t slash = rest.find('/', 1);
  if (rest.front() != '/' || slash == std::string_view::npos) return wrong();
  const std::string_view name = rest.substr(1, slash - 1);
  for (const ChangedKind kind : {ChangedKind::kConduct, ChangedKind::kGone, ChangedKind::kHazard,
                                 ChangedKind::kIncident, ChangedKind::kAct}) {
    if (event_of(kind) != name) continue;
    out.kind = kind;
    out.id = rest.substr(slash + 1);
    return out;
  }
  return wrong();
}

}  // namespace

Result<std::unique_ptr<StoreRecords>> StoreRecords::open(std::shared_ptr<const Mission> mission,
                                                         Instant read_at,
                                                         std::shared_ptr<ServedViews> views) {
  TRUCE_TRY(store, ledger::Store::open_to_read(mission->store_path()));
  TRUCE_TRY(rules, store->rules());
  return std::unique_ptr<StoreRecords>(new StoreRecords(
      std::move(mission), std::move(store), to_hex(sha256(rules)), read_at, std::move(views)));
}

Result<std::vector<Row>> StoreRecords::rows(const serve::RowQuery& q) {
  TRUCE_TRY(all, whole(q.collection, q.as_of, q.state_at));
  if (all) return rows_behind(*std::move(all), q.after, q.limit);
  if (q.as_of == 0) return std::vector<Row>();  // not to be looked for among all that came since
  if (is_part(q.collection)) return parts(q);
  TRUCE_TRY(after, place_in_order(q.after));
  TRUCE_TRY(page, store_->page({.kind = kind_of(q.collection),
                                .when = {q.first, q.last},
                                .as_of = q.as_of,
                                .after_start = after.start,
                                .after_id = after.id,
                                .limit = q.limit,
                                .with_judgement = q.collection == "conducts"}));
  std::vector<Row> out;
  for (auto& stored : page) {
    TRUCE_TRY(row, row_of(q.collection, std::move(stored)));
    out.push_back(std::move(row));
  }
  if (q.collection == "acts") TRUCE_CHECK_OK(say_what_is_undone(out, q.as_of));
  return out;
}

// Those of incidents, then those of conducts.
Result<std::vector<Row>> StoreRecords::parts(const serve::RowQuery& q) {
  TRUCE_TRY(after, place_in_order(q.after));
  const bool is_in_conducts = !after.id.empty() && after.id.front() != 'i';
  std::vector<Row> out;
  for (const std::string_view kind : {"incident", "conduct"}) {
    if (kind == "incident" && is_in_conducts) continue;
    const bool is_behind = !after.id.empty() && is_in_conducts == (kind == "conduct");
    const std::string subject = is_behind ? after.id.substr(0, after.id.find('/')) : "";
    PlaceInOrder place = is_behind ? before_subject(after) : PlaceInOrder{};
    for (bool more = true; more && out.size() < q.limit;) {
      TRUCE_TRY(page, store_->page({.kind = kind,
                                    .when = {q.first, q.last},
                                    .as_of = q.as_of,
                                    .after_start = place.start,
                                    .after_id = place.id,
                                    .limit = kRowsAtOnce}));
      more = page.size() == kRowsAtOnce;
      for (const auto& stored : page) {
        place = {stored.when.start, stored.id};
        const bool is_before = is_behind &&
                               (kind == "incident" || stored.when.start == after.start) &&
                               stored.id < subject;
        if (is_before) continue;
        TRUCE_TRY(all, parts_of(q.collection, stored));
        auto from = all.begin();
        if (stored.id == subject) {
          const auto seen = std::find_if(all.begin(), all.end(),
                                         [&after](const Row& r) { return r.id == after.id; });
          from = seen == all.end() ? all.end() : seen + 1;
        }
        for (; from != all.end() && out.size() < q.limit; ++from) out.push_back(std::move(*from));
        if (out.size() == q.limit) return out;
      }
    }
  }
  return out;
}

Result<std::optional<Row>> StoreRecords::row(std::string_view collection, std::string_view id,
                                             std::uint64_t as_of) {
  std::vector<Row> among;
  TRUCE_TRY(every, whole(collection, as_of, std::nullopt));
  if (every) {
    among = *std::move(every);
  } else if (is_part(collection)) {
    const std::string_view subject = id.substr(0, id.find('/'));
    for (const std::string_view kind : {"incident", "conduct"}) {
      TRUCE_TRY(stored, store_->page_row(kind, subject, as_of));
      if (!stored) continue;
      TRUCE_TRY(all, parts_of(collection, *stored));
      among = std::move(all);
      break;
    }
  } else {
    TRUCE_TRY(stored, store_->page_row(kind_of(collection), id, as_of));
    if (!stored) return std::optional<Row>();
    std::vector<Row> one;
    TRUCE_TRY(out, row_of(collection, std::move(*stored)));
    one.push_back(std::move(out));
    if (collection == "acts") TRUCE_CHECK_OK(say_what_is_undone(one, as_of));
    return std::optional(std::move(one.front()));
  }
  for (Row& row : among) {
    if (row.id == id) return std::optional(std::move(row));
  }
  return std::optional<Row>();
}

Status StoreRecords::say_what_is_undone(std::vector<Row>& acts, std::uint64_t as_of) {
  if (acts.empty()) return done();
  TRUCE_TRY(book, ActBook::from_store(*store_, as_of));
  for (Row& row : acts) row.json = served_act(book, row.id, row.json);
  return done();
}

Result<std::optional<std::vector<Row>>> StoreRecords::whole(std::string_view collection,
                                                            std::uint64_t as_of,
                                                            std::optional<Instant> at) {
  if (collection == "sources") return std::optional(sources());
  if (collection == "areas") return std::optional(area_rows(*mission_));
  if (collection == "feeds" || collection == "gates") {
    TRUCE_TRY(all, collection == "feeds" ? feeds() : gates(as_of, at));
    return std::optional(std::move(all));
  }
  return std::optional<std::vector<Row>>();
}

Result<std::vector<Row>> StoreRecords::feeds() {
  TRUCE_TRY(all, store_->all_progress());
  std::vector<Row> out;
  for (const auto& p : all) {
    std::string json;
    JsonWriter w(json);
    w.begin_object().key("bytes").integer(static_cast<std::int64_t>(p.bytes));
    w.key("complete").boolean(p.complete);
    w.key("entries").integer(static_cast<std::int64_t>(p.entries));
    w.key("feed").string(p.feed).key("file").string(p.file).key("sha256").string(p.sha256);
    w.end_object();
    const std::string id = p.feed + "/" + p.file;
    out.push_back({id, std::nullopt, position(), std::move(json), id});
  }
  return out;
}

serve::MissionFacts StoreRecords::facts() const {
  serve::MissionFacts out;
  out.mission = mission_->id;
  const judge::Agreement& agreement = mission_->agreement;
  for (const auto& party : agreement.parties) out.parties.push_back({party.id, party.name});
  for (const auto& p : agreement.readings.front().provisions)
    out.provisions.push_back({p.id, p.source, p.words});
  for (const auto& reading : agreement.readings) out.readings.push_back(reading.id);
  if (!mission_->report_days.empty()) {
    out.first_day = to_text(mission_->report_days.front());
    out.last_day = to_text(mission_->report_days.back());
  }
  return out;
}

std::vector<Row> StoreRecords::sources() const {
  std::vector<Row> out;
  for (const Source& source : mission_->sources)
    out.push_back({source.id, std::nullopt, 0, to_json(source), source.id});
  return out;
}

Result<std::optional<Row>> StoreRecords::first_row(std::string_view collection,
                                                   std::string_view id) {
  if (collection != "incidents") return std::optional<Row>();
  TRUCE_TRY(stored, store_->incident_versions(id, 1));
  if (stored.empty()) return std::optional<Row>();
  TRUCE_TRY(out, row_of(collection, std::move(stored.front())));
  return std::optional(std::move(out));
}

Result<std::vector<Row>> StoreRecords::gates(std::uint64_t as_of, std::optional<Instant> at) {
  const std::uint64_t known = std::min(as_of, position());
  const std::pair wanted(known, at);
  if (gates_ && gates_of_ == wanted) return *gates_;
  std::vector<Row> out;
  TRUCE_TRY(clocks, clocks_of(*mission_, *store_, known, at));
  for (std::size_t r = 0; r < clocks.readings.size(); ++r) {
    const ReadingClocks& reading = clocks.readings[r];
    const auto& rules = r < mission_->agreement.readings.size()
                            ? mission_->agreement.readings[r].clocks.gates
                            : std::vector<judge::GateRule>();
    for (std::size_t i = 0; i < std::min(rules.size(), reading.states.gates.size()); ++i) {
      Gate gate = judge::to_record(rules[i], reading.states.gates[i]);
      if (r > 0) gate.id += "/" + reading.reading;
      out.push_back({gate.id, std::nullopt, known, to_json(gate), gate.id});
    }
  }
  gates_of_ = wanted;
  gates_ = out;
  return out;
}

Result<std::vector<serve::Change>> StoreRecords::changes(std::string_view after,
                                                         std::size_t limit) {
  TRUCE_TRY(place, change_place(after));
  TRUCE_TRY(rows, store_->changes(place.position, place.kind, place.id, limit));
  std::vector<serve::Change> out;
  for (auto& [kind, stored] : rows) {
    serve::Change change;
    change.event = event_of(kind);
    change.position = stored.position;
    change.cursor = std::to_string(stored.position) + "/" + change.event + "/" + stored.id;
    TRUCE_CHECK_OK(each_line(stored.findings, [&change](std::string_view line) {
      change.findings.emplace_back(line);
      return done();
    }));
    change.row = {stored.id, stored.when, stored.position, std::move(stored.json), change.cursor};
    if (kind == ChangedKind::kAct) {
      std::vector<Row> one{std::move(change.row)};
      TRUCE_CHECK_OK(say_what_is_undone(one, ledger::Store::kNow));
      change.row = std::move(one.front());
    }
    out.push_back(std::move(change));
  }
  return out;
}

StoreSource::Marks StoreSource::marks_of(const std::string& path) {
  const auto mark = [](const std::string& file) {
    struct stat s{};
    return ::stat(file.c_str(), &s) == 0 ? Mark{s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec}
                                         : Mark{};
  };
  return {mark(path), mark(path + "-wal")};
}

void StoreSource::set_mission(std::shared_ptr<const Mission> mission) {
  const std::lock_guard<std::mutex> lock(mutex_);
  mission_ = std::move(mission);
  views_ = nullptr;
  changed_ = true;
}

Result<std::shared_ptr<serve::Evidence>> StoreSource::evidence() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return StoreEvidence::open(mission_, digest_);
}

Result<serve::Records*> StoreSource::latest() {
  const std::lock_guard<std::mutex> lock(mutex_);
  // The marks first: a commit in between is seen the next time.
  const Marks marks = marks_of(mission_->store_path());
  if (records_ && !changed_ && marks == marks_) return static_cast<serve::Records*>(records_.get());
  if (!views_) views_ = std::make_shared<ServedViews>(mission_);
  auto opened = StoreRecords::open(mission_, wall_clock(), views_);
  if (!opened.ok())
    return make_error(ErrorCode::kBusy, "nothing has been recorded yet, or it is being made anew");
  marks_ = marks;
  const bool is_same = records_ && !std::exchange(changed_, false) &&
                       records_->position() == (*opened)->position() &&
                       records_->rules() == (*opened)->rules();
  // The new one either way: an old snapshot would keep the store's log of writes from being cut.
  if (is_same) (*opened)->was_read_at(records_->read_at());
  records_ = *std::move(opened);
  return static_cast<serve::Records*>(records_.get());
}

}  // namespace truce::app
