#include "stages/acquire/check_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "model/count.h"
#include "stages/acquire/common.h"

namespace truce::acquire {

namespace {

constexpr std::size_t kTextMax = 4000;  // bytes looked at: std::regex recurses

using Match = std::match_results<std::string::const_iterator>;

std::vector<Match> all_matches(const std::string& text, const std::regex& pattern) {
  std::vector<Match> out;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern);
       it != std::sregex_iterator(); ++it)
    out.push_back(*it);
  return out;
}

int small_number(const std::string& word) {
  constexpr std::array<std::string_view, 13> kWords{"zero", "one",    "two",   "three", "four",
                                                    "five", "six",    "seven", "eight", "nine",
                                                    "ten",  "eleven", "twelve"};
  const auto it = std::find(kWords.begin(), kWords.end(), word);
  return it != kWords.end() ? static_cast<int>(it - kWords.begin()) : std::stoi(word);
}

// "south-east" is "SE"; abbreviations stay.
std::string direction_of(const std::string& words) {
  static const std::regex kWord("north|south|east|west");
  std::string out;
  for (const auto& m : all_matches(words, kWord))
    out += static_cast<char>(m[0].str()[0] - 'a' + 'A');
  return out.empty() ? words : out;
}

// The capitalised word that a description follows ("Pisky lies 11 km …"), empty when there is none.
std::string subject_before(const std::string& head) {
  static const std::regex kSubject(
      R"(([A-Z][\w'’-]*)(?: (?:is|was|are|lies|placed|located|described|listed|put|as|at|about))* ?$)");
  std::smatch m;
  return std::regex_search(head, m, kSubject) ? m[1].str() : "";
}

// Descriptions of places, each of something and from somewhere; `of` may be left out when it was
// named before. What the text speaks of is known by the name before it.
void check_places(const std::string& text, std::vector<TextSlip>& out) {
  // Only of texts that say of one thing where it lies, or that put it in brackets after a name:
  // effects 3 km north and 4 km south of a town are two places.
  static const std::regex kPlacing(
      R"(\b(?:(?:is|was|are|were) (?:placed|located|described|listed|put)|lies|lie)\b)");
  static const std::regex kPlace(
      R"((\d{1,3}(?:\.\d)?) ?(?:km|kilomet(?:re|er)s?) ([NESW]{1,3}|(?:north|south|east|west)(?:[- ]?(?:north|south|east|west)){0,2})\b(?: of ([A-Z][^\s,;.()]*))?)");
  static const std::regex kBracketed(R"(([A-Z][\w'’-]*) \((?:[^()]*[ ,])?$)");
  const bool placing = std::regex_search(text, kPlacing);
  std::map<std::string, std::string> first;  // by subject and what it is measured from
  std::string of;
  std::string subject;
  for (const auto& m : all_matches(text, kPlace)) {
    const auto at = static_cast<std::size_t>(m.position());
    const std::size_t near = std::min<std::size_t>(at, 120);  // bytes that can hold the name
    const std::string head = text.substr(at - near, near);
    if (m[3].matched) of = m[3].str();
    std::smatch bracket;
    const bool bracketed = std::regex_search(head, bracket, kBracketed);
    if (of.empty() || !(placing || bracketed)) continue;
    const std::string named = bracketed ? bracket[1].str() : subject_before(head);
    if (!named.empty()) subject = named;
    const std::string here = m[1].str() + " km " + direction_of(m[2].str());
    const auto [it, is_new] = first.emplace(subject + " of " + of, here);
    if (is_new || it->second == here) continue;
    out.push_back({"place_described_two_ways",
                   "one place is put " + it->second + " and " + here + " of " + of});
  }
}

// Minutes since midnight, in the order of the text.
std::vector<int> times_in(const std::string& text) {
  static const std::regex kTime(
      R"((?:\b([01]?\d|2[0-3]):([0-5]\d)\b)|(?:\b(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (minutes?|hours?) later))");
  std::vector<int> out;
  for (const auto& m : all_matches(text, kTime)) {
    if (m[1].matched) {
      out.push_back(std::stoi(m[1].str()) * 60 + std::stoi(m[2].str()));
    } else if (!out.empty()) {
      out.push_back(out.back() + small_number(m[3].str()) * (m[4].str()[0] == 'h' ? 60 : 1));
    }
  }
  return out;
}

// "43-minute delay", "a delay of 43 minutes", "2 h 08 min", "two and a half hours": of texts that
// speak of a wait or of a stretch from one time to another.
std::optional<int> stated_delay(const std::string& text) {
  static const std::regex kOfStretch(
      R"(\b(?:delay|delayed|wait|waited|waiting|held|halt|journey|lasted|took|in all|altogether)\b|\d\d:\d\d (?:to|until|till|-|–) \d\d:\d\d|between \d\d:\d\d and)");
  static const std::regex kDelay(
      R"((?:\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)( and a half)?[ -]?h(?:ours?)?\b(?! later)(?:(?: and)?[ -](\d{1,2})[ -]?min)?)|(?:\b(\d{1,3})[ -]min(?!utes? later)))");
  if (!std::regex_search(text, kOfStretch)) return std::nullopt;
  for (const auto& m : all_matches(text, kDelay)) {
    if (m[4].matched) return std::stoi(m[4].str());
    return small_number(m[1].str()) * 60 + (m[2].matched ? 30 : 0) +
           (m[3].matched ? std::stoi(m[3].str()) : 0);
  }
  return std::nullopt;
}

void check_delay(const std::string& text, std::vector<TextSlip>& out) {
  const auto stated = stated_delay(text);
  const auto delays = delays_min(text);
  if (!stated || delays.empty() || std::find(delays.begin(), delays.end(), *stated) != delays.end())
    return;
  std::string given;
  for (const int d : std::set<int>(delays.begin(), delays.end()))
    given += (given.empty() ? "" : " or ") + std::to_string(d);
  out.push_back({"times_do_not_add_up",
                 "the times stated give " + given + " minutes, not " + std::to_string(*stated)});
}

std::string without_commas(std::string text) {
  static const std::regex kThousands(R"((\d),(?=\d{3}\b))");
  return std::regex_replace(text, kThousands, "$1");
}

std::int64_t sum_of(const std::string& terms) {
  std::int64_t sum = 0;
  for (const auto part : split(terms, '+')) sum += std::stoll(std::string(part));
  return sum;
}

// "2935 …, the other 4900; parts give 96+1883+950=2929 and 6+1404=1410": figures before the sums,
// in their order, against the sums; and each sum against its own result. "469 (85 killed, 384
// injured)".
void check_sums(const std::string& text, std::vector<TextSlip>& out) {
  static const std::regex kSum(R"(\b(\d{1,9}(?:\s*\+\s*\d{1,9})+)\s*=\s*(\d{1,9})\b)");
  static const std::regex kBracket(
      R"(\b(\d{1,9})(?: [a-z]+){0,3} \((\d{1,9}) [a-z]+(?:, and|,| and) (\d{1,9}) [a-z]+\))");
  const auto sums = all_matches(text, kSum);
  std::vector<std::int64_t> stated;
  if (!sums.empty()) {
    const std::string head = text.substr(0, static_cast<std::size_t>(sums.front().position()));
    static const std::regex kClaimed(
        R"(\b(?:[Cc]laims?|[Oo]ther|[Tt]otals?|[Ss]tates?|[Rr]eports?)\D{0,12}(\d{1,9})\b)");
    for (const auto& m : all_matches(head, kClaimed)) stated.push_back(std::stoll(m[1].str()));
    static const std::regex kFigure(R"(\b(\d{1,9})\b(?![:/-]\d))");
    const auto figures = all_matches(head, kFigure);
    if (stated.size() != sums.size() && figures.size() == sums.size()) {
      stated.clear();  // every figure before the sums, one each
      for (const auto& m : figures) stated.push_back(std::stoll(m[1].str()));
    }
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::int64_t sum = sum_of(sums[i][1].str());
    if (sum != std::stoll(sums[i][2].str())) {
      out.push_back({"total_differs_from_parts", sums[i][1].str() + " is " + std::to_string(sum) +
                                                     ", not " + sums[i][2].str()});
    }
    if (i < stated.size() && stated.size() == sums.size() && stated[i] != sum) {
      out.push_back(
          {"total_differs_from_parts", std::to_string(stated[i]) +
                                           " does not follow from its parts, which add up to " +
                                           std::to_string(sum)});
    }
  }
  for (const auto& m : all_matches(text, kBracket)) {
    const std::int64_t sum = std::stoll(m[2].str()) + std::stoll(m[3].str());
    if (sum != std::stoll(m[1].str()))
      out.push_back({"total_differs_from_parts", m[1].str() + " is not " + m[2].str() + " and " +
                                                     m[3].str() + ", which make " +
                                                     std::to_string(sum)});
  }
}

// "469 (…) on 2017-12-22; 479 (…) early 2018; 486 later"
void check_restated(const std::string& text, std::vector<TextSlip>& out) {
  static const std::regex kDated(
      R"(\b(\d{1,9})(?: \([^)]*\))? (on \d{4}-\d{2}-\d{2}|(?:early|mid|late|in|by) \d{4}|later)\b)");
  std::string list;
  std::set<std::string> values;
  const auto dated = all_matches(text, kDated);
  for (const auto& m : dated) {
    list += (list.empty() ? "" : ", ") + m[1].str() + " " + m[2].str();
    values.insert(m[1].str());
  }
  if (values.size() < 2) return;
  out.push_back({"restated", "one figure is stated with " + std::to_string(values.size()) +
                                 " values: " + list});
}

// A clause's figures added up: ">2500+165" is "over 2665".
std::optional<Count> clause_count(const std::string& clause) {
  static const std::regex kTerms(
      R"((>|~|about |over |at least )?(\d{1,9})((?:\+[>~]?\d{1,9})*) [a-z])");
  std::smatch m;
  if (!std::regex_search(clause, m, kTerms)) return std::nullopt;
  Count sum = Count::exact(0);
  const std::string terms = m[1].str() + m[2].str() + m[3].str();
  for (const auto part : split(terms, '+')) {
    const auto n = parse_count(part);
    if (!n.ok()) return std::nullopt;
    sum = sum + *n;
  }
  return sum;
}

void say_missing_end(const Count& whole, const Count& parts, const std::string& noun,
                     std::vector<TextSlip>& out) {
  if (whole.value <= parts.value) return;
  const bool vague = parts.kind != CountKind::kExact || whole.kind != CountKind::kExact;
  out.push_back({"end_state_missing",
                 (vague ? "about " : "") + std::to_string(whole.value - parts.value) + " of " +
                     std::to_string(whole.value) + " " + noun + " have no stated end state"});
}

// "Of 500 complaints 200 were upheld, 150 dismissed and 100 are pending"
void check_outcomes_of(const std::string& text, std::vector<TextSlip>& out) {
  static const std::regex kOf(
      R"(\b[Oo]f (?:the )?(\d{1,9}) (complaints|allegations|cases|incidents)\b)");
  static const std::regex kPart(
      R"((\d{1,9}) (?:(?:was|were|are|is|have|had|been|found|still) )*(?:ruled|pending|closed|dismissed|rejected|upheld|withdrawn|settled|open|resolved|unfounded|confirmed)\b)");
  std::smatch whole;
  if (!std::regex_search(text, whole, kOf)) return;
  const auto parts = all_matches(text, kPart);
  Count sum = Count::exact(0);
  for (const auto& m : parts) sum = sum + Count::exact(std::stoll(m[1].str()));
  if (parts.empty()) return;
  say_missing_end(Count::exact(std::stoll(whole[1].str())), sum, whole[2].str(), out);
}

// "8064 complaints; 2665 ruled violations; 2357 ruled none; 946 pending": what has no stated end?
void check_outcomes(const std::string& text, std::vector<TextSlip>& out) {
  static const std::regex kWhole(R"(\b(complaints|allegations|cases|incidents)\b)");
  static const std::regex kOutcome(
      R"(\b(ruled|pending|closed|dismissed|rejected|upheld|withdrawn|settled|open|resolved|unfounded|confirmed)\b)");
  const auto clauses = split(text, ';');
  std::smatch noun;
  const std::string first(clauses.front());
  if (clauses.size() < 2 || !std::regex_search(first, noun, kWhole)) return;
  const auto whole = clause_count(first);
  Count parts = Count::exact(0);
  int outcomes = 0;
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    const std::string clause(clauses[i]);
    if (!std::regex_search(clause, kOutcome)) continue;
    const auto n = clause_count(clause);
    if (!n) return;
    parts = parts + *n;
    ++outcomes;
  }
  if (whole && outcomes > 0) say_missing_end(*whole, parts, noun[1].str(), out);
}

}  // namespace

std::vector<int> delays_min(std::string_view text) {
  const auto times = times_in(std::string(text.substr(0, kTextMax)));
  std::vector<int> out;
  for (std::size_t i = 0; i + 1 < times.size(); ++i)
    out.push_back((times.back() - times[i] + 1440) % 1440);
  return out;
}

std::vector<TextSlip> check_text(std::string_view bytes) {
  const std::string text = without_commas(std::string(bytes.substr(0, kTextMax)));
  std::vector<TextSlip> out;
  check_places(text, out);
  check_delay(text, out);
  check_sums(text, out);
  check_restated(text, out);
  check_outcomes(text, out);
  check_outcomes_of(text, out);
  return out;
}

}  // namespace truce::acquire
