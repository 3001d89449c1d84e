#pragma once
// A mission is a folder: mission.toml, agreement.toml, geo/*.geojson, sources.csv and, where there
// are seismic stations, ground.csv, where there is a force, force.toml; var/ is all that the
// program writes.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/geo_features.h"
#include "base/zone.h"
#include "model/records.h"
#include "stages/acquire/acquire.h"
#include "stages/fuse/fuse.h"
#include "stages/judge/judge.h"
#include "stages/release/release.h"
#include "stages/report/report.h"

namespace truce::app {

struct Feed {
  std::string id;
  std::string format;
  std::string label;               // what it counts, for the report: "siren starts"
  std::vector<std::string> files;  // as the mission names them; a folder ends with "/"
  Zone zone = Zone::utc();         // of local times in it, and of the days it is counted by
  std::string mapping;             // text of the mapping
  std::string reading;             // hash of what its reader is told besides the bytes
  bool optional = false;
  std::string party;  // whose own it is: what it says for another party is a claim; empty: nobody's
  std::vector<WeaponClass> counted_weapons;  // what the report's series counts; empty: every row
};

// [serve]: where a run that stays serves, and how it is reached.
struct ServePlan {
  std::string address = "127.0.0.1";  // of an interface, in figures
  std::uint16_t port = 8080;
  std::string certificate, key;    // files with PEM, as the mission names them; empty: no TLS
  std::vector<std::string> hosts;  // names by which it is asked
  bool behind_proxy = false;       // one that speaks TLS stands before it
  bool has_tls() const { return !certificate.empty(); }
  bool is_local() const { return address == "127.0.0.1" || address == "::1"; }
};

// Likewise: what maps need.
struct ServeTable {
  // Of the offline map, made by `make basemap`: var/basemap where nothing is said.
  std::filesystem::path basemap;
  // An operator's MBTiles; empty: none.
  std::filesystem::path tiles;
  // By whose view boundaries are drawn: "un", or a GeoJSON file of the mission; empty: none are.
  std::string boundaries;
};

struct Mission {
  std::filesystem::path folder;
  std::filesystem::path data;  // where files that begin with "data:" lie
  std::string id;
  std::string name;
  ReportingDay reporting_day;
  std::vector<Feed> feeds;
  std::vector<Source> sources;
  judge::Agreement agreement;
  std::size_t cases = 0;             // worked by hand beside it
  std::vector<std::string> files;    // that it was read from, each relative to the folder; sorted
  std::vector<Error> warnings;       // of what is not wrong and may not be meant
  judge::Geometry geometry;          // of geo/
  std::vector<GeoFeature> features;  // likewise, as they stand in its files
  std::vector<report::Region> regions;
  std::vector<report::MapFeature> map;
  std::vector<report::MapPlace> places;
  std::string boundary_view;
  std::vector<CivilDay> report_days;  // first and last day of the page that a run writes
  acquire::Params acquire;
  fuse::Params fuse;
  release::Params release;
  ServePlan serve;
  ServeTable maps;
  std::vector<fuse::GroundLayer> ground;  // under seismic stations
  // Of what results follow from beside the log: agreement, areas, sources and parameters. SHA-256,
  // hex.
  std::string rules;
  // Findings do not follow from it, alerts do.
  std::optional<judge::Force> force;
  std::string force_sha256;      // of force.toml, hex
  std::string agreement_sha256;  // of agreement.toml, hex

  // Of what everything in the store follows from beside the log: the rules, and the force.
  std::string store_rules() const { return force ? rules + " " + force_sha256 : rules; }
  std::filesystem::path var() const { return folder / "var"; }
  std::string log_directory() const { return (var() / "log").string(); }
  std::string alerts_path() const { return (var() / "alerts.jsonl").string(); }
  std::string accounts_path() const { return (var() / "accounts.sqlite").string(); }
  std::string access_folder() const { return (var() / "access").string(); }
  std::string server_log_folder() const { return (var() / "log").string(); }
  std::string seal_key_path() const { return (var() / "release.key").string(); }
  std::string store_path() const { return (var() / "store.sqlite").string(); }
  std::filesystem::path path_of(const std::string& file) const;
};

// The files of a feed as they stand there now; of a folder all that lie in it and below, by name,
// without those that begin with a dot and without what is a link.
struct FeedListing {
  std::vector<std::string> files;
  // What of a folder is passed over: what cannot be listed, a name that is not UTF-8, all beyond
  // 20,000 files.
  std::vector<Error> passed_over;
};
FeedListing files_of(const Mission& mission, const Feed& feed);

enum class FeedFiles { kNeeded, kNotNeeded };
// Everything that is wrong goes to `problems`, each with file, line and expectation; the mission
// comes back only when nothing is. Files of feeds need not be there for what rests on the log.
Result<Mission> load_mission(const std::filesystem::path& folder, const std::filesystem::path& data,
                             judge::Problems& problems, FeedFiles files = FeedFiles::kNeeded);

}  // namespace truce::app
