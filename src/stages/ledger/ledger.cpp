// Recovery. Everything up to the last commit mark was synced before the caller was told so. What
// lies behind it is the batch that was being written when the machine stopped: never acknowledged,
// cut off.
//
// Why not simply cut at the first bad byte? Because a bad byte in the middle of old entries is
// damage to acknowledged evidence and must never be repaired by forgetting. A batch is only begun
// after the one before it is durable, so damage with anything beyond the next commit mark is damage
// to acknowledged entries; damage in the last batch alone is a torn write.

#include "stages/ledger/ledger.h"

#include <algorithm>
#include <deque>

#include "stages/ledger/log_format.h"

namespace truce::ledger {

namespace {

// Small enough that bytes are still in the processor's cache when they are used.
constexpr std::uint64_t kReadBytes = 256U << 10;
constexpr std::uint64_t kIndexEvery = 1024;  // entries between two points of the index

struct Segment {
  std::uint64_t first = 0;
  std::string path;
};

Result<std::vector<Segment>> list_segments(Disk& disk, const std::string& directory) {
  TRUCE_TRY(names, disk.list(directory));
  std::vector<Segment> out;
  for (const auto& name : names) {
    if (const auto position = segment_position(name))
      out.push_back({*position, directory + "/" + name});
  }
  return out;  // names sort by position
}

Error damage(const std::string& what, const std::string& path, std::uint64_t offset) {
  return make_error(ErrorCode::kCorrupt, what, {.source = path, .byte_offset = offset},
                    "bytes as they were written: put the log back from a copy");
}

// A window over a file that grows forward; keeps what is not yet consumed.
class Window {
 public:
  Window() = default;
  Window(DiskFile& file, std::uint64_t offset) : file_(&file), offset_(offset) {}
  // Begins anew, in the same memory.
  void move_to(DiskFile& file, std::uint64_t offset) {
    file_ = &file;
    offset_ = offset;
    used_ = 0;
    buffer_.clear();
  }
  std::string_view view() const { return std::string_view(buffer_).substr(used_); }
  std::uint64_t offset() const { return offset_; }
  void consume(std::size_t n) {
    used_ += n;
    offset_ += n;
  }
  // Reads more; false at the end of the file.
  Result<bool> more() {
    buffer_.erase(0, used_);
    used_ = 0;
    const std::size_t before = buffer_.size();
    TRUCE_CHECK_OK(
        file_->read_onto(buffer_, offset_ + before, std::max<std::uint64_t>(kReadBytes, before)));
    return buffer_.size() > before;
  }
  // The next frame; kShort only at the end of the file.
  Result<FrameState> frame(Frame& frame) {
    for (;;) {
      const FrameState state = decode_frame(view(), frame, false);
      if (state != FrameState::kShort) return state;
      TRUCE_TRY(any, more());
      if (!any) return FrameState::kShort;
    }
  }

 private:
  DiskFile* file_ = nullptr;
  std::uint64_t offset_ = 0;
  std::string buffer_;
  std::size_t used_ = 0;
};

Result<StoredEntry> stored(const Frame& frame, std::uint64_t position, const std::string& path,
                           std::uint64_t offset) {
  if (sha256(frame.body) != frame.hash)
    return damage("an entry does not have the hash it was stored with", path, offset);
  auto entry = decode_body(frame.body);
  if (!entry.ok()) {
    return wrap("an entry cannot be read", entry.error(), {.source = path, .byte_offset = offset});
  }
  return StoredEntry{position, frame.hash, *std::move(entry)};
}

struct IndexPoint {
  std::uint64_t position = 0;
  std::size_t segment = 0;
  std::uint64_t offset = 0;
};

struct Scan {
  std::uint64_t entries = 0;             // in the log up to the last mark
  std::uint64_t good = kHeaderBytes;     // offset behind the last mark
  std::uint64_t stopped = kHeaderBytes;  // offset of the first frame that is not whole
};

class FileLedger : public Ledger {
 public:
  FileLedger(Disk& disk, Options options) : disk_(disk), options_(std::move(options)) {}

  Status start() {
    if (!options_.read_only) {
      TRUCE_CHECK_OK(disk_.make_directories(options_.directory));
      TRUCE_TRY(lock, disk_.open(options_.directory + "/lock", true));
      lock_ = std::move(lock);
      TRUCE_CHECK_OK(lock_->lock());
    }
    TRUCE_TRY(segments, list_segments(disk_, options_.directory));
    segments_ = std::move(segments);
    for (std::size_t i = 0; i < segments_.size(); ++i) TRUCE_CHECK_OK(recover(i));
    if (committed_ < options_.entries_min) return lost(options_.directory, 0);
    report_.entries = committed_;
    if (segments_.empty() && !options_.read_only) TRUCE_CHECK_OK(new_segment());
    return done();
  }

  const OpenReport& report() const override { return report_; }
  std::uint64_t size() const override { return committed_ + pending_entries_; }
  std::uint64_t committed() const override { return committed_; }

  Result<std::uint64_t> append(const Entry& entry) override {
    TRUCE_CHECK_OK(usable());
    if (entry.payload.size() + entry.raw.size() + kBodyBytesMin > kBodyBytesMax) {
      return make_error(ErrorCode::kLimit, "an entry is too large for the log", {},
                        std::to_string(kBodyBytesMax) + " bytes at most");
    }
    append_entry(pending_, entry);
    if (pending_.size() >= options_.write_bytes) TRUCE_CHECK_OK(write_out());
    return committed_ + pending_entries_++;
  }

  Status commit() override {
    TRUCE_CHECK_OK(usable());
    if (pending_entries_ == 0) return done();
    append_mark(pending_, committed_ + pending_entries_);
    TRUCE_CHECK_OK(write_out());
    broken_ = true;  // a failed sync cannot be retried
    TRUCE_CHECK_OK(tail_->sync());
    broken_ = false;
    note_index(committed_, segments_.size() - 1, batch_offset_);
    batch_offset_ = tail_bytes_;
    committed_ += pending_entries_;
    pending_entries_ = 0;
    if (tail_bytes_ >= options_.segment_bytes_max) return new_segment();
    return done();
  }

  Result<StoredEntry> read(std::uint64_t position) override {
    if (position >= committed_) {
      return make_error(ErrorCode::kNotFound,
                        "the log has no committed entry " + std::to_string(position));
    }
    const auto after = std::upper_bound(
        index_.begin(), index_.end(), position,
        [](std::uint64_t p, const IndexPoint& point) { return p < point.position; });
    TRUCE_ENSURE(after != index_.begin());
    const IndexPoint from = *(after - 1);
    TRUCE_TRY(file, disk_.open(segments_[from.segment].path, false));
    Window window(*file, from.offset);
    for (std::uint64_t at = from.position;;) {
      Frame frame;
      TRUCE_TRY(state, window.frame(frame));
      if (state != FrameState::kWhole)
        return damage("an entry is damaged", segments_[from.segment].path, window.offset());
      if (!frame.mark) {
        if (at == position)
          return stored(frame, position, segments_[from.segment].path, window.offset());
        ++at;
      }
      window.consume(frame.bytes);
    }
  }

 private:
  // A batch may reach the disk in pieces: without its mark none of it counts.
  Status write_out() {
    broken_ = true;
    TRUCE_CHECK_OK(tail_->append(pending_));
    broken_ = false;
    tail_bytes_ += pending_.size();
    pending_.clear();
    return done();
  }

  Status usable() const {
    if (broken_)
      return make_error(ErrorCode::kIo, "the log could not be written before; open it again");
    if (options_.read_only)
      return make_error(ErrorCode::kUnusable, "the log is open for reading only");
    return done();
  }

  Status new_segment() {
    const std::string path = options_.directory + "/" + segment_name(committed_);
    TRUCE_TRY(file, disk_.open(path, true));
    TRUCE_CHECK_OK(file->truncate(0));
    TRUCE_CHECK_OK(file->append(encode_header(committed_)));
    TRUCE_CHECK_OK(file->sync());
    TRUCE_CHECK_OK(disk_.sync_directory(options_.directory));
    if (segments_.empty() || segments_.back().path != path) segments_.push_back({committed_, path});
    tail_ = std::move(file);
    tail_bytes_ = batch_offset_ = kHeaderBytes;
    return done();
  }

  void note_index(std::uint64_t position, std::size_t segment, std::uint64_t offset) {
    if (index_.empty() || index_.back().segment != segment ||
        position - index_.back().position >= kIndexEvery) {
      index_.push_back({position, segment, offset});
    }
  }

  // Walks one segment from mark to mark; cuts a torn tail of the last one, where it may.
  Status recover(std::size_t i) {
    const Segment& segment = segments_[i];
    const bool last = i + 1 == segments_.size();
    TRUCE_TRY(file, disk_.open(segment.path, false));
    TRUCE_TRY(size, file->size());
    TRUCE_TRY(head, file->read(0, kHeaderBytes));
    const auto first = decode_header(head);
    if (!first.ok() || *first != segment.first || *first != committed_) {
      // A segment whose creation was cut short holds nothing yet.
      if (last && size <= kHeaderBytes && segment.first == committed_) {
        if (committed_ < options_.entries_min) return lost(segment.path, 0);
        note_torn(segment.path, size);
        if (!options_.read_only) return new_segment();
        segments_.pop_back();
        return done();
      }
      return damage("a segment's header is damaged or a segment is missing before it", segment.path,
                    0);
    }
    TRUCE_TRY(scan, walk(*file, i));
    if (scan.good < size) {
      TRUCE_CHECK_OK(check_torn(*file, segment.path, scan, size, last));
      if (last && scan.entries < options_.entries_min) return lost(segment.path, scan.stopped);
      if (last && !options_.read_only) {
        TRUCE_CHECK_OK(file->truncate(scan.good));
        TRUCE_CHECK_OK(file->sync());
      }
    }
    committed_ = scan.entries;
    tail_bytes_ = batch_offset_ = scan.good;
    tail_ = std::move(file);
    return done();
  }

  Result<Scan> walk(DiskFile& file, std::size_t i) {
    Scan scan{segments_[i].first, kHeaderBytes};
    Window window(file, kHeaderBytes);
    std::uint64_t entries = scan.entries;
    for (;;) {
      Frame frame;
      TRUCE_TRY(state, window.frame(frame));
      scan.stopped = window.offset();
      if (state != FrameState::kWhole) return scan;
      window.consume(frame.bytes);
      if (!frame.mark) {
        ++entries;
      } else if (*frame.mark == entries) {
        note_index(scan.entries, i, scan.good);
        scan = {entries, window.offset(), window.offset()};
      } else {
        return scan;  // a mark that contradicts what was read: damage, judged by check_torn
      }
    }
  }

  // Behind the last mark something is wrong. It is a torn last batch unless a whole mark with bytes
  // behind it follows, which only a later batch can have left.
  Status check_torn(DiskFile& file, const std::string& path, const Scan& scan, std::uint64_t size,
                    bool last) {
    if (!last) return damage("an acknowledged entry is damaged", path, scan.stopped);
    std::string overlap;
    for (std::uint64_t at = scan.good; at < size;) {
      TRUCE_TRY(bytes, file.read(at, kReadBytes));
      if (bytes.empty()) break;
      const std::string chunk = overlap + bytes;
      const std::uint64_t base = at - overlap.size();
      const std::string needle(4, '\xff');
      for (std::size_t hit = chunk.find(needle); hit != std::string::npos;
           hit = chunk.find(needle, hit + 1)) {
        Frame frame;
        const auto candidate = std::string_view(chunk).substr(hit);
        if (decode_frame(candidate, frame, false) != FrameState::kWhole || !frame.mark) continue;
        if (*frame.mark > segments_.back().first && base + hit + kMarkBytes < size) {
          return damage("an acknowledged entry is damaged", path, scan.stopped);
        }
      }
      at += bytes.size();
      overlap = chunk.substr(chunk.size() - std::min(chunk.size(), kMarkBytes - 1));
    }
    note_torn(path, size - scan.good);
    return done();
  }

  Error lost(const std::string& path, std::uint64_t offset) const {
    return damage("results rest on " + std::to_string(options_.entries_min) +
                      " entries of the log, but it is whole only up to here",
                  path, offset);
  }

  void note_torn(const std::string& path, std::uint64_t bytes) {
    report_.torn_bytes = bytes;
    report_.torn_file = path;
  }

  Disk& disk_;
  Options options_;
  std::unique_ptr<DiskFile> lock_;
  std::vector<Segment> segments_;
  std::vector<IndexPoint> index_;
  std::unique_ptr<DiskFile> tail_;
  std::uint64_t tail_bytes_ = 0;
  std::uint64_t batch_offset_ = 0;  // where the batch begins that is being written
  std::string pending_;             // of it, what is not written yet
  std::uint64_t pending_entries_ = 0;
  std::uint64_t committed_ = 0;
  bool broken_ = false;
  OpenReport report_;
};

class FileReader : public Reader {
 public:
  FileReader(Disk& disk, std::string directory, std::uint64_t position)
      : disk_(disk), directory_(std::move(directory)), wanted_(position) {}

  Status start() {
    TRUCE_TRY(segments, list_segments(disk_, directory_));
    if (segments.empty())
      return make_error(ErrorCode::kNotFound, "there is no log here", {.source = directory_});
    std::size_t i = segments.size() - 1;
    while (i > 0 && segments[i].first > wanted_) --i;
    return open_segment(segments[i]);
  }

  void committed(std::uint64_t entries) override { committed_ = std::max(committed_, entries); }

  Result<std::optional<StoredEntry>> next() override {
    for (;;) {
      if (!ready_.empty()) {
        StoredEntry out = std::move(ready_.front());
        ready_.pop_front();
        return std::optional<StoredEntry>(std::move(out));
      }
      Frame frame;
      TRUCE_TRY(state, window_.frame(frame));
      if (state == FrameState::kDamaged)
        return damage("an entry is damaged", path_, window_.offset());
      if (state == FrameState::kShort) {
        TRUCE_TRY(any, end_of_file());
        if (!any) return std::optional<StoredEntry>();
      } else if (frame.mark) {
        window_.consume(frame.bytes);
        batch_offset_ = window_.offset();
        batch_position_ = position_;
        ready_ = std::move(batch_);
        batch_.clear();
      } else {
        TRUCE_TRY(entry, take(frame));
        if (!entry) continue;
        if (entry->position < committed_) return entry;
        batch_.push_back(*std::move(entry));
      }
    }
  }

 private:
  Status open_segment(const Segment& segment) {
    TRUCE_TRY(file, disk_.open(segment.path, false));
    file_ = std::move(file);
    path_ = segment.path;
    batch_offset_ = kHeaderBytes;
    batch_position_ = position_ = segment.first;
    window_.move_to(*file_, kHeaderBytes);
    return done();
  }

  // The entry of a frame, which is consumed; nothing where it lies before what is wanted.
  Result<std::optional<StoredEntry>> take(const Frame& frame) {
    std::optional<StoredEntry> out;
    if (position_ >= wanted_) {
      TRUCE_TRY(entry, stored(frame, position_, path_, window_.offset()));
      out = std::move(entry);
    }
    ++position_;
    window_.consume(frame.bytes);
    return out;
  }

  // False when there is nothing more yet. What has no mark is then read again later: a batch that
  // was never committed may be cut and another written in its place.
  Result<bool> end_of_file() {
    const bool inside = window_.offset() != batch_offset_;
    wanted_ = std::max(wanted_, std::min(position_, committed_));
    batch_.clear();
    position_ = batch_position_;
    window_.move_to(*file_, batch_offset_);
    if (inside) return false;
    TRUCE_TRY(segments, list_segments(disk_, directory_));
    for (const auto& s : segments) {
      if (s.first == batch_position_ && s.path != path_) {
        TRUCE_CHECK_OK(open_segment(s));
        return true;
      }
    }
    return false;
  }

  Disk& disk_;
  std::string directory_;
  std::unique_ptr<DiskFile> file_;
  std::string path_;
  Window window_;
  std::uint64_t batch_offset_ = 0;
  std::uint64_t batch_position_ = 0;
  std::uint64_t position_ = 0;     // of the frame that comes next
  std::uint64_t wanted_;           // entries before it are passed over
  std::uint64_t committed_ = 0;    // entries before it need not wait for their mark
  std::deque<StoredEntry> batch_;  // read, their mark is not
  std::deque<StoredEntry> ready_;
};

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(Disk& disk, Options options) {
  auto ledger = std::make_unique<FileLedger>(disk, std::move(options));
  TRUCE_CHECK_OK(ledger->start());
  return std::unique_ptr<Ledger>(std::move(ledger));
}

Result<std::unique_ptr<Reader>> Reader::open(Disk& disk, const std::string& directory,
                                             std::uint64_t position) {
  auto reader = std::make_unique<FileReader>(disk, directory, position);
  TRUCE_CHECK_OK(reader->start());
  return std::unique_ptr<Reader>(std::move(reader));
}

}  // namespace truce::ledger
