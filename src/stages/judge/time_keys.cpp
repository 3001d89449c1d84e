// The tables of agreement.toml that docs/agreement-time.md describes.

#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/internal/choices.h"

namespace truce::judge {

namespace {

// What every rule in time begins with.
std::vector<Key> head(std::string_view id, std::string_view words) {
  return {{.name = "id", .kind = KeyKind::kId, .words = id, .needed = true},
          {.name = "words", .words = words, .needed = true},
          {.name = "source", .words = "Document, date and point."},
          {.name = "encodes",
           .kind = KeyKind::kTexts,
           .words = "Spans of the text that it holds, by their ids in braces."}};
}
Key standard_key() {
  return {.name = "standard",
          .words = "Standard of proof, a name of [standard_of_proof], asked of everything here.",
          .needed = true};
}
Key breaches_key(std::string_view words) {
  return {.name = "breaches", .kind = KeyKind::kTexts, .words = words};
}
Key duration_key(std::string_view name, std::string_view words, bool needed = false) {
  return {.name = name, .kind = KeyKind::kDuration, .words = words, .needed = needed};
}
Key flag_key(std::string_view name, std::string_view words) {
  return {.name = name, .kind = KeyKind::kFlag, .words = words};
}
Key within_key(std::string_view words) { return duration_key("within", words); }
Key by_key() {
  return {.name = "by",
          .kind = KeyKind::kEndOfDay,
          .words =
              "A deadline in civil days of the agreement's time zone: \"end of day 2\". "
              "day_one says which day is day 1."};
}
Key day_one_key() {
  return {.name = "day_one",
          .kind = KeyKind::kChoice,
          .words = "Which day is day 1: that of the trigger itself, or the one after.",
          .choices = choice_words(kDayOneChoices)};
}
std::vector<Key> joined(std::vector<Key> keys, std::vector<Key> more) {
  for (Key& k : more) keys.push_back(std::move(k));
  return keys;
}

}  // namespace

TableOfKeys gate_keys() {
  return {
      "gate",
      "So many consecutive days of verified quiet, then steps that may be taken. A day that nobody "
      "watched well enough pauses the count; only a proved breach takes it back to 0.",
      joined(
          head("Its name, by which records and pages mean it.",
               "What must be quiet, and what may follow, in plain words."),
          {{.name = "sectors",
            .kind = KeyKind::kTexts,
            .words = "Sectors that must all be quiet and watched.",
            .needed = true},
           {.name = "classes",
            .kind = KeyKind::kChoices,
            .words = "Classes of effect that it watches for. Without it: every class that counts "
                     "as a violation.",
            .choices = names_of_effects()},
           {.name = "from",
            .kind = KeyKind::kTime,
            .words = "From when days count. The first is the first whole one."},
           {.name = "starts_with", .words = "An event that the count waits for."},
           {.name = "days",
            .kind = KeyKind::kWhole,
            .words = "How many days of quiet open it.",
            .needed = true,
            .min = 1,
            .max = 3660},
           {.name = "coverage_min",
            .kind = KeyKind::kNumber,
            .words = "Least coverage of a day, from 0 to 1, in each sector and class. Coverage "
                     "that nobody knows is not enough.",
            .needed = true,
            .min = 0,
            .max = 1},
           {.name = "unobserved_max",
            .kind = KeyKind::kNumber,
            .words = "How many effects may have gone unobserved on a day, by the 95 % bound.",
            .needed = true,
            .min = 0,
            .max = 1e9},
           breaches_key(
               "Provisions and cumulations whose breach resets the count. Without it: any."),
           standard_key(),
           {.name = "doubt_max",
            .kind = KeyKind::kNumber,
            .words = "A day with an open finding of P over this does not count. Without it: one "
                     "minus the threshold of the standard.",
            .min = 0,
            .max = 1},
           {.name = "parties",
            .kind = KeyKind::kTexts,
            .words = "Who must take the steps. Without it: every party."},
           {.name = "breach_while_open",
            .kind = KeyKind::kChoice,
            .words = "What a breach before the first step does to an open gate.",
            .needed = true,
            .choices = choice_words(kWhileOpenChoices)},
           {.name = "after_expiry",
            .kind = KeyKind::kChoice,
            .words = "What a step too late does: the gate closes, or the count begins again.",
            .choices = choice_words(kAfterExpiryChoices)},
           {.name = "step",
            .kind = KeyKind::kTables,
            .words = "Steps that may be taken while it is open, in their order.",
            .tables = {TableId::kStep}}})};
}

TableOfKeys step_keys() {
  return {"gate_step",
          "A step that may be taken once the gate is open: an event that must come in time.",
          {{.name = "name", .words = "What the step is, in words.", .needed = true},
           {.name = "event", .words = "The event by which it is taken.", .needed = true},
           {.name = "done_by",
            .kind = KeyKind::kChoice,
            .words = "Whether one party suffices, or each must.",
            .needed = true,
            .choices = choice_words(kDoneByChoices)},
           within_key("A deadline as a length of time: of the first step from the opening, of "
                      "others from the step before."),
           by_key(),
           day_one_key(),
           duration_key("mirrored",
                        "The parties do it no further apart than this; with done_by = \"each\".")}};
}

TableOfKeys obligation_keys() {
  return {
      "obligation",
      "What a party must do by when (achievement), keep (maintenance) or do on a day (punctual).",
      joined(
          head("Its name, by which records and pages mean it.",
               "What must be done, in plain words."),
          {{.name = "kind",
            .kind = KeyKind::kChoice,
            .words = "achievement: once, before a deadline. maintenance: all the time. punctual: "
                     "on a certain day.",
            .needed = true,
            .choices = choice_words(kObligationChoices)},
           {.name = "binds",
            .kind = KeyKind::kTexts,
            .words = "Parties that it binds, each for itself. Without it: every one."},
           {.name = "trigger", .words = "The event with which its time begins."},
           {.name = "once_done",
            .words = "Instead of trigger: the obligation after whose doing its time begins."},
           {.name = "once_breached",
            .words = "Instead of trigger: the obligation after whose breach its time begins."},
           {.name = "trigger_of",
            .kind = KeyKind::kChoice,
            .words = "Whose trigger counts. Without it: anybody's.",
            .choices = choice_words(kTriggerOfChoices)},
           flag_key("same_sector", "Acts count only in the sector of the trigger."),
           {.name = "act", .words = "The event that is asked for."},
           {.name = "forbids", .words = "Instead of act: the event that must not be."},
           {.name = "at_least",
            .kind = KeyKind::kWhole,
            .words = "How often the act is asked for. Without it: once.",
            .min = 1,
            .max = 10'000},
           {.name = "per",
            .kind = KeyKind::kChoice,
            .words = "Of a maintenance: the act is asked for on every day.",
            .choices = choice_words(kPerDayChoices)},
           within_key("A deadline as a length of time from the instant of the trigger; \"14 days\" "
                      "is 14 × 24 h, and the last instant is in time."),
           by_key(),
           {.name = "on",
            .kind = KeyKind::kDay,
            .words = "Of a punctual obligation: its day, \"day 3\". day_one says which is day 1."},
           day_one_key(),
           duration_key("ahead", "The act comes no later than this before the trigger."),
           duration_key("not_before", "With ahead: and no earlier than this before the trigger."),
           flag_key("preemptive", "Done before the trigger counts."),
           flag_key("perdurant", "Late, it is still owed."),
           {.name = "ends_with", .words = "The event that ends it."},
           {.name = "compensated_by",
            .words = "The obligation that makes its breach good; it must wait for this breach by "
                     "once_breached. A breach it remains."},
           standard_key()})};
}

TableOfKeys escalation_keys() {
  return {
      "escalation",
      "What may follow a breach, in tiers. All times run from the initial breach. No tier is ever "
      "taken by the program: a person signs for it.",
      joined(
          head("Its name, by which records and pages mean it.",
               "What follows a breach, in plain words."),
          {breaches_key("Provisions and cumulations whose breach begins it. Without it: any."),
           standard_key(),
           {.name = "severity_min",
            .words = "Breaches less grave than this one of severities are left out."},
           duration_key("pause_max",
                        "The same breach goes on as long as no pause is longer than this.", true),
           {.name = "same_place",
            .kind = KeyKind::kChoice,
            .words = "Where the same breach goes on: in its sector, within radius_m, or anywhere.",
            .needed = true,
            .choices = choice_words(kSamePlaceChoices)},
           {.name = "radius_m",
            .kind = KeyKind::kNumber,
            .words = "With same_place = \"radius\": between the centres of sectors, in metres.",
            .min = 0,
            .max = 1e7},
           {.name = "expanded_sectors",
            .kind = KeyKind::kWhole,
            .words = "It has expanded once it is in so many sectors.",
            .min = 2,
            .max = 10'000},
           flag_key("expanded_severity",
                    "It has expanded with a breach graver than the initial one."),
           {.name = "tier",
            .kind = KeyKind::kTables,
            .words = "The tiers, in their order.",
            .needed = true,
            .tables = {TableId::kTier}}})};
}

TableOfKeys tier_keys() {
  return {"escalation_tier",
          "One tier: what may be done, on which condition and from when.",
          {{.name = "id",
            .kind = KeyKind::kId,
            .words = "Its name, by which signatures mean it.",
            .needed = true},
           {.name = "words", .words = "What is done, in plain words.", .needed = true},
           {.name = "needs",
            .kind = KeyKind::kChoice,
            .words = "A breach, a breach that continues, or one that has expanded.",
            .needed = true,
            .choices = choice_words(kTierNeedsChoices)},
           duration_key("after", "From when after the initial breach. Without it: at once."),
           duration_key("lapses", "How long after the initial breach it may still be taken."),
           duration_key("persists",
                        "With needs = \"continues\": it continues with a breach no "
                        "earlier than this after the initial one.")}};
}

TableOfKeys cumulation_keys() {
  return {
      "cumulation",
      "So many lesser breaches within a length of time count as one graver breach. Every breach "
      "counts towards one group only.",
      joined(
          head("Its name, by which records and pages mean it.",
               "What counts as what, in plain words."),
          {breaches_key("Provisions whose breaches are counted. Without it: any."),
           standard_key(),
           {.name = "number",
            .kind = KeyKind::kWhole,
            .words = "How many count as one.",
            .needed = true,
            .min = 2,
            .max = 10'000},
           {.name = "severity", .words = "Severity of those that are counted.", .needed = true},
           duration_key("window", "From the first to the last of them.", true),
           {.name = "counts_as", .words = "Severity of what they come to.", .needed = true},
           {.name = "per",
            .kind = KeyKind::kChoice,
            .words = "Whose breaches are put together: all, those of a party, those in a sector.",
            .needed = true,
            .choices = choice_words(kCumulatedPerChoices)}})};
}

}  // namespace truce::judge
