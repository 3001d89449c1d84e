// A person signs that a tier of an escalation is taken. Nothing is written without --yes.

#include <algorithm>
#include <cstdio>

#include "app/clocks.h"
#include "app/commands.h"
#include "app/enter_signature.h"
#include "app/signature_folder.h"
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

std::string name_of(const TierAt& t) {
  return "tier " + t.rule->id + " of " + t.escalation->id + " after " + t.episode->breach;
}

std::string time_words(const TierAt& t, const Zone& zone) {
  std::string out = "from " + judge::to_text(*t.status->opens, zone);
  return t.status->lapses ? out + " until " + judge::to_text(*t.status->lapses, zone)
                          : out + " without end";
}

// Where none may be signed: the one that was missed last, and the one to come.
struct Nearest {
  const TierAt* lapsed = nullptr;
  const TierAt* next = nullptr;
};

Nearest nearest_of(const std::vector<TierAt>& all, Instant at) {
  Nearest out;
  for (const auto& t : all) {
    const auto& s = *t.status;
    if (s.state == judge::TierState::kLapsed && s.lapses &&
        (out.lapsed == nullptr || s.lapses->latest > out.lapsed->status->lapses->latest))
      out.lapsed = &t;
    if (s.state == judge::TierState::kNotDue && s.opens && s.opens->latest > at &&
        (out.next == nullptr || s.opens->earliest < out.next->status->opens->earliest))
      out.next = &t;
  }
  return out;
}

std::vector<std::string> nearest_words(const std::vector<TierAt>& all, Instant at,
                                       const Zone& zone) {
  const Nearest n = nearest_of(all, at);
  std::vector<std::string> out;
  if (n.lapsed != nullptr)
    out.push_back(name_of(*n.lapsed) + " lapsed at " +
                  judge::to_text(*n.lapsed->status->lapses, zone));
  if (n.next != nullptr)
    out.push_back(name_of(*n.next) + " opens at " + judge::to_text(*n.next->status->opens, zone));
  return out;
}

// What to sign instead.
std::string open_words(const std::vector<TierAt>& all, Instant at, const Zone& zone) {
  std::string out;
  for (const auto& t : all) {
    if (t.may_be_signed()) out += (out.empty() ? "" : "; or ") + name_of(t);
  }
  if (!out.empty()) return out;
  out = "nothing at that time: no tier may be signed";
  for (const auto& words : nearest_words(all, at, zone)) out += "; " + words;
  return out;
}

std::string state_words(judge::TierState s) {
  return say({"tier_state." + std::string(judge::to_string(s)), {}}, Language::kEnglish);
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
                          const SignOptions& o, Instant at, const EnteredAt& entered) {
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
                   "--breach", open_words(all, at, a.civil_zone));
  if (it->may_be_signed()) return *it;
  std::string why = judge::to_english(it->status->why);
  if (const auto when = entered.find(it->status->signature); when != entered.end())
    why += ", entered at " + to_local_text(when->second, a.civil_zone);
  return refusal(o.tier + " is " + state_words(it->status->state) + ": " + why, "--tier",
                 open_words(all, at, a.civil_zone));
}

void put_tier(JsonWriter& w, const TierAt& t) {
  w.key("breach").string(t.episode->breach).key("escalation").string(t.escalation->id);
  if (t.status->lapses) w.key("lapses_earliest").string(to_text(t.status->lapses->earliest));
  if (t.status->lapses) w.key("lapses_latest").string(to_text(t.status->lapses->latest));
  if (!t.status->opens) return;
  w.key("opens_earliest").string(to_text(t.status->opens->earliest));
  w.key("opens_latest").string(to_text(t.status->opens->latest));
}

void put_tier_or_none(JsonWriter& w, const TierAt* t) {
  if (t == nullptr) {
    w.null();
    return;
  }
  w.begin_object();
  put_tier(w, *t);
  w.key("state").string(judge::to_string(t->status->state)).key("tier").string(t->rule->id);
  w.end_object();
}

void list_open_json(const std::vector<TierAt>& all, Instant at) {
  std::string line;
  JsonWriter w(line);
  const Nearest nearest = nearest_of(all, at);
  w.begin_object().key("at").string(to_text(at)).key("lapsed_last");
  put_tier_or_none(w, nearest.lapsed);
  w.key("open").begin_array();
  for (const auto& t : all) {
    if (t.may_be_signed()) put_tier_or_none(w, &t);
  }
  w.end_array().key("opens_next");
  put_tier_or_none(w, nearest.next);
  w.end_object();
  std::printf("%s\n", line.c_str());
}

void list_open(const std::vector<TierAt>& all, const Zone& zone, Instant at) {
  bool any = false;
  for (const auto& t : all) {
    if (!t.may_be_signed()) continue;
    any = true;
    std::printf("%s: %s, %s\n  %s\n", printable(name_of(t)).c_str(),
                state_words(t.status->state).c_str(), time_words(t, zone).c_str(),
                printable(t.rule->words).c_str());
  }
  if (any) return;
  std::printf("at %s no tier may be signed\n", to_local_text(at, zone).c_str());
  for (const auto& words : nearest_words(all, at, zone))
    std::printf("  %s\n", printable(words).c_str());
}

void show(const TierAt& t, const ::truce::Signature& record, const Zone& zone) {
  std::printf("%s, %s\n  %s\n", printable(name_of(t)).c_str(), time_words(t, zone).c_str(),
              printable(judge::to_english(t.status->why)).c_str());
  for (const auto& w : judge::would_follow(*t.escalation, *t.episode, zone))
    std::printf("  %s\n", printable(judge::to_english(w)).c_str());
  std::printf("the record: %s\n", to_json(record).c_str());
}

std::string outcome_words(const SignOptions& o, const std::optional<Entered>& entered, Instant at,
                          const Zone& zone) {
  if (!o.yes) return "nothing was written; --yes signs";
  if (!entered)
    return "signed: it waits in " + std::string(kSignatureFolder) + " until a run takes it in";
  std::string out = "signed: log position " + std::to_string(entered->position);
  if (are_apart(entered->at, at)) out += ", entered at " + to_local_text(entered->at, zone);
  return out;
}

void print_signed_json(const TierAt& tier, const ::truce::Signature& record, const SignOptions& o,
                       const std::optional<Entered>& entered, const Zone& zone) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  put_tier(w, tier);
  w.key("position");
  entered ? w.integer(static_cast<std::int64_t>(entered->position)) : w.null();
  w.key("record").raw(to_json(record)).key("tier").string(o.tier);
  w.key("waits").boolean(o.yes && !entered).key("would_follow").begin_array();
  for (const auto& f : judge::would_follow(*tier.escalation, *tier.episode, zone))
    w.string(judge::to_english(f));
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
}

int sign(Session& s, const TierAt& tier, const SignOptions& o, Instant at) {
  ::truce::Signature record;
  record.signer = o.by;
  record.escalation = o.escalation;
  record.tier = o.tier;
  record.breach = o.breach;
  record.when = at;
  record.origin.feed = kSignatureFeed;  // an id follows from it
  record.id = signature_id(record);
  record.origin = {};
  std::optional<Entered> entered;
  if (o.yes) {
    const auto written = enter_signature(s, o.common, record);
    if (!written.ok()) return fail(written.error());
    entered = *written;
  }
  const Zone& zone = s.mission.agreement.civil_zone;
  if (o.common.json) {
    print_signed_json(tier, record, o, entered, zone);
    return 0;
  }
  show(tier, record, zone);
  std::printf("%s\n", outcome_words(o, entered, at, zone).c_str());
  return 0;
}

// A time that is given, and not the clock's, does not lie before what the log holds: what lapsed
// while nobody signed stays lapsed.
Status check_not_backdated(Session& s, const SignOptions& o, Instant at, Instant now) {
  if (o.at.empty() || !are_apart(at, now)) return done();
  TRUCE_TRY(end, end_of_log(s.mission, *s.store));
  if (judge::plus(at, kSignedAndEntered) >= end) return done();
  const Zone& zone = s.mission.agreement.civil_zone;
  return refusal("the log holds what came later, until " + to_local_text(end, zone) +
                     ": a signature cannot be dated back",
                 "--at", "no earlier than 15 minutes before that, or no --at: it is signed now");
}

// Who signs, as it will stand in the log for ever.
Status check_office(const std::string& by) {
  constexpr std::size_t kCharactersMax = 200;
  if (!is_utf8(by)) return refusal("is not UTF-8", "--by", "an office, in UTF-8");
  if (printable(by) != by || by.find('\t') != std::string::npos)
    return refusal("holds control characters", "--by", "an office, in one line of text");
  if (characters(by) > kCharactersMax)
    return refusal("has " + std::to_string(characters(by)) + " characters", "--by",
                   "an office, of " + std::to_string(kCharactersMax) + " characters at most");
  return done();
}

Status check_names(const SignOptions& o, bool lists) {
  if (lists && o.yes)
    return refusal("nothing is named to be signed", "--yes",
                   "--escalation, --tier, --breach and --by");
  if (!lists && (o.escalation.empty() || o.tier.empty() || o.breach.empty() || o.by.empty()))
    return refusal("a signature names four things", {},
                   "--escalation, --tier, --breach and --by; without any of them, the tiers "
                   "that may be signed are listed");
  return check_office(o.by);
}

// What is named, refused, shown or signed.
int answer(Session& s, const SignOptions& o, bool lists, Instant at, Instant now) {
  const judge::Agreement& a = s.mission.agreement;
  const auto clocks = clocks_of(s.mission, *s.store, ledger::Store::kNow, at);
  if (!clocks.ok()) return fail(clocks.error());
  const auto all = tiers_of(a, *clocks);
  if (lists) {
    o.common.json ? list_open_json(all, at) : list_open(all, a.civil_zone, at);
    return 0;
  }
  const auto entered = entered_elsewhen(s.mission, *s.disk, *clocks);
  if (!entered.ok()) return fail(entered.error());
  const auto tier = tier_asked(a, all, o, at, *entered);
  if (!tier.ok()) return fail(tier.error());
  const Status dated = check_not_backdated(s, o, at, now);
  if (!dated.ok()) return fail(dated.error());
  return sign(s, *tier, o, at);
}

}  // namespace

int command_sign(const SignOptions& o) {
  const bool lists = o.escalation.empty() && o.tier.empty() && o.breach.empty() && o.by.empty();
  if (const Status names = check_names(o, lists); !names.ok()) return fail(names.error());
  const Instant now = wall_clock();
  const auto given = instant_option(o.at, "--at");
  if (!given.ok()) return fail(given.error());
  Instant at = given->value_or(now);
  at.ns -= at.ns % 1'000'000'000;
  const auto session = Session::open_for_questions(o.common.mission, o.common.session);
  return session.ok() ? answer(**session, o, lists, at, now) : fail(session.error());
}

}  // namespace truce::app
