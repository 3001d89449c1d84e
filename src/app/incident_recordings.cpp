#include "app/incident_recordings.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.h"
#include "model/json.h"
#include "stages/acquire/acquire.h"

namespace truce::app {

namespace {

constexpr std::size_t kRecordingsMax = 200;
// What was heard of an incident came that much after it, at the most: farther waves of the ground
// are not taken (500 km at 3.5 km/s), nor sounds (30 km).
constexpr Duration kHeardLater = Duration::whole_seconds(300);
constexpr Duration kPhotoNear = Duration::whole_seconds(60);

// What an incident rests on, reported or heard: by source the times of its observations.
class Behind {
 public:
  struct Observed {
    std::string id;
    Interval when;
  };
  Status add(ledger::Store& store, const std::string& id) {
    if (!seen_.insert(id).second) return done();
    TRUCE_TRY(row, store.observation(id));
    if (!row) return done();
    TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
    for (const auto* more : {&o.derived_from, &o.echoes, &o.shock_waves}) {
      for (const auto& inner : *more) TRUCE_CHECK_OK(add(store, inner));
    }
    by_source_[o.source].push_back({o.id, o.when});
    return done();
  }
  std::vector<std::string> observations_of(const Recording& r) const {
    std::vector<std::string> out;
    const auto of = by_source_.find(r.source);
    if (of == by_source_.end()) return out;
    const Duration near = r.media_type == acquire::kMiniSeed ? Duration{} : kPhotoNear;
    for (const auto& o : of->second) {
      if (o.when.start <= r.when.end + near && r.when.start <= o.when.end + near)
        out.push_back(o.id);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::set<std::string> seen_;
  std::map<std::string, std::vector<Observed>> by_source_;
};

void put_texts(JsonWriter& w, const std::vector<std::string>& texts) {
  w.begin_array();
  for (const auto& text : texts) w.string(text);
  w.end_array();
}

void put_bins(JsonWriter& w, const acquire::Trace& trace, float acquire::Trace::Bin::* of) {
  w.begin_array();
  for (const auto& bin : trace.bins) {
    if (bin) {
      w.number(static_cast<double>((*bin).*of));
    } else {
      w.null();
    }
  }
  w.end_array();
}

}  // namespace

Result<std::string> recordings_json(ledger::Store& store, std::string_view id) {
  TRUCE_TRY(incident, store.incident(id));
  if (!incident)
    return make_error(ErrorCode::kNotFound, "there is no incident \"" + std::string(id) + "\"");
  const Interval near{incident->when.start - kHeardLater, incident->when.end + kHeardLater};
  TRUCE_TRY(rows, store.records_overlapping("recording", near));
  Behind behind;
  if (!rows.empty()) {
    for (const Evidence& e : incident->evidence) TRUCE_CHECK_OK(behind.add(store, e.observation));
  }
  std::string out;
  JsonWriter w(out);
  struct Told {
    Recording recording;
    std::uint64_t position;  // known since the log had so many entries
    std::vector<std::string> observations;
  };
  std::vector<Told> told;
  for (const auto& row : rows) {
    TRUCE_TRY(r, from_json<Recording>(row.json));
    auto observations = behind.observations_of(r);
    if (!observations.empty())
      told.push_back({std::move(r), row.position + 1, std::move(observations)});
  }
  std::sort(told.begin(), told.end(), [](const Told& a, const Told& b) {
    return std::tie(a.recording.when.start, a.recording.id) <
           std::tie(b.recording.when.start, b.recording.id);
  });
  w.begin_object().key("more").boolean(told.size() > kRecordingsMax);
  w.key("recordings").begin_array();
  for (std::size_t i = 0; i < std::min(told.size(), kRecordingsMax); ++i) {
    w.begin_object().key("observations");
    put_texts(w, told[i].observations);
    w.key("position").integer(static_cast<std::int64_t>(told[i].position));
    w.key("recording").raw(to_json(told[i].recording)).end_object();
  }
  w.end_array().end_object();
  return out;
}

Result<std::string> traces_json(std::string_view bytes, const Interval& window, std::size_t bins) {
  TRUCE_TRY(traces, acquire::traces_within(bytes, window, bins));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("bins").integer(static_cast<std::int64_t>(bins));
  w.key("channels").begin_array();
  for (const auto& trace : traces) {
    w.begin_object().key("channel").string(to_valid_utf8(trace.channel)).key("high");
    put_bins(w, trace, &acquire::Trace::Bin::high);
    w.key("low");
    put_bins(w, trace, &acquire::Trace::Bin::low);
    w.key("rate_hz").number(trace.rate_hz).end_object();
  }
  w.end_array().key("window").begin_object().key("end").string(to_text(window.end));
  w.key("start").string(to_text(window.start)).end_object().end_object();
  return out;
}

}  // namespace truce::app
