// points.toml to Points.

#include "stages/judge/points.h"

#include <map>
#include <set>
#include <tuple>

#include "base/json.h"
#include "model/identity.h"
#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/internal/toml_reader.h"
#include "stages/judge/internal/toml_text.h"
#include "stages/judge/internal/words.h"

namespace truce::judge {

namespace {

const char* const kRefExpected = "\"draft/number\" of a [[draft.point]]";

class PointsParser {
 public:
  PointsParser(std::string_view source, const PointsContext& context, Problems& problems)
      : read_(source, problems), context_(context) {
    read_.set_zone(context.civil_zone);
    out_.source = std::string(source);
    out_.parties = context.parties;
  }

  Points run(const toml::table& root) {
    read_.known(root, keys_of(TableId::kPlan));
    if (read_.within(root, "draft", kDraftsMax))
      read_.each(root, "draft", [&](const toml::table& t) { read_draft(t); });
    if (out_.drafts.empty()) read_.say(root, "draft", "there is no draft", "[[draft]]");
    check_links();
    if (read_.within(root, "position", kPositionsMax))
      read_.each(root, "position", [&](const toml::table& t) { read_position(t); });
    std::sort(out_.positions.begin(), out_.positions.end(),
              [](const Position& a, const Position& b) {
                return std::tie(a.when.start, a.when.end, a.line) <
                       std::tie(b.when.start, b.when.end, b.line);
              });
    return std::move(out_);
  }

 private:
  // ----------------------------------------------------------------------------------- drafts
  void read_draft(const toml::table& t) {
    read_.known(t, keys_of(TableId::kDraft));
    read_.own_id(t, out_.drafts, "draft");
    DraftPlan d;
    d.line = t.source().begin.line;
    d.id = read_.text(t, "id", true);
    d.title = read_.text(t, "title", true);
    d.source = read_.text(t, "source", true);
    d.date = day(t, "date");
    if (read_.within(t, "point", kPointsMax))
      read_.each(t, "point", [&](const toml::table& p) { d.points.push_back(point(p, d)); });
    read_count(t, d);
    out_.drafts.push_back(std::move(d));
  }
  void read_count(const toml::table& t, DraftPlan& d) {
    const auto count = read_.number(t, "count", 0, kPointsMax);
    if (!count) return;
    const auto all = static_cast<std::size_t>(*count);
    if (static_cast<double>(all) != *count || all < d.points.size())
      return read_.say(t, "count",
                       "the draft cannot have so many points: " + std::to_string(d.points.size()) +
                           " are listed",
                       "the whole number of its points, listed or not");
    d.unknown = all - d.points.size();
  }
  std::optional<CivilDay> day(const toml::table& t, std::string_view key) {
    if (!t.contains(key)) return std::nullopt;
    const auto v = parse_day(read_.text(t, key, true));
    if (v.ok() && v->year >= 1678 && v->year <= 2261) return *v;
    read_.say(t, key, "is not a day", "\"2025-12-24\"");
    return std::nullopt;
  }
  PlanPoint point(const toml::table& t, const DraftPlan& d) {
    read_.known(t, keys_of(TableId::kPoint));
    PlanPoint p;
    p.line = t.source().begin.line;
    p.number = number(t, d);
    p.unnumbered = read_.flag(t, "unnumbered");
    const std::string text = read_.text(t, "text", false);
    const auto words = split_words(text);
    p.text = join_words(words);
    if (words.size() > kPointWordsMax)
      read_.say(t, "text", "is " + std::to_string(words.size()) + " words long",
                "no more than " + std::to_string(kPointWordsMax));
    p.paraphrased = read_.flag(t, "paraphrased");
    for (const auto& name : one_or_more(t, "same_as")) {
      if (const auto ref = ref_of(t, "same_as", name)) p.same_as.push_back(*ref);
    }
    read_provisions(t, p);
    if (d.find(p.number) == nullptr) links_.push_back({&t, {d.id, p.number}});
    return p;
  }
  // 7, "7" or "7a".
  std::string number(const toml::table& t, const DraftPlan& d) {
    const auto whole = t["number"].is_integer() ? t["number"].value<std::int64_t>() : std::nullopt;
    std::string n = whole ? std::to_string(*whole) : read_.text(t, "number", true);
    if (n.empty() || n.find('/') != std::string::npos)
      read_.say(t, "number", "\"" + n + "\" cannot name a point", "a number without a slash");
    if (d.find(n) != nullptr)
      read_.say(t, "number", "there is a point " + n + " before in draft " + d.id,
                "a number of its own");
    return n;
  }
  std::vector<std::string> one_or_more(const toml::table& t, std::string_view key) {
    if (const auto one = t[key].value<std::string>()) return {*one};
    return read_.texts(t, key);
  }
  std::optional<PointRef> ref_of(const toml::table& t, std::string_view key,
                                 const std::string& name) {
    const auto slash = name.find('/');
    if (slash != std::string::npos) return PointRef{name.substr(0, slash), name.substr(slash + 1)};
    read_.say(t, key, "\"" + name + "\" names no point", kRefExpected);
    return std::nullopt;
  }
  void read_provisions(const toml::table& t, PlanPoint& p) {
    p.enters_into_force_as = read_.texts(t, "enters_into_force_as");
    read_.each(t, "provision", [&](const toml::table& table) {
      PointProvision made{read_.text(table, "id", true), {}, table.source().begin.line};
      for (const auto& [key, value] : in_order_of_source(table))
        made.keys.push_back(
            {key, toml_key(key) + " = " + on_one_line(*value), value->source().begin.line});
      p.provisions.push_back(std::move(made));
    });
    const auto& force = context_.provisions;
    for (const auto& id : p.enters_into_force_as) {
      const bool carried = std::any_of(p.provisions.begin(), p.provisions.end(),
                                       [&](const PointProvision& o) { return o.id == id; });
      if (!carried && (!force || std::find(force->begin(), force->end(), id) == force->end()))
        read_.say(t, "enters_into_force_as", "there is no provision \"" + id + "\"",
                  "the id of a [[provision]] of the agreement, or of the point");
    }
    add_carried(p);
  }
  static void add_carried(PlanPoint& p) {
    auto& ids = p.enters_into_force_as;
    for (const PointProvision& o : p.provisions) {
      if (std::find(ids.begin(), ids.end(), o.id) == ids.end()) ids.push_back(o.id);
    }
  }

  // ------------------------------------------------------------------------------------ lineage
  struct Link {
    const toml::table* at;
    PointRef own;
  };
  void check_links() {
    for (const Link& l : links_) {
      const PlanPoint* p = out_.find(l.own);
      if (p == nullptr) continue;
      std::set<PointRef> seen;
      for (const PointRef& to : p->same_as) check_link(l, to, seen);
    }
    check_circles();
  }
  void check_link(const Link& l, const PointRef& to, std::set<PointRef>& seen) {
    const auto say = [&](std::string what, std::string expected) {
      read_.say(*l.at, "same_as", std::move(what), std::move(expected));
    };
    if (out_.find(to) == nullptr)
      return say("there is no point \"" + to.text() + "\"", kRefExpected);
    if (to.draft == l.own.draft) return say("is of the same draft", "a point of another version");
    if (!seen.insert(to).second) return say("names " + to.text() + " twice", "each point once");
    const auto &own = out_.find(l.own.draft)->date, &other = out_.find(to.draft)->date;
    if (own && other && *other > *own)
      say("follows a point of a later draft", "a point of an earlier version");
  }
  // Each circle is said once, at the first of its points in the file.
  void check_circles() {
    std::map<PointRef, Visit> visits;
    for (const Link& l : links_) walk(l.own, visits);
  }
  enum class Visit : std::uint8_t { kNew, kOpen, kDone };
  // No recursion: the file decides how long a chain is.
  void walk(const PointRef& start, std::map<PointRef, Visit>& visits) {
    std::vector<std::pair<PointRef, std::size_t>> path{{start, 0}};
    if (visits[start] != Visit::kNew) return;
    visits[start] = Visit::kOpen;
    while (!path.empty()) {
      auto& [ref, next] = path.back();
      const PlanPoint* p = out_.find(ref);
      if (p == nullptr || next == p->same_as.size()) {
        visits[ref] = Visit::kDone;
        path.pop_back();
        continue;
      }
      const PointRef to = p->same_as[next++];
      Visit& visit = visits[to];
      if (visit == Visit::kOpen) say_circle(path, to);
      if (visit != Visit::kNew) continue;
      visit = Visit::kOpen;
      path.emplace_back(to, 0);
    }
  }
  void say_circle(const std::vector<std::pair<PointRef, std::size_t>>& path, const PointRef& to) {
    std::string ring;
    for (const auto& [ref, next] : path) {
      if (!ring.empty() || ref == to) ring += ref.text() + " → ";
    }
    for (const Link& l : links_) {
      if (l.own == to)
        return read_.say(*l.at, "same_as",
                         "points follow each other in a circle: " + ring + to.text(),
                         "each version to follow earlier ones");
    }
  }

  // ----------------------------------------------------------------------------------- positions
  void read_position(const toml::table& t) {
    read_.known(t, keys_of(TableId::kPosition));
    Position p;
    p.line = t.source().begin.line;
    p.party = read_.text(t, "party", true);
    if (std::find(context_.parties.begin(), context_.parties.end(), p.party) ==
        context_.parties.end())
      read_.say(t, "party", "there is no party \"" + p.party + "\"", "the id of a [[party]]");
    if (const auto ref = ref_of(t, "point", read_.text(t, "point", true))) p.point = *ref;
    if (!p.point.draft.empty() && out_.find(p.point) == nullptr)
      read_.say(t, "point", "there is no point \"" + p.point.text() + "\"", kRefExpected);
    const std::string name = read_.text(t, "stance", true);
    const auto stance = stance_from(name);
    if (!stance)
      read_.say(t, "stance", "\"" + name + "\" is no stance",
                "accepts, rejects, amends or conditions");
    p.stance = stance.value_or(Stance::kRejects);
    p.words = read_.text(t, "words", needs_words(p.stance));
    const Interval said = read_statement(t, p);
    p.when = t.contains("when") ? moment(t, "when") : said;
    read_until(t, p);
    out_.positions.push_back(std::move(p));
  }
  static bool needs_words(Stance s) { return s == Stance::kAmends || s == Stance::kConditions; }
  void read_until(const toml::table& t, Position& p) {
    if (!t.contains("until")) return;
    p.until = read_.time(t, "until", p.when.end);
    if (*p.until < p.when.end)
      read_.say(t, "until", "lies before the position was taken", "a time after \"when\"");
  }
  // Returns when it was said.
  Interval read_statement(const toml::table& t, Position& p) {
    const auto* s = t["statement"].as_table();
    if (s == nullptr) {
      read_.say(t, "statement", "a position needs a statement that it rests on",
                "{ speaker = \"…\", date = \"2025-12-24\", quote = \"…\", url = \"…\" }");
      return {};
    }
    read_.known(*s, keys_of(TableId::kStatement));
    Statement& out = p.statement;
    for (const auto& [key, into] :
         {std::pair{"speaker", &out.speaker}, {"quote", &out.quote}, {"url", &out.url}}) {
      *into = read_.text(*s, key, true);
      if (s->contains(key) && into->empty()) read_.say(*s, key, "is empty", "text");
    }
    if (!s->contains("date")) read_.say(*s, "date", "is missing", "\"2025-12-24\"");
    const Interval said = moment(*s, "date");
    out.party = p.party;
    out.about = p.point.text();
    out.when = said.start;
    out.id = statement_id(out);
    return said;
  }
  // A day, a time, or { from, until }.
  Interval moment(const toml::table& t, std::string_view key) {
    if (const auto* table = t[key].as_table()) {
      read_.known(*table, keys_of(TableId::kMoment));
      for (const char* end : {"from", "until"}) {
        if (!table->contains(end)) read_.say(*table, end, "is missing", "{ from = …, until = … }");
      }
      return read_.interval(*table, "from", "until", {});
    }
    const auto v = t[key].value<std::string>();
    if (const auto d = parse_day(v.value_or("")); d.ok() && d->year >= 1678 && d->year <= 2261)
      return {midnight(*d), midnight(add_days(*d, 1))};
    const Instant at = read_.time(t, key, {});
    return {at, at};
  }
  Instant midnight(CivilDay d) const { return context_.civil_zone.to_instant({d, 0, 0, 0, 0}); }

  TomlReader read_;
  const PointsContext& context_;
  Points out_;
  std::vector<Link> links_;
};

template <class T, class Is>
const T* first_that(const std::vector<T>& list, Is is) {
  const auto it = std::find_if(list.begin(), list.end(), is);
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

const PlanPoint* DraftPlan::find(std::string_view number) const {
  return first_that(points, [&](const PlanPoint& p) { return p.number == number; });
}
const DraftPlan* Points::find(std::string_view draft) const {
  return first_that(drafts, [&](const DraftPlan& d) { return d.id == draft; });
}
const PlanPoint* Points::find(const PointRef& ref) const {
  const DraftPlan* d = find(ref.draft);
  return d == nullptr ? nullptr : d->find(ref.number);
}

PointsContext points_context(const Agreement& agreement) {
  PointsContext out;
  for (const Party& p : agreement.parties) out.parties.push_back(p.id);
  out.provisions.emplace();
  if (!agreement.readings.empty()) {
    for (const Provision& p : agreement.readings.front().provisions)
      out.provisions->push_back(p.id);
  }
  out.civil_zone = agreement.civil_zone;
  return out;
}

Result<Points> parse_points(std::string_view toml_text, std::string_view source,
                            const PointsContext& context, Problems& problems) {
  return read_whole<Points>(toml_text, source, problems, [&](const toml::table& root) {
    return PointsParser(source, context, problems).run(root);
  });
}

}  // namespace truce::judge
