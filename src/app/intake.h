#pragma once
// Feeds into the log: reads files, appends what their readers make of them, commits in groups, and
// has the engine apply what was committed. A file that was taken in before is resumed where the log
// has it.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "app/engine.h"
#include "app/mission_files.h"

namespace truce::app {

struct IntakeProgress {
  std::string feed;
  std::string file;
  std::uint64_t entries = 0;     // acknowledged of this file so far
  std::uint64_t rejected = 0;    // of them, rows that could not be read; new in this run
  std::uint64_t complaints = 0;  // of them, questions about rows that were kept; new in this run
};

// A rejected entry in words: "sirens.csv:5 (byte 268), field start: rejected: …; expected …".
std::string rejection_words(const Entry& rejected);

class Intake {
 public:
  using Clock = std::function<Instant()>;
  Intake(const Mission& mission, Disk& disk, ledger::Ledger& log, ledger::Store& store,
         Engine& engine, Clock clock, std::size_t batch_entries)
      : mission_(mission),
        disk_(disk),
        log_(log),
        store_(store),
        engine_(engine),
        clock_(std::move(clock)),
        batch_(batch_entries) {}
  // Called after each group commit: everything up to here is acknowledged.
  std::function<void(const IntakeProgress&)> on_acknowledged;
  // Called for each row that could not be read, once it is staged for the log.
  std::function<void(const Entry&)> on_rejected;
  // Called when a file is in the log whole.
  std::function<void(const IntakeProgress&)> on_taken;

  // Called for a file that cannot be read, once until it can; where it is not set, that ends
  // take_all().
  std::function<void(const Error&)> on_unread;
  // Called for what of a feed's folder is passed over, once until it is not.
  std::function<void(const Error&)> on_passed_over;
  // While files are being written to: a last line without an end is left for the next time.
  bool leave_open_lines = false;
  bool left_open_lines() const { return left_open_lines_; }  // by the last take_all()

  Status take_all();  // signatures, acts, every feed of the mission, then a tick of time
  Status take_file(const Feed& feed, const std::string& file);
  // What was signed and left in the mission's folder of signatures. A file is removed once the log
  // holds it; one that was taken before a crash kept it from being removed is removed then.
  Status take_signatures();
  // Likewise acts of officers (act_folder.h). What is none is recorded as rejected.
  Status take_acts();
  // A file that could not be read by the last take_all() can be now.
  bool can_read_again() const;

 private:
  class LogSink;
  class Bytes;
  // What was taken of a file to its end, here: until it changes it need not be read again, and what
  // is added to it can be read alone.
  struct Taken {
    FeedMark mark;
    Marks seen;               // the file as it was
    std::uint64_t lines = 0;  // in its bytes
    // By its format, and because each entry is of those that are known when all is read again.
    bool can_go_on = false;
  };
  Status take(const Feed& feed, const std::string& file, const Bytes& bytes, Marks seen);
  FeedMark mark_of(const Feed& feed, const std::string& file, std::string_view bytes,
                   const std::optional<ledger::FeedProgress>& before) const;
  acquire::Context context_for(const Feed& feed, const std::string& file) const;
  Status take_or_say(const Feed& feed, const std::string& file, bool& is_taken);
  Status take_feed(const Feed& feed);
  Status take_act(const std::string& file, const std::string& bytes);
  Status append(Entry&& entry, Observation* observation = nullptr);
  Status commit();

  const Mission& mission_;
  Disk& disk_;
  ledger::Ledger& log_;
  ledger::Store& store_;
  Engine& engine_;
  Clock clock_;
  std::size_t batch_;
  bool left_open_lines_ = false;
  std::map<std::string, std::string> unread_;                   // why, by file
  std::map<std::string, std::set<std::string>> passed_over_;    // why, by feed
  std::map<std::pair<std::string, std::string>, Taken> taken_;  // by feed and file
};

}  // namespace truce::app
