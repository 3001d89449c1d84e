#pragma once
// Rows of a CSV whose first line names its columns, in any order: numbers with a range, words, and
// every complaint with file, line and column.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"

namespace truce::sim {

struct NumberRange {
  double min = 0, max = 0;
  std::string_view unit;
};

// One row, seen through the wanted columns. The first complaint is kept; after one, values are 0.
class ColumnRow {
 public:
  const std::string& word(std::size_t wanted);
  double number(std::size_t wanted, const NumberRange& range);
  // nullopt when the field is empty.
  std::optional<double> number_if_any(std::size_t wanted, const NumberRange& range);
  // A whole number from 0 below `end`.
  std::uint32_t index(std::size_t wanted, std::size_t end);
  void complain(std::size_t wanted, std::string message, std::string expected);
  bool has(std::size_t wanted) const;

 private:
  friend Status read_columns(std::string_view, const std::string&,
                             const std::vector<std::string_view>&, std::size_t,
                             const std::function<void(ColumnRow&)>&);
  const std::string* source_ = nullptr;
  const std::vector<std::string_view>* wanted_ = nullptr;
  std::vector<std::size_t> at_;  // per wanted column its place in the file
  const CsvRow* row_ = nullptr;
  std::optional<Error> complaint_;
};

// Calls `each` for every row; stops at the first complaint and returns it. Of the wanted columns
// the first `required` have to be there.
Status read_columns(std::string_view bytes, const std::string& source,
                    const std::vector<std::string_view>& wanted, std::size_t required,
                    const std::function<void(ColumnRow&)>& each);

}  // namespace truce::sim
