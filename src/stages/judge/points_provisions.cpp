// Points that enter into force, as provisions of the agreement.

#include <algorithm>

#include "stages/judge/internal/lineage.h"
#include "stages/judge/internal/toml_text.h"
#include "stages/judge/points.h"

namespace truce::judge {

namespace {

class ProvisionsWriter {
 public:
  explicit ProvisionsWriter(std::string source) { out_.source = std::move(source); }
  void add(const PointProvision& p, const DraftPlan& d, const PlanPoint& point) {
    const std::string ref = PointRef{d.id, point.number}.text();
    line("[[provision]]", p.line, ref);
    bool has_source = false;
    for (const auto& key : p.keys) {
      line(key.toml, key.line, ref);
      has_source = has_source || key.name == "source";
    }
    if (!has_source)
      line("source = " + toml_string(d.title + ", point " + point.number), p.line, ref);
  }
  ProvisionsText text() && { return std::move(out_); }

 private:
  void line(const std::string& text, std::size_t at, const std::string& point) {
    out_.toml += text + "\n";
    out_.lines.push_back({at, point});
  }
  ProvisionsText out_;
};

// A point that repeats another word for word enters into force as that one does.
const PlanPoint& carrier(const Points& points, const DraftPlan& d, const PlanPoint& p) {
  const PlanPoint* at = &p;
  for (PointRef ref{d.id, p.number}; at->enters_into_force_as.empty(); at = points.find(ref)) {
    const auto before = repeated(points, ref);
    if (!before) break;
    ref = *before;
  }
  return *at;
}

}  // namespace

Result<ProvisionsText> provisions_of(const Points& points, const DraftPlan& draft,
                                     const std::vector<std::string>& numbers) {
  ProvisionsWriter writer(points.source);
  for (const auto& n : numbers) {
    const PlanPoint* p = draft.find(n);
    if (p == nullptr)
      return make_error(ErrorCode::kNotFound, "draft " + draft.id + " has no point " + n,
                        {.source = points.source, .line = draft.line}, "the number of a point");
    for (const PointProvision& made : carrier(points, draft, *p).provisions)
      writer.add(made, draft, *p);
  }
  return std::move(writer).text();
}

Result<Agreement> parse_agreement_with(const ProvisionsText& provisions,
                                       std::string_view agreement_toml, std::string_view source,
                                       const Geometry& geometry, Problems& problems) {
  const JoinedText text = joined_with(agreement_toml, provisions);
  const std::size_t before = problems.errors.size();
  auto parsed = parse_agreement(text.toml, source, geometry, problems);
  say_points(text, source, problems, before);
  if (problems.errors.size() > before) return problems.errors[before];
  return parsed;
}

std::optional<PointsNamed> points_named(std::string_view agreement_toml) {
  Problems unsaid;
  auto named = read_toml<PointsNamed>(agreement_toml, {}, unsaid, [](const toml::table& root) {
    PointsNamed out;
    const auto* t = root["points"].as_table();
    if (t == nullptr) return out;
    out.line = t->source().begin.line;
    out.file = (*t)["file"].value_or<std::string>("");
    out.version = (*t)["version"].value_or<std::string>("");
    const auto* numbers = (*t)["numbers"].as_array();
    if (numbers == nullptr) return out;
    out.numbers.emplace();
    for (const auto& n : *numbers) out.numbers->push_back(n.value_or<std::string>(""));
    return out;
  });
  if (!named || named->file.empty() || named->version.empty() ||
      named->file.find('/') != std::string::npos)
    return std::nullopt;
  return named;
}

Result<ProvisionsText> provisions_in_force(const Points& points, const PointsNamed& named,
                                           std::string_view source) {
  const auto at = [&](const char* field) {
    return Place{.source = std::string(source), .line = named.line, .field = field};
  };
  const DraftPlan* draft = points.find(named.version);
  if (draft == nullptr) {
    std::string known;
    for (const DraftPlan& d : points.drafts) known += (known.empty() ? "" : ", ") + d.id;
    return make_error(ErrorCode::kBadMission,
                      "there is no version \"" + named.version + "\" in " + named.file,
                      at("version"), "one of " + known);
  }
  std::vector<std::string> numbers = named.numbers.value_or(std::vector<std::string>());
  if (!named.numbers) {
    for (const PlanPoint& p : draft->points) numbers.push_back(p.number);
  }
  for (const auto& n : numbers) {
    if (draft->find(n) == nullptr)
      return make_error(ErrorCode::kBadMission,
                        "version " + draft->id + " has no point \"" + n + "\"", at("numbers"),
                        "the number of a point");
  }
  return provisions_of(points, *draft, numbers);
}

JoinedText joined_with(std::string_view agreement_toml, ProvisionsText provisions) {
  JoinedText out{std::string(agreement_toml), 0, std::move(provisions)};
  if (!out.toml.empty() && out.toml.back() != '\n') out.toml += '\n';
  out.own_lines = static_cast<std::size_t>(std::count(out.toml.begin(), out.toml.end(), '\n'));
  out.toml += out.provisions.toml;
  return out;
}

// What lies behind the agreement's own lines belongs to a point.
void say_points(const JoinedText& text, std::string_view source, Problems& problems,
                std::size_t first) {
  const auto& lines = text.provisions.lines;
  for (std::size_t i = first; i < problems.errors.size(); ++i) {
    Error& e = problems.errors[i];
    if (e.place.source != source || e.place.line <= text.own_lines || lines.empty()) continue;
    const std::size_t k = std::min<std::size_t>(e.place.line - text.own_lines, lines.size());
    e.place.source = text.provisions.source;
    e.place.line = lines[k - 1].line;
    e.place.column = 0;
    e.message = "point " + lines[k - 1].point + ": " + e.message;
  }
}

}  // namespace truce::judge
