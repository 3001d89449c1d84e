// A person signs that a tier of an escalation is taken. Nothing is written without --yes.

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/clocks.h"
#include "app/commands.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/identity.h"
#include "model/json.h"

namespace truce::app {

namespace {

// A tier of one episode.
struct TierAt {
  const judge::EscalationRule* escalation = nullptr;
  const judge::Episode* episode = nullptr;
  const judge::TierRule* rule = nullptr;
  const judge::TierStatus* status = nullptr;
  bool may_be_signed() const {
    return status->state == judge::TierState::kDue || status->state == judge::TierState::kMayBeDue;
  }
};

std::vector<TierAt> tiers_of(const judge::Agreement& a, const Clocks& clocks) {
  std::vector<TierAt> out;
  const auto& rules = a.readings.front().clocks.escalations;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const auto& episode : clocks.base().states.escalations[i]) {
      for (std::size_t k = 0; k < episode.tiers.size(); ++k)
        out.push_back({&rules[i], &episode, &rules[i].tiers[k], &episode.tiers[k]});
    }
  }
  return out;
}

std::string time_words(const TierAt& t, const Zone& zone) {
  std::string out = "from " + judge::to_text(*t.status->opens, zone);
  return t.status->lapses ? out + " until " + judge::to_text(*t.status->lapses, zone)
                          : out + " without end";
}

std::string open_words(const std::vector<TierAt>& all) {
  std::string out;
  for (const auto& t : all) {
    if (t.may_be_signed())
      out += (out.empty() ? "open now: " : "; ") + t.escalation->id + " " + t.rule->id + " after " +
             t.episode->breach;
  }
  return out.empty() ? "no tier may be signed at that time" : out;
}

template <class List, class Name>
std::string names_in(const List& list, Name name) {
  std::string out;
  for (const auto& l : list) out += (out.empty() ? "" : ", ") + name(l);
  return out.empty() ? "there is none" : out;
}

Error refusal(std::string what, const std::string& option, std::string instead) {
  return make_error(ErrorCode::kUnusable, std::move(what), {.field = option}, std::move(instead));
}

bool concerns(const TierAt& t, const std::string& breach) {
  const auto& members = t.episode->members;
  return std::find(members.begin(), members.end(), breach) != members.end();
}

// Why the tier cannot be signed, with what is open instead.
Result<TierAt> tier_asked(const judge::Agreement& a, const std::vector<TierAt>& all,
                          const SignOptions& o) {
  const auto& rules = a.readings.front().clocks.escalations;
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const auto& e) { return e.id == o.escalation; });
  if (rule == rules.end())
    return refusal("there is no escalation \"" + o.escalation + "\"", "--escalation",
                   names_in(rules, [](const auto& e) { return e.id; }));
  if (std::none_of(rule->tiers.begin(), rule->tiers.end(),
                   [&](const auto& t) { return t.id == o.tier; }))
    return refusal("escalation " + o.escalation + " has no tier \"" + o.tier + "\"", "--tier",
                   names_in(rule->tiers, [](const auto& t) { return t.id; }));
  const auto it = std::find_if(all.begin(), all.end(), [&](const TierAt& t) {
    return t.escalation == &*rule && t.rule->id == o.tier && concerns(t, o.breach);
  });
  if (it == all.end())
    return refusal("no episode of " + o.escalation + " holds a breach \"" + o.breach + "\"",
                   "--breach", open_words(all));
  if (it->may_be_signed()) return *it;
  return refusal(o.tier + " is " + std::string(judge::to_string(it->status->state)) + ": " +
                     judge::to_english(it->status->why),
                 "--tier", open_words(all));
}

void put_tier(JsonWriter& w, const TierAt& t) {
  w.key("breach").string(t.episode->breach).key("escalation").string(t.escalation->id);
  if (t.status->lapses) w.key("lapses_earliest").string(to_text(t.status->lapses->earliest));
  if (t.status->lapses) w.key("lapses_latest").string(to_text(t.status->lapses->latest));
  w.key("opens_earliest").string(to_text(t.status->opens->earliest));
  w.key("opens_latest").string(to_text(t.status->opens->latest));
}

void list_open(const std::vector<TierAt>& all, const Zone& zone, Instant at, bool json) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("at").string(to_text(at)).key("open").begin_array();
  bool any = false;
  for (const auto& t : all) {
    if (!t.may_be_signed()) continue;
    any = true;
    w.begin_object();
    put_tier(w, t);
    w.key("state").string(judge::to_string(t.status->state)).key("tier").string(t.rule->id);
    w.end_object();
    if (json) continue;
    std::printf("%s %s after %s: %s, %s\n  %s\n", printable(t.escalation->id).c_str(),
                printable(t.rule->id).c_str(), printable(t.episode->breach).c_str(),
                std::string(judge::to_string(t.status->state)).c_str(), time_words(t, zone).c_str(),
                printable(t.rule->words).c_str());
  }
  w.end_array().end_object();
  if (json)
    std::printf("%s\n", line.c_str());
  else if (!any)
    std::printf("at %s no tier may be signed\n", to_local_text(at, zone).c_str());
}

void show(const TierAt& t, const ::truce::Signature& record, const Zone& zone) {
  std::printf("%s %s, %s\n  %s\n", printable(t.escalation->id).c_str(),
              printable(t.rule->id).c_str(), time_words(t, zone).c_str(),
              printable(judge::to_english(t.status->why)).c_str());
  for (const auto& w : judge::would_follow(*t.escalation, *t.episode, zone))
    std::printf("  %s\n", printable(judge::to_english(w)).c_str());
  std::printf("the record: %s\n", to_json(record).c_str());
}

// Into the log, as `truce acquire ndjson FILE --into` would take it. The file stays: it is what the
// log's bytes came from.
Result<std::uint64_t> write_signature(Session& s, const ::truce::Signature& record) {
  const std::string name = "var/signatures/" + record.id + ".ndjson";
  std::error_code code;
  std::filesystem::create_directories(s.mission.var() / "signatures", code);
  TRUCE_CHECK_OK(write_file_atomically(
      s.mission.folder / name, "{\"kind\":\"signature\",\"record\":" + to_json(record) + "}\n"));
  Feed feed;
  feed.id = "signatures";
  feed.format = "ndjson";
  feed.reading = to_hex(sha256("ndjson\nUTC\n"));
  TRUCE_CHECK_OK(s.intake->take_file(feed, name));
  TRUCE_TRY(rows, s.store->records("signature"));
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == record.id; });
  if (it == rows.end())
    return make_error(ErrorCode::kCorrupt, "the signature is not in the store",
                      {.source = s.mission.store_path()}, "`truce replay` to see what is wrong");
  return it->position;
}

int sign(Session& s, const TierAt& tier, const SignOptions& o, Instant at) {
  ::truce::Signature record;
  record.signer = o.by;
  record.escalation = o.escalation;
  record.tier = o.tier;
  record.breach = o.breach;
  record.when = at;
  record.origin.feed = "signatures";  // an id follows from it
  record.id = signature_id(record);
  record.origin = {};
  std::optional<std::uint64_t> position;
  if (o.yes) {
    const auto written = write_signature(s, record);
    if (!written.ok()) return fail(written.error());
    position = *written;
  }
  if (!o.common.json) {
    show(tier, record, s.mission.agreement.civil_zone);
    if (position)
      std::printf("signed: log position %llu\n", static_cast<unsigned long long>(*position));
    else
      std::printf("nothing was written; --yes signs\n");
    return 0;
  }
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  put_tier(w, tier);
  w.key("position");
  position ? w.integer(static_cast<std::int64_t>(*position)) : w.null();
  w.key("record").raw(to_json(record)).key("tier").string(o.tier);
  w.key("would_follow").begin_array();
  for (const auto& f :
       judge::would_follow(*tier.escalation, *tier.episode, s.mission.agreement.civil_zone))
    w.string(judge::to_english(f));
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
  return 0;
}

}  // namespace

int command_sign(const SignOptions& o) {
  Instant at = wall_clock();
  if (!o.at.empty()) {
    const auto given = parse_instant(o.at);
    if (!given.ok()) return fail(usage_error(given.error(), "--at"));
    at = *given;
  }
  at.ns -= at.ns % 1'000'000'000;
  const bool lists = o.escalation.empty() && o.tier.empty() && o.breach.empty() && o.by.empty();
  if (lists && o.yes)
    return fail(refusal("nothing is named to be signed", "--yes",
                        "--escalation, --tier, --breach and --by"));
  if (!lists && (o.escalation.empty() || o.tier.empty() || o.breach.empty() || o.by.empty()))
    return fail(refusal("a signature names four things", {},
                        "--escalation, --tier, --breach and --by; without any of them, the tiers "
                        "that may be signed are listed"));
  SessionOptions options = o.common.session;
  options.feed_files = FeedFiles::kNotNeeded;
  auto session = o.yes ? Session::open(o.common.mission, options)
                       : Session::open_for_questions(o.common.mission, options);
  if (!session.ok()) return fail(session.error());
  Session& s = **session;
  const auto clocks = clocks_of(s.mission, *s.store, ledger::Store::kNow, at);
  if (!clocks.ok()) return fail(clocks.error());
  const auto all = tiers_of(s.mission.agreement, *clocks);
  if (lists) {
    list_open(all, s.mission.agreement.civil_zone, at, o.common.json);
    return 0;
  }
  const auto tier = tier_asked(s.mission.agreement, all, o);
  if (!tier.ok()) return fail(tier.error());
  return sign(s, *tier, o, at);
}

}  // namespace truce::app
