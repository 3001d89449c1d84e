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
  }
}

}  // namespace
}  // namespace truce::app
