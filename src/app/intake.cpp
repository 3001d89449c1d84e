#include "app/intake.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "app/act_folder.h"
#include "app/signature_folder.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/running_hash.h"
#include "model/json.h"

namespace truce::app {

// Appends what a reader makes. The first `skip` entries of a file are in the log already: readers
// are deterministic, so counting them is enough to go on where a crash stopped. Of what stands in
// the first `known_bytes`, which were taken before, only what is not in the store is appended.
class Intake::LogSink : public acquire::Sink {
 public:
  LogSink(Intake& intake, IntakeProgress progress, std::uint64_t skip, std::uint64_t known_bytes)
      : intake_(intake), progress_(std::move(progress)), skip_(skip), known_bytes_(known_bytes) {}
  void record(Entry entry) override { append(entry, nullptr); }
  void record_read(Entry entry, Observation&& read) override { append(entry, &read); }
  void complain(acquire::Complaint) override {}  // its note is among the records
  Status flush() {
    if (!failure_) {
      staged_ = 0;
      received_ = intake_.clock_();
      const Status status = intake_.commit();
      if (!status.ok())
        failure_ = status.error();
      else if (intake_.on_acknowledged)
        intake_.on_acknowledged(progress_);
    }
    if (failure_) return *failure_;
    return done();
  }
  // Of the file all was read.
  Status close(const FeedMark& mark) {
    if (!failure_) {
      const Status status =
          intake_.append({EntryKind::kFeedDone, intake_.clock_(), to_json(mark), {}});
      if (!status.ok()) failure_ = status.error();
    }
    return flush();
  }
  const IntakeProgress& progress() const { return progress_; }
  // Whether each entry was of a kind that is_known tells of.
  bool only_known() const { return only_known_; }

 private:
  void append(Entry& entry, Observation* read) {
    if (failure_) return;
    only_known_ &= entry.kind == EntryKind::kObservation || entry.kind == EntryKind::kRejected ||
                   entry.kind == EntryKind::kComplaint;
    if (known_bytes_ > 0) {
      const auto known = is_known(entry, read);
      if (!known.ok()) failure_ = known.error();
      if (!known.ok() || *known) return;
    }
    ++progress_.entries;
    if (progress_.entries <= skip_) return;
    entry.received = received_;
    tell(entry);
    if (const Status status = intake_.append(std::move(entry), read); !status.ok()) {
      failure_ = status.error();
      return;
    }
    if (++staged_ >= intake_.batch_)
      static_cast<void>(flush());  // a failure is kept and ends the file
  }
  // Observations by their ids, what was asked or refused by where it stands.
  Result<bool> is_known(const Entry& entry, const Observation* read) const {
    const auto before = [&](const Origin& o) { return o.offset + o.length <= known_bytes_; };
    const auto is_before = [&](const auto& parsed) -> Result<bool> {
      if (!parsed.ok()) return parsed.error();
      return before(parsed->origin);
    };
    if (entry.kind == EntryKind::kRejected) return is_before(from_json<Rejection>(entry.payload));
    if (entry.kind == EntryKind::kComplaint)
      return is_before(from_json<ComplaintNote>(entry.payload));
    if (entry.kind != EntryKind::kObservation) return false;
    Observation parsed;
    if (read == nullptr) {
      TRUCE_TRY(o, from_json<Observation>(entry.payload));
      parsed = std::move(o);
      read = &parsed;
    }
    if (!before(read->origin)) return false;
    TRUCE_TRY(stored, intake_.store_.observation(read->id));
    return stored.has_value();
  }
  void tell(const Entry& entry) {
    if (entry.kind == EntryKind::kComplaint) ++progress_.complaints;
    if (entry.kind != EntryKind::kRejected) return;
    ++progress_.rejected;
    if (intake_.on_rejected) intake_.on_rejected(entry);
  }

  Intake& intake_;
  IntakeProgress progress_;
  std::uint64_t skip_;
  std::uint64_t known_bytes_;
  std::size_t staged_ = 0;
  bool only_known_ = true;
  Instant received_ = intake_.clock_();
  std::optional<Error> failure_;
};

std::string rejection_words(const Entry& rejected) {
  const auto r = from_json<Rejection>(rejected.payload);
  if (!r.ok()) return r.error().to_text();
  Place place{.source = r->origin.file, .line = r->origin.line, .field = r->field};
  if (r->origin.length > 0) place.byte_offset = r->origin.offset;
  return bad_input("rejected: " + r->reason, place, r->expected).to_text();
}

Status Intake::append(Entry&& entry, Observation* observation) {
  TRUCE_TRY(position, log_.append(entry));
  engine_.hand_over(position, std::move(entry), observation);
  return done();
}

Status Intake::commit() {
  TRUCE_CHECK_OK(log_.commit());
  return engine_.catch_up(disk_, mission_.log_directory(), log_.committed());
}

namespace {

// Nothing could be made of the file: that, too, is recorded, with the bytes where it failed.
Entry refused(const Error& error, const Feed& feed, const std::string& file,
              std::string_view bytes) {
  const std::uint64_t offset =
      std::min<std::uint64_t>(error.place.byte_offset.value_or(0), bytes.size());
  const std::string_view kept = bytes.substr(offset, 4096);
  const Rejection r{to_valid_utf8(error.message),
                    to_valid_utf8(error.expected),
                    to_valid_utf8(error.place.field),
                    {feed.id, feed.format, file, error.place.line, offset, kept.size()}};
  return {EntryKind::kRejected, {}, to_json(r), std::string(kept)};
}

// How much of the file stood there when it was last taken, to its end and by the same reading; 0
// where it cannot merely have grown by lines.
std::uint64_t taken_before(const std::optional<ledger::FeedProgress>& before, const Feed& feed,
                           std::string_view bytes) {
  const bool may_have_grown = before && before->complete && before->reading == feed.reading &&
                              before->bytes > 0 && before->bytes < bytes.size() &&
                              bytes[before->bytes - 1] == '\n';
  return may_have_grown ? before->bytes : 0;
}

std::uint64_t lines_in(std::string_view bytes) {
  return static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

}  // namespace

// A file as its reader is given it.
class Intake::Bytes {
 public:
  // Of a file whose beginning is `taken`, as it was then, only what was added, of which the hash
  // goes on; all of any other.
  static Result<Bytes> open(const std::filesystem::path& path, const Taken* taken) {
    Bytes added;
    if (taken != nullptr && added.goes_on(path, taken->mark)) return added;
    TRUCE_TRY(mapped, MappedFile::open(path));
    Bytes out;
    out.mapped_.emplace(std::move(mapped));
    if (out.mapped_->bytes().substr(0, 2) != "\x1f\x8b") return out;
    auto text = read_file(path);
    if (text.ok()) {
      out.unpacked_ = *std::move(text);
      return out;
    }
    const ErrorCode code = text.error().code;
    if (code != ErrorCode::kBadInput && code != ErrorCode::kLimit) return text.error();
    out.damaged_ = text.error();
    return out;
  }
  std::string_view all() const { return unpacked_ ? *unpacked_ : mapped_->bytes(); }
  std::uint64_t begin() const { return begin_; }  // where they lie in the file
  std::string hash_with(std::string_view bytes) const {
    before_->update(bytes);
    return to_hex(before_->so_far());
  }
  const std::optional<Error>& damaged() const { return damaged_; }

 private:
  static constexpr std::size_t kPiece = 1U << 20U;
  static constexpr std::uint64_t kAddedMax = 64U << 20U;
  Bytes() = default;
  bool goes_on(const std::filesystem::path& path, const FeedMark& mark) {
    std::ifstream file(path, std::ios::binary);
    before_ = std::make_unique<RunningHash>();
    std::string piece(kPiece, '\0');
    for (std::uint64_t left = mark.bytes; left > 0;) {
      const std::uint64_t n = std::min<std::uint64_t>(left, kPiece);
      if (!file.read(piece.data(), static_cast<std::streamsize>(n))) return false;
      before_->update(std::string_view(piece).substr(0, n));
      left -= n;
    }
    if (to_hex(before_->so_far()) != mark.sha256) return false;
    begin_ = mark.bytes;
    unpacked_.emplace();
    while (unpacked_->size() <= kAddedMax) {
      file.read(piece.data(), kPiece);
      unpacked_->append(piece, 0, static_cast<std::size_t>(file.gcount()));
      if (!file) return !file.bad() && !unpacked_->empty();
    }
    return false;
  }
  std::optional<MappedFile> mapped_;
  std::optional<std::string> unpacked_;
  std::optional<Error> damaged_;
  std::uint64_t begin_ = 0;
  std::unique_ptr<RunningHash> before_;  // of what lies before them
};

Status Intake::take_file(const Feed& feed, const std::string& file) {
  Marks seen;
  add_mark(seen, mission_.path_of(file));
  TRUCE_TRY(bytes, Bytes::open(mission_.path_of(file), nullptr));
  return take(feed, file, bytes, std::move(seen));
}

acquire::Context Intake::context_for(const Feed& feed, const std::string& file) const {
  acquire::Context context;
  context.feed = feed.id;
  context.file = file;
  context.zone = feed.zone;
  context.mapping = feed.mapping;
  context.sources = mission_.sources;
  for (const auto& p : mission_.places) context.gazetteer.push_back({p.name, p.at});
  for (const auto& f : mission_.map) {  // by the names that feeds use; by id where there is none
    if (const auto a = mission_.geometry.areas.find(f.id); a != mission_.geometry.areas.end())
      context.areas.push_back({f.name.empty() ? f.id : f.name, a->second});
  }
  context.params = mission_.acquire;
  return context;
}

// The bytes are hashed once: on the way to the hash of all lies that of what stood there before.
FeedMark Intake::mark_of(const Feed& feed, const std::string& file, std::string_view bytes,
                         const std::optional<ledger::FeedProgress>& before) const {
  FeedMark mark{feed.id, file, bytes.size(), {}, feed.reading, 0};
  RunningHash hash;
  if (const std::uint64_t n = taken_before(before, feed, bytes); n > 0) {
    hash.update(bytes.substr(0, n));
    if (to_hex(hash.so_far()) == before->sha256) mark.known_bytes = n;
    bytes.remove_prefix(n);
  }
  hash.update(bytes);
  mark.sha256 = to_hex(hash.so_far());
  return mark;
}

Status Intake::take(const Feed& feed, const std::string& file, const Bytes& of_file, Marks seen) {
  std::string_view bytes = of_file.all();
  const std::optional<Error>& damaged = of_file.damaged();
  const acquire::Format& format = *acquire::find_format(feed.format);
  bool is_whole = true;
  if (leave_open_lines && format.by_lines && !damaged) {
    const std::size_t whole = bytes.find_last_of('\n') + 1;  // 0 where there is no line yet
    is_whole = whole == bytes.size();
    left_open_lines_ |= !is_whole;
    bytes = bytes.substr(0, whole);
    if (bytes.empty()) return done();
  }
  TRUCE_TRY(before, store_.progress(feed.id, file));
  const std::uint64_t begin = of_file.begin();
  FeedMark mark = begin > 0
                      ? FeedMark{feed.id,      file, begin + bytes.size(), of_file.hash_with(bytes),
                                 feed.reading, begin}
                      : mark_of(feed, file, bytes, before);
  const bool same = before && before->bytes == mark.bytes && before->sha256 == mark.sha256 &&
                    before->reading == mark.reading;
  Taken& taken = taken_[{feed.id, file}];
  if (!is_whole) seen.clear();
  if (same && before->complete) {
    if (taken.mark.sha256 != mark.sha256) taken = {.mark = mark};
    taken.seen = std::move(seen);
    return done();
  }
  if (same) mark.known_bytes = before->known_bytes;
  if (!same) {
    TRUCE_CHECK_OK(append({EntryKind::kFeedOpened, clock_(), to_json(mark), {}}));
  }
  acquire::Context context = context_for(feed, file);
  const std::uint64_t lines = begin > 0 ? taken.lines : 0;
  context.begin_byte = begin;
  context.begin_line = lines + 1;
  taken = {};
  LogSink sink(*this, {feed.id, file, 0}, same ? before->entries : 0, mark.known_bytes);
  const Status read = damaged ? Status(*damaged) : format.read(bytes, context, sink);
  if (!read.ok()) sink.record(refused(read.error(), feed, file, bytes));
  TRUCE_CHECK_OK(sink.close(mark));
  taken = {.mark = mark,
           .seen = std::move(seen),
           .lines = lines + lines_in(bytes),
           .can_go_on = format.from_any_line && read.ok() && sink.only_known()};
  if (on_taken) on_taken(sink.progress());
  return done();
}

// What the log cannot take ends a run, what a file does not give is said.
Status Intake::take_or_say(const Feed& feed, const std::string& file, bool& is_taken) {
  Marks seen;
  add_mark(seen, mission_.path_of(file));
  const auto known = taken_.find({feed.id, file});
  if (known != taken_.end() && !seen.empty() && known->second.seen == seen) {
    is_taken = true;
    return done();
  }
  const bool can_go_on = known != taken_.end() && known->second.can_go_on;
  const auto bytes = Bytes::open(mission_.path_of(file), can_go_on ? &known->second : nullptr);
  if (!bytes.ok()) {
    const Error stopped = wrap("feed " + feed.id + " stopped", bytes.error());
    if (!on_unread) return stopped;
    const std::string why = stopped.to_text();
    if (std::exchange(unread_[file], why) != why) on_unread(stopped);
    return done();
  }
  unread_.erase(file);
  is_taken = true;
  const Status taken = take(feed, file, *bytes, std::move(seen));
  return taken.ok() ? taken : wrap("feed " + feed.id + " stopped", taken.error());
}

bool Intake::can_read_again() const {
  return std::any_of(unread_.begin(), unread_.end(), [&](const auto& unread) {
    const auto path = mission_.path_of(unread.first);
    std::error_code gone;
    return !std::filesystem::is_symlink(path, gone) && MappedFile::open(path).ok();
  });
}

Status Intake::take_signatures() {
  Feed feed;
  feed.id = kSignatureFeed;
  feed.format = "ndjson";
  feed.reading = to_hex(sha256("ndjson\nUTC\n"));
  const bool leaves = std::exchange(leave_open_lines, false);  // each was put in place whole
  Status status = done();
  for (const auto& path : signatures_left(mission_.folder)) {
    bool is_taken = false;
    const std::string file = std::string(kSignatureFolder) + "/" + path.filename().string();
    status = take_or_say(feed, file, is_taken);
    taken_.erase({feed.id, file});
    if (!status.ok()) break;
    std::error_code code;
    if (is_taken && !std::filesystem::remove(path, code) && code && on_unread)
      on_unread(make_error(ErrorCode::kIo, "cannot be removed: " + code.message(),
                           {.source = path.string()}, "a folder that this user may write"));
  }
  leave_open_lines = leaves;
  return status;
}

Status Intake::take_act(const std::string& file, const std::string& bytes) {
  const auto act = read_act(bytes);
  if (act.ok()) {
    TRUCE_TRY(known, store_.page_row(kActRows, act->id));
    if (known) return done();
    return append({EntryKind::kAct, clock_(), to_json(*act), bytes});
  }
  Feed feed;
  feed.id = kActRows;
  feed.format = "json";
  const FeedMark mark{feed.id, file, bytes.size(), to_hex(sha256(bytes)), {}, 0};
  TRUCE_CHECK_OK(append({EntryKind::kFeedOpened, clock_(), to_json(mark), {}}));
  Entry entry = refused(act.error(), feed, file, bytes);
  entry.received = clock_();
  if (on_rejected) on_rejected(entry);
  TRUCE_CHECK_OK(append(std::move(entry)));
  return append({EntryKind::kFeedDone, clock_(), to_json(mark), {}});
}

Status Intake::take_acts() {
  std::vector<std::filesystem::path> taken;
  for (const auto& path : acts_left(mission_.folder)) {
    const std::string file = std::string(kActFolder) + "/" + path.filename().string();
    const auto bytes = read_file(path);
    if (!bytes.ok()) {
      const std::string why = bytes.error().to_text();
      if (std::exchange(unread_[file], why) != why && on_unread) on_unread(bytes.error());
      continue;
    }
    unread_.erase(file);
    TRUCE_CHECK_OK(take_act(file, *bytes));
    taken.push_back(path);
  }
  if (taken.empty()) return done();
  TRUCE_CHECK_OK(commit());
  for (const auto& path : taken) {
    std::error_code code;
    if (!std::filesystem::remove(path, code) && code && on_unread)
      on_unread(make_error(ErrorCode::kIo, "cannot be removed: " + code.message(),
                           {.source = path.string()}, "a folder that this user may write"));
  }
  return done();
}

Status Intake::take_feed(const Feed& feed) {
  const FeedListing listing = files_of(mission_, feed);
  for (const auto& file : listing.files) {
    const bool is_named = std::find(feed.files.begin(), feed.files.end(), file) != feed.files.end();
    // One of a folder may go between the listing and here.
    const bool may_be_gone = feed.optional || !is_named;
    if (may_be_gone && !std::filesystem::exists(mission_.path_of(file))) {
      unread_.erase(file);
      continue;
    }
    bool is_taken = false;
    TRUCE_CHECK_OK(take_or_say(feed, file, is_taken));
  }
  std::set<std::string> why;
  for (const Error& e : listing.passed_over) {
    const bool is_new =
        why.insert(e.to_text()).second && !passed_over_[feed.id].contains(e.to_text());
    if (is_new && on_passed_over) on_passed_over(e);
  }
  passed_over_[feed.id] = std::move(why);
  return done();
}

Status Intake::take_all() {
  left_open_lines_ = false;
  TRUCE_CHECK_OK(take_signatures());
  TRUCE_CHECK_OK(take_acts());
  for (const auto& feed : mission_.feeds) TRUCE_CHECK_OK(take_feed(feed));
  TRUCE_CHECK_OK(append({EntryKind::kTick, clock_(), to_json(Tick{clock_()}), {}}));
  return commit();
}

}  // namespace truce::app
