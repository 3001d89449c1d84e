#pragma once
// What the readers' tests share: a sink that keeps what it is given, and the data beside the
// project.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "model/json.h"
#include "stages/acquire/acquire.h"

namespace truce::acquire {

struct Collected : Sink {
  std::vector<Observation> observations;
  std::vector<Claim> claims;
  std::vector<StatedTotal> totals;
  std::vector<Weather> weather;
  std::vector<Rejection> rejected;
  std::vector<Complaint> complaints;
  void record(Entry entry) override {
    if (entry.kind == EntryKind::kObservation)
      observations.push_back(*from_json<Observation>(entry.payload));
    if (entry.kind == EntryKind::kClaim) claims.push_back(*from_json<Claim>(entry.payload));
    if (entry.kind == EntryKind::kStatedTotal)
      totals.push_back(*from_json<StatedTotal>(entry.payload));
    if (entry.kind == EntryKind::kWeather) weather.push_back(*from_json<Weather>(entry.payload));
    if (entry.kind == EntryKind::kRejected)
      rejected.push_back(*from_json<Rejection>(entry.payload));
  }
  void complain(Complaint c) override { complaints.push_back(std::move(c)); }
};

inline Collected read_with(std::string_view format, std::string_view bytes, Context context) {
  context.feed = "feed";
  context.file = "file.csv";
  Collected out;
  const Status status = find_format(format)->read(bytes, context, out);
  EXPECT_TRUE(status.ok()) << status.error().to_text();
  return out;
}

inline Collected read(std::string_view format, std::string_view bytes, std::string mapping = {}) {
  Context context;
  context.mapping = std::move(mapping);
  return read_with(format, bytes, std::move(context));
}

inline std::filesystem::path conflict() {
  return std::filesystem::path(TRUCE_SHARED_DIR) / "data/conflict";
}
inline std::string read_data(const std::filesystem::path& name) {
  return *read_file(conflict() / name);
}

}  // namespace truce::acquire

#define NEED_DATA()                                         \
  if (!std::filesystem::exists(truce::acquire::conflict())) \
  GTEST_SKIP() << "no data beside the project"
