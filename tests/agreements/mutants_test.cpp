// The mutation check: each comparison by which findings are decided is made to compare wrongly, one
// at a time, and some worked case must come out otherwise. This program is built of the judge's
// sources with TRUCE_MUTANTS; see stages/judge/internal/compare.h.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/agreement_folder.h"
#include "stages/judge/internal/compare.h"

namespace truce::judge {

Sites sites_of_evaluate();
Sites sites_of_subject();

namespace {

namespace fs = std::filesystem;

std::vector<app::AgreementFolder> read_all() {
  std::vector<app::AgreementFolder> out;
  for (const char* where : {"examples/agreements", "tests/agreements/bounds"}) {
    std::vector<fs::path> folders;
    for (const auto& f : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / where)) {
      if (fs::exists(f.path() / "agreement.toml")) folders.push_back(f.path());
    }
    std::sort(folders.begin(), folders.end());
    for (const auto& f : folders) {
      Problems problems;
      out.push_back(app::load_agreement_folder(f, problems));
      for (const auto& e : problems.errors) ADD_FAILURE() << f << ": " << e.to_text();
    }
  }
  return out;
}

// Whether some case comes out otherwise than worked.
bool is_noticed(const std::vector<app::AgreementFolder>& agreements) {
  return std::any_of(agreements.begin(), agreements.end(), [](const auto& a) {
    const Judge judge(a.agreement);
    const auto outcomes = work(judge, a.cases);
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [](const Outcome& o) { return !o.as_worked; });
  });
}

TEST(Mutants, each_wrong_comparison_is_noticed_by_some_worked_case) {
  const auto agreements = read_all();
  mutant = -1;
  ASSERT_FALSE(is_noticed(agreements));
  int tried = 0;
  const auto try_sites = [&](const char* file, Sites sites) {
    for (int site = sites.begin; site < sites.end; ++site) {
      for (const int wrong : {0, 1}) {
        mutant = 2 * site + wrong;
        ++tried;
        EXPECT_TRUE(is_noticed(agreements)) << file << ", comparison " << site - sites.begin
                                            << (wrong == 0 ? " at equality" : " negated");
      }
    }
  };
  try_sites("evaluate.cpp", sites_of_evaluate());
  try_sites("subject.cpp", sites_of_subject());
  mutant = -1;
  EXPECT_GT(tried, 60);
}

}  // namespace
}  // namespace truce::judge
