#include "stages/acquire/waveform.h"

#include <libmseed.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

namespace truce::acquire {

namespace {

constexpr std::size_t kChannelsMax = 24;
constexpr std::size_t kStep = 64;  // in which a record is looked for behind what is none
constexpr std::int64_t kNsPerTick = 1'000'000'000 / HPTMODULUS;

// What is said of a broken record is said by who reads it.
void be_quiet() {
  static const bool once = [] {
    ms_loginit([](char*) {}, nullptr, [](char*) {}, nullptr);
    return true;
  }();
  static_cast<void>(once);
}

struct FreeRecord {
  void operator()(MSRecord* r) const { msr_free(&r); }
};
using Record = std::unique_ptr<MSRecord, FreeRecord>;

// The record that begins there, with its samples or without; none where none can be read.
Record record_at(std::string_view bytes, std::size_t offset, bool with_samples) {
  const std::string_view rest = bytes.substr(offset);
  // The library wants bytes that it may write to, and writes to none but its own copies.
  char* const begin = const_cast<char*>(rest.data());
  const int length = static_cast<int>(std::min<std::size_t>(rest.size(), MAXRECLEN));
  MSRecord* record = nullptr;
  const int code = msr_parse(begin, length, &record, -1, with_samples ? 1 : 0, 0);
  Record out(record);
  const bool is_whole = code == MS_NOERROR && out && out->reclen >= MINRECLEN &&
                        static_cast<std::size_t>(out->reclen) <= rest.size();
  if (!is_whole) return nullptr;
  return out;
}

struct Span {
  Instant first, last;  // samples
};

// None of what has no samples in time: texts, logs, a rate that is none.
std::optional<Span> span_of(MSRecord& r) {
  constexpr double kRateMax = 1e6;
  const bool has_rate = r.samprate > 0 && r.samprate <= kRateMax;
  if (!has_rate || r.samplecnt <= 0 || r.encoding == DE_ASCII || r.starttime == HPTERROR)
    return std::nullopt;
  const double length_s = static_cast<double>(r.samplecnt - 1) / r.samprate;
  constexpr double kLongestS = 366.0 * 86'400;
  if (length_s > kLongestS) return std::nullopt;
  const Instant first{r.starttime * kNsPerTick};
  return Span{first, first + Duration::seconds(length_s)};
}

// Calls f(record, offset) for each record, and says how many bytes are none.
template <class F>
Result<WaveformExtent> each_record(std::string_view bytes, F f) {
  be_quiet();
  WaveformExtent out;
  std::size_t offset = 0;
  const auto pass_over = [&](std::size_t n) {
    if (out.unread == 0) out.unread_at = offset;
    out.unread += n;
    offset += n;
  };
  while (offset < bytes.size()) {
    const Record record = record_at(bytes, offset, false);
    if (!record) {
      pass_over(std::min(kStep, bytes.size() - offset));
      continue;
    }
    TRUCE_CHECK_OK(f(*record, offset));
    offset += static_cast<std::size_t>(record->reclen);
  }
  return out;
}

std::string name_of(const MSRecord& r) {
  return std::string(r.network) + "_" + r.station + "_" + r.location + "_" + r.channel;
}

double sample(const MSRecord& r, std::size_t i) {
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

void put(Trace& trace, const MSRecord& r, const Span& span, const Interval& window) {
  const double window_s = (window.end - window.start).in_seconds();
  const double begin_s = (span.first - window.start).in_seconds();
  const double bins = static_cast<double>(trace.bins.size());
  for (std::int64_t i = 0; i < r.numsamples; ++i) {
    const double at = (begin_s + static_cast<double>(i) / r.samprate) / window_s * bins;
    const double value = sample(r, static_cast<std::size_t>(i));
    if (!(at >= 0 && at < bins) || !std::isfinite(value)) continue;
    const auto v = static_cast<float>(value);
    auto& bin = trace.bins[static_cast<std::size_t>(at)];
    bin = bin ? Trace::Bin{std::min(bin->low, v), std::max(bin->high, v)} : Trace::Bin{v, v};
  }
}

}  // namespace

Result<WaveformExtent> waveform_extent(std::string_view bytes) {
  std::optional<Interval> when;
  TRUCE_TRY(out, each_record(bytes, [&](MSRecord& r, std::size_t) -> Status {
              const auto span = span_of(r);
              if (!span) return done();
              when = when ? Interval{std::min(when->start, span->first),
                                     std::max(when->end, span->last)}
                          : Interval{span->first, span->last};
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
  const auto read = each_record(bytes, [&](MSRecord& r, std::size_t offset) -> Status {
    const auto span = span_of(r);
    if (!span || span->last < window.start || window.end < span->first) return done();
    const Record whole = record_at(bytes, offset, true);
    if (!whole || whole->datasamples == nullptr) return done();
    const std::string name = name_of(r);
    if (by_name.size() == kChannelsMax && !by_name.contains(name))
      return make_error(ErrorCode::kLimit, "more channels than are shown", {},
                        std::to_string(kChannelsMax) + " at most");
    Trace& trace = by_name[name];
    trace.rate_hz = r.samprate;
    trace.bins.resize(bins);
    put(trace, *whole, *span, window);
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
