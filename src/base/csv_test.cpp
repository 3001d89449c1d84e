#include "base/csv.h"

#include <gtest/gtest.h>

#include <random>

namespace truce {
namespace {

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<Error> errors;
  std::vector<std::uint64_t> lines;
};

Read read_all(std::string_view text) {
  Read out;
  CsvReader reader(text, "f.csv");
  while (auto row = reader.next()) {
    if (row->ok()) {
      out.rows.push_back(*(*row)->fields);
      out.lines.push_back((*row)->line);
    } else {
      out.errors.push_back(row->error());
    }
  }
  return out;
}

TEST(Csv, reads_quotes_breaks_and_a_byte_order_mark) {
  const auto r = read_all(
      "\xef\xbb\xbf"
      "a,b\r\n\"x,\"\"y\"\"\",\"two\nlines\"\n,\n");
  ASSERT_EQ(r.rows.size(), 3U);
  EXPECT_EQ(r.rows[1], (std::vector<std::string>{"x,\"y\"", "two\nlines"}));
  EXPECT_EQ(r.rows[2], (std::vector<std::string>{"", ""}));
  EXPECT_EQ(r.lines, (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST(Csv, loses_one_line_to_a_lost_quote_and_says_where) {
  const auto r = read_all("a,b\n\"open,1\nc,2\nd,3\n");
  EXPECT_EQ(r.rows.size(), 3U);
  ASSERT_EQ(r.errors.size(), 1U);
  EXPECT_EQ(r.errors[0].place.line, 2U);
  EXPECT_EQ(r.errors[0].place.byte_offset, 4U);
  EXPECT_EQ(r.errors[0].place.source, "f.csv");
}

TEST(Csv, gives_back_what_a_writer_wrote) {
  std::mt19937 random(3);
  const std::string alphabet = "ab,\"\n\r ;é";
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<std::string>> rows(1 + random() % 4);
    std::string text;
    for (auto& row : rows) {
      row.resize(2);
      for (std::size_t c = 0; c < 2; ++c) {
        for (unsigned n = random() % 6; n > 0; --n) row[c] += alphabet[random() % alphabet.size()];
        text += c == 0 ? "\"" : ",\"";
        for (const char ch : row[c]) text += ch == '"' ? std::string("\"\"") : std::string(1, ch);
        text += '"';
      }
      text += '\n';
    }
    EXPECT_EQ(read_all(text).rows, rows) << text;
  }
}

TEST(Csv, stops_at_its_limits) {
  CsvReader reader("aaaa,b\nc,d\n", "f", {.field_bytes_max = 3});
  EXPECT_FALSE(reader.next()->ok());
  EXPECT_TRUE(reader.next()->ok());
  EXPECT_FALSE(reader.next().has_value());
}

}  // namespace
}  // namespace truce
