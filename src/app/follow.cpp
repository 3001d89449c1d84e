// A run that stays. What it looks at between two looks is only whether files have changed, which is
// cheap, so that it can look often: what came in is worked through and warned of at once. The page
// waits until a look finds nothing new, or until it is old, and is written by a thread of its own
// out of the store as it was last committed, so that no alert waits for it.

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <future>
#include <optional>

#include "app/act_desk.h"
#include "app/act_folder.h"
#include "app/mission_files.h"
#include "app/run_steps.h"
#include "app/serving.h"
#include "app/signature_folder.h"
#include "base/printable.h"

namespace truce::app {

namespace {

using Clock = std::chrono::steady_clock;

Marks marks_of_feeds(const Mission& mission) {
  Marks out;
  for (const auto& feed : mission.feeds) {
    for (const auto& file : files_of(mission, feed).files) add_mark(out, mission.path_of(file));
  }
  return out;
}
// Of what people signed: signatures and acts.
Marks marks_of_signatures(const Mission& mission) {
  Marks out;
  for (const auto& path : signatures_left(mission.folder)) add_mark(out, path);
  for (const auto& path : acts_left(mission.folder)) add_mark(out, path);
  return out;
}

volatile std::sig_atomic_t stop_asked = 0;
extern "C" void ask_to_stop(int) { stop_asked = 1; }

// The first signal ends the run between two looks at the feeds; the second one ends it at once,
// which the log survives.
void listen_for_the_end() {
  struct sigaction action = {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// Waits until the next look, or until asked to stop.
void wait_for_next_look(double every_s) {
  const auto until = Clock::now() + std::chrono::duration<double>(every_s);
  while (stop_asked == 0) {
    const auto left = std::chrono::duration<double>(until - Clock::now()).count();
    if (left <= 0) return;
    usleep(static_cast<useconds_t>(1e6 * std::min(left, 0.5)));
  }
}

// The page of a mission that is being followed.
class FollowedReport {
 public:
  FollowedReport(Session& s, const RunOptions& o) : session_(s), options_(o) {}
  FollowedReport(const FollowedReport&) = delete;
  FollowedReport& operator=(const FollowedReport&) = delete;
  ~FollowedReport() {
    if (page_.valid()) page_.wait();
  }

  void is_outdated() { outdated_ = true; }
  // Between two looks.
  Status look(bool anything_new) {
    using std::chrono::seconds;
    if (page_.valid() && page_.wait_for(seconds(0)) != std::future_status::ready) return done();
    if (page_.valid()) TRUCE_CHECK_OK(finish());
    const auto rested = Clock::now() - ended_;
    const bool is_old = Clock::now() - begun_ > seconds(kOldestPageS);
    const bool may_begin = !anything_new && !failed_;
    if (outdated_ && (may_begin || is_old) && rested >= kRests * (ended_ - begun_)) begin();
    return done();
  }
  // A page that cannot be written is said once, and tried again when it is old.
  Status finish() {
    if (!page_.valid()) return done();
    const auto page = page_.get();
    ended_ = Clock::now();
    if (!page.ok()) {
      outdated_ = true;
      const std::string before = failed_ ? failed_->to_text() : "";
      failed_ = page.error();
      if (failed_->to_text() != before)
        std::fprintf(stderr, "the page is not written: %s\n",
                     printable(failed_->to_text()).c_str());
      return done();
    }
    failed_.reset();
    return print_summary(session_, options_, *page);
  }
  // Of everything that was taken in. Errors: it cannot be written.
  Status write_last() {
    TRUCE_CHECK_OK(finish());
    if (outdated_) begin();
    TRUCE_CHECK_OK(finish());
    if (failed_) return *failed_;
    return done();
  }

 private:
  static constexpr int kOldestPageS = 10;
  static constexpr int kRests = 2;    // times as long as the last page took, before the next
  static constexpr int kNicest = 19;  // whoever waits for an answer or a warning goes before
  void begin() {
    outdated_ = false;
    begun_ = Clock::now();
    page_ = std::async(std::launch::async,
                       [mission = session_.mission]() -> Result<std::filesystem::path> {
                         setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNicest);
                         const auto disk = posix_disk();
                         TRUCE_TRY(store, ledger::Store::open_to_read(mission.store_path()));
                         return write_report(mission, *store, *disk, mission.report_days.front(),
                                             mission.report_days.back());
                       });
  }

  Session& session_;
  const RunOptions& options_;
  std::future<Result<std::filesystem::path>> page_;
  Clock::time_point begun_{}, ended_{};
  bool outdated_ = false;
  std::optional<Error> failed_;  // to be written, the last time
};

// The mission as its files are now; none where they hold a mistake, which is said.
std::optional<Mission> without_mistake(const Mission& mission, const RunOptions& o) {
  auto changed = load_or_explain(mission.folder, mission.data, FeedFiles::kNotNeeded);
  if (changed.ok()) {
    if (!o.common.session.quiet) std::fputs("the mission has changed\n", stderr);
    return *std::move(changed);
  }
  if (changed.error().code == ErrorCode::kNotFound)
    std::fprintf(stderr, "%s\n", printable(changed.error().to_text()).c_str());
  std::fputs("going on with the mission as it was until that is put right\n", stderr);
  return std::nullopt;
}

// What comes in while a mission is followed. Marks are taken before the files are read, so that a
// change during the reading is seen at the next look. A last line without an end is left until no
// file has changed for a while: whoever writes it may not be done.
class Input {
 public:
  Input(Session& s, const RunOptions& o) : session_(s), options_(o) {}
  // Whether there may be anything to take.
  bool look() {
    Marks feeds = marks_of_feeds(session_.mission);
    Marks signatures = marks_of_signatures(session_.mission);
    const bool is_new =
        feeds != feeds_ || signatures != signatures_ || session_.intake->can_read_again();
    if (is_new) changed_ = Clock::now();
    feeds_ = std::move(feeds);
    signatures_ = std::move(signatures);
    const auto quiet_s = std::chrono::duration<double>(Clock::now() - changed_).count();
    is_over_ = !is_new && session_.intake->left_open_lines() && quiet_s >= kPatienceS;
    return is_new || is_over_;
  }
  Status take() {
    session_.intake->leave_open_lines = !is_over_;
    TRUCE_CHECK_OK(take_in(session_, options_));
    std::error_code unread;  // that those are gone which were taken is no news
    std::erase_if(signatures_,
                  [&](const auto& mark) { return !std::filesystem::exists(mark.first, unread); });
    return done();
  }

 private:
  static constexpr double kPatienceS = 60;
  Session& session_;
  const RunOptions& options_;
  Marks feeds_, signatures_;
  Clock::time_point changed_ = Clock::now();
  bool is_over_ = false;
};

// Until the mission is another one, which is given, or until asked to stop: then none.
Result<std::optional<Mission>> follow_feeds(Session& s, const RunOptions& o, MissionFiles& own) {
  FollowedReport report(s, o);
  Input input(s, o);
  input.look();
  for (bool is_new = true;;) {
    if (is_new) {
      TRUCE_CHECK_OK(input.take());
      report.is_outdated();
    }
    TRUCE_CHECK_OK(report.look(is_new));
    wait_for_next_look(o.every_s);
    if (stop_asked != 0) {
      TRUCE_CHECK_OK(report.write_last());
      return std::optional<Mission>();
    }
    if (own.have_changed()) {
      auto changed = without_mistake(s.mission, o);
      if (changed) return changed;
    }
    is_new = input.look();
  }
}

// The server, in threads of its own. Where it cannot be had the run goes on without it.
std::unique_ptr<Serving> served(const Mission& mission, const RunOptions& o) {
  if (o.port == 0) return nullptr;
  auto serving = Serving::start(mission, o.port);
  if (!serving.ok()) {
    std::fprintf(stderr, "%s; the run goes on without the web app\n",
                 printable(serving.error().to_text()).c_str());
    return nullptr;
  }
  std::fprintf(stderr, "%s\n", (*serving)->address().c_str());
  return *std::move(serving);
}

}  // namespace

Status follow(const RunOptions& o) {
  listen_for_the_end();
  MissionFiles own(o.common.mission);
  TRUCE_TRY(session, Session::open(o.common.mission, o.common.session));
  own.know(session->mission.files);
  print_name(*session, o);
  if (!o.common.session.quiet)
    std::fprintf(stderr, "following the feeds, a look every %g s; Ctrl-C ends it\n", o.every_s);
  const auto serving = served(session->mission, o);
  for (;;) {
    TRUCE_TRY(changed, follow_feeds(*session, o, own));
    if (!changed) return done();
    own.know(changed->files);
    TRUCE_CHECK_OK(session->change_to(*std::move(changed)));
    if (serving) serving->follow_mission(session->mission);
  }
}

}  // namespace truce::app
