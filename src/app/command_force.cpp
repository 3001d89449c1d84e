// Which phase may begin, what posts would see, and what they are warned of.

#include <array>
#include <cstdio>

#include "app/commands.h"
#include "app/force_state.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string share_words(const std::optional<double>& p) {
  if (!p) return "not known";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", *p);
  return text.data();
}

void print_phase(const judge::Phase& phase, const judge::Readiness& r) {
  std::printf("Phase %s: %s\n  %s\n", printable(phase.id).c_str(),
              r.ready() ? "ready" : "not ready", printable(phase.words).c_str());
  if (!r.ready()) std::printf("  %s\n", printable(judge::to_words(r)).c_str());
}

void print_post(const judge::Post& post, const ForceState::PostState& state) {
  std::printf("Post %s, %s of %s", printable(post.id).c_str(), printable(post.kind).c_str(),
              printable(post.contingent).c_str());
  for (std::size_t i = 0; i < post.sectors.size(); ++i)
    std::printf("%s%s", i == 0 ? ": would observe " : ", ", printable(post.sectors[i]).c_str());
  std::printf("\n");
  for (const auto& g : state.gains)
    std::printf("  %s of %s: coverage %s, with it %s\n", printable(g.sector).c_str(),
                std::string(to_words(g.effect_class)).c_str(), share_words(g.before).c_str(),
                share_words(g.after).c_str());
}

void print_force(const judge::Force& force, const ForceState& state) {
  for (std::size_t i = 0; i < force.phases.size(); ++i)
    print_phase(force.phases[i], state.phases[i]);
  for (std::size_t i = 0; i < force.posts.size(); ++i) print_post(force.posts[i], state.posts[i]);
  if (state.hazards.empty()) std::printf("Hazards: none that is known and not over\n");
  for (const auto& h : state.hazards)
    std::printf("Hazard to %s\n", printable(judge::to_text(h)).c_str());
}

void put_share(JsonWriter& w, std::string_view key, const std::optional<double>& p) {
  w.key(key);
  p ? w.number(*p) : w.null();
}

void put_words(JsonWriter& w, std::string_view key, const std::vector<std::string>& words) {
  w.key(key).begin_array();
  for (const auto& s : words) w.string(s);
  w.end_array();
}

void put_phase(JsonWriter& w, const judge::Readiness& r) {
  w.begin_object();
  put_words(w, "open", r.open);
  w.key("phase").string(r.phase).key("ready").boolean(r.ready()).key("shut").begin_array();
  for (const auto& s : r.shut)
    w.begin_object().key("gate").string(s.gate).key("state").string(s.state).end_object();
  w.end_array().key("strength").integer(r.strength);
  w.key("strength_needed").integer(r.strength_needed).key("uncovered").begin_array();
  for (const auto& u : r.uncovered) {
    w.begin_object();
    put_share(w, "coverage", u.coverage);
    w.key("effect_class").string(to_string(u.effect_class)).key("needed").number(u.needed);
    w.key("sector").string(u.sector).end_object();
  }
  w.end_array().key("waits_for");
  r.waits_for.empty() ? w.null() : w.string(r.waits_for);
  w.key("words").string(judge::to_words(r)).end_object();
}

void put_post(JsonWriter& w, const judge::Post& post, const ForceState::PostState& state) {
  w.begin_object().key("contingent").string(post.contingent).key("gains").begin_array();
  for (const auto& g : state.gains) {
    w.begin_object();
    put_share(w, "after", g.after);
    put_share(w, "before", g.before);
    w.key("effect_class").string(to_string(g.effect_class));
    w.key("sector").string(g.sector).end_object();
  }
  w.end_array().key("kind").string(post.kind).key("post").string(post.id);
  put_words(w, "sectors", post.sectors);
  w.end_object();
}

void print_force_json(const judge::Force& force, const ForceState& state) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("hazards").begin_array();
  for (const auto& h : state.hazards) w.raw(judge::to_json(h));
  w.end_array().key("phases").begin_array();
  for (const auto& r : state.phases) put_phase(w, r);
  w.end_array().key("posts").begin_array();
  for (std::size_t i = 0; i < force.posts.size(); ++i) put_post(w, force.posts[i], state.posts[i]);
  w.end_array().key("until").string(to_text(state.until)).end_object();
  std::printf("%s\n", line.c_str());
}

}  // namespace

int command_force(const ClocksOptions& options) {
  const auto until = instant_option(options.until, "--until");
  if (!until.ok()) return fail(until.error());
  auto session = Session::open_for_questions(options.common.mission, options.common.session);
  if (!session.ok()) return fail(session.error());
  const Mission& mission = (*session)->mission;
  if (!mission.force)
    return fail(make_error(ErrorCode::kNotFound, "the mission has no force",
                           {.source = options.common.mission.string()},
                           "force.toml in its folder, as docs/agreement-force.md says"));
  ledger::Store& store = *(*session)->store;
  const Status as_of = check_entries(options.as_of, "--as-of", store);
  if (!as_of.ok()) return fail(as_of.error());
  const auto state =
      force_state_of(mission, store, options.as_of.value_or(ledger::Store::kNow), *until);
  if (!state.ok()) return fail(state.error());
  options.common.json ? print_force_json(*mission.force, *state)
                      : print_force(*mission.force, *state);
  return 0;
}

}  // namespace truce::app
