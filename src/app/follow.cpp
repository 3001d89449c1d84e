// A run that stays. What it looks at between two looks is only whether files have changed, which is
// cheap, so that it can look often: what came in is worked through and warned of at once. The page
// waits until a look finds nothing new, or until it is old, and is written by a thread of its own
// out of the store as it was last committed, so that no alert waits for it.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <future>
#include <map>

#include "app/run_steps.h"
#include "app/served_records.h"
#include "base/printable.h"

namespace truce::app {

namespace {

using Clock = std::chrono::steady_clock;

// What tells that a file may have changed without reading it.
using Marks = std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>>;
void add_mark(Marks& marks, const std::filesystem::path& path) {
  std::error_code missing;
  const auto size = std::filesystem::file_size(path, missing);
  const auto time = std::filesystem::last_write_time(path, missing);
  if (!missing) marks[path.string()] = {size, time};
}
Marks marks_of_feeds(const Mission& mission) {
  Marks out;
  for (const auto& feed : mission.feeds) {
    for (const auto& file : feed.files) add_mark(out, mission.path_of(file));
  }
  return out;
}
// Of what the mission itself is made of: its tables, with mappings, its areas and its sources.
Marks marks_of_mission(const Mission& mission) {
  Marks out;
  add_mark(out, mission.folder / "sources.csv");
  std::error_code unread;
  std::filesystem::recursive_directory_iterator f(mission.folder, unread), end;
  for (; !unread && f != end; f.increment(unread)) {
    if (f->path() == mission.var()) f.disable_recursion_pending();
    const auto extension = f->path().extension();
    if (extension == ".toml" || extension == ".geojson") add_mark(out, f->path());
  }
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
    const bool is_old = Clock::now() - begun_ > seconds(kOldestPageS);
    if (outdated_ && (!anything_new || is_old)) begin();
    return done();
  }
  Status finish() {
    if (!page_.valid()) return done();
    const auto page = page_.get();
    TRUCE_CHECK_OK(page);
    return print_summary(session_, options_, *page);
  }
  // Of everything that was taken in.
  Status write_last() {
    TRUCE_CHECK_OK(finish());
    if (outdated_) begin();
    return finish();
  }

 private:
  static constexpr int kOldestPageS = 10;
  void begin() {
    outdated_ = false;
    begun_ = Clock::now();
    page_ = std::async(std::launch::async,
                       [mission = session_.mission]() -> Result<std::filesystem::path> {
                         const auto disk = posix_disk();
                         TRUCE_TRY(store, ledger::Store::open_to_read(mission.store_path()));
                         return write_report(mission, *store, *disk, mission.report_days.front(),
                                             mission.report_days.back());
                       });
  }

  Session& session_;
  const RunOptions& options_;
  std::future<Result<std::filesystem::path>> page_;
  Clock::time_point begun_{};
  bool outdated_ = false;
};

// The marks are taken before the files are read, so that a change during the reading is seen at the
// next look. A last line without an end is left until no file has changed for a while: whoever
// writes it may not be done.
constexpr double kPatienceS = 60;
Status follow_feeds(Session& s, const RunOptions& o, const Marks& own) {
  FollowedReport report(s, o);
  Marks seen = marks_of_feeds(s.mission);
  s.intake->leave_open_lines = true;
  TRUCE_CHECK_OK(take_in(s, o));
  report.is_outdated();
  auto changed = Clock::now();
  for (bool is_new = false;;) {
    TRUCE_CHECK_OK(report.look(is_new));
    wait_for_next_look(o.every_s);
    if (stop_asked != 0 || marks_of_mission(s.mission) != own) return report.write_last();
    Marks now = marks_of_feeds(s.mission);
    is_new = now != seen;
    const auto quiet_s = std::chrono::duration<double>(Clock::now() - changed).count();
    const bool is_over = !is_new && s.intake->left_open_lines() && quiet_s >= kPatienceS;
    if (!is_new && !is_over) continue;
    if (is_new) changed = Clock::now();
    seen = std::move(now);
    s.intake->leave_open_lines = !is_over;
    TRUCE_CHECK_OK(take_in(s, o));
    report.is_outdated();
  }
}

// Waits until the mission as it now is has no mistake, or until asked to stop.
void wait_until_put_right(const Mission& mission, const RunOptions& o) {
  while (stop_asked == 0) {
    const Marks changed = marks_of_mission(mission);
    if (load_or_explain(mission.folder, o.common.session.data, FeedFiles::kNotNeeded).ok()) return;
    std::fputs("going on once that is put right\n", stderr);
    while (stop_asked == 0 && marks_of_mission(mission) == changed) wait_for_next_look(o.every_s);
  }
}

// The server of a run that stays, in threads of its own. Where its port cannot be had the run goes
// on without it.
class Serving {
 public:
  Serving(const Mission& mission, const RunOptions& o)
      : source_(std::make_shared<const Mission>(mission)) {
    if (o.port == 0) return;
    auto started = serve::Server::start({.port = o.port}, {mission.name, TRUCE_VERSION}, source_);
    if (!started.ok()) {
      std::fprintf(stderr, "%s; the run goes on without the web app\n",
                   printable(started.error().to_text()).c_str());
      return;
    }
    server_ = *std::move(started);
    std::fprintf(stderr, "http://127.0.0.1:%u\n", unsigned{server_->port()});
  }
  void follow_mission(const Mission& mission) {
    source_.set_mission(std::make_shared<const Mission>(mission));
  }

 private:
  StoreSource source_;
  std::unique_ptr<serve::Server> server_;
};

}  // namespace

Status follow(std::unique_ptr<Session> session, const RunOptions& o) {
  listen_for_the_end();
  if (!o.common.session.quiet)
    std::fprintf(stderr, "following the feeds, a look every %g s; Ctrl-C ends it\n", o.every_s);
  Serving serving(session->mission, o);
  for (;;) {
    const Marks own = marks_of_mission(session->mission);
    TRUCE_CHECK_OK(follow_feeds(*session, o, own));
    if (stop_asked != 0) return done();
    const auto folder = session->mission.folder;
    if (!o.common.session.quiet) std::fputs("the mission has changed\n", stderr);
    wait_until_put_right(session->mission, o);
    if (stop_asked != 0) return done();
    session.reset();  // its lock with it
    SessionOptions options = o.common.session;
    options.feed_files = FeedFiles::kNotNeeded;
    TRUCE_TRY(again, Session::open(folder, options));
    session = std::move(again);
    serving.follow_mission(session->mission);
  }
}

}  // namespace truce::app
