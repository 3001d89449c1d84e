#include "app/act_folder.h"

#include <simdjson.h>

#include <algorithm>

#include "base/files.h"
#include "base/json.h"

namespace truce::app {

namespace fs = std::filesystem;

std::vector<fs::path> acts_left(const fs::path& mission) {
  std::vector<fs::path> out;
  std::error_code none;
  fs::directory_iterator file(mission / kActFolder, none);
  for (const fs::directory_iterator end; !none && file != end; file.increment(none)) {
    if (file->path().extension() == ".json") out.push_back(file->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Status leave_act(const fs::path& mission, Disk& disk, const Act& act) {
  const fs::path folder = mission / kActFolder;
  TRUCE_CHECK_OK(disk.make_directories(folder.string()));
  TRUCE_CHECK_OK(disk.sync_directory(folder.parent_path().string()));
  std::string text;
  JsonWriter w(text);
  w.begin_object().key("key").string(act.key).key("signature").string(act.signature);
  w.key("statement").string(act.statement).end_object();
  TRUCE_CHECK_OK(write_file_atomically(folder / (act.id + ".json"), text + "\n"));
  return disk.sync_directory(folder.string());
}

Result<Act> read_act(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto e = parser.parse(json.data(), json.size()).get(root))
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e));
  simdjson::dom::object object;
  if (root.get_object().get(object)) return bad_input("is no object");
  std::string_view key;
  std::string_view signature;
  std::string_view statement;
  const auto text = [&object](const char* name, std::string_view& out) -> Status {
    if (!object[name].get_string().get(out)) return done();
    return bad_input("is missing or no text", {.field = name},
                     R"({"key":"…","signature":"…","statement":"…"})");
  };
  TRUCE_CHECK_OK(text("key", key));
  TRUCE_CHECK_OK(text("signature", signature));
  TRUCE_CHECK_OK(text("statement", statement));
  if (object.size() != 3) return bad_input("has a field that it does not know");
  return signed_act(statement, key, signature);
}

std::vector<Act> acts_waiting(const fs::path& mission) {
  std::vector<Act> out;
  for (const auto& path : acts_left(mission)) {
    const auto text = read_file(path);
    if (!text.ok()) continue;
    auto act = read_act(*text);
    if (act.ok()) out.push_back(*std::move(act));
  }
  return out;
}

}  // namespace truce::app
