#include "app/command_points.h"

#include <algorithm>
#include <cstdio>

#include "app/agreement_folder.h"
#include "app/exit_status.h"
#include "base/files.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/json.h"

namespace truce::app {

namespace {

std::string quoted_text(const std::string& text) { return as_text(printable(text)); }

// A day where a whole one is meant, else the time, or both ends of it.
std::string taken_words(const Interval& when, const Zone& zone) {
  const auto from = zone.to_civil(when.start).day;
  if (zone.to_instant({from, 0, 0, 0, 0}) == when.start &&
      zone.to_instant({add_days(from, 1), 0, 0, 0, 0}) == when.end)
    return to_text(from);
  const std::string first = to_local_text(when.start, zone);
  return when.start == when.end ? first : first + " – " + to_local_text(when.end, zone);
}

std::string statement_told(const Statement& s, const Zone& zone, Language l) {
  return say({"plan.statement",
              {quoted_text(s.speaker), to_text(zone.to_civil(s.when).day), quoted_text(s.quote),
               quoted_text(s.url)}},
             l);
}

// The drafts as they are known, and what is held when asked for.
class PointsPrinter {
 public:
  PointsPrinter(const judge::Points& points, const Zone& zone, Instant now, Language language)
      : points_(points), zone_(zone), now_(now), language_(language) {}

  void print() const {
    const judge::DraftPlan* before = nullptr;
    for (const auto& draft : points_.drafts) {
      line("", {"plan.draft",
                {quoted_text(draft.id), quoted_text(draft.title),
                 draft.date ? to_text(*draft.date) : "@plan.no_day",
                 std::to_string(draft.points.size()), std::to_string(draft.unknown)}});
      if (!points_.parties.empty()) print_standing(draft);
      if (before != nullptr) print_differences(*before, draft);
      before = &draft;
    }
    for (const auto& c : judge::contradictions(points_)) line("", c.message);
  }

  // One object per draft, then one per contradiction.
  void print_json() const {
    const judge::DraftPlan* before = nullptr;
    for (const auto& draft : points_.drafts) {
      std::string out;
      JsonWriter w(out);
      w.begin_object();
      if (draft.date) w.key("date").string(to_text(*draft.date));
      w.key("differences").begin_array();
      if (before != nullptr) {
        for (const auto& d : judge::difference(points_, *before, draft)) put(w, d);
      }
      w.end_array().key("draft").string(draft.id).key("points").begin_array();
      put_standing(w, draft);
      w.end_array().key("title").string(draft.title).key("unknown");
      w.integer(static_cast<std::int64_t>(draft.unknown)).end_object();
      std::printf("%s\n", out.c_str());
      before = &draft;
    }
    for (const auto& c : judge::contradictions(points_)) put(c);
  }

 private:
  void line(const char* before, const Message& message) const {
    std::printf("%s%s\n", before, printable(say(message, language_)).c_str());
  }

  void print_standing(const judge::DraftPlan& draft) const {
    const auto standing = judge::standing(points_, draft, points_.parties, now_);
    for (const auto& p : standing.points) {
      line("  ", {p.agreed() ? "plan.agreed" : "plan.open", {quoted_text(p.number)}});
      for (const auto& party : points_.parties)
        print_held(party, judge::held(points_, party, {draft.id, p.number}, now_));
    }
  }
  void print_held(const std::string& party, const judge::Held& held) const {
    const std::string name = quoted_text(party);
    const bool sure = held.possible.size() == 1 && !held.maybe_none;
    for (const judge::Position* p : held.possible) print_position(name, *p, sure);
    if (held.possible.empty()) return line("    ", {"plan.none", {name}});
    if (held.maybe_none) line("    ", {"plan.maybe_none", {name}});
  }
  void print_position(const std::string& name, const judge::Position& p, bool sure) const {
    const std::string stance = "@stance." + std::string(judge::to_string(p.stance));
    std::vector<std::string> args{name, sure ? stance : as_argument({"plan.perhaps", {stance}}),
                                  taken_words(p.when, zone_),
                                  as_text(statement_told(p.statement, zone_, language_))};
    if (!p.words.empty()) args.push_back(quoted_text(p.words));
    line("    ", {p.words.empty() ? "plan.position" : "plan.position_words", std::move(args)});
  }
  void print_differences(const judge::DraftPlan& before, const judge::DraftPlan& draft) const {
    line("  ", {"plan.against", {quoted_text(before.id)}});
    for (const auto& d : judge::difference(points_, before, draft))
      std::printf("    %s\n", printable(judge::to_words(d, language_)).c_str());
  }

  static void put_numbers(JsonWriter& w, const char* key, const std::vector<std::string>& numbers) {
    w.key(key).begin_array();
    for (const auto& n : numbers) w.string(n);
    w.end_array();
  }
  void put(JsonWriter& w, const judge::PointDifference& d) const {
    w.begin_object();
    put_numbers(w, "after", d.after);
    put_numbers(w, "before", d.before);
    w.key("certain").boolean(d.certain);
    w.key("words").string(judge::to_words(d, language_)).end_object();
  }
  void put(const judge::Contradiction& c) const {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("certain").boolean(c.certain).key("contradiction");
    w.string(say(c.message, language_)).key("party").string(c.party);
    w.key("point").string(c.point.text()).end_object();
    std::printf("%s\n", out.c_str());
  }
  void put_standing(JsonWriter& w, const judge::DraftPlan& draft) const {
    if (points_.parties.empty()) return;
    const auto standing = judge::standing(points_, draft, points_.parties, now_);
    for (const auto& p : standing.points) {
      w.begin_object().key("agreed").boolean(p.agreed()).key("number").string(p.number);
      w.key("parties").begin_array();
      for (const auto& party : points_.parties)
        put_held(w, party, judge::held(points_, party, {draft.id, p.number}, now_));
      w.end_array().end_object();
    }
  }
  static void put_held(JsonWriter& w, const std::string& party, const judge::Held& held) {
    w.begin_object().key("maybe_none").boolean(held.maybe_none).key("party").string(party);
    w.key("possible").begin_array();
    for (const judge::Position* p : held.possible) {
      w.begin_object().key("since").begin_object().key("end").string(to_text(p->when.end));
      w.key("start").string(to_text(p->when.start)).end_object();
      w.key("stance").string(judge::to_string(p->stance)).key("statement").begin_object();
      w.key("date").string(to_text(p->statement.when)).key("quote").string(p->statement.quote);
      w.key("speaker").string(p->statement.speaker).key("url").string(p->statement.url);
      w.end_object().key("words").string(p->words).end_object();
    }
    w.end_array();
    if (const auto stance = held.stance()) w.key("stance").string(judge::to_string(*stance));
    w.end_object();
  }

  const judge::Points& points_;
  const Zone& zone_;
  Instant now_;
  Language language_;
};

void print_points(const judge::Points& points, const AgreementOptions& options, const Zone& zone,
                  Instant now) {
  const PointsPrinter printer(points, zone, now, options.language);
  if (options.json)
    printer.print_json();
  else
    printer.print();
}

void print_points_of(const judge::Points& points, const AgreementOptions& options, CivilDay day,
                     const Zone& zone) {
  const auto known = judge::as_known_on(points, day, zone);
  if (known.drafts.empty() && !options.json)
    std::printf("%s\n", say({"plan.no_draft", {to_text(day)}}, options.language).c_str());
  print_points(known, options, zone, zone.to_instant({add_days(day, 1), 0, 0, 0, 0}) - Duration{1});
}

}  // namespace

// With the parties and provisions of the agreement beside it, where there is one.
int command_points(const AgreementOptions& options) {
  const auto day = options.as_of.empty() ? Result<CivilDay>(CivilDay{}) : parse_day(options.as_of);
  if (!day.ok()) return fail(usage_error(day.error(), "--as-of"));
  judge::Problems problems;
  judge::PointsContext context;
  if (std::filesystem::exists(options.folder / "agreement.toml"))
    context = judge::points_context(load_agreement_folder(options.folder, problems).agreement);
  const auto text = read_file(options.folder / "points.toml");
  if (!text.ok()) return fail(text.error());
  const auto points = judge::parse_points(*text, "points.toml", context, problems);
  for (const Error& e : problems.errors)
    std::fprintf(stderr, "%s\n", printable(e.to_text()).c_str());
  if (!problems.errors.empty()) return exit_code(problems.errors.front().code);
  if (!options.as_of.empty()) {
    print_points_of(*points, options, *day, context.civil_zone);
    return 0;
  }
  Instant latest{INT64_MIN};
  for (const auto& p : points->positions) latest = std::max(latest, p.when.end);
  print_points(*points, options, context.civil_zone, latest);
  return 0;
}

}  // namespace truce::app
