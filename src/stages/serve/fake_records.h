#pragma once
// Records for tests: made up here, in memory.

#include <algorithm>
#include <map>

#include "model/json.h"
#include "stages/serve/records.h"

namespace truce::serve {

class FakeRecords : public Records {
 public:
  std::uint64_t position() const override { return at; }
  std::string_view rules() const override { return by; }
  Instant read_at() const override { return {1'745'000'000'000'000'000}; }
  Result<std::uint64_t> taken_in_before(Instant) override { return at; }
  Result<std::vector<Row>> rows(const RowQuery& q) override {
    std::vector<Row> out;
    for (const Row& row : kept[std::string(q.collection)]) {
      const bool is_then = !row.when || (row.when->start <= q.last && q.first <= row.when->end);
      if (row.id > q.after && is_then && row.position <= q.as_of && out.size() < q.limit)
        out.push_back(row);
    }
    return out;
  }
  Result<std::optional<Row>> row(std::string_view collection, std::string_view id,
                                 std::uint64_t as_of) override {
    for (const Row& row : kept[std::string(collection)]) {
      if (row.id == id && row.position <= as_of) return std::optional(row);
    }
    return std::optional<Row>();
  }
  MissionFacts facts() const override { return told; }
  Result<View> view(const Target& target) override {
    const auto it = views.find(target.path.at(1));
    if (it == views.end()) return make_error(ErrorCode::kNotFound, "there is nothing here");
    return it->second;
  }
  Result<std::vector<Change>> changes(std::string_view after, std::size_t limit) override {
    std::vector<Change> out;
    for (const Change& change : news) {
      const std::string bound = std::string(after) + (after.find('/') == after.npos ? "/~" : "");
      if (change.cursor > bound && out.size() < limit) out.push_back(change);
    }
    return out;
  }
  // An alert that came to be known at a position below ten.
  void add_alert(const std::string& id, std::uint64_t position) {
    at = position;
    Change change{"alert", std::to_string(position) + "/alert/" + id, position, {}, {}};
    change.row = {id, std::nullopt, position, "{\"post\":\"p\"}", ""};
    news.push_back(change);
  }

  std::uint64_t at = 5;
  std::string by = "rules";
  std::map<std::string, std::vector<Row>> kept;  // by id
  std::vector<Change> news;
  MissionFacts told;
  std::map<std::string, View> views;  // by the first step of their path
};

class FakeSource : public RecordsSource {
 public:
  Result<Records*> latest() override {
    if (empty) return make_error(ErrorCode::kBusy, "nothing yet");
    return static_cast<Records*>(&records);
  }
  FakeRecords records;
  bool empty = false;
};

// At Avdiivka, "i" and a number.
inline Row incident_row(int n, double lon_deg = 37.75) {
  Incident incident;
  incident.id = "i" + std::to_string(n);
  const auto at = LatLon::from_degrees(48.14, lon_deg);
  incident.place.best = *at;
  incident.place.region = PointShape{*at, 1e6, 1e6, 0};
  const Instant start{(1'745'000'000LL + n) * 1'000'000'000};
  incident.when = {start, start + Duration::whole_seconds(1)};
  return {incident.id, incident.when, 1, to_json(incident), incident.id};
}

}  // namespace truce::serve
