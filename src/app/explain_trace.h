#pragma once
// From a record down to its entry in the log and its bytes.

#include <map>
#include <optional>
#include <string>

#include "app/session.h"
#include "base/json.h"
#include "model/messages.h"

namespace truce::app {

// Input files as they read now, each opened once.
class InputFiles {
 public:
  explicit InputFiles(const Mission& mission) : mission_(mission) {}
  std::optional<std::string> bytes_of(const Origin& o);

 private:
  const std::optional<std::string>& file(const std::string& name);
  const Mission& mission_;
  std::map<std::string, std::optional<std::string>> files_;
};

// The entry at `position`, the record's file and its bytes, then and today.
Result<std::string> trace(Session& s, InputFiles& files, const Origin& origin,
                          std::uint64_t position, Language language);
// The same of a record that does not tell where it came from.
Result<std::string> trace_entry(Session& s, std::uint64_t position, Language language);

// An entry of the log that is evidence, as members of an object; `kind` names its record.
Status write_entry(Session& s, JsonWriter& w, const ledger::StoredRecord& row,
                   std::string_view kind = "observation");

}  // namespace truce::app
