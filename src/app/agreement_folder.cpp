#include "app/agreement_folder.h"

#include <algorithm>
#include <utility>

#include "app/geo_features.h"
#include "base/files.h"

namespace truce::app {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const fs::path& folder, const std::string& inner,
                                  const std::string& ending) {
  std::error_code code;
  std::vector<std::string> out;
  for (const auto& f : fs::directory_iterator(folder / inner, code)) {
    if (f.path().extension() == ending) out.push_back(inner + "/" + f.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

namespace {

void work_cases(const fs::path& folder, const ReadFile& read, judge::Problems& problems,
                AgreementFolder& out) {
  if (!fs::exists(folder / "cases.csv")) return;
  const auto csv = read("cases.csv");
  if (!csv.ok()) return problems.errors.push_back(csv.error());
  out.cases = judge::parse_cases(*csv, "cases.csv", out.agreement, out.geometry, problems);
  const judge::Judge judge(out.agreement);
  for (const auto& outcome : judge::work(judge, out.cases)) {
    if (!outcome.as_worked) problems.errors.push_back(judge::contradiction(outcome, "cases.csv"));
  }
}

void work_clock_cases(const fs::path& folder, const ReadFile& read, judge::Problems& problems,
                      AgreementFolder& out) {
  if (!fs::exists(folder / "clocks.toml")) return;
  const auto text = read("clocks.toml");
  if (!text.ok()) return problems.errors.push_back(text.error());
  out.clock_cases = judge::parse_clock_cases(*text, "clocks.toml", out.agreement, problems);
  for (const auto& outcome : judge::work(out.agreement, out.clock_cases)) {
    if (!outcome.as_worked)
      problems.errors.push_back(
          judge::contradiction(outcome, out.agreement.civil_zone, "clocks.toml"));
  }
}

}  // namespace

AgreementFolder read_agreement(const fs::path& folder, judge::Geometry geometry,
                               const ReadFile& read, judge::Problems& problems) {
  AgreementFolder out;
  out.geometry = std::move(geometry);
  const auto say = [&](const Error& e) { problems.errors.push_back(e); };
  const auto toml = read("agreement.toml");
  if (!toml.ok()) return say(toml.error()), out;
  auto parsed = judge::parse_agreement(*toml, "agreement.toml", out.geometry, problems);
  for (const auto& name : files_in(folder, "text", ".md")) {
    const auto text = read(name);
    if (!text.ok()) say(text.error());
    if (text.ok()) out.texts[fs::path(name).stem().string()] = judge::parse_text(*text);
  }
  if (!parsed.ok()) return out;
  out.agreement = *std::move(parsed);
  judge::check_text(out.agreement, out.texts, "agreement.toml", problems);
  work_cases(folder, read, problems, out);
  work_clock_cases(folder, read, problems, out);
  return out;
}

AgreementFolder load_agreement_folder(const fs::path& folder, judge::Problems& problems) {
  const auto read = [&](const std::string& name) -> Result<std::string> {
    auto text = read_file(folder / name);
    if (text.ok()) return text;
    Error e = text.error();
    e.code = ErrorCode::kBadMission;
    e.place.source = name;
    e.expected = "a file in the folder " + folder.string();
    return e;
  };
  judge::Geometry geometry;
  for (const auto& name : files_in(folder, "geo", ".geojson")) {
    const auto text = read(name);
    if (!text.ok()) {
      problems.errors.push_back(text.error());
      continue;
    }
    for (const auto& feature : parse_features(*text, name, problems))
      add_geometry(feature, geometry, problems);
  }
  return read_agreement(folder, std::move(geometry), read, problems);
}

}  // namespace truce::app
