#include "app/enter_signature.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/signature_folder.h"
#include "base/printable.h"

namespace truce::app {

namespace {

Result<std::optional<Entered>> find_entered(const Mission& mission, Disk& disk,
                                            ledger::Store& store, const std::string& id) {
  TRUCE_TRY(rows, store.records("signature"));
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  if (it == rows.end()) return std::optional<Entered>();
  TRUCE_TRY(at, entered_at(mission, disk, it->position));
  return std::optional<Entered>({it->position, at});
}

Result<std::optional<Entered>> take_left(Session& s, const std::string& id) {
  s.intake->on_unread = [](const Error& e) {
    std::fprintf(stderr, "%s\n", printable(e.to_text()).c_str());
  };
  TRUCE_CHECK_OK(s.intake->take_signatures());
  TRUCE_TRY(entered, find_entered(s.mission, *s.disk, *s.store, id));
  if (entered) return entered;
  return make_error(ErrorCode::kCorrupt, "the signature is not in the store",
                    {.source = s.mission.store_path()}, "`truce replay` to see what is wrong");
}

// The run that is on takes it in at its next look; where it ends meanwhile, it is taken in here.
// None: it has not come to it yet.
Result<std::optional<Entered>> wait_for_run(const Session& s, const MissionOptions& o,
                                            const std::string& id) {
  SessionOptions quiet = o.session;
  quiet.feed_files = FeedFiles::kNotNeeded;
  quiet.quiet = true;
  for (int rounds = 0; rounds < 50; ++rounds) {
    ::usleep(200'000);
    const auto store = ledger::Store::open_to_read(s.mission.store_path());
    if (store.ok()) {
      TRUCE_TRY(entered, find_entered(s.mission, *s.disk, **store, id));
      if (entered) return entered;
    }
    if (rounds % 5 != 4) continue;
    const auto own = Session::open(o.mission, quiet);
    if (own.ok()) return take_left(**own, id);
    if (own.error().code != ErrorCode::kBusy) break;
  }
  return std::optional<Entered>();
}

}  // namespace

Result<std::optional<Entered>> enter_signature(Session& s, const MissionOptions& o,
                                               const ::truce::Signature& record) {
  TRUCE_CHECK_OK(leave_signature(s.mission.folder, *s.disk, record));
  return s.intake ? take_left(s, record.id) : wait_for_run(s, o, record.id);
}

}  // namespace truce::app
