#include "app/act_desk.h"

#include "app/act_folder.h"
#include "app/check_act.h"
#include "base/json.h"

namespace truce::app {

namespace {

constexpr std::size_t kWaitingMax = 1000;

}  // namespace

Result<std::string> ActDesk::take_act(const serve::Reader& by, std::string_view body) {
  const std::lock_guard<std::mutex> lock(mutex_);
  TRUCE_TRY(sent, read_act(body));
  const auto waiting = acts_waiting(mission_->folder);
  if (waiting.size() >= kWaitingMax)
    return make_error(ErrorCode::kBusy, "too many acts wait for the run to take them in");
  const auto store = ledger::Store::open_to_read(mission_->store_path());
  if (!store.ok())
    return make_error(ErrorCode::kBusy, "nothing has been recorded yet, or it is being made anew");
  TRUCE_TRY(act, check_act(sent.statement, sent.key, sent.signature,
                           {.now = now_(),
                            .account = by.account,
                            .account_key = by.key,
                            .mission = mission_->id,
                            .members_max = mission_->fuse.members_max,
                            .store = **store,
                            .waiting = waiting}));
  TRUCE_CHECK_OK(leave_act(mission_->folder, *disk_, act));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("id").string(act.id).key("position").null().end_object();
  return out;
}

void ActDesk::set_mission(std::shared_ptr<const Mission> mission) {
  const std::lock_guard<std::mutex> lock(mutex_);
  mission_ = std::move(mission);
}

}  // namespace truce::app
