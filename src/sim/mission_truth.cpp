#include "sim/mission_truth.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/columns.h"

namespace truce::sim {

namespace {

constexpr std::size_t kRowsMax = 100'000'000;
constexpr NumberRange kLat{-90, 90, "deg"}, kLon{-180, 180, "deg"};

struct BlastRow {
  std::uint32_t salvo = 0;
  Instant time;
  LatLon at;
  bool muzzle = false;
  std::string party;
};

Result<std::vector<BlastRow>> read_blasts(std::string_view bytes) {
  std::vector<BlastRow> out;
  TRUCE_CHECK_OK(
      read_columns(bytes, "truth.csv", {"effect", "salvo", "time", "lat", "lon", "class", "party"},
                   6, [&](ColumnRow& row) {
                     if (row.index(0, out.size() + 1) != out.size())
                       row.complain(0, "out of order", "");
                     BlastRow b;
                     b.salvo = row.index(1, kRowsMax);
                     const auto time = parse_instant(row.word(2));
                     if (time.ok()) b.time = *time;
                     if (!time.ok()) row.complain(2, time.error().message, time.error().expected);
                     const auto at = LatLon::from_degrees(row.number(3, kLat), row.number(4, kLon));
                     if (at.ok()) b.at = *at;
                     b.muzzle = row.word(5) == "explosion_outgoing";
                     if (row.has(6)) b.party = row.word(6);
                     out.push_back(std::move(b));
                   }));
  return out;
}

// "3|4|17" as numbers below `end`; nullopt when it is something else.
std::optional<std::vector<std::uint32_t>> effects_in(const std::string& text, std::size_t end) {
  std::vector<std::uint32_t> out;
  const char* at = text.data();
  const char* const stop = text.data() + text.size();
  while (at != stop) {
    std::uint32_t v = 0;
    const auto [next, code] = std::from_chars(at, stop, v);
    if (code != std::errc() || v >= end || (next != stop && *next != '|')) return {};
    out.push_back(v);
    at = next == stop ? next : next + 1;
  }
  return out;
}

void place_effects(const std::vector<BlastRow>& blasts, MissionTruth& truth) {
  for (const auto& b : blasts) {
    const auto p = truth.frame.to_xy(b.at);
    truth.effects.push_back({{}, p.x_m, p.y_m, (b.time - truth.epoch).in_seconds()});
  }
}

bool tells_of_one(const std::string& feed) {
  return feed == "nodes" || feed == "arrays" || feed == "satellite";
}

// Salvos are placed by what hit; one that only fired by where it fired from.
void place_salvos(const std::vector<BlastRow>& blasts, MissionTruth& truth) {
  for (std::uint32_t s = 0; s < truth.salvos.size(); ++s) truth.salvos[s].time_s = 1e18;
  std::vector<std::size_t> impacts(truth.salvos.size(), 0);
  for (const auto& b : blasts) impacts[b.salvo] += b.muzzle ? 0 : 1;
  for (const auto& b : blasts) {
    auto& salvo = truth.salvos[b.salvo];
    salvo.time_s = std::min(salvo.time_s, (b.time - truth.epoch).in_seconds());
    if (b.muzzle && impacts[b.salvo] > 0) continue;
    const auto of = impacts[b.salvo] > 0 ? static_cast<double>(impacts[b.salvo])
                                         : static_cast<double>(truth.effects_of_salvo[b.salvo]);
    const auto p = truth.frame.to_xy(b.at);
    salvo.x_m += p.x_m / of;
    salvo.y_m += p.y_m / of;
  }
}

Status read_labels(std::string_view bytes, const std::vector<BlastRow>& blasts,
                   MissionTruth& truth) {
  return read_columns(bytes, "labels.csv", {"feed", "line", "effects"}, 3, [&](ColumnRow& row) {
    const auto number = static_cast<std::uint32_t>(truth.rows.size());
    const std::uint64_t line = row.index(1, kRowsMax);
    if (!truth.rows.emplace(std::pair(row.word(0), line), number).second)
      row.complain(1, "the row is labelled twice", "");
    const auto effects = effects_in(row.word(2), blasts.size());
    if (!effects) return row.complain(2, "these are no effects of truth.csv", "3|4|17");
    for (const auto e : *effects) {
      if (tells_of_one(row.word(0))) truth.effects[e].arrivals.push_back(number);
      auto& of = truth.salvos[blasts[e].salvo].arrivals;
      if (of.empty() || of.back() != number) of.push_back(number);
    }
  });
}

}  // namespace

Result<MissionTruth> parse_mission_truth(std::string_view truth_csv, std::string_view labels_csv) {
  TRUCE_TRY(blasts, read_blasts(truth_csv));
  const bool none = blasts.empty();
  MissionTruth out{{}, {}, {}, {}, {}, LocalFrame(none ? LatLon{} : blasts[0].at), {}};
  if (!none) out.epoch = blasts[0].time;
  std::size_t salvos = 0;
  for (const auto& b : blasts) salvos = std::max<std::size_t>(salvos, b.salvo + 1);
  if (salvos > blasts.size() * 1000 + 1000)
    return bad_input("salvos are numbered far beyond their effects", {.source = "truth.csv"});
  out.salvos.resize(salvos);
  out.effects_of_salvo.resize(salvos, 0);
  out.party_of_salvo.resize(salvos);
  for (const auto& b : blasts) {
    ++out.effects_of_salvo[b.salvo];
    out.party_of_salvo[b.salvo] = b.party;
  }
  place_salvos(blasts, out);
  place_effects(blasts, out);
  TRUCE_CHECK_OK(read_labels(labels_csv, blasts, out));
  return out;
}

}  // namespace truce::sim
