// Words kept, removed and added between two texts.

#include <algorithm>

#include "stages/judge/internal/words.h"
#include "stages/judge/points.h"

namespace truce::judge {

namespace {

using WordList = std::vector<std::string_view>;

// length(i, j) of the longest common subsequence of what stands from i and from j on.
class CommonLengths {
 public:
  CommonLengths(const WordList& a, const WordList& b)
      : width_(b.size() + 1), lengths_((a.size() + 1) * width_) {
    for (std::size_t i = a.size(); i-- > 0;) {
      for (std::size_t j = b.size(); j-- > 0;)
        lengths_[i * width_ + j] =
            a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  std::uint32_t at(std::size_t i, std::size_t j) const { return lengths_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> lengths_;
};

class WordRuns {
 public:
  void add(WordRun::Kind kind, std::string_view word) {
    if (out.empty() || out.back().kind != kind)
      out.push_back({kind, std::string(word)});
    else
      out.back().words += " " + std::string(word);
  }
  void add(WordRun::Kind kind, const WordList& words) {
    for (const auto w : words) add(kind, w);
  }
  std::vector<WordRun> out;
};

void add_middle(const WordList& a, const WordList& b, WordRuns& runs) {
  if (!b.empty() && a.size() > kWordPairsMax / b.size()) {
    runs.add(WordRun::Kind::kRemoved, a);
    runs.add(WordRun::Kind::kAdded, b);
    return;
  }
  const CommonLengths common(a, b);
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j])
      runs.add(WordRun::Kind::kKept, a[i++]), ++j;
    else if (i < a.size() && (j == b.size() || common.at(i + 1, j) >= common.at(i, j + 1)))
      runs.add(WordRun::Kind::kRemoved, a[i++]);
    else
      runs.add(WordRun::Kind::kAdded, b[j++]);
  }
}

}  // namespace

std::vector<WordRun> word_difference(std::string_view before, std::string_view after) {
  WordList a = split_words(before), b = split_words(after);
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const WordList head(a.begin(), ends.first);
  a.erase(a.begin(), ends.first);
  b.erase(b.begin(), ends.second);
  WordList tail;
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    tail.insert(tail.begin(), a.back());
    a.pop_back();
    b.pop_back();
  }
  WordRuns runs;
  runs.add(WordRun::Kind::kKept, head);
  add_middle(a, b, runs);
  runs.add(WordRun::Kind::kKept, tail);
  return runs.out;
}

}  // namespace truce::judge
