#include "stages/acquire/waveform.h"

#include <libmseed.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>

namespace truce::acquire {

namespace {

constexpr std::size_t kChannelsMax = 24;
constexpr std::size_t kStep = 64;  // in which a record is looked for behind what is none
constexpr int kHeaderBytes = 48;
constexpr int kRecordMax = 1 << 16;
constexpr std::int64_t kNsPerTick = 1'000'000'000 / HPTMODULUS;

// What is said of a broken record is said by who reads it.
void be_quiet() {
  static const bool once = [] {
    ms_loginit([](char*) {}, nullptr, [](char*) {}, nullptr);
    return true;
  }();
  static_cast<void>(once);
}

// It keeps state of its own, and feeds are read while traces are asked for.
std::mutex& the_library() {
  static std::mutex mutex;
  return mutex;
}

struct FreeRecord {
  void operator()(MSRecord* r) const { msr_free(&r); }
};
using Record = std::unique_ptr<MSRecord, FreeRecord>;

// The library believes a record that says how many samples it holds, and reads on behind its end:
// they are counted here, at the least that one can take.
bool holds_its_samples(const MSRecord& r) {
  const auto most = [&r](std::int64_t bytes) -> std::int64_t {
    switch (r.encoding) {
      case DE_INT16:
      case DE_GEOSCOPE163:
      case DE_GEOSCOPE164:
      case DE_CDSN:
      case DE_SRO:
      case DE_DWWSSN:
        return bytes / 2;
      case DE_GEOSCOPE24:
        return bytes / 3;
      case DE_INT32:
      case DE_FLOAT32:
        return bytes / 4;
      case DE_FLOAT64:
        return bytes / 8;
      case DE_STEIM1:
        return bytes;  // four differences in four bytes
      case DE_STEIM2:
        return bytes / 4 * 7;
      default:
        return 0;
    }
  };
  const std::int64_t begin = r.fsdh == nullptr ? 0 : r.fsdh->data_offset;
  return begin >= kHeaderBytes && begin <= r.reclen && r.samplecnt >= 0 &&
         r.samplecnt <= most(r.reclen - begin);
}

// The bytes of a file, with some behind them: the library looks for a header beyond the end of what
// it is given.
class Input {
 public:
  explicit Input(std::string_view bytes) : size_(bytes.size()) {
    padded_.reserve(size_ + kPadding);
    padded_.append(bytes).append(kPadding, '\0');
  }
  std::size_t size() const { return size_; }
  // The record that begins there, with its samples or without; none where none can be read.
  Record record_at(std::size_t offset, bool with_samples) {
    const std::size_t rest = size_ - offset;
    const int length = static_cast<int>(std::min<std::size_t>(rest, kRecordMax));
    MSRecord* record = nullptr;
    const std::lock_guard<std::mutex> lock(the_library());
    const int code =
        msr_parse(padded_.data() + offset, length, &record, -1, with_samples ? 1 : 0, 0);
    Record out(record);
    const bool is_read = code == MS_NOERROR && out && out->reclen >= MINRECLEN &&
                         static_cast<std::size_t>(out->reclen) <= rest;
    if (!is_read) return nullptr;
    return out;
  }

 private:
  static constexpr std::size_t kPadding = 256;
  std::string padded_;
  std::size_t size_;
};

struct SampleTimes {
  Instant first, last;  // samples
};

// None of what has no samples in time: texts, logs, a rate that is none.
std::optional<SampleTimes> times_of(MSRecord& r) {
  constexpr double kRateMax = 1e6;
  const bool has_rate = r.samprate > 0 && r.samprate <= kRateMax;
  if (!has_rate || r.samplecnt <= 0 || r.encoding == DE_ASCII || r.starttime == HPTERROR)
    return std::nullopt;
  const double length_s = static_cast<double>(r.samplecnt - 1) / r.samprate;
  constexpr double kLongestS = 366.0 * 86'400;
  if (length_s > kLongestS) return std::nullopt;
  const Instant first{r.starttime * kNsPerTick};
  return SampleTimes{first, first + Duration::seconds(length_s)};
}

// Calls f(record, offset) for each record, and says how many bytes are none.
template <class F>
Result<WaveformExtent> each_record(Input& input, F f) {
  be_quiet();
  WaveformExtent out;
  std::size_t offset = 0;
  const auto pass_over = [&](std::size_t n) {
    if (out.unread == 0) out.unread_at = offset;
    out.unread += n;
    offset += n;
  };
  while (offset < input.size()) {
    const Record record = input.record_at(offset, false);
    if (!record || (times_of(*record) && !holds_its_samples(*record))) {
      pass_over(std::min(kStep, input.size() - offset));
      continue;
    }
    TRUCE_CHECK_OK(f(*record, offset));
    offset += static_cast<std::size_t>(record->reclen);
  }
  return out;
}

std::string channel_of(const MSRecord& r) {
  return std::string(r.network) + "_" + r.station + "_" + r.location + "_" + r.channel;
}

double sample_of(const MSRecord& r, std::size_t i) {
  switch (r.sampletype) {
    case 'i':
      return static_cast<const std::int32_t*>(r.datasamples)[i];
    case 'f':
      return static_cast<double>(static_cast<const float*>(r.datasamples)[i]);
    case 'd':
      return static_cast<const double*>(r.datasamples)[i];
    default:
      return std::nan("");
  }
}

void put_samples(Trace& trace, const MSRecord& r, const SampleTimes& times,
                 const Interval& window) {
  const double window_s = (window.end - window.start).in_seconds();
  const double begin_s = (times.first - window.start).in_seconds();
  const double bins = static_cast<double>(trace.bins.size());
  for (std::int64_t i = 0; i < r.numsamples; ++i) {
    const double at = (begin_s + static_cast<double>(i) / r.samprate) / window_s * bins;
    const double value = sample_of(r, static_cast<std::size_t>(i));
    if (!(at >= 0 && at < bins) || !std::isfinite(value)) continue;
    const auto v = static_cast<float>(value);
    auto& bin = trace.bins[static_cast<std::size_t>(at)];
    bin = bin ? Trace::Bin{std::min(bin->low, v), std::max(bin->high, v)} : Trace::Bin{v, v};
  }
}

}  // namespace

Result<WaveformExtent> waveform_extent(std::string_view bytes) {
  Input input(bytes);
  std::optional<Interval> when;
  TRUCE_TRY(out, each_record(input, [&](MSRecord& r, std::size_t) -> Status {
              const auto times = times_of(r);
              if (!times) return done();
              when = when ? Interval{std::min(when->start, times->first),
                                     std::max(when->end, times->last)}
                          : Interval{times->first, times->last};
              return done();
            }));
  if (!when)
    return bad_input("holds no record with samples", {.byte_offset = out.unread_at},
                     "miniSEED 2, as docs/formats.md says");
  out.when = *when;
  return out;
}

Result<std::vector<Trace>> traces_within(std::string_view bytes, const Interval& window,
                                         std::size_t bins) {
  if (!(window.start < window.end) || bins == 0)
    return bad_input("has no length", {.source = "window"}, "a start before its end");
  std::map<std::string, Trace> by_name;
  Input input(bytes);
  const auto read = each_record(input, [&](MSRecord& r, std::size_t offset) -> Status {
    const auto times = times_of(r);
    if (!times || times->last < window.start || window.end < times->first) return done();
    const Record whole = input.record_at(offset, true);
    if (!whole || whole->datasamples == nullptr) return done();
    const std::string name = channel_of(r);
    if (by_name.size() == kChannelsMax && !by_name.contains(name))
      return make_error(ErrorCode::kLimit, "more channels than are shown", {},
                        std::to_string(kChannelsMax) + " at most");
    Trace& trace = by_name[name];
    trace.rate_hz = r.samprate;
    trace.bins.resize(bins);
    put_samples(trace, *whole, *times, window);
    return done();
  });
  if (!read.ok()) return read.error();
  std::vector<Trace> out;
  for (auto& [name, trace] : by_name) {
    trace.channel = name;
    out.push_back(std::move(trace));
  }
  return out;
}

}  // namespace truce::acquire
