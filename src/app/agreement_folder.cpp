#include "app/agreement_folder.h"

#include <algorithm>
#include <set>
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

void warn(const char* file, const std::string& what, judge::Problems& problems) {
  problems.warnings.push_back(
      make_error(ErrorCode::kBadMission, what, {.source = file}, "what is wrong above put right"));
}

// Those that rest on a mistake in agreement.toml are left out.
void work_cases(const std::string& csv, const judge::AgreementRead& read, AgreementFolder& out,
                judge::Problems& problems) {
  const auto sound = judge::sound_part(read);
  if (!sound)
    return warn("cases.csv", "no case is worked: each may rest on what is wrong in agreement.toml",
                problems);
  out.cases = judge::parse_cases(csv, "cases.csv", read.agreement, out.geometry, problems);
  const std::size_t all = out.cases.size();
  std::set<std::string> of;
  std::erase_if(out.cases, [&](const judge::WorkedCase& c) {
    const bool of_provision = read.unsound_provisions.contains(c.provision);
    if (!of_provision && !read.unsound_readings.contains(c.reading)) return false;
    of.insert(of_provision ? "provision " + c.provision : "reading " + c.reading);
    return true;
  });
  const judge::Judge judge(*sound);
  for (const auto& outcome : judge::work(judge, out.cases)) {
    if (!outcome.as_worked) problems.errors.push_back(judge::contradiction(outcome, "cases.csv"));
  }
  if (of.empty()) return;
  std::string names;
  for (const auto& name : of) names += (names.empty() ? "" : ", ") + name;
  warn("cases.csv",
       std::to_string(all - out.cases.size()) + " of " + std::to_string(all) +
           " cases are not worked: they rest on what is wrong in agreement.toml (" + names + ")",
       problems);
}

// The agreement with the provisions of the points that it names, where it names some.
std::optional<judge::JoinedText> with_points(const std::string& toml,
                                             const judge::Geometry& geometry, const ReadFile& read,
                                             judge::Problems& problems) {
  const auto named = judge::points_named(toml);
  if (!named) return judge::joined_with(toml, {});
  const auto say = [&](const Error& e) { problems.errors.push_back(e); };
  const auto text = read(named->file);
  if (!text.ok()) return say(text.error()), std::nullopt;
  judge::Problems unsaid;  // it is said of the whole
  const auto own = judge::read_agreement_text(toml, "agreement.toml", geometry, unsaid);
  const auto context = own ? judge::points_context(own->agreement) : judge::PointsContext{};
  const auto points = judge::parse_points(*text, named->file, context, problems);
  if (!points.ok()) return std::nullopt;
  auto provisions = judge::provisions_in_force(*points, *named, "agreement.toml");
  if (!provisions.ok()) return say(provisions.error()), std::nullopt;
  return judge::joined_with(toml, *std::move(provisions));
}

// None is worked where agreement.toml holds a mistake.
void work_clock_cases(const fs::path& folder, const ReadFile& read,
                      const judge::AgreementRead& parsed, judge::Problems& problems,
                      AgreementFolder& out) {
  if (!fs::exists(folder / "clocks.toml")) return;
  const auto text = read("clocks.toml");
  if (!text.ok()) return problems.errors.push_back(text.error());
  if (!parsed.is_whole)
    return warn("clocks.toml",
                "no case is worked: each may rest on what is wrong in agreement.toml", problems);
  out.clock_cases = judge::parse_clock_cases(*text, "clocks.toml", parsed.agreement, problems);
  for (const auto& outcome : judge::work(parsed.agreement, out.clock_cases)) {
    if (!outcome.as_worked)
      problems.errors.push_back(
          judge::contradiction(outcome, parsed.agreement.civil_zone, "clocks.toml"));
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
  const auto whole = with_points(*toml, out.geometry, read, problems);
  if (!whole)
    return warn("agreement.toml", "is looked at once its points are right", problems), out;
  const std::size_t before = problems.errors.size();
  auto parsed = judge::read_agreement_text(whole->toml, "agreement.toml", out.geometry, problems);
  for (const auto& name : files_in(folder, "text", ".md")) {
    const auto text = read(name);
    if (!text.ok()) say(text.error());
    if (text.ok()) out.texts[fs::path(name).stem().string()] = judge::parse_text(*text);
  }
  if (!parsed) return out;
  judge::check_text(parsed->agreement, out.texts, "agreement.toml", problems,
                    parsed->may_hide_spans);
  judge::say_points(*whole, "agreement.toml", problems, before);
  if (fs::exists(folder / "cases.csv")) {
    const auto csv = read("cases.csv");
    if (csv.ok())
      work_cases(*csv, *parsed, out, problems);
    else
      say(csv.error());
  }
  work_clock_cases(folder, read, *parsed, problems, out);
  if (parsed->is_whole) out.agreement = std::move(parsed->agreement);
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
