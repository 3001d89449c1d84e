#include "app/explain_trace.h"

#include "app/explain.h"
#include "base/files.h"
#include "base/hash.h"

namespace truce::app {

std::optional<std::string> InputFiles::bytes_of(const Origin& o) {
  const auto& text = file(o.file);
  if (!text || o.offset > text->size()) return std::nullopt;
  return text->substr(o.offset, o.length);
}

const std::optional<std::string>& InputFiles::file(const std::string& name) {
  const auto it = files_.find(name);
  if (it != files_.end()) return it->second;
  const auto read = read_file(mission_.path_of(name));
  return files_.emplace(name, read.ok() ? std::optional(*read) : std::nullopt).first->second;
}

Result<std::string> trace(Session& s, InputFiles& files, const Origin& origin,
                          std::uint64_t position, Language language) {
  TRUCE_TRY(entry, s.log->read(position));
  return trace_words(
      {origin, entry.position, to_hex(entry.hash), entry.entry.raw, files.bytes_of(origin)},
      language);
}

Result<std::string> trace_entry(Session& s, std::uint64_t position, Language language) {
  TRUCE_TRY(entry, s.log->read(position));
  return entry_words(entry.position, to_hex(entry.hash), entry.entry.raw, language);
}

Status write_entry(Session& s, JsonWriter& w, const ledger::StoredRecord& row,
                   std::string_view kind) {
  TRUCE_TRY(entry, s.log->read(row.position));
  w.key("bytes").string(to_valid_utf8(entry.entry.raw));
  if (kind < "log_entry") w.key(kind).raw(row.json);  // keys ascend
  w.key("log_entry").integer(static_cast<std::int64_t>(entry.position));
  if (kind > "log_entry" && kind < "sha256") w.key(kind).raw(row.json);
  w.key("sha256").string(to_hex(entry.hash));
  if (kind > "sha256") w.key(kind).raw(row.json);
  return done();
}

}  // namespace truce::app
