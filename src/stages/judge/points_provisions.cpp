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

// What lies behind the agreement's own lines belongs to a point.
void say_where(Error& e, std::size_t own_lines, const ProvisionsText& provisions) {
  if (e.place.line <= own_lines || provisions.lines.empty()) return;
  const std::size_t k = std::min<std::size_t>(e.place.line - own_lines, provisions.lines.size());
  const auto& from = provisions.lines[k - 1];
  e.place.source = provisions.source;
  e.place.line = from.line;
  e.place.column = 0;
  e.message = "point " + from.point + ": " + e.message;
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
  std::string text(agreement_toml);
  if (!text.empty() && text.back() != '\n') text += '\n';
  const auto own_lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const std::size_t before = problems.errors.size();
  auto parsed = parse_agreement(text + provisions.toml, source, geometry, problems);
  for (std::size_t i = before; i < problems.errors.size(); ++i)
    say_where(problems.errors[i], own_lines, provisions);
  if (problems.errors.size() > before) return problems.errors[before];
  return parsed;
}

}  // namespace truce::judge
