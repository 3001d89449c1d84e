#include <cstdio>

#include "app/commands.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/json.h"

namespace truce::app {

namespace {

// Prints what would be recorded, one JSON line per record, and every complaint on standard error.
struct Printer : acquire::Sink {
  std::uint64_t records = 0;
  std::uint64_t rejected = 0;
  std::uint64_t complaints = 0;
  void record(Entry entry) override {
    if (entry.kind == EntryKind::kComplaint) return;
    entry.kind == EntryKind::kRejected ? ++rejected : ++records;
    if (entry.kind == EntryKind::kRejected)
      std::fprintf(stderr, "%s\n", printable(rejection_words(entry)).c_str());
    std::printf("{\"kind\":\"%s\",\"record\":%s}\n", std::string(to_string(entry.kind)).c_str(),
                entry.payload.c_str());
  }
  void complain(acquire::Complaint c) override {
    ++complaints;
    std::fprintf(stderr, "%s\n",
                 printable(bad_input(c.kind + ": " + c.text, c.place).to_text()).c_str());
  }
};

int dry_run(const AcquireOptions& o, const acquire::Format& format, const Zone& zone,
            const std::string& mapping) {
  const auto bytes = read_file(o.file);
  if (!bytes.ok()) return fail(bytes.error());
  acquire::Context context;
  context.feed = o.feed;
  context.file = o.file.filename().string();
  context.zone = zone;
  context.mapping = mapping;
  Printer printer;
  const Status status = format.read(*bytes, context, printer);
  if (!o.session.quiet)
    std::fprintf(stderr, "%llu records, %llu rejected, %llu complaints; nothing was written\n",
                 static_cast<unsigned long long>(printer.records),
                 static_cast<unsigned long long>(printer.rejected),
                 static_cast<unsigned long long>(printer.complaints));
  if (!status.ok()) return fail(status.error());
  return printer.rejected == 0 ? 0 : exit_code(ErrorCode::kBadInput);
}

}  // namespace

int command_acquire(const AcquireOptions& o) {
  const auto* format = acquire::find_format(o.format);
  if (format == nullptr) {
    std::string names;
    for (const auto& f : acquire::formats())
      names += (names.empty() ? "" : ", ") + std::string(f.name);
    return fail(make_error(ErrorCode::kUnusable, "there is no format \"" + o.format + "\"", {},
                           "one of " + names));
  }
  const auto zone = Zone::find(o.zone);
  if (!zone.ok()) return fail(usage_error(zone.error(), "--zone"));
  if (o.dry_run && !o.into.empty())
    return fail(make_error(ErrorCode::kUnusable, "--dry-run writes nothing, --into writes", {},
                           "one of the two"));
  std::string mapping;
  if (!o.mapping.empty()) {
    auto text = read_file(o.mapping);
    if (!text.ok()) return fail(text.error());
    mapping = *std::move(text);
  }
  if (format->needs_mapping && o.mapping.empty())
    return fail(make_error(ErrorCode::kUnusable,
                           "the format " + o.format + " needs --mapping: which column is what", {},
                           "--mapping FILE, as docs/formats-csv-mapping.md says"));
  if (o.dry_run) return dry_run(o, *format, *zone, mapping);
  if (o.into.empty())
    return fail(make_error(ErrorCode::kUnusable, "nowhere to record it", {},
                           "--into MISSION, or --dry-run"));
  auto session = Session::open(o.into, o.session);
  if (!session.ok()) return fail(session.error());
  Feed feed;
  feed.id = o.feed;
  feed.format = o.format;
  feed.zone = *zone;
  feed.mapping = mapping;
  feed.reading = to_hex(sha256(o.format + "\n" + zone->name() + "\n" + mapping));
  (*session)->intake->on_acknowledged = [](const IntakeProgress& p) {
    std::printf("acknowledged %llu\n", static_cast<unsigned long long>(p.entries));
    std::fflush(stdout);
  };
  std::uint64_t rejected = 0;
  (*session)->intake->on_rejected = [&](const Entry& entry) {
    ++rejected;
    std::fprintf(stderr, "%s\n", printable(rejection_words(entry)).c_str());
  };
  const Status status =
      (*session)->intake->take_file(feed, std::filesystem::absolute(o.file).string());
  if (!status.ok()) return fail(status.error());
  return rejected == 0 ? 0 : exit_code(ErrorCode::kBadInput);
}

}  // namespace truce::app
