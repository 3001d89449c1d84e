// The tables of points.toml, which docs/agreement-points.md describes.

#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/points.h"

namespace truce::judge {

namespace {

std::vector<std::string_view> stance_words() {
  std::vector<std::string_view> out;
  for (int i = 0; i <= static_cast<int>(Stance::kConditions); ++i)
    out.push_back(to_string(static_cast<Stance>(i)));
  return out;
}

}  // namespace

TableOfKeys plan_keys() {
  return {
      "plan",
      "A plan while it is negotiated: its versions as numbered points, and what each party says "
      "of them. docs/agreement-points.md describes it.",
      {{.name = "draft",
        .kind = KeyKind::kTables,
        .words = "The versions of the plan.",
        .needed = true,
        .tables = {TableId::kDraft}},
       {.name = "position",
        .kind = KeyKind::kTables,
        .words = "What the parties say of points.",
        .tables = {TableId::kPosition}}}};
}

TableOfKeys draft_keys() {
  return {"draft",
          "A version of the plan.",
          {{.name = "id",
            .kind = KeyKind::kId,
            .words = "Short name of the version, such as \"20-points\".",
            .needed = true},
           {.name = "title", .words = "Its title as people say it.", .needed = true},
           {.name = "date",
            .kind = KeyKind::kDate,
            .words = "Its day, \"2025-12-24\". Without it: not known."},
           {.name = "source", .words = "The document and its date.", .needed = true},
           {.name = "count",
            .kind = KeyKind::kWhole,
            .words = "How many points it has; those that are not listed are unknown, never taken "
                     "for dropped or agreed. Without it: all are listed.",
            .min = 0,
            .max = static_cast<double>(kPointsMax)},
           {.name = "point",
            .kind = KeyKind::kTables,
            .words = "Its points, as far as they are known.",
            .tables = {TableId::kPoint}}}};
}

TableOfKeys point_keys() {
  return {"point",
          "A point of a version.",
          {{.name = "number",
            .kind = KeyKind::kNumberText,
            .words = "Its number as the version has it.",
            .needed = true},
           {.name = "unnumbered",
            .kind = KeyKind::kFlag,
            .words = "The source does not say its number: that here is a name of ours."},
           {.name = "text", .words = "Its words. Without it: not known."},
           {.name = "paraphrased",
            .kind = KeyKind::kFlag,
            .words = "The text is not the document's own, and is never compared word by word."},
           {.name = "same_as",
            .kind = KeyKind::kOneOrMore,
            .words = "\"draft/number\" of the point that it follows; a list where it merges "
                     "several."},
           {.name = "enters_into_force_as",
            .kind = KeyKind::kTexts,
            .words = "Provisions of the agreement that it has become; those that it carries need "
                     "not be named."},
           {.name = "provision",
            .kind = KeyKind::kTables,
            .words = "What it becomes when it enters into force, with the keys of [[provision]] "
                     "in agreement.toml.",
            .tables = {TableId::kProvision}}}};
}

TableOfKeys position_keys() {
  return {"position",
          "What a party says of a point. It holds until a later one of the same party on the same "
          "point, and for later versions that repeat the point word for word.",
          {{.name = "party", .words = "The party, by its id in agreement.toml.", .needed = true},
           {.name = "point", .words = "The point, \"draft/number\".", .needed = true},
           {.name = "stance",
            .kind = KeyKind::kChoice,
            .words = "What the party says of it. amends and conditions need words.",
            .needed = true,
            .choices = stance_words()},
           {.name = "words", .words = "What it amends, or on which condition."},
           {.name = "when",
            .kind = KeyKind::kMoment,
            .words = "When it was taken, at some instant of it. Without it: the day of the "
                     "statement.",
            .tables = {TableId::kMoment}},
           {.name = "until",
            .kind = KeyKind::kTime,
            .words = "When it was given up without another in its place."},
           {.name = "statement",
            .kind = KeyKind::kTable,
            .words = "What the position rests on; there is none without.",
            .needed = true,
            .tables = {TableId::kStatement}}}};
}

TableOfKeys statement_keys() {
  return {"statement",
          "Who said it, when, in which words, and where it can be read.",
          {{.name = "speaker", .words = "Who said it, by office.", .needed = true},
           {.name = "date",
            .kind = KeyKind::kMoment,
            .words = "When it was said.",
            .needed = true,
            .tables = {TableId::kMoment}},
           {.name = "quote", .words = "The words that were said.", .needed = true},
           {.name = "url", .words = "Where it can be read.", .needed = true}}};
}

TableOfKeys moment_keys() {
  return {"moment",
          "Between two times, at an instant that is not known.",
          {{.name = "from", .kind = KeyKind::kTime, .words = "No earlier than.", .needed = true},
           {.name = "until", .kind = KeyKind::kTime, .words = "Earlier than.", .needed = true}}};
}

}  // namespace truce::judge
