#pragma once
// The engine: log entries in, records in the query store out. Live run, catching up after a crash
// and replay all go through `Engine::apply`; nothing else writes to the store.
//
// Order of work for one batch: entries are appended to the log and committed (that is the
// acknowledgement), applied inside one store transaction, and settled: incidents that changed are
// worked out again, held against the agreement, and stored as new versions. A tick, by which each
// look at the feeds ends, settles as well, so that a run of another cut has the versions of then.
// The transaction ends
// with the log position it brings the store to. Who writes the log hands its entries over; all
// others are read from it.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/act_book.h"
#include "app/alerts.h"
#include "app/judging.h"
#include "app/mission.h"
#include "app/sound_blocks.h"
#include "base/disk.h"
#include "stages/fuse/fuse.h"
#include "stages/ledger/ledger.h"
#include "stages/ledger/store.h"

namespace truce::app {

struct Tally {  // what has gone by, for progress and the closing line
  std::uint64_t entries = 0;
  std::uint64_t observations = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  std::uint64_t complaints = 0;
  std::uint64_t incidents_updated = 0;
  std::uint64_t acts_unsigned = 0;  // entries that say they are acts and are not: without effect
};

class Engine {
 public:
  struct Options {
    unsigned threads = 1;
    std::size_t batch_entries = 10'000;  // per group commit and store transaction
    Duration keep = Duration::days(3);   // of event time held in memory behind the newest
  };

  Engine(const Mission& mission, ledger::Store& store, Options options);
  ~Engine();

  // An entry just appended to the log at `position`, and the observation it was written from where
  // that is known: spares catch_up reading it back and parsing it. Nothing is applied before
  // catch_up says it is committed. Positions ascend without gaps.
  void hand_over(std::uint64_t position, Entry&& entry, Observation* observation);
  // Brings incidents and findings up to date with everything applied.
  Status settle();
  // Applies committed entries of the log from the store's position to its end, in batches. Always
  // of the same log. After an error the engine is of no more use.
  // `progress` is called after each batch with (applied, total).
  Status catch_up(Disk& disk, const std::string& log_directory, std::uint64_t committed,
                  const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});
  // Before anything is applied, to an empty store: acts that hold, bound elsewhere. For what-if.
  void hold(ActBook acts);
  // Called after each commit with what is to be said of hazards to posts since the one before.
  std::function<Status(const std::vector<Alert>&)> on_alerts;

  const Tally& tally() const { return tally_; }
  // A file was read anew by another reading to its end: which of its records count has changed, and
  // the store is to be made anew from the log.
  bool is_stale() const { return stale_; }

 private:
  class StoreLookback;
  // `known`: the observation that the entry holds, if there is no need to parse it; moved from.
  Status apply(std::uint64_t position, const Entry& entry, Observation* known);
  Status apply_observation(std::uint64_t position, const Entry& entry, Observation&& observation);
  Status apply_notice(std::uint64_t position, const Entry& entry);
  Status apply_health(std::uint64_t position, const Entry& entry);
  Status apply_weather(std::uint64_t position, const Entry& entry);
  Status apply_statement(std::uint64_t position, const Entry& entry);
  Status apply_act(std::uint64_t position, const Entry& entry);
  Status apply_tick(std::uint64_t position, const Entry& entry);
  Status apply_other(std::uint64_t position, const Entry& entry);
  Status warn_of(const Entry& entry);
  Status settle_incidents();
  Status settle_results();
  Status apply_progress(std::uint64_t position, const Entry& entry);
  Status scan_readings(Disk& disk, const std::string& log_directory, std::uint64_t committed);
  struct Ruled {  // what an act or its undoing changes
    std::vector<std::string> observations;
    std::set<Instant> blocks;  // of episodes that are made up anew
  };
  Result<Ruled> ruled_from(const BoundAct& act);
  Status rule(const Ruled& changed, std::uint64_t position);
  void start_to_rule();
  bool is_replaced() const;  // what is being read: by a reading that does not count
  Status judge_and_store(Incident incident);
  Status heed_news();
  Status judge_again(const Incident& stored);
  Status apply_next(Disk& disk, const std::string& log_directory, std::uint64_t committed);
  Status restore();         // what the store knows of where the log stopped
  Status restore_recent();  // what a run that went on would hold in memory

  const Mission& mission_;
  Judging judging_;
  ledger::Store& store_;
  Options options_;
  std::unique_ptr<StoreLookback> lookback_;
  std::unique_ptr<fuse::Fuser> fuser_;
  std::unique_ptr<SoundBlocks> sound_;
  ActBook acts_;
  fuse::Ruling ruling_;
  std::unique_ptr<AlertKeeper> alerts_;  // where there is a force
  bool is_after_tick_ = false;
  bool unsettled_ = false;     // an entry may have changed incidents
  ledger::FeedProgress feed_;  // the feed being read, empty feed name between feeds
  struct Handed {
    std::uint64_t position = 0;
    Entry entry;
    std::optional<Observation> observation;
  };
  std::deque<Handed> handed_;               // by position; of the batch in hand
  std::uint64_t next_ = 0;                  // position after the last entry applied
  Instant newest_{INT64_MIN};               // end of the latest observation so far
  std::unique_ptr<ledger::Reader> reader_;  // stands at next_; none where nothing has to be read
  std::map<std::pair<std::string, std::string>, std::string> readings_;  // that count, by file
  std::uint64_t scanned_ = 0;  // entries before it were looked through for readings
  bool skipping_ = false;
  bool stale_ = false;
  bool restored_ = false;
  Tally tally_;
};

// SHA-256 over everything that a page is made of: equal digests mean that both stores follow from
// the same log by the same rules.
Result<std::string> store_digest(ledger::Store& store);
// SHA-256 over the latest incidents and findings in id order, versions left out: equal digests mean
// equal results, also from logs in which the same came in another order.
Result<std::string> results_digest(ledger::Store& store);

}  // namespace truce::app
