#pragma once
// The words that agreement.toml may choose from, each with what it stands for: for the parser and
// for the schema.

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

template <class E, std::size_t N>
using Choices = std::array<std::pair<std::string_view, E>, N>;

template <class E, std::size_t N>
std::vector<std::string_view> choice_words(const Choices<E, N>& choices) {
  std::vector<std::string_view> out;
  for (const auto& [word, e] : choices) out.push_back(word);
  return out;
}

inline constexpr Choices<Norm, 3> kNormChoices{{{"prohibition", Norm::kProhibition},
                                                {"limit", Norm::kLimit},
                                                {"permission", Norm::kPermission}}};
inline constexpr Choices<Where, 2> kWhereChoices{
    {{"place", Where::kPlace}, {"origin", Where::kOrigin}}};

inline constexpr Choices<DoneBy, 2> kDoneByChoices{
    {{"any", DoneBy::kAny}, {"each", DoneBy::kEach}}};
inline constexpr Choices<WhileOpen, 2> kWhileOpenChoices{
    {{"lost", WhileOpen::kLost}, {"kept", WhileOpen::kKept}}};
inline constexpr Choices<AfterExpiry, 2> kAfterExpiryChoices{
    {{"closed", AfterExpiry::kClosed}, {"count_again", AfterExpiry::kCountAgain}}};

inline constexpr Choices<DayOne, 2> kDayOneChoices{
    {{"the day itself", DayOne::kTheDayItself}, {"the day after", DayOne::kTheDayAfter}}};
inline constexpr Choices<ObligationKind, 3> kObligationChoices{
    {{"achievement", ObligationKind::kAchievement},
     {"maintenance", ObligationKind::kMaintenance},
     {"punctual", ObligationKind::kPunctual}}};
inline constexpr Choices<WhoseTrigger, 3> kTriggerOfChoices{
    {{"anybody", WhoseTrigger::kAnybodys},
     {"the same party", WhoseTrigger::kTheSame},
     {"the other party", WhoseTrigger::kTheOther}}};
inline constexpr Choices<bool, 1> kPerDayChoices{{{"day", true}}};

inline constexpr Choices<SamePlace, 3> kSamePlaceChoices{{{"sector", SamePlace::kSector},
                                                          {"radius", SamePlace::kRadius},
                                                          {"anywhere", SamePlace::kAnywhere}}};
inline constexpr Choices<TierNeeds, 3> kTierNeedsChoices{{{"breach", TierNeeds::kBreach},
                                                          {"continues", TierNeeds::kContinues},
                                                          {"expanded", TierNeeds::kExpanded}}};
inline constexpr Choices<CumulatedPer, 3> kCumulatedPerChoices{{{"all", CumulatedPer::kAll},
                                                                {"party", CumulatedPer::kParty},
                                                                {"sector", CumulatedPer::kSector}}};

}  // namespace truce::judge
