#pragma once
// The server of a run that stays: what it serves, to whom, where.

#include <cstdint>
#include <memory>
#include <optional>

#include "app/act_desk.h"
#include "app/released_records.h"
#include "app/served_records.h"
#include "app/session.h"

namespace truce::app {

class Serving {
 public:
  // Of what the mission's [serve] says, with another port where one is given. Opens accounts and
  // the key of released ids in var/. Errors: an address that others can reach without accounts or
  // without TLS; a port that is taken; files that cannot be used.
  static Result<std::unique_ptr<Serving>> start(const Mission& mission,
                                                std::optional<std::uint16_t> port);
  // Other rules and records from now on; where it listens stays.
  void follow_mission(const Mission& mission);
  std::string address() const;  // "http://127.0.0.1:8080"

 private:
  Serving(const Mission& mission, const release::SealKey& key)
      : plan_(mission.serve),
        store_(std::make_shared<const Mission>(mission)),
        source_(store_, mission.release, key, wall_clock),
        desk_(std::make_shared<const Mission>(mission), wall_clock) {}
  ServePlan plan_;
  StoreSource store_;
  ReleasedSource source_;
  ActDesk desk_;
  std::unique_ptr<serve::Accounts> accounts_;
  std::unique_ptr<serve::Server> server_;  // goes first: it uses all of them
};

// Whether a mission may be served so. Errors: kUnusable.
Status check_plan(const ServePlan& plan, bool has_accounts);

}  // namespace truce::app
