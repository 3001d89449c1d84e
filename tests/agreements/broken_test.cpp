// Agreements with a mistake that somebody has made or will make, one file each in broken/. A file
// holds what must be said, and the folder: sections that begin with "--- FILE". Lines of "---
// expect" are "FILE:LINE: part of the message | part of the remedy", with "warning " before what is
// no error. All of them must be said and nothing else: a mistake that brings complaints about its
// consequences sends the reader astray.

#include <gtest/gtest.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "app/agreement_folder.h"
#include "base/files.h"
#include "base/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

const fs::path kBroken = fs::path(TRUCE_SOURCE_DIR) / "tests/agreements/broken";

struct Expected {
  std::string where, message, remedy;
};
struct BrokenCase {
  std::vector<Expected> expected;
  std::map<std::string, std::string> files;
};

std::string slurp(const fs::path& path) { return read_file(path).value_or(std::string()); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Expected expected_of(const std::string& line) {
  const auto message = line.find(": ");
  const auto remedy = line.find(" | ");
  if (message == std::string::npos || remedy == std::string::npos || remedy < message) {
    ADD_FAILURE() << "not FILE:LINE: message | remedy: " << line;
    return {};
  }
  return {line.substr(0, message), line.substr(message + 2, remedy - message - 2),
          line.substr(remedy + 3)};
}

BrokenCase read_case(const fs::path& path) {
  BrokenCase out;
  std::string section;
  for (const auto& line : lines_of(slurp(path))) {
    if (line.starts_with("--- "))
      section = line.substr(4);
    else if (section == "expect")
      out.expected.push_back(expected_of(line));
    else if (!section.empty())
      out.files[section] += line + "\n";
  }
  const bool has_geo = std::any_of(out.files.begin(), out.files.end(),
                                   [](const auto& f) { return f.first.starts_with("geo/"); });
  if (!has_geo) out.files["geo/places.geojson"] = slurp(kBroken / "places.geojson");
  return out;
}

class Folder {
 public:
  explicit Folder(const BrokenCase& from, const std::string& name)
      : path_(fs::path(testing::TempDir()) / (name + std::to_string(getpid()))) {
    for (const auto& [file, text] : from.files) {
      fs::create_directories((path_ / file).parent_path());
      std::ofstream(path_ / file, std::ios::binary) << text;
    }
  }
  ~Folder() {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool is_said(const Error& e, const char* kind, const Expected& x) {
  return kind + e.place.source + ":" + std::to_string(e.place.line) == x.where &&
         e.message.find(x.message) != std::string::npos && !x.remedy.empty() &&
         e.expected.find(x.remedy) != std::string::npos;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& f : fs::directory_iterator(kBroken)) {
    if (f.path().extension() == ".txt") out.push_back(f.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Broken : public testing::TestWithParam<std::string> {};

TEST_P(Broken, agreement_is_told_all_that_is_wrong_and_nothing_else) {
  const BrokenCase broken = read_case(kBroken / (GetParam() + ".txt"));
  const Folder folder(broken, "truce-broken-" + GetParam());
  judge::Problems problems;
  static_cast<void>(load_agreement_folder(folder.path(), problems));
  std::string all;
  auto expected = broken.expected;
  const auto hold = [&](const std::vector<Error>& said, const char* kind) {
    for (const Error& e : said) {
      all += kind + e.to_text() + "\n";
      const auto it = std::find_if(expected.begin(), expected.end(),
                                   [&](const Expected& x) { return is_said(e, kind, x); });
      if (it == expected.end())
        ADD_FAILURE() << "is said and not expected: " << kind << e.to_text();
      else
        expected.erase(it);
      EXPECT_EQ(e.code, ErrorCode::kBadMission) << e.to_text();
    }
  };
  hold(problems.errors, "");
  hold(problems.warnings, "warning ");
  for (const Expected& x : expected)
    ADD_FAILURE() << "is not said: " << x.where << ": " << x.message << " | " << x.remedy
                  << "\nwhat is said:\n"
                  << all;
}

INSTANTIATE_TEST_SUITE_P(Agreements, Broken, testing::ValuesIn(names()), [](const auto& of) {
  std::string out = of.param;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
});

// A time without quotes is no text: null, which no key takes.
void write_json(const toml::node& node, JsonWriter& w) {
  if (const auto* table = node.as_table()) {
    w.begin_object();
    for (const auto& [key, value] : *table) {
      w.key(key.str());
      write_json(value, w);
    }
    w.end_object();
  } else if (const auto* list = node.as_array()) {
    w.begin_array();
    for (const auto& value : *list) write_json(value, w);
    w.end_array();
  } else if (const auto text = node.value_exact<std::string>()) {
    w.string(*text);
  } else if (node.is_number()) {
    w.number(node.value_or(0.0));
  } else if (node.is_boolean()) {
    w.boolean(node.value_or(false));
  } else {
    w.null();
  }
}

// What is no TOML has no shape. `schema`: "agreement" or "points".
void append_file(std::string& out, const std::string& name, const std::string& schema,
                 const std::string& text, bool right) {
  try {
    const toml::table root = toml::parse(text);
    JsonWriter w(out);
    w.begin_object().key("file");
    write_json(root, w);
    w.key("name").string(name + "/" + schema).key("right").boolean(right);
    w.key("schema").string(schema).end_object();
    out += '\n';
  } catch (const toml::parse_error&) {
    EXPECT_FALSE(right) << name;
  }
}

// For tests/schema/agreements.mjs.
TEST(BrokenAgreements, are_written_as_json_for_an_outside_judge_with_those_that_are_right) {
  std::string out;
  std::size_t right = 0;
  for (const std::string schema : {"agreement", "points"}) {
    for (const auto& name : names()) {
      const BrokenCase broken = read_case(kBroken / (name + ".txt"));
      const auto it = broken.files.find(schema + ".toml");
      if (it != broken.files.end())
        append_file(out, name, schema, it->second, broken.expected.empty());
    }
    for (const char* where : {"examples/agreements", "examples/missions", "tests/agreements/bounds",
                              "tests/missions"}) {
      for (const auto& f : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / where)) {
        const fs::path file = f.path() / (schema + ".toml");
        if (!fs::exists(file)) continue;
        append_file(out, f.path().filename().string(), schema, slurp(file), true);
        ++right;
      }
    }
  }
  EXPECT_GE(right, 12U);
  ASSERT_TRUE(write_file_atomically(testing::TempDir() + "/agreements.ndjson", out).ok());
}

TEST(BrokenAgreements, are_many) { EXPECT_GE(names().size(), 40U); }

}  // namespace
}  // namespace truce::app
