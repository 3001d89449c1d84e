#pragma once
// Where acts of officers come in: checked, and durable before they are acknowledged. The run that
// is on takes them into the log at its next look.

#include <functional>
#include <memory>
#include <mutex>

#include "app/mission.h"
#include "base/disk.h"
#include "stages/serve/serve.h"

namespace truce::app {

class ActDesk : public serve::Desk {
 public:
  ActDesk(std::shared_ptr<const Mission> mission, std::function<Instant()> now)
      : mission_(std::move(mission)), now_(std::move(now)), disk_(posix_disk()) {}
  // {"id":"a…","position":null}
  Result<std::string> take_act(const serve::Reader& by, std::string_view body) override;
  // Another reading of the mission's files, from any thread.
  void set_mission(std::shared_ptr<const Mission> mission);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Mission> mission_;
  std::function<Instant()> now_;
  std::unique_ptr<Disk> disk_;
};

}  // namespace truce::app
