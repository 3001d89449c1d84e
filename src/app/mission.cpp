#include "app/mission.h"

#include <arpa/inet.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include "app/agreement_folder.h"
#include "app/geo_features.h"
#include "app/params.h"
#include "app/serve_table.h"
#include "base/csv.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "sim/scene.h"
#include "stages/fuse/params.h"
#include "stages/release/params.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

class Loader {
 public:
  Loader(Mission& mission, judge::Problems& problems, FeedFiles files)
      : mission_(mission), problems_(problems), files_(files) {}

  void run() {
    load_geo();
    load_sources();
    load_ground();
    load_toml();
    load_agreement();
    load_force();
    mission_.rules = rules();
    for (auto& feed : mission_.feeds) feed.reading = reading_of(feed);
    auto& files = mission_.files;
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
  }

 private:
  std::string rules() {
    for_each_param(mission_.fuse, [&](std::string_view name, const auto& value) {
      rule(name, std::to_string(value));
    });
    return to_hex(rules_.finish());
  }
  std::string reading_of(const Feed& feed) const {
    std::string told = feed.format + "\n" + feed.zone.name() + "\n" + feed.mapping + "\n";
    for_each_param(mission_.acquire, [&](std::string_view name, const auto& value) {
      told += std::string(name) + " " + std::to_string(value) + "\n";
    });
    return to_hex(sha256(told));
  }
  void rule(std::string_view name, std::string_view text) {
    rules_.update(name).update("\n").update(to_hex(sha256(text))).update("\n");
  }
  // A file of the mission that results follow from.
  Result<std::string> read_rule(const std::string& name) {
    auto text = read(name);
    if (text.ok()) rule(name, *text);
    return text;
  }
  void say(Error e) { problems_.errors.push_back(std::move(e)); }
  void say(const toml::node& at, std::string field, std::string what, std::string expected) {
    say(make_error(ErrorCode::kBadMission, std::move(what),
                   {.source = "mission.toml",
                    .line = at.source().begin.line,
                    .column = at.source().begin.column,
                    .field = std::move(field)},
                   std::move(expected)));
  }
  Result<std::string> read(const std::string& name) {
    mission_.files.push_back(name);
    auto text = read_file(mission_.folder / name);
    if (!text.ok()) {
      Error e = text.error();
      e.code = ErrorCode::kBadMission;
      e.place.source = name;
      e.expected = "a file in the mission's folder " + mission_.folder.string();
      return e;
    }
    return text;
  }

  // ------------------------------------------------------------------------------------------- geo
  void load_geo() {
    for (const auto& name : files_in(mission_.folder, "geo", ".geojson")) load_features(name);
  }
  void load_features(const std::string& name) {
    const auto text = read_rule(name);
    if (!text.ok()) return say(text.error());
    for (const GeoFeature& feature : parse_features(*text, name, problems_)) load_feature(feature);
  }
  void load_feature(const GeoFeature& f) {
    mission_.features.push_back(f);
    if (const auto* at = std::get_if<LatLon>(&f.shape)) {
      mission_.places.push_back({f.name, *at, static_cast<int>(f.rank)});
      return;
    }
    add_geometry(f, mission_.geometry, problems_);
    report::MapFeature shown{f.id, f.kind, f.name, {}, {}};
    if (const auto* line = std::get_if<std::vector<LatLon>>(&f.shape)) shown.lines.push_back(*line);
    if (const auto* area = std::get_if<Area>(&f.shape)) {
      shown.areas = area->rings();
      if (f.kind == "region" || f.kind == "sector")
        mission_.regions.push_back({f.id, f.name, area->rings()});
    }
    mission_.map.push_back(std::move(shown));
  }

  // --------------------------------------------------------------------------------------- sources
  void load_sources() {
    if (!fs::exists(mission_.folder / "sources.csv")) return;
    const auto text = read_rule("sources.csv");
    if (!text.ok()) return say(text.error());
    CsvReader reader(*text, "sources.csv");
    std::vector<std::string> columns;
    while (auto row = reader.next()) {
      if (!row->ok()) {
        say(row->error());
        continue;
      }
      if (columns.empty()) {
        columns = *(**row).fields;
        check_source_columns(columns);
        continue;
      }
      load_source(columns, **row);
    }
  }
  void check_source_columns(const std::vector<std::string>& columns) {
    constexpr std::array<std::string_view, 11> kColumns{
        "id",  "name", "kind",          "owner",          "party",   "upstream",
        "lat", "lon",  "clock_sigma_s", "false_per_hour", "noise_db"};
    for (const auto& c : columns) {
      if (std::find(kColumns.begin(), kColumns.end(), c) != kColumns.end()) continue;
      std::string list;
      for (const auto k : kColumns) list += (list.empty() ? "" : ", ") + std::string(k);
      say(make_error(ErrorCode::kBadMission,
                     "\"" + c + "\" is not a column that means anything here",
                     {.source = "sources.csv", .line = 1, .field = c}, "one of " + list));
    }
  }
  void load_source(const std::vector<std::string>& columns, const CsvRow& row) {
    const auto get = [&](std::string_view name) -> std::string {
      for (std::size_t i = 0; i < columns.size() && i < row.fields->size(); ++i) {
        if (columns[i] == name) return (*row.fields)[i];
      }
      return {};
    };
    const auto wrong = [&](const char* field, std::string what, std::string expected) {
      say(make_error(ErrorCode::kBadMission, std::move(what),
                     {.source = "sources.csv",
                      .byte_offset = row.byte_offset,
                      .line = row.line,
                      .field = field},
                     std::move(expected)));
    };
    const auto number = [&](const char* field, double missing) {
      const std::string text = get(field);
      if (text.empty()) return missing;
      double v = 0;
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), v);
      if (code == std::errc() && end == text.data() + text.size() && std::isfinite(v)) return v;
      wrong(field, "\"" + text + "\" is not a number", "a number");
      return missing;
    };
    Source s;
    s.id = get("id");
    s.name = get("name");
    s.owner = get("owner");
    s.party = get("party");
    const auto kind = source_kind_from(get("kind"));
    if (s.id.empty() || !kind)
      return wrong("kind", "a source without id or of no known kind", "id and kind");
    s.kind = *kind;
    if (!get("upstream").empty()) s.upstream.push_back(get("upstream"));
    s.clock_sigma_s = number("clock_sigma_s", 0);
    s.false_per_hour = number("false_per_hour", 0);
    if (!get("noise_db").empty()) s.noise_db = number("noise_db", 0);
    if (!get("lat").empty() || !get("lon").empty()) {
      const auto at = LatLon::from_degrees(number("lat", 999), number("lon", 999));
      if (!at.ok()) return wrong("lat", at.error().message, "lat and lon in degrees, or neither");
      s.at = *at;
    }
    if (s.id == fuse::kSoundSource || s.id == fuse::kGroundSource || s.id == fuse::kCrossingSource)
      wrong("id", "\"" + s.id + "\" is the name of located effects", "another id");
    if (std::any_of(mission_.sources.begin(), mission_.sources.end(),
                    [&](const Source& o) { return o.id == s.id; }))
      wrong("id", "two sources are called \"" + s.id + "\"", "an id of its own");
    mission_.sources.push_back(std::move(s));
  }

  // -------------------------------------------------------------------------------------- ground
  void load_ground() {
    mission_.ground = fuse::usual_ground();
    if (!fs::exists(mission_.folder / "ground.csv")) return;
    const auto text = read_rule("ground.csv");
    if (!text.ok()) return say(text.error());
    auto layers = sim::read_layers(*text, "ground.csv");
    if (!layers.ok()) {
      Error e = layers.error();
      e.code = ErrorCode::kBadMission;
      return say(std::move(e));
    }
    mission_.ground.clear();
    for (const auto& l : *layers) mission_.ground.push_back({l.depth_m, l.p_m_s, l.s_m_s});
  }

  // --------------------------------------------------------------------------------- mission.toml
  void load_toml() {
    const auto text = read("mission.toml");
    if (!text.ok()) return say(text.error());
    try {
      const toml::table root = toml::parse(*text, std::string("mission.toml"));
      fill(root);
    } catch (const toml::parse_error& e) {
      say(make_error(ErrorCode::kBadMission, std::string(e.description()),
                     {.source = "mission.toml",
                      .line = e.source().begin.line,
                      .column = e.source().begin.column},
                     "TOML"));
    }
  }
  void known(const toml::table& t, const std::string& where,
             const std::vector<std::string_view>& keys) {
    for (const auto& [key, node] : t) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      std::string list;
      for (const auto k : keys) list += (list.empty() ? "" : ", ") + std::string(k);
      say(node, where + std::string(key.str()), "is not a key that means anything here",
          "one of " + list);
    }
  }
  std::string need(const toml::table& t, const std::string& where, std::string_view key) {
    const auto v = t[key].value<std::string>();
    if (!v || v->empty()) say(t, where + std::string(key), "is missing or not text", "text");
    return v.value_or("");
  }
  Zone zone(const toml::table& t, const std::string& where, std::string_view key,
            const std::string& name) {
    const auto z = Zone::find(name);
    if (z.ok()) return *z;
    say(t, where + std::string(key), z.error().message, z.error().expected);
    return Zone::utc();
  }
  void fill(const toml::table& root) {
    std::vector<std::string_view> keys{"id",     "name", "time_zone", "day_starts", "boundary_view",
                                       "report", "feed", "serve"};
    for (const auto& stage : stage_params()) keys.push_back(stage.stage);
    known(root, "", keys);
    mission_.id = need(root, "", "id");
    mission_.name = need(root, "", "name");
    mission_.boundary_view = need(root, "", "boundary_view");
    mission_.reporting_day.zone = zone(root, "", "time_zone", need(root, "", "time_zone"));
    if (const auto text = root["day_starts"].value<std::string>()) {
      const auto t = parse_civil_time("2000-01-01T" + *text);
      if (!t.ok())
        say(root, "day_starts", "\"" + *text + "\" is not a time of day", "HH:MM");
      else {
        mission_.reporting_day.bound_hour = t->hour;
        mission_.reporting_day.bound_minute = t->minute;
      }
    }
    if (const auto* report = root["report"].as_table()) {
      known(*report, "report.", {"first_day", "last_day"});
      for (const char* key : {"first_day", "last_day"}) {
        const auto day = parse_day(need(*report, "report.", key));
        if (day.ok())
          mission_.report_days.push_back(*day);
        else
          say(*report, std::string("report.") + key, day.error().message, day.error().expected);
      }
      if (mission_.report_days.size() == 2 && mission_.report_days[1] < mission_.report_days[0])
        say(*report, "report.last_day", "lies before first_day", "a later day");
    } else {
      say(root, "report", "is missing", "[report] with first_day and last_day");
    }
    mission_.maps = parse_serve_table(root, mission_.folder, problems_);
    load_params(root, "acquire", mission_.acquire);
    load_params(root, "fuse", mission_.fuse);
    load_params(root, "release", mission_.release);
    if (const auto* node = root.get("serve")) load_serve(*node);
    const auto* feeds = root["feed"].as_array();
    if (feeds == nullptr) return say(root, "feed", "there are no feeds", "[[feed]]");
    for (const auto& node : *feeds) {
      if (const auto* t = node.as_table()) load_feed(*t);
    }
  }
  // [serve]: see mission.h; serve_table.h reads what maps need. Files are looked at when a run
  // serves: the mission is right without.
  void load_serve(const toml::node& node) {
    const auto* t = node.as_table();
    if (t == nullptr) return say(node, "serve", "is not a table", "[serve]");
    ServePlan& plan = mission_.serve;
    const auto text = [&](std::string_view key, std::string& into) {
      const auto* at = t->get(key);
      if (at == nullptr) return;
      const auto value = at->value<std::string>();
      if (!value || value->empty())
        return say(*at, "serve." + std::string(key), "is not text", "text");
      into = *value;
    };
    std::string listen;
    text("listen", listen);
    if (!listen.empty() && !read_listen(listen, plan))
      say(*t->get("listen"), "serve.listen", "is no address with a port",
          "\"127.0.0.1:8080\", \"0.0.0.0:443\" or \"[::]:443\"");
    text("certificate", plan.certificate);
    text("key", plan.key);
    if (plan.certificate.empty() != plan.key.empty())
      say(*t, "serve.certificate", "is given without its key, or the key without it", "both");
    load_hosts(*t, plan);
    if (const auto* at = t->get("behind_proxy")) {
      const auto value = at->value<bool>();
      if (!value || !at->is_boolean())
        say(*at, "serve.behind_proxy", "is neither true nor false", "true or false");
      plan.behind_proxy = value.value_or(false);
    }
  }
  void load_hosts(const toml::table& t, ServePlan& plan) {
    const auto* at = t.get("host");
    if (at == nullptr) return;
    const auto* list = at->as_array();
    const auto add = [&](const toml::node& node) {
      const auto name = node.value<std::string>().value_or("");
      constexpr std::string_view kSigns = "abcdefghijklmnopqrstuvwxyz0123456789.-";
      if (name.empty() || name.find_first_not_of(kSigns) != std::string::npos)
        return say(node, "serve.host", "is no name of a host",
                   "a name in small letters without a port, \"truce.example\"");
      plan.hosts.push_back(name);
    };
    if (list == nullptr) return add(*at);
    for (const auto& node : *list) add(node);
  }
  static bool read_listen(const std::string& text, ServePlan& plan) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return false;
    std::string address = text.substr(0, colon);
    if (address.front() == '[' && address.back() == ']')
      address = address.substr(1, address.size() - 2);
    const std::string port = text.substr(colon + 1);
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    const bool is_address = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 ||
                            inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), plan.port);
    if (!is_address || code != std::errc() || end != port.data() + port.size() || plan.port == 0)
      return false;
    plan.address = address;
    return true;
  }
  // What [stage] sets, held against the stage's description; the rest keeps its default.
  template <class Params>
  void load_params(const toml::table& root, std::string_view stage, Params& into) {
    const auto* node = root.get(stage);
    if (node == nullptr) return;
    const auto* table = node->as_table();
    if (table == nullptr)
      return say(*node, std::string(stage), "is not a table", "[" + std::string(stage) + "]");
    const auto& specs = params_of(stage).params;
    const std::string where = std::string(stage) + ".";
    std::vector<std::string_view> names;
    for (const auto& s : specs) names.push_back(s.name);
    known(*table, where, names);
    for_each_param(into, [&](std::string_view name, auto& value) {
      const auto* set = table->get(name);
      if (set == nullptr) return;
      const auto spec = std::find_if(specs.begin(), specs.end(),
                                     [&](const ParamSpec& s) { return s.name == name; });
      TRUCE_ENSURE(spec != specs.end());
      if (const auto v = in_range(*set, *spec))
        value = static_cast<std::decay_t<decltype(value)>>(*v);
      else
        say(*set, where + spec->name, toml_words(*set) + " cannot be its value",
            range_words(*spec) + ": " + spec->meaning);
    });
  }
  static std::optional<double> in_range(const toml::node& node, const ParamSpec& spec) {
    const bool number = spec.whole ? node.is_integer() : node.is_number();
    const auto v = node.value<double>();
    if (!number || !v || !(*v >= spec.min && *v <= spec.max)) return std::nullopt;
    return v;
  }
  // A value as the mission wrote it.
  static std::string toml_words(const toml::node& node) {
    std::ostringstream out;
    node.visit([&](const auto& n) { out << n; });
    return out.str();
  }
  void load_feed(const toml::table& t) {
    const std::string where = "feed.";
    known(t, where,
          {"id", "format", "label", "files", "zone", "mapping", "optional", "party",
           "counted_weapons"});
    Feed f;
    f.id = need(t, where, "id");
    f.format = need(t, where, "format");
    f.label = t["label"].value_or(f.id);
    f.party = t["party"].value_or(std::string());
    f.optional = t["optional"].value_or(false);
    if (acquire::find_format(f.format) == nullptr && !f.format.empty())
      say(t, where + "format", "there is no format \"" + f.format + "\"",
          "one of those that `truce acquire --help` lists");
    if (const auto z = t["zone"].value<std::string>()) f.zone = zone(t, where, "zone", *z);
    const auto list = [&](std::string_view key) {
      std::vector<std::string> out;
      if (const auto* a = t[key].as_array()) {
        for (const auto& n : *a) out.push_back(n.value_or<std::string>(""));
      }
      return out;
    };
    f.files = list("files");
    if (f.files.empty()) say(t, where + "files", "the feed names no files", "a list of files");
    for (const auto& file : f.files) {
      const auto whole = fs::path(file).lexically_normal();
      if (!file.empty() && file.back() == '/' && (whole == "./" || *whole.begin() == "var"))
        say(t, where + "files", "the folder " + file + " holds what the program itself writes",
            "a folder of the feed's own");
      if (files_ == FeedFiles::kNeeded && !f.optional && !fs::exists(mission_.path_of(file)))
        say(t, where + "files",
            "there is no file " + file +
                (file.rfind("data:", 0) != 0 ? ""
                 : mission_.data.empty() ? ": it lies outside the mission, and no --data was given"
                                         : " under the folder given with --data"),
            "a file, or optional = true");
    }
    for (const auto& w : list("counted_weapons")) {
      if (const auto found = weapon_class_from(w))
        f.counted_weapons.push_back(*found);
      else
        say(t, where + "counted_weapons", "\"" + w + "\" is not a weapon class",
            "a class of docs/glossary.md");
    }
    if (const auto name = t["mapping"].value<std::string>()) {
      const auto text = read(*name);
      if (text.ok())
        f.mapping = *text;
      else
        say(text.error());
    }
    if (std::any_of(mission_.feeds.begin(), mission_.feeds.end(),
                    [&](const Feed& o) { return o.id == f.id; }))
      say(t, where + "id", "two feeds are called \"" + f.id + "\"", "a name of its own");
    mission_.feeds.push_back(std::move(f));
  }

  void load_agreement() {
    auto read = read_agreement(
        mission_.folder, mission_.geometry,
        [&](const std::string& name) {
          auto text = read_rule(name);
          if (name == "agreement.toml" && text.ok())
            mission_.agreement_sha256 = to_hex(sha256(*text));
          return text;
        },
        problems_);
    mission_.agreement = std::move(read.agreement);
    mission_.cases = read.cases.size() + read.clock_cases.size();
    agreement_is_read_ = !mission_.agreement.readings.empty();
  }

  // No rule of findings: those do not change with where the force stands.
  void load_force() {
    if (!fs::exists(mission_.folder / "force.toml")) return;
    const auto text = read("force.toml");
    if (!text.ok()) return say(text.error());
    judge::ForceContext context;
    for (const auto& r : mission_.regions) context.sectors.push_back(r.id);
    if (agreement_is_read_) {
      auto& gates = context.gates.emplace();
      for (const auto& g : mission_.agreement.readings.front().clocks.gates) gates.push_back(g.id);
    }
    auto force = judge::parse_force(*text, "force.toml", context, problems_);
    if (!force.ok()) return;
    mission_.force = *std::move(force);
    mission_.force_sha256 = to_hex(sha256(*text));
  }

  Mission& mission_;
  judge::Problems& problems_;
  FeedFiles files_;
  Sha256 rules_;
  bool agreement_is_read_ = false;
};

}  // namespace

fs::path Mission::path_of(const std::string& file) const {
  constexpr std::string_view kData = "data:";
  if (file.rfind(kData, 0) == 0) return data / file.substr(kData.size());
  return folder / file;
}

namespace {

constexpr std::size_t kFilesOfFolderMax = 20'000;

bool is_folder(const std::string& name) { return !name.empty() && name.back() == '/'; }

// Into `files`, by name. A folder or file that goes meanwhile is not there.
void list_folder(const fs::path& folder, const std::string& name, std::vector<std::string>& files,
                 std::vector<Error>& passed_over) {
  std::error_code code;
  std::vector<std::string> inner;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    inner.push_back(at->path().filename().string());
  if (code && code != std::errc::no_such_file_or_directory)
    passed_over.push_back(make_error(ErrorCode::kIo, "cannot be listed: " + code.message(),
                                     {.source = name}, "a folder that this user may read"));
  std::sort(inner.begin(), inner.end());
  for (const auto& file : inner) {
    if (file.front() == '.') continue;
    if (!is_utf8(file)) {
      passed_over.push_back(bad_input("the name of \"" + to_valid_utf8(file) + "\" is not UTF-8",
                                      {.source = name}, "another name"));
      continue;
    }
    std::error_code gone;
    const auto status = fs::symlink_status(folder / file, gone);
    if (fs::is_directory(status)) list_folder(folder / file, name + file + "/", files, passed_over);
    if (fs::is_regular_file(status)) files.push_back(name + file);
  }
}

}  // namespace

FeedListing files_of(const Mission& mission, const Feed& feed) {
  FeedListing out;
  for (const auto& name : feed.files) {
    if (!is_folder(name)) {
      out.files.push_back(name);
      continue;
    }
    std::vector<std::string> found;
    list_folder(mission.path_of(name), name, found, out.passed_over);
    if (found.size() > kFilesOfFolderMax) {
      out.passed_over.push_back(make_error(ErrorCode::kLimit,
                                           "has " + std::to_string(found.size()) + " files",
                                           {.source = name}, "at most 20,000"));
      found.resize(kFilesOfFolderMax);
    }
    out.files.insert(out.files.end(), found.begin(), found.end());
  }
  return out;
}

Result<Mission> load_mission(const fs::path& folder, const fs::path& data,
                             judge::Problems& problems, FeedFiles files) {
  Mission mission;
  mission.folder = folder;
  mission.data = data;
  if (!fs::is_directory(folder)) {
    problems.errors.push_back(make_error(ErrorCode::kNotFound, "there is no mission folder here",
                                         {.source = folder.string()},
                                         "a folder with mission.toml"));
    return problems.errors.back();
  }
  const std::size_t before = problems.errors.size();
  Loader(mission, problems, files).run();
  if (problems.errors.size() > before) return problems.errors[before];
  mission.warnings = problems.warnings;
  return mission;
}

}  // namespace truce::app
