// Reads the repository and keeps the rules that no compiler knows: who includes whom, where clocks
// and randomness may come from, links that lead somewhere, files that belong to something. Each
// rule is a function from a file to complaints, tried on a bad sample before it is trusted.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct File {
  std::string path;  // from the repository's root
  std::string text;
};
using Complaints = std::vector<std::string>;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<File> files_with(const std::vector<std::string>& endings) {
  std::vector<File> out;
  const fs::path root = TRUCE_SOURCE_DIR;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory() &&
        (name == "build" || name == ".git" || name == "var" || name == "node_modules")) {
      it.disable_recursion_pending();
      continue;
    }
    for (const auto& ending : endings) {
      if (it->is_regular_file() && name.size() >= ending.size() && name.ends_with(ending))
        out.push_back({fs::relative(it->path(), root).string(), slurp(it->path())});
    }
  }
  return out;
}

Complaints over(const std::vector<File>& files,
                const std::function<Complaints(const File&)>& rule) {
  Complaints all;
  for (const auto& f : files) {
    for (auto& c : rule(f)) all.push_back(f.path + ": " + c);
  }
  return all;
}

std::string joined(const Complaints& c) {
  std::string out;
  for (const auto& line : c) out += line + "\n";
  return out;
}

std::vector<std::string> matches(const std::string& text, const std::string& pattern) {
  std::vector<std::string> out;
  const std::regex re(pattern);
  for (auto it = std::sregex_iterator(text.begin(), text.end(), re); it != std::sregex_iterator();
       ++it)
    out.push_back((*it)[1].str());
  return out;
}

// "src/stages/fuse/x.cpp" → "stages/fuse"; "src/base/x.h" → "base".
std::string module_of(const std::string& path) {
  std::smatch m;
  if (std::regex_search(path, m, std::regex("^(?:src/)?(stages/[a-z]+|[a-z]+)/"))) return m[1];
  return {};
}

// base ← model ← every stage; a stage never includes another; sim and app see a stage's one public
// header, and the list of its parameters.
Complaints include_rule(const File& f) {
  Complaints out;
  const std::string own = module_of(f.path);
  for (const auto& include : matches(f.text, "#include \"([^\"]+)\"")) {
    const std::string other = module_of(include);
    if (other == own || other == "base") continue;
    const bool stage = other.rfind("stages/", 0) == 0;
    const bool outer = own == "app" || own == "sim";
    const std::string name = stage ? other.substr(7) : "";
    const bool is_public = include == other + "/" + name + ".h" || include == other + "/params.h" ||
                           include == "stages/ledger/store.h";
    const bool fine = (other == "model" && own != "base") || (stage && outer && is_public) ||
                      (other == "sim" && own == "app");
    if (!fine) out.push_back("may not include " + include);
  }
  return out;
}

// A source begins with the header of its own name, beside it or in internal/: that header has then
// been compiled with nothing before it, and the test of headers leaves it out.
Complaints own_header_rule(const File& f, const std::function<bool(const std::string&)>& exists) {
  const fs::path own = fs::path(f.path).replace_extension(".h");
  const auto includes = matches(f.text, "#include [\"<]([^\">]+)[\">]");
  for (const auto& header : {own, own.parent_path() / "internal" / own.filename()}) {
    if (!exists(header.string())) continue;
    if (includes.empty() || "src/" + includes[0] != header.string())
      return {"does not include " + header.string() + " first"};
  }
  return {};
}

Complaints clock_rule(const File& f) {
  if (f.path.rfind("src/", 0) != 0 || f.path.rfind("src/app/", 0) == 0 ||
      f.path.ends_with("_test.cpp"))
    return {};
  Complaints out;
  for (const char* banned : {"system_clock", "steady_clock", "gettimeofday", "clock_gettime",
                             "random_device", "getenv(", " rand("}) {
    if (f.text.find(banned) != std::string::npos)
      out.push_back(std::string(banned) +
                    " belongs in app; take the clock or the seed as an argument");
  }
  return out;
}

Complaints link_rule(const File& f) {
  Complaints out;
  for (const auto& link : matches(f.text, "\\]\\(([^)#]+)(?:#[^)]*)?\\)")) {
    if (link.rfind("http", 0) == 0) continue;
    if (!fs::exists(fs::path(TRUCE_SOURCE_DIR) / fs::path(f.path).parent_path() / link))
      out.push_back("leads nowhere: " + link);
  }
  return out;
}

Complaints text_rule(const File& f) {
  Complaints out;
  if (f.path.ends_with(".h") && f.text.find("#pragma once") == std::string::npos)
    out.push_back("has no #pragma once");
  if (!matches(f.text,
               "(/ho"
               "me/[a-z]|/tmp/ba"
               "sh_)")
           .empty())
    out.push_back("names a path of a machine");
  if (!matches(f.text,
               "\\b(TO"
               "DO|FIX"
               "ME|XX"
               "X|HA"
               "CK)\\b")
           .empty())
    out.push_back("has a left-over to-do");
  return out;
}

TEST(Tidy, includes_follow_the_design) {
  EXPECT_EQ(include_rule({"src/stages/fuse/a.cpp", "#include \"stages/judge/judge.h\"\n"}).size(),
            1U);
  EXPECT_EQ(include_rule({"src/base/a.h", "#include \"model/count.h\"\n"}).size(), 1U);
  EXPECT_EQ(include_rule({"src/app/a.cpp", "#include \"stages/fuse/internal/density.h\"\n"}).size(),
            1U);
  EXPECT_TRUE(include_rule({"src/app/a.cpp", "#include \"stages/fuse/fuse.h\"\n"}).empty());
  std::vector<File> sources;
  for (auto& f : files_with({".h", ".cpp"})) {
    if (f.path.rfind("src/", 0) == 0) sources.push_back(std::move(f));
  }
  ASSERT_GT(sources.size(), 50U);
  const auto found = over(sources, include_rule);
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, a_source_includes_its_own_header_first) {
  const auto any = [](const std::string& path) { return path == "src/a/b.h"; };
  EXPECT_EQ(own_header_rule({"src/a/b.cpp", "#include <map>\n#include \"a/b.h\"\n"}, any).size(),
            1U);
  EXPECT_EQ(own_header_rule({"src/a/b.cpp", "int x;\n"}, any).size(), 1U);
  EXPECT_TRUE(own_header_rule({"src/a/b.cpp", "#include \"a/b.h\"\n"}, any).empty());
  EXPECT_TRUE(own_header_rule({"src/a/c.cpp", "#include <map>\n"}, any).empty());
  const auto inner = [](const std::string& path) { return path == "src/a/internal/b.h"; };
  EXPECT_EQ(own_header_rule({"src/a/b.cpp", "#include <map>\n"}, inner).size(), 1U);
  std::vector<File> sources;
  for (auto& f : files_with({".cpp"})) {
    if (f.path.rfind("src/", 0) == 0) sources.push_back(std::move(f));
  }
  const auto found = over(sources, [](const File& f) {
    return own_header_rule(
        f, [](const std::string& path) { return fs::exists(fs::path(TRUCE_SOURCE_DIR) / path); });
  });
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, clocks_and_randomness_come_from_app) {
  EXPECT_EQ(clock_rule({"src/base/a.cpp", "std::chrono::system_clock::now()"}).size(), 1U);
  const auto found = over(files_with({".h", ".cpp"}), clock_rule);
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, links_lead_somewhere) {
  EXPECT_EQ(link_rule({"README.md", "[x](docs/none.md)"}).size(), 1U);
  const auto found = over(files_with({".md"}), link_rule);
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, text_is_clean) {
  EXPECT_EQ(text_rule({"src/a.h",
                       "int x; // TO"
                       "DO"})
                .size(),
            2U);
  const auto found = over(files_with({".h", ".cpp", ".md", ".toml", ".sh"}), text_rule);
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Tidy, every_source_belongs_to_a_target) {
  std::string lists;
  for (const auto& f : files_with({"CMakeLists.txt", "TruceModule.cmake"})) lists += f.text;
  for (const auto& f : files_with({".cpp"}))
    EXPECT_NE(lists.find(fs::path(f.path).filename().string()), std::string::npos) << f.path;
}

// A stage's page is one screen that says what comes in, what goes out and what can go wrong.
Complaints page_rule(const File& f) {
  Complaints out;
  for (const char* part : {"**In**", "**Out**", "**What can go wrong**"}) {
    if (f.text.find(part) == std::string::npos) out.push_back(std::string("lacks ") + part);
  }
  if (std::count(f.text.begin(), f.text.end(), '\n') > 48) out.push_back("is longer than a screen");
  return out;
}

TEST(Tidy, every_stage_has_its_page) {
  EXPECT_EQ(page_rule({"README.md", "**In**: a **Out**: b"}).size(), 1U);
  for (const auto& stage : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / "src/stages")) {
    ASSERT_TRUE(fs::exists(stage.path() / "README.md")) << stage.path();
    const auto found = page_rule({"README.md", slurp(stage.path() / "README.md")});
    EXPECT_TRUE(found.empty()) << stage.path() << "\n" << joined(found);
  }
}

}  // namespace
