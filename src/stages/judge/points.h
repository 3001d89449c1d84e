#pragma once
// Points and positions: a plan that is being negotiated, in versions, and who says what of each
// point. docs/agreement-points.md describes the file, points.toml beside an agreement.
//
// What is known of a draft is rarely all of it. A draft says how many points it has; what is not
// listed is unknown, and never taken for dropped, added or agreed. A text that is not the
// document's own is never compared word by word.
//
// A position is taken at some instant of an interval ("on 24 December") and holds until a later
// one of the same party on the same point. Where the order of two cannot be told, or whether the
// first was taken yet, the answer is that nobody can say.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/messages.h"
#include "model/records.h"
#include "stages/judge/agreement.h"

namespace truce::judge {

struct PointRef {
  std::string draft;
  std::string number;
  std::string text() const { return draft + "/" + number; }
  friend auto operator<=>(const PointRef&, const PointRef&) = default;
};

// A provision that a point carries: [[draft.point.provision]], with the keys of [[provision]].
struct PointProvision {
  struct Key {
    std::string name;
    std::string toml;  // "key = value" on one line
    std::size_t line = 0;
  };
  std::string id;
  std::vector<Key> keys;
  std::size_t line = 0;
};

struct PlanPoint {
  std::string number;             // as the draft numbers it, "7"
  bool unnumbered = false;        // the source does not say its number: `number` is a name of ours
  std::string text;               // white space made single; empty: not known
  bool paraphrased = false;       // the text is not the document's own
  std::vector<PointRef> same_as;  // points of other versions that it follows; several: merged
  std::vector<std::string> enters_into_force_as;  // provisions, those that it carries among them
  std::vector<PointProvision> provisions;
  std::size_t line = 0;
};

struct DraftPlan {
  std::string id;
  std::string title;
  std::optional<CivilDay> date;  // empty: not known
  std::string source;
  std::vector<PlanPoint> points;
  std::size_t unknown = 0;  // points that it has besides those listed
  std::size_t line = 0;
  bool whole() const { return unknown == 0; }
  const PlanPoint* find(std::string_view number) const;
};

enum class Stance : std::uint8_t { kAccepts, kRejects, kAmends, kConditions };
std::string_view to_string(Stance s);
std::optional<Stance> stance_from(std::string_view name);

struct Position {
  std::string party;
  PointRef point;
  Interval when;                 // taken at some instant of it
  std::optional<Instant> until;  // given up then without another in its place
  Stance stance = Stance::kAccepts;
  std::string words;    // what it amends, on which condition
  Statement statement;  // what it rests on
  std::size_t line = 0;
};

struct Points {
  std::string source;                // the file, for messages
  std::vector<std::string> parties;  // of the agreement
  std::vector<DraftPlan> drafts;
  std::vector<Position> positions;  // by (when, line)
  const DraftPlan* find(std::string_view draft) const;
  const PlanPoint* find(const PointRef& ref) const;
};

// Names that the file may use.
struct PointsContext {
  std::vector<std::string> parties;
  // Those in force; empty where there is no agreement yet.
  std::optional<std::vector<std::string>> provisions;
  ::truce::Zone civil_zone = ::truce::Zone::utc();
};
PointsContext points_context(const Agreement& agreement);

inline constexpr std::size_t kDraftsMax = 50;
inline constexpr std::size_t kPointsMax = 200;  // of a draft
inline constexpr std::size_t kPointWordsMax = 2000;
inline constexpr std::size_t kPositionsMax = 20'000;

// Every error at once, each with file, line and what was expected.
Result<Points> parse_points(std::string_view toml, std::string_view source,
                            const PointsContext& context, Problems& problems);

// ------------------------------------------------------------------------- two versions compared

struct WordRun {
  enum class Kind : std::uint8_t { kKept, kRemoved, kAdded };
  Kind kind = Kind::kKept;
  std::string words;
  friend bool operator==(const WordRun&, const WordRun&) = default;
};
// A longest common subsequence of words; kept and removed runs give the text before, kept and added
// ones that after. Where texts are so long that it would take kWordPairsMax comparisons, what lies
// between their common beginning and end is removed and added as a whole.
inline constexpr std::size_t kWordPairsMax = 4'000'000;
std::vector<WordRun> word_difference(std::string_view before, std::string_view after);

enum class PointChange : std::uint8_t {
  kFollows,  // one of one
  kSplit,
  kMerged,
  kRecast,  // several of several
  kAdded,
  kDropped,
};
enum class TextChange : std::uint8_t { kSame, kAmended, kUnknown };

struct PointDifference {
  PointChange change = PointChange::kFollows;
  std::vector<std::string> before;  // numbers, in the draft's order
  std::vector<std::string> after;
  bool renumbered = false;  // of one that follows one
  // Of an added or dropped one: whether the other draft is wholly known. If not, it may be among
  // the points of it that nobody listed.
  bool certain = true;
  TextChange text = TextChange::kUnknown;
  std::vector<WordRun> words;  // of all texts in a row, where both sides are known
  friend bool operator==(const PointDifference&, const PointDifference&) = default;
};
// In the order of `before`, then what was added in the order of `after`. Points belong together
// where one descends from the other by same_as, over any number of versions, or, of those without
// such kin, where both descend from one point. Both drafts must be of `points`.
std::vector<PointDifference> difference(const Points& points, const DraftPlan& before,
                                        const DraftPlan& after);
// "3 → 5, amended"; "7 may have been dropped: not all points of the other draft are known".
std::string to_words(const PointDifference& d, Language language = Language::kEnglish);

// ------------------------------------------------------------------------------------- positions

// All positions of a party on a point, by time. Those on a version that the point repeats word for
// word are among them.
std::vector<const Position*> history(const Points& points, const std::string& party,
                                     const PointRef& point);

struct Held {
  std::vector<const Position*> possible;  // each may be the one held, by time
  bool maybe_none = true;                 // or none is, yet or any more
  // The stance, where it is the same however the times lie.
  std::optional<Stance> stance() const;
};
Held held(const Points& points, const std::string& party, const PointRef& point, Instant as_of);

struct PointStanding {
  struct Open {
    std::string party;
    Held held;
  };
  std::string number;
  std::vector<Open> open;  // parties of which it is not certain that they accept
  bool agreed() const { return open.empty(); }
};
struct PlanStanding {
  std::vector<PointStanding> points;  // in the draft's order
  std::size_t unknown = 0;            // points of the draft that nobody listed: agreed or not
  bool agreed() const;                // all of it
};
// `parties` must be named: of no party nothing is agreed.
PlanStanding standing(const Points& points, const DraftPlan& draft,
                      const std::vector<std::string>& parties, Instant as_of);

// A party accepts a point and at the same time does not. That is what was said, and no error of
// the file.
struct Contradiction {
  std::string party;
  PointRef point;
  const Position* accepts = nullptr;
  const Position* other = nullptr;
  bool certain = false;  // at one instant; otherwise one may have come after the other
  Message message;
};
std::vector<Contradiction> contradictions(const Points& points);

// What was known at the end of that day: drafts of later days are left out, and so are positions
// that were stated later. A draft of no known day stays, unless it follows one that is left out.
Points as_known_on(const Points& points, CivilDay day, const ::truce::Zone& zone);

// ----------------------------------------------------------------------------- entering into force

// Provisions of points as the text of [[provision]] tables, and where each line comes from.
struct ProvisionsText {
  struct Line {
    std::size_t line = 0;  // of points.toml
    std::string point;     // "20-points/3"
  };
  std::string toml;
  std::vector<Line> lines;
  std::string source;
};
// Those that the points carry, in the order given; a provision that names no source names its draft
// and point. Errors: no such point.
Result<ProvisionsText> provisions_of(const Points& points, const DraftPlan& draft,
                                     const std::vector<std::string>& numbers);
// What [points] of agreement.toml names; nothing where it names nothing, or not in full, which is
// said when the agreement is read.
struct PointsNamed {
  std::string file;
  std::string version;                              // id of a draft
  std::optional<std::vector<std::string>> numbers;  // empty: all of its points
  std::size_t line = 0;
};
std::optional<PointsNamed> points_named(std::string_view agreement_toml);
// Their provisions. Errors at [points]: no such version, no such point.
Result<ProvisionsText> provisions_in_force(const Points& points, const PointsNamed& named,
                                           std::string_view source);

// An agreement with provisions of points behind its own lines.
struct JoinedText {
  std::string toml;
  std::size_t own_lines = 0;
  ProvisionsText provisions;
};
JoinedText joined_with(std::string_view agreement_toml, ProvisionsText provisions);
// Errors of `source` from the `first` on: those of a provision of a point with its line there.
void say_points(const JoinedText& text, std::string_view source, Problems& problems,
                std::size_t first);

// The agreement with these provisions behind its own. What is wrong with one of them is said with
// its point and its line in points.toml.
Result<Agreement> parse_agreement_with(const ProvisionsText& provisions,
                                       std::string_view agreement_toml, std::string_view source,
                                       const Geometry& geometry, Problems& problems);

}  // namespace truce::judge
