#include "stages/judge/agreement_schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>

#include "base/files.h"
#include "stages/judge/agreement.h"
#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/points.h"

namespace truce::judge {
namespace {

// What the tables below may name.
constexpr const char* kNamed = R"(
[standard_of_proof]
clear = 0.85
[[party]]
id = "a"
name = "A"
[[definition]]
id = "d"
weapons = ["artillery"]
[[provision]]
id = "p"
standard_of_proof = "clear"
[[gate]]
id = "r"
[[obligation]]
id = "r"
[[escalation]]
id = "r"
[[cumulation]]
id = "r"
)";

// A table and how it is come by: "[[gate]]\n[[gate.step]]\n".
struct AtTable {
  TableId id;
  std::string path;
  std::string header;
  bool of_points = false;
};

// Without these the parser does not look at what the line says.
std::string said_beside(TableId id, std::string_view key) {
  std::string out;
  for (const auto& [change, kind, named] :
       {std::tuple(TableId::kProvisionChange, "provision", "p"),
        std::tuple(TableId::kDefinitionChange, "definition", "d"),
        std::tuple(TableId::kGateChange, "gate", "r"),
        std::tuple(TableId::kObligationChange, "obligation", "r"),
        std::tuple(TableId::kEscalationChange, "escalation", "r"),
        std::tuple(TableId::kCumulationChange, "cumulation", "r")}) {
    if (id == change && key != kind) out += std::string(kind) + " = \"" + named + "\"\n";
  }
  return key == "day_one" ? out + "by = \"end of day 2\"\n" : out;
}

// Provisions of points are looked at when they are read into an agreement.
void each_table(const AtTable& at, const std::function<void(const AtTable&)>& visit) {
  if (at.of_points && at.id == TableId::kProvision) return;
  visit(at);
  for (const Key& k : table_of_keys(at.id).keys) {
    const std::string path =
        at.path.empty() ? std::string(k.name) : at.path + "." + std::string(k.name);
    const bool single = k.kind == KeyKind::kTable || k.kind == KeyKind::kMoment;
    for (const TableId to : k.tables)
      each_table({to, path,
                  at.header + said_beside(at.id, {}) + (single ? "[" : "[[") + path +
                      (single ? "]\n" : "]]\n"),
                  at.of_points},
                 visit);
  }
}
void each_table(const std::function<void(const AtTable&)>& visit) {
  each_table({TableId::kRoot, {}, {}}, visit);
  each_table({TableId::kPlan, {}, {}, true}, visit);
}

struct Said {
  std::vector<Error> errors;  // of the line that is looked at
  std::string all;
  bool mentions(std::string_view words) const {
    return std::any_of(errors.begin(), errors.end(), [&](const Error& e) {
      return (e.message + "; " + e.expected).find(words) != std::string::npos;
    });
  }
};

// What is said of one line, `key = value`, in the table; of the table itself where it is empty.
Said said_of(const AtTable& at, std::string_view key, const std::string& line) {
  const bool root = at.id == TableId::kRoot || at.of_points;
  const std::string before = (root ? std::string() : kNamed) + at.header + said_beside(at.id, key);
  Problems problems;
  if (at.of_points)
    static_cast<void>(parse_points(before + line + "\n", "points.toml", {}, problems));
  else
    static_cast<void>(parse_agreement(before + line + "\n", "agreement.toml", {}, problems));
  Said out;
  const auto number =
      static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  for (const Error& e : problems.errors) {
    out.all += e.to_text() + "\n";
    if (line.empty() ? e.place.field == key : e.place.line == number) out.errors.push_back(e);
  }
  return out;
}

std::string with_value(const Key& k, const std::string& value) {
  return std::string(k.name) + " = " + value;
}

TEST(AgreementSchema, is_what_the_program_writes) {
  const std::string folder = TRUCE_SOURCE_DIR "/schema/";
  for (const auto& [name, schema] :
       {std::pair("agreement", agreement_schema()), std::pair("points", points_schema())}) {
    const auto text = read_file(folder + name + ".schema.json");
    ASSERT_TRUE(text.ok()) << text.error().to_text();
    EXPECT_EQ(*text, schema) << "make docs";
  }
}

TEST(AgreementSchema, every_table_is_come_by_and_explained) {
  std::set<TableId> seen;
  std::set<std::string_view> names;
  each_table([&](const AtTable& at) {
    seen.insert(at.id);
    const TableOfKeys& t = table_of_keys(at.id);
    names.insert(t.name);
    EXPECT_GT(t.words.size(), 10U) << t.name;
    std::set<std::string_view> keys;
    for (const Key& k : t.keys) {
      EXPECT_TRUE(keys.insert(k.name).second) << t.name << "." << k.name << " is there twice";
      EXPECT_GT(k.words.size(), 10U) << t.name << "." << k.name;
      EXPECT_EQ(k.words.back(), '.') << t.name << "." << k.name;
    }
  });
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kTableIds));
  EXPECT_EQ(names.size(), seen.size());
}

// A key that were known and never read would take a day where no key takes one.
TEST(AgreementSchema, every_key_is_known_to_the_parser_and_read_by_it) {
  int keys = 0;
  each_table([&](const AtTable& at) {
    for (const Key& k : table_of_keys(at.id).keys) {
      ++keys;
      const Said said = said_of(at, k.name, with_value(k, "1979-05-27"));
      EXPECT_FALSE(said.errors.empty()) << at.header << k.name << " is not read\n" << said.all;
      EXPECT_FALSE(said.mentions("not a key that means anything")) << at.header << k.name;
    }
    const Said other = said_of(at, "colour", "colour = \"red\"");
    EXPECT_TRUE(other.mentions("not a key that means anything")) << at.header;
  });
  EXPECT_GT(keys, 150);
}

TEST(AgreementSchema, a_needed_key_that_is_missing_is_said) {
  each_table([&](const AtTable& at) {
    for (const Key& k : table_of_keys(at.id).keys) {
      if (!k.needed) continue;
      const bool is_beside = said_beside(at.id, {}).starts_with(std::string(k.name) + " ");
      if (is_beside) continue;  // without it the change is of nothing at all
      const Said said = said_of(at, k.name, {});
      EXPECT_TRUE(!said.errors.empty() ||
                  said.all.find("\"" + std::string(k.name) + "\"") != std::string::npos ||
                  said.all.find("expected " + std::string(k.name) + " = ") != std::string::npos)
          << at.header << k.name << "\n"
          << said.all;
    }
  });
}

TEST(AgreementSchema, numbers_have_the_bounds_that_the_parser_holds) {
  constexpr std::string_view kRefused = "not a number that can stand here";
  each_table([&](const AtTable& at) {
    for (const Key& k : table_of_keys(at.id).keys) {
      if (k.kind != KeyKind::kNumber && k.kind != KeyKind::kWhole) continue;
      ASSERT_TRUE(std::isfinite(k.min) && std::isfinite(k.max)) << k.name;
      for (const double within : {k.min, k.max})
        EXPECT_FALSE(said_of(at, k.name, with_value(k, std::to_string(within))).mentions(kRefused))
            << at.header << k.name << " " << within;
      for (const double outside : {k.min - 1, k.max + 1})
        EXPECT_TRUE(said_of(at, k.name, with_value(k, std::to_string(outside))).mentions(kRefused))
            << at.header << k.name << " " << outside;
      if (k.kind != KeyKind::kWhole) continue;
      EXPECT_TRUE(
          said_of(at, k.name, with_value(k, std::to_string(k.min + 0.5))).mentions("whole number"))
          << at.header << k.name;
    }
  });
}

TEST(AgreementSchema, words_to_choose_from_are_those_that_the_parser_takes) {
  int words = 0;
  each_table([&](const AtTable& at) {
    for (const Key& k : table_of_keys(at.id).keys) {
      if (k.choices.empty()) continue;
      const bool list = k.kind != KeyKind::kChoice;
      const auto line = [&](std::string_view word) {
        const std::string quoted = "\"" + std::string(word) + "\"";
        return with_value(k, list ? "[" + quoted + "]" : quoted);
      };
      for (const auto word : k.choices) {
        ++words;
        EXPECT_FALSE(said_of(at, k.name, line(word)).mentions("\"" + std::string(word) + "\" is"))
            << at.header << k.name << " " << word;
      }
      EXPECT_TRUE(said_of(at, k.name, line("nonsense")).mentions("\"nonsense\""))
          << at.header << k.name;
    }
  });
  EXPECT_GT(words, 150);
}

}  // namespace
}  // namespace truce::judge
