#include "stages/acquire/acquire.h"

#include <algorithm>

#include "stages/acquire/readers.h"

namespace truce::acquire {

const std::vector<Format>& formats() {
  static const std::vector<Format> kFormats{
      {"ndjson", "our own format: one record per line",
       "{\"kind\":\"observation\",\"record\":{…}}; fields as in schema/; id may be left out",
       &read_ndjson, false, true, true},
      {"claims", "allegations and denials by parties",
       "case_id, claim_date, as_of_local, claimant, accused, metric, qualifier, value, unit, "
       "period, note, url",
       &read_claims},
      {"firms", "NASA FIRMS fire detections, VIIRS and MODIS, archive and near real time",
       "latitude, longitude, acq_date, acq_time, scan, track, satellite, confidence, frp, …",
       &read_firms},
      {"sirens", "air-raid alert intervals: official, volunteer or merged feed",
       "region or oblast, started_at, finished_at, …", &read_sirens},
      {"viina", "news-derived events with machine labels (VIINA columns)",
       "datetime, lon, lat, place_name, event_type, headline", &read_viina},
      {"ucdp", "UCDP GED fatal events",
       "id, date_start, date_end, latitude, longitude, where_prec, date_prec, low, best, high, …",
       &read_ucdp},
      {"smm-json", "violation rows as in OSCE SMM annexes, as a JSON array",
       "as_of, position, means, when, bearing, range_km, items[{n, what, class, kind, from, to}], "
       "split",
       &read_smm_json, false, false},
      {"csv", "any CSV, by a mapping file that says which column is what",
       "as the mapping says (docs/formats-csv-mapping.md)", &read_csv_mapped, true},
      {"smm-csv", "violation rows as in OSCE SMM annexes, one line per item",
       "as_of, position, n, what; row, position_place, means, when, bearing, range_km, ordered, "
       "class, kind, weapon, from, to, after_minutes, text",
       &read_smm_csv},
      {"smm-totals", "totals that OSCE SMM reports state, per region and period, or running",
       "report_no, period_end_local, …; as_of, donetsk_violations, …; total, explosions, …",
       &read_smm_totals},
      {"arrivals", "sounds heard by sensors and waves felt in the ground, with time and sigma",
       "sensor, time or time_s, sigma_s; level_db, phase, latitude, longitude, speed_m_s",
       &read_arrivals},
      {"recordings",
       "waveforms and photos as they were written, one to a file, in folders by source",
       "SOURCE/TIME.jpg, .png (TIME as 20250420T061100Z), or SOURCE/….mseed (miniSEED 2)",
       &read_recordings, false, false},
  };
  return kFormats;
}

const Format* find_format(std::string_view name) {
  const auto& all = formats();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const Format& f) { return f.name == name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace truce::acquire
