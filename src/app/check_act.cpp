#include "app/check_act.h"

#include <algorithm>
#include <set>

#include "app/act_book.h"
#include "model/vocabulary.h"

namespace truce::app {

namespace {

Error refused(std::string_view field, std::string why, std::string expected = {}) {
  return bad_input(std::move(why), {.source = "statement", .field = std::string(field)},
                   std::move(expected));
}

Status check_signer(const Act& act, const ActFacts& f) {
  if (f.account_key.empty())
    return bad_input("the account has no key yet", {.field = "key"}, "PUT /api/session/key first");
  if (act.key != f.account_key)
    return bad_input("is not the account's", {.field = "key"}, f.account_key);
  if (act.said.by != f.account) return refused("by", "is not who asks", f.account);
  if (act.said.mission != f.mission) return refused("mission", "is another mission", f.mission);
  if (act.said.at > f.now + kActAndNow || f.now > act.said.at + kActAndNow)
    return refused("at", "is more than 15 minutes from now", "about " + to_text(f.now));
  return done();
}

Status check_new(const Act& act, const ActFacts& f, const ActBook& book) {
  const auto is_again = [&](const Act& other) { return other.said.nonce == act.said.nonce; };
  const bool is_known = std::any_of(book.acts().begin(), book.acts().end(),
                                    [&](const BoundAct& b) { return is_again(b.act); }) ||
                        std::any_of(f.waiting.begin(), f.waiting.end(), is_again);
  if (!is_known) return done();
  return refused("nonce", "was given before", "32 digits of chance");
}

Result<Incident> known_incident(std::string_view field, const std::string& id, const ActFacts& f) {
  TRUCE_TRY(incident, incident_named(id, f.store));
  if (!incident) return refused(field, "there is no incident \"" + id + "\"");
  return *std::move(incident);
}

Status check_join(const Act& act, const ActFacts& f) {
  std::set<std::string> distinct;
  std::size_t members = 0;
  std::optional<Interval> when;
  for (const auto& id : act.said.incidents) {
    TRUCE_TRY(incident, known_incident("incidents", id, f));
    if (!distinct.insert(incident.id).second)
      return refused("incidents", "\"" + id + "\" is one with another of them already");
    members += incident.evidence.size();
    when = when ? Interval{std::min(when->start, incident.when.start),
                           std::max(when->end, incident.when.end)}
                : incident.when;
  }
  if (members > f.members_max)
    return refused("incidents", "together they have too many members",
                   "at most " + std::to_string(f.members_max));
  if (when->length() > kJoinedWithin)
    return refused("incidents", "lie too far apart in time", "within 7 days");
  return done();
}

Status check_split(const Act& act, const ActFacts& f) {
  TRUCE_TRY(incident, known_incident("incident", act.said.incident, f));
  for (const auto& id : act.said.observations) {
    const bool is_member = std::any_of(incident.evidence.begin(), incident.evidence.end(),
                                       [&](const Evidence& e) { return e.observation == id; });
    if (!is_member) return refused("observations", "\"" + id + "\" is no member of the incident");
  }
  if (act.said.observations.size() < incident.evidence.size()) return done();
  return refused("observations", "are all that the incident has", "some of them");
}

Status check_reclassify(const Act& act, const ActFacts& f) {
  TRUCE_TRY(incident, known_incident("incident", act.said.incident, f));
  const auto from = effect_class_from(act.said.from);
  const bool has = std::any_of(incident.effects.begin(), incident.effects.end(),
                               [&](const Effect& e) { return e.effect_class == from; });
  if (has) return done();
  return refused("from", "the incident has no effect of class " + act.said.from);
}

Status check_undo(const Act& act, const ActFacts& f, const ActBook& book) {
  const BoundAct* undone = book.find(act.said.undoes);
  if (undone == nullptr) {
    const bool waits = std::any_of(f.waiting.begin(), f.waiting.end(),
                                   [&](const Act& w) { return w.id == act.said.undoes; });
    if (waits) return refused("undoes", "is not in the log yet", "the same, a moment later");
    return refused("undoes", "there is no act \"" + act.said.undoes + "\"");
  }
  if (const Act* by = book.undone_by(*undone); by != nullptr)
    return refused("undoes", "is undone already by " + by->id);
  return done();
}

Status check_what(const Act& act, const ActFacts& f, const ActBook& book) {
  const std::string& kind = act.said.act;
  if (kind == "join") return check_join(act, f);
  if (kind == "split") return check_split(act, f);
  if (kind == "reclassify") return check_reclassify(act, f);
  if (kind == "undo") return check_undo(act, f, book);
  TRUCE_TRY(incident, known_incident("incident", act.said.incident, f));
  static_cast<void>(incident);
  return done();
}

}  // namespace

Result<Act> check_act(std::string_view statement, std::string_view key, std::string_view signature,
                      const ActFacts& facts) {
  TRUCE_TRY(act, signed_act(statement, key, signature));
  TRUCE_CHECK_OK(check_signer(act, facts));
  TRUCE_TRY(book, ActBook::from_store(facts.store));
  TRUCE_CHECK_OK(check_new(act, facts, book));
  TRUCE_CHECK_OK(check_what(act, facts, book));
  return act;
}

}  // namespace truce::app
