// Every agreement under examples/agreements: nothing wrong with it, its worked cases come out as
// they were worked, and there are enough of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/agreement_folder.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCasesMin = 25;

std::vector<fs::path> folders() {
  std::vector<fs::path> out;
  for (const auto& f : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / "examples/agreements")) {
    if (fs::exists(f.path() / "agreement.toml")) out.push_back(f.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Agreements, come_out_as_they_were_worked_by_hand) {
  ASSERT_FALSE(folders().empty());
  for (const auto& folder : folders()) {
    judge::Problems problems;
    const AgreementFolder read = load_agreement_folder(folder, problems);
    for (const auto& e : problems.errors) ADD_FAILURE() << folder.filename() << ": " << e.to_text();
    EXPECT_GE(read.cases.size(), kCasesMin) << folder.filename();
    std::set<FindingValue> values;
    for (const auto& c : read.cases) {
      values.insert(c.value);
      EXPECT_FALSE(c.why.empty()) << folder.filename() << ", case " << c.id << " gives no reason";
    }
    EXPECT_GE(values.size(), 3U) << folder.filename() << ": one-sided cases";
  }
}

bool has_reading_of_clocks(const judge::Agreement& a) {
  return std::any_of(a.readings.begin(), a.readings.end(),
                     [&](const auto& r) { return r.clocks != a.readings.front().clocks; });
}

TEST(Agreements, that_hold_something_in_time_have_cases_of_it) {
  std::size_t all = 0;
  for (const auto& folder : folders()) {
    judge::Problems problems;
    const AgreementFolder read = load_agreement_folder(folder, problems);
    all += read.clock_cases.size();
    const std::size_t min = read.agreement.readings.front().clocks.empty() ? 0 : 10;
    EXPECT_GE(read.clock_cases.size(), min) << folder.filename();
    std::set<std::string> readings;
    for (const auto& c : read.clock_cases) readings.insert(c.reading);
    EXPECT_EQ(readings.size() > 1, has_reading_of_clocks(read.agreement)) << folder.filename();
  }
  EXPECT_GE(all, 40U);
}

// A case that is made to expect something else is noticed: at another state, instant or count.
TEST(Agreements, cases_in_time_can_fail) {
  for (const auto& folder : folders()) {
    judge::Problems problems;
    AgreementFolder read = load_agreement_folder(folder, problems);
    for (auto& c : read.clock_cases) {
      for (auto& e : c.expect) {
        if (e.worked.state.empty())
          e.worked.low = e.worked.low.value_or(0) + 1;
        else
          e.worked.state = "other";
      }
    }
    for (const auto& o : judge::work(read.agreement, read.clock_cases))
      EXPECT_FALSE(o.as_worked) << folder.filename() << ", case " << o.of->id;
  }
}

TEST(Agreements, print_every_clause_with_its_meaning_and_its_cases) {
  for (const auto& folder : folders()) {
    judge::Problems problems;
    const AgreementFolder read = load_agreement_folder(folder, problems);
    const std::string page = judge::print_agreement(read.agreement, read.texts, {});
    for (const auto& [language, spans] : read.texts) {
      for (const auto& s : spans) EXPECT_NE(page.find(s.text), std::string::npos) << s.id;
    }
    for (const auto& p : read.agreement.readings.front().provisions)
      EXPECT_NE(page.find("**" + p.id + "**"), std::string::npos) << p.id;
    const judge::ClockRules& clocks = read.agreement.readings.front().clocks;
    judge::each_kind(clocks, clocks, [&](const char* kind, const auto& rules, const auto&) {
      for (const auto& r : rules) {
        const std::string once = "**" + r.id + "** (" + kind + ") — " + r.words;
        EXPECT_NE(page.find(once), std::string::npos) << r.id;
      }
    });
  }
}

TEST(Agreements, print_severity_and_remedies_in_each_language) {
  judge::Problems problems;
  const AgreementFolder read = load_agreement_folder(
      fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/guarantees-2026", problems);
  const auto holds = [&](Language l, const std::string& words) {
    const std::string page = judge::print_agreement(read.agreement, read.texts, {}, l);
    EXPECT_NE(page.find("\n- " + words + "\n"), std::string::npos) << words << "\n" << page;
  };
  holds(Language::kEnglish, "Severity of a breach: serious.");
  holds(Language::kEnglish, "Remedies: determined by the special commission.");
  holds(Language::kUkrainian, "Тяжкість порушення: serious.");
  holds(Language::kUkrainian, "Передбачені заходи: determined by the special commission.");
  holds(Language::kRussian, "Тяжесть нарушения: serious.");
  holds(Language::kRussian, "Предусмотренные меры: determined by the special commission.");
}

// Written into agreement.toml itself, they would be the same.
TEST(Agreements, take_provisions_from_points_as_if_they_were_their_own) {
  judge::Problems problems;
  const AgreementFolder read = load_agreement_folder(
      fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/guarantees-2026", problems);
  EXPECT_TRUE(problems.errors.empty());
  const auto& base = read.agreement.readings.front().provisions;
  ASSERT_EQ(base.size(), 2U);
  EXPECT_EQ(base[0].id, "ceasefire");
  EXPECT_EQ(base[1].id, "skies");
  EXPECT_EQ(base[1].exceptions.at(0).notice_kinds, std::vector<std::string>{"rescue_flight"});
  EXPECT_EQ(read.agreement.readings.at(1).provisions[1].zone_kinds, std::vector<std::string>{});
  EXPECT_EQ(read.agreement.readings.front().clocks.gates.at(0).breaches,
            (std::vector<std::string>{"ceasefire", "persistent"}));
}

}  // namespace
}  // namespace truce::app
