// A mission's own files, in one input: mission.toml, agreement.toml, sources.csv, one file of geo/
// and force.toml, with lines of "===" between. Whatever is wrong must be said with the file that it
// is in.
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "app/mission.h"

using namespace truce;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCut = "===\n";
constexpr std::array<const char*, 5> kFiles{"mission.toml", "agreement.toml", "sources.csv",
                                            "geo/a.geojson", "force.toml"};

const std::string kMission =
    "id = \"m\"\nname = \"M\"\ntime_zone = \"Europe/Kyiv\"\nday_starts = \"19:30\"\n"
    "boundary_view = \"none\"\n[report]\nfirst_day = \"2025-04-18\"\nlast_day = "
    "\"2025-04-22\"\n[fuse]\ngap_s = 300\nevents_per_km2_hour = 1e-4\nsamples = 64\n"
    "[[feed]]\nid = \"f\"\nformat = \"csv\"\nlabel = \"l\"\nfiles = [\"a.csv\"]\nzone = "
    "\"UTC\"\noptional = true\ncounted_weapons = [\"mortar\"]\n";
const std::string kAgreement =
    "id=\"a\"\ntitle=\"t\"\ntime_zone=\"UTC\"\n[standard_of_proof]\nx=0.9\n[[party]]\nid="
    "\"p\"\nname=\"P\"\n[[zone]]\nid=\"z\"\n[[provision]]\nid=\"1\"\nwords=\"w\"\neffects="
    "[\"burst\"]\nzones=[\"z\"]\nstandard_of_proof=\"x\"\n";
const std::string kSources =
    "id,name,kind,owner,party,upstream,lat,lon,clock_sigma_s,false_per_hour,noise_db\n"
    "s,S,sensor,o,p,u,48.1,37.2,0.1,0.01\nt,T,patrol,,,,,,,\n";
const std::string kGeo =
    R"({"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{"kind":)"
    R"("zone","name":"Z"},"geometry":{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],)"
    R"([37,48]]]}},{"type":"Feature","id":"l","properties":{"kind":"line"},"geometry":{"type":)"
    R"("LineString","coordinates":[[37,48],[38,49]]}},{"type":"Feature","id":"c","properties":)"
    R"({"kind":"place","rank":1},"geometry":{"type":"Point","coordinates":[37,48]}}]})";

const std::string kForce =
    "[[contingent]]\nid=\"c\"\nname=\"C\"\nstrength=1\n[[post]]\nid=\"p\"\ncontingent=\"c\"\nkind="
    "\"k\"\n"
    "lat=48.1\nlon=37.2\n[[hazard]]\nkind=\"fire\"\nwithin_m=10\nwarning=0.3\nalarm=0.8\n"
    "all_clear_after=\"2 h\"\nwatch=[\"burst\"]\nwatched_min=0.6\n[[hazard]]\nkind=\"overflight\"\n"
    "within_m=10\nwarning=0.3\nalarm=0.8\nall_clear_after=\"2 "
    "h\"\nwatch=[\"burst\"]\nwatched_min=0.6\n"
    "[[hazard]]\nkind=\"threat\"\n";

const fs::path& folder() {
  static const fs::path made = [] {
    const fs::path f = fs::temp_directory_path() / ("truce-fuzz-" + std::to_string(getpid()));
    fs::create_directories(f / "geo");
    std::atexit([] { fs::remove_all(folder()); });
    return f;
  }();
  return made;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string cut(kCut);
  return {kMission + cut + kAgreement + cut + kSources + cut + kGeo + cut + kForce};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (const char* name : kFiles) {
    const auto cut = rest.find(kCut);
    std::ofstream(folder() / name, std::ios::binary) << rest.substr(0, cut);
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(cut + kCut.size());
  }
  judge::Problems problems;
  const auto mission = app::load_mission(folder(), {}, problems);
  TRUCE_ENSURE(mission.ok() == problems.errors.empty());
  for (const auto& e : problems.errors) TRUCE_ENSURE(!e.message.empty() && !e.place.source.empty());
  return 0;
}
