// Acts of officers, from what is posted to findings: each changes what it should and nothing else,
// and an undo puts back all of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/act_book.h"
#include "app/act_desk.h"
#include "app/act_folder.h"
#include "app/check_act.h"
#include "app/explain_acts.h"
#include "app/heard_world.h"
#include "app/served_records.h"
#include "app/session.h"
#include "app/what_if.h"
#include "base/ed25519.h"
#include "base/files.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

const Ed25519Secret kSecretOfVerifier{1, 2, 3};
const Instant kSigned{1'906'700'000'000'000'000};  // 2030-06-03

std::string hex_key(const Ed25519Secret& secret) {
  const auto key = ed25519_key_of(secret);
  return to_hex(key.data(), key.size());
}

struct Signed {
  std::string statement, key, signature;
  std::string body() const {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("key").string(key).key("signature").string(signature);
    w.key("statement").string(statement).end_object();
    return out;
  }
};

Signed sign_text(const std::string& statement, const Ed25519Secret& secret = kSecretOfVerifier) {
  const auto made = ed25519_sign(secret, statement);
  return {statement, hex_key(secret), to_hex(made.data(), made.size())};
}

class Acts : public testing::Test {
 protected:
  static constexpr const char* kHour = "2030-06-04T10:";

  // A report of three things of a class, at a place of the line.
  static std::string report(const std::string& source, const std::string& minute, double lon,
                            const std::string& effect = "explosion_undetermined", int n = 3) {
    return R"({"kind":"observation","record":{"items":[{"classes":{")" + effect +
           R"(":1},"count":{"kind":"exact","value":)" + std::to_string(n) +
           R"(},"weapon":"mortar"}],"means":["heard"],"p_real":0.9,"shape":{"geometry":{"coordinates":[)" +
           std::to_string(lon) +
           R"(,0.2],"type":"Point"},"kind":"point","var_east_m2":90000,"var_north_m2":90000},"source":")" +
           source + R"(","when":{"end":")" + kHour + minute + R"(:30Z","start":")" + kHour +
           minute + ":00Z\"}}}\n";
  }
  static std::string three_incidents() {
    return report("camera-west", "01", 0.10) + report("patrol-west", "01", 0.10) +
           report("array-west", "01", 0.10) + report("camera-centre", "20", 0.30) +
           report("patrol-centre", "20", 0.30) + report("camera-east", "40", 0.50);
  }

  fs::path begin(const std::string& observations, std::size_t batch = 10'000) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    mission_ = fs::path(testing::TempDir()) / "acts" / test->name();
    fs::remove_all(mission_);
    fs::create_directories(mission_.parent_path());
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/simulated-line", mission_,
             fs::copy_options::recursive);
    fs::remove_all(mission_ / "var");
    set_observations(observations);
    open(batch);
    take_all();
    return mission_;
  }
  void set_observations(const std::string& text) {
    ASSERT_TRUE(write_file_atomically(mission_ / "feeds/observations.ndjson", text).ok());
  }
  void open(std::size_t batch = 10'000) {
    session_.reset();
    auto opened = Session::open(mission_, {.batch_entries = batch, .quiet = true});
    ASSERT_TRUE(opened.ok()) << opened.error().to_text();
    session_ = *std::move(opened);
  }
  void take_all() {
    const Status taken = session_->intake->take_all();
    ASSERT_TRUE(taken.ok()) << taken.error().to_text();
  }

  std::string statement(const std::string& act, const std::string& before_mission,
                        const std::string& behind_note, Instant at = kSigned,
                        const std::string& by = "verifier", const std::string& mission = {}) {
    std::string nonce = std::to_string(++nonces_);
    nonce.insert(0, 32 - nonce.size(), '0');
    return R"({"act":")" + act + R"(","at":")" + to_text(at) + R"(","by":")" + by + R"(",)" +
           before_mission + R"("mission":")" + (mission.empty() ? session_->mission.id : mission) +
           R"(","nonce":")" + nonce + R"(","note":"as seen")" + behind_note + "}";
  }
  std::string join_of(const std::string& a, const std::string& b) {
    return statement("join", R"("incidents":[")" + a + R"(",")" + b + R"("],)", "");
  }
  std::string split_of(const std::string& incident, const std::string& observation) {
    return statement("split", R"("incident":")" + incident + R"(",)",
                     R"(,"observations":[")" + observation + R"("])");
  }
  std::string reclassify(const std::string& incident, const std::string& from,
                         const std::string& to) {
    return statement("reclassify", R"("from":")" + from + R"(","incident":")" + incident + R"(",)",
                     R"(,"to":")" + to + "\"");
  }
  std::string undo_of(const std::string& act) {
    return statement("undo", "", R"(,"undoes":")" + act + "\"");
  }

  Result<Act> checked(const Signed& s, const std::string& account = "verifier",
                      const std::string& key = hex_key(kSecretOfVerifier), Instant now = kSigned) {
    const auto store = ledger::Store::open_to_read(session_->mission.store_path());
    EXPECT_TRUE(store.ok());
    const auto waiting = acts_waiting(mission_);
    return check_act(s.statement, s.key, s.signature,
                     {.now = now,
                      .account = account,
                      .account_key = key,
                      .mission = session_->mission.id,
                      .store = **store,
                      .waiting = waiting});
  }
  // Checked, left and taken in; its id.
  std::string enter(const std::string& statement) {
    const auto act = checked(sign_text(statement));
    EXPECT_TRUE(act.ok()) << act.error().to_text();
    if (!act.ok()) return {};
    EXPECT_TRUE(leave_act(mission_, *session_->disk, *act).ok());
    const Status taken = session_->intake->take_acts();
    EXPECT_TRUE(taken.ok()) << taken.error().to_text();
    EXPECT_TRUE(acts_left(mission_).empty());
    return act->id;
  }
  std::vector<Incident> incidents() {
    return *session_->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}});
  }
  Incident first_with(std::size_t members) {
    const auto all = incidents();
    const auto it = std::find_if(all.begin(), all.end(),
                                 [&](const Incident& i) { return i.evidence.size() == members; });
    EXPECT_NE(it, all.end()) << members;
    return it == all.end() ? Incident() : *it;
  }
  // All that is said of each incident, whatever version it is.
  std::map<std::string, std::string> said() {
    std::map<std::string, std::string> out;
    for (auto& incident : incidents()) {
      auto judgement = *session_->store->judgement_of(incident.id);
      incident.version = 1;
      std::string text = to_json(incident);
      for (auto& f : judgement.findings) {
        f.version = 1;
        text += "\n" + to_json(f);
      }
      if (judgement.attribution) text += "\n" + to_json(*judgement.attribution);
      out[incident.id] = text;
    }
    return out;
  }
  static bool has_flag(const Incident& i, const std::string& flag) {
    return std::find(i.flags.begin(), i.flags.end(), flag) != i.flags.end();
  }
  static std::size_t differing(const std::map<std::string, std::string>& a,
                               const std::map<std::string, std::string>& b) {
    std::size_t n = 0;
    for (const auto& [id, text] : a) n += b.contains(id) && b.at(id) == text ? 0U : 1U;
    return n;
  }
  // The log worked through anew, in batches of another size, gives the same store.
  void expect_replayed(const std::vector<std::size_t>& batches = {1, 3, 10'000}) {
    const std::string digest = *store_digest(*session_->store);
    const auto expected = said();
    for (const std::size_t batch : batches) {
      session_.reset();
      for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(mission_ / ("var/store.sqlite" + std::string(suffix)));
      open(batch);
      EXPECT_EQ(*store_digest(*session_->store), digest) << batch;
      const auto now = said();
      std::size_t same = 0;
      for (const auto& [id, text] : expected) {
        const bool is_there = now.contains(id);
        same += is_there && now.at(id) == text ? 1U : 0U;
        if (!is_there || now.at(id) != text)
          ADD_FAILURE() << batch << ": " << id << (is_there ? " differs" : " is gone");
      }
      EXPECT_EQ(same, now.size()) << batch;
    }
  }
  void expect_what_if_as_stored() {
    for (const auto& incident : incidents()) {
      const auto answer = what_if(session_->mission, *session_->store, incident.id, {});
      ASSERT_TRUE(answer.ok()) << answer.error().to_text();
      ASSERT_EQ(answer->pieces.size(), 1U);
      Incident stored = incident;
      stored.version = 1;
      EXPECT_EQ(to_json(answer->pieces.front().incident), to_json(stored));
    }
  }

  fs::path mission_;
  std::unique_ptr<Session> session_;
  int nonces_ = 0;
};

TEST_F(Acts, reclassify_counts_what_the_incident_has_of_one_class_as_another) {
  begin(three_incidents());
  const auto before = said();
  const Incident incident = first_with(3);
  ASSERT_EQ(incident.effects.size(), 1U);
  const auto act = enter(reclassify(incident.id, "explosion_undetermined", "explosion_impact"));
  const Incident now = *session_->store->incident(incident.id).value();
  ASSERT_EQ(now.effects.size(), 1U);
  EXPECT_EQ(now.effects.front().effect_class, EffectClass::kExplosionImpact);
  EXPECT_EQ(now.effects.front().count, incident.effects.front().count);
  EXPECT_EQ(now.violations, incident.violations);
  EXPECT_TRUE(has_flag(now, "reclassified_by_act"));
  EXPECT_EQ(differing(before, said()), 1U);
  expect_what_if_as_stored();
  const auto undo = enter(undo_of(act));
  EXPECT_EQ(said(), before);
  enter(undo_of(undo));
  EXPECT_TRUE(has_flag(*session_->store->incident(incident.id).value(), "reclassified_by_act"));
  expect_replayed();
}

TEST_F(Acts, reclassify_changes_the_findings) {
  begin(three_incidents());
  const Incident incident = first_with(3);
  const auto before = *session_->store->findings_of(incident.id);
  ASSERT_FALSE(before.empty());
  enter(reclassify(incident.id, "explosion_undetermined", "explosion_outgoing"));
  const auto now = *session_->store->findings_of(incident.id);
  EXPECT_TRUE(std::any_of(now.begin(), now.end(), [&](const Finding& f) {
    return std::none_of(before.begin(), before.end(), [&](const Finding& b) {
      return b.id == f.id && b.value == f.value && b.probability == f.probability;
    });
  }));
}

TEST_F(Acts, join_makes_one_incident_of_several_and_no_other) {
  begin(three_incidents());
  const auto before = said();
  const Incident west = first_with(3);
  const Incident centre = first_with(2);
  const auto act = enter(join_of(west.id, centre.id));
  const auto now = incidents();
  ASSERT_EQ(now.size(), before.size() - 1);
  const Incident joined = *session_->store->incident(west.id).value();
  EXPECT_EQ(joined.evidence.size(), 5U);
  EXPECT_TRUE(has_flag(joined, "joined_by_act"));
  EXPECT_FALSE(session_->store->incident(centre.id).value());
  EXPECT_EQ(differing(before, said()), 2U);
  // They lie far apart in time: what was counted in each adds up.
  EXPECT_EQ(joined.violations.best, west.violations.best + centre.violations.best);
  expect_what_if_as_stored();
  enter(undo_of(act));
  EXPECT_EQ(said(), before);
  expect_replayed();
}

TEST_F(Acts, split_takes_out_the_observations_that_it_names) {
  begin(three_incidents());
  const auto before = said();
  const Incident west = first_with(3);
  for (const auto& leaving : west.evidence) {  // the first member's name goes with it
    const auto act = enter(split_of(west.id, leaving.observation));
    const auto apart = session_->store->incident_of(leaving.observation).value();
    ASSERT_TRUE(apart);
    EXPECT_EQ(apart->evidence.size(), 1U);
    EXPECT_TRUE(has_flag(*apart, "split_by_act"));
    EXPECT_EQ(incidents().size(), before.size() + 1);
    const auto& stays = west.evidence[&leaving == west.evidence.data() ? 1 : 0].observation;
    const auto rest = session_->store->incident_of(stays).value();
    EXPECT_EQ(rest->evidence.size(), 2U);
    EXPECT_TRUE(has_flag(*rest, "split_by_act"));
    EXPECT_EQ(differing(before, said()), 1U);
    expect_what_if_as_stored();
    enter(undo_of(act));
    EXPECT_EQ(said(), before);
  }
  expect_replayed();
}

TEST_F(Acts, visit_and_note_stand_beside_and_change_nothing) {
  begin(three_incidents());
  const auto before = said();
  const std::string id = first_with(3).id;
  const auto version = first_with(3).version;
  enter(statement("visit", R"("incident":")" + id + R"(",)", ""));
  enter(statement("note", R"("incident":")" + id + R"(",)", ""));
  EXPECT_EQ(said(), before);
  EXPECT_EQ(session_->store->incident(id).value()->version, version);
  EXPECT_EQ(session_->store->records("act")->size(), 2U);
  expect_replayed();
}

TEST_F(Acts, hold_when_more_reports_come) {
  begin(three_incidents());
  const Incident west = first_with(3);
  const Incident centre = first_with(2);
  const std::string apart = west.evidence.back().observation;
  enter(split_of(west.id, apart));
  const std::string alone = said().at(session_->store->incident_of(apart).value()->id);
  enter(join_of(session_->store->incident_of(west.evidence.front().observation).value()->id,
                centre.id));
  // It could be of the one and of the other; what stands apart takes nothing in.
  set_observations(three_incidents() + report("liaison-south", "01", 0.10));
  take_all();
  const auto joined = session_->store->incident_of(west.evidence.front().observation).value();
  EXPECT_EQ(joined->evidence.size(), 2 + 2 + 1U);
  EXPECT_EQ(said().at(session_->store->incident_of(apart).value()->id), alone);
  expect_replayed();
}

TEST_F(Acts, hold_in_a_run_that_begins_anew) {
  begin(three_incidents());
  const Incident west = first_with(3);
  const std::string apart = west.evidence.back().observation;
  enter(split_of(west.id, apart));
  enter(reclassify(first_with(1).id, "explosion_undetermined", "explosion_airburst"));
  open();
  set_observations(three_incidents() + report("liaison-south", "01", 0.10));
  take_all();
  EXPECT_EQ(session_->store->incident_of(apart).value()->evidence.size(), 1U);
  EXPECT_EQ(
      session_->store->incident_of(west.evidence.front().observation).value()->evidence.size(), 3U);
  expect_replayed();
}

TEST_F(Acts, a_report_that_comes_late_may_join_what_was_one_before_a_split_was_undone) {
  begin(three_incidents());
  const Incident west = first_with(3);
  const std::string apart = west.evidence.back().observation;
  const auto act = enter(split_of(west.id, apart));
  set_observations(three_incidents() + report("liaison-south", "01", 0.10));
  take_all();
  enter(undo_of(act));
  const auto with_late = said();
  EXPECT_EQ(session_->store->incident_of(apart).value()->evidence.size(), 4U);
  // As though nothing had been ruled.
  begin(three_incidents() + report("liaison-south", "01", 0.10));
  EXPECT_EQ(said(), with_late);
}

TEST_F(Acts, later_ones_rest_on_what_the_earlier_ones_made) {
  begin(three_incidents());
  const auto before = said();
  const Incident west = first_with(3);
  const Incident centre = first_with(2);
  const auto join = enter(join_of(west.id, centre.id));
  const std::string leaving = centre.evidence.front().observation;
  const auto split = enter(split_of(west.id, leaving));
  EXPECT_EQ(session_->store->incident_of(leaving).value()->evidence.size(), 1U);
  EXPECT_EQ(session_->store->incident(west.id).value()->evidence.size(), 4U);
  const auto again = enter(join_of(west.id, session_->store->incident_of(leaving).value()->id));
  EXPECT_EQ(session_->store->incident(west.id).value()->evidence.size(), 5U);
  enter(undo_of(again));
  EXPECT_EQ(session_->store->incident(west.id).value()->evidence.size(), 4U);
  enter(undo_of(join));
  EXPECT_EQ(session_->store->incident(west.id).value()->evidence.size(), 3U);
  EXPECT_EQ(session_->store->incident_of(leaving).value()->evidence.size(), 1U);
  enter(undo_of(split));
  EXPECT_EQ(said(), before);
  expect_replayed();
}

// A mission of sensors and patrols, of which the last tenth of what was heard comes later.
class ActsOnLocated : public Acts {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    mission_ = fs::path(testing::TempDir()) / "acts" / test->name();
    fs::remove_all(mission_);
    write_heard_world(mission_);
    nodes_ = *read_file(mission_ / "feeds/nodes.csv");
    const std::size_t cut = nodes_.find('\n', nodes_.size() * 9 / 10) + 1;
    ASSERT_TRUE(write_file_atomically(mission_ / "feeds/nodes.csv", nodes_.substr(0, cut)).ok());
    open();
    take_all();
  }
  void take_the_rest() {
    ASSERT_TRUE(write_file_atomically(mission_ / "feeds/nodes.csv", nodes_).ok());
    take_all();
  }
  bool is_located(const Incident& i) { return !effects_of(i).empty(); }
  // Those of its members that were located, in the order of its evidence.
  std::vector<std::string> effects_of(const Incident& i) {
    std::vector<std::string> out;
    for (const auto& e : i.evidence) {
      const auto row = session_->store->observation(e.observation).value();
      if (!from_json<Observation>(row->json)->derived_from.empty()) out.push_back(e.observation);
    }
    return out;
  }
  std::vector<Incident> located(std::size_t effects_least = 1) {
    auto all = incidents();
    std::erase_if(all, [&](const Incident& i) { return effects_of(i).size() < effects_least; });
    return all;
  }
  std::size_t with_flag(const std::string& flag) {
    const auto all = incidents();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const Incident& i) { return has_flag(i, flag); }));
  }
  std::string nodes_;
};

TEST_F(ActsOnLocated, reclassify_holds_while_they_are_located_anew) {
  const auto before = said();
  ASSERT_FALSE(located().empty());
  const Incident incident = located().front();
  const std::string from(to_string(incident.effects.front().effect_class));
  const auto act = enter(reclassify(incident.id, from, "illumination_flare"));
  const auto ruled = session_->store->incident_of(incident.evidence.front().observation).value();
  EXPECT_TRUE(has_flag(*ruled, "reclassified_by_act"));
  EXPECT_EQ(differing(before, said()), 1U);
  expect_what_if_as_stored();
  const auto undo = enter(undo_of(act));
  EXPECT_EQ(said(), before);
  enter(undo_of(undo));
  take_the_rest();
  EXPECT_EQ(with_flag("reclassified_by_act"), 1U);
  enter(undo_of(act));  // of effects that were located anew since
  EXPECT_EQ(with_flag("reclassified_by_act"), 0U);
  expect_replayed({1, 10'000});
}

TEST_F(ActsOnLocated, join_makes_one_incident_of_two_salvos) {
  const auto before = said();
  const auto salvos = located();
  ASSERT_GE(salvos.size(), 2U);
  const Incident& one = salvos.front();
  const Incident& other = salvos.back();
  const auto act = enter(join_of(one.id, other.id));
  ASSERT_EQ(incidents().size(), before.size() - 1);
  const auto joined = session_->store->incident_of(one.evidence.front().observation).value();
  EXPECT_EQ(joined->evidence.size(), one.evidence.size() + other.evidence.size());
  EXPECT_EQ(joined->violations.best, one.violations.best + other.violations.best);
  EXPECT_TRUE(has_flag(*joined, "joined_by_act"));
  EXPECT_EQ(differing(before, said()), 2U);
  expect_what_if_as_stored();
  const auto undo = enter(undo_of(act));
  EXPECT_EQ(said(), before);
  enter(undo_of(undo));
  open();  // as after a stop
  take_the_rest();
  EXPECT_EQ(with_flag("joined_by_act"), 1U);
  enter(undo_of(act));  // of effects that were located anew since
  EXPECT_EQ(with_flag("joined_by_act"), 0U);
  expect_replayed({1, 10'000});
}

TEST_F(ActsOnLocated, split_takes_a_shot_out_of_its_salvo) {
  const auto before = said();
  const auto salvos = located(2);
  ASSERT_FALSE(salvos.empty());
  const Incident& salvo = salvos.front();
  const std::string leaving = effects_of(salvo).front();  // its episode is named after another then
  const auto act = enter(split_of(salvo.id, leaving));
  ASSERT_EQ(incidents().size(), before.size() + 1);
  const auto apart = session_->store->incident_of(leaving).value();
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->evidence.size(), 1U);
  EXPECT_EQ(apart->violations.best, 1);
  EXPECT_EQ(with_flag("split_by_act"), 2U);
  EXPECT_EQ(differing(before, said()), 1U);
  expect_what_if_as_stored();
  const auto undo = enter(undo_of(act));
  EXPECT_EQ(said(), before);
  enter(undo_of(undo));
  EXPECT_EQ(incidents().size(), before.size() + 1);
  open();  // as after a stop
  take_the_rest();
  EXPECT_EQ(with_flag("split_by_act"), 2U);
  enter(undo_of(act));  // of effects that were located anew since
  EXPECT_EQ(with_flag("split_by_act"), 0U);
  expect_replayed({1, 10'000});
}

TEST_F(ActsOnLocated, a_report_is_taken_out_of_a_salvo_and_joined_to_it_again) {
  const auto all = located();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Incident& i) {
    return effects_of(i).size() < i.evidence.size();
  });
  ASSERT_NE(it, all.end());
  const auto effects = effects_of(*it);
  std::string report;
  for (const auto& e : it->evidence) {
    if (std::find(effects.begin(), effects.end(), e.observation) == effects.end())
      report = e.observation;
  }
  const auto before = said();
  enter(split_of(it->id, report));
  const auto apart = session_->store->incident_of(report).value();
  ASSERT_TRUE(apart);
  EXPECT_EQ(apart->evidence.size(), 1U);
  const auto rest = session_->store->incident_of(effects.front()).value();
  EXPECT_EQ(rest->evidence.size(), it->evidence.size() - 1);
  expect_what_if_as_stored();
  const auto join = enter(join_of(rest->id, apart->id));
  const auto joined = session_->store->incident_of(report).value();
  EXPECT_EQ(joined->evidence.size(), it->evidence.size());
  EXPECT_EQ(joined->violations, it->violations) << "the report is of the salvo as it was";
  expect_what_if_as_stored();
  take_the_rest();
  EXPECT_EQ(session_->store->incident_of(report).value()->id,
            session_->store->incident_of(effects.front()).value()->id);
  enter(undo_of(join));
  EXPECT_EQ(session_->store->incident_of(report).value()->evidence.size(), 1U);
  expect_replayed({1, 10'000});
}

// A lone shot lasts a moment; located anew it is at another.
TEST(ActsOnMoved, speak_of_the_effect_where_locating_anew_put_it) {
  const auto store = *ledger::Store::open(":memory:");
  const auto shot = [&](const std::string& id, std::int64_t s) {
    Observation o;
    o.id = id;
    o.source = "sound";
    o.when = {kSigned + Duration::whole_seconds(s), kSigned + Duration::whole_seconds(s)};
    o.derived_from = {"oa", "ob", "oc"};
    o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kBurst)});
    EXPECT_TRUE(store->put_derived(o, fuse::block_of(o), 0).ok());
    return o;
  };
  const Observation first = shot("o20300603T065320-00000000000000000000000a", 0);
  Incident incident;
  incident.id = "i" + first.id.substr(1);
  incident.when = first.when;
  incident.evidence.push_back({first.id, "sound", "sound", 1});
  ASSERT_TRUE(store->put_incident(incident, {}, 1).ok());
  Act act;
  act.said.act = "reclassify";
  act.said.incident = incident.id;
  const auto bound = bound_act(act, ActBook(), *store);
  ASSERT_TRUE(bound.ok());
  const Observation moved = shot("o20300603T065325-00000000000000000000000b", 5);
  EXPECT_EQ(*ruled_by(*bound, *store), (std::vector<std::string>{first.id, moved.id}));
}

TEST_F(Acts, that_may_not_enter_are_refused_and_leave_nothing) {
  begin(three_incidents());
  const std::string west = first_with(3).id;
  const std::string centre = first_with(2).id;
  const auto refused = [&](const Signed& s, const std::string& account = "verifier",
                           const std::string& key = hex_key(kSecretOfVerifier),
                           Instant now = kSigned) {
    const auto act = checked(s, account, key, now);
    return !act.ok() && act.error().code == ErrorCode::kBadInput;
  };
  const auto note = [&] { return statement("note", R"("incident":")" + west + R"(",)", ""); };
  EXPECT_FALSE(refused(sign_text(note())));
  Signed forged = sign_text(note());
  forged.statement.replace(forged.statement.find("as seen"), 7, "as told");
  EXPECT_TRUE(refused(forged));
  const Ed25519Secret other{9};
  EXPECT_TRUE(refused(sign_text(note(), other)));
  EXPECT_FALSE(refused(sign_text(note(), other), "verifier", hex_key(other)));
  EXPECT_TRUE(refused(sign_text(note()), "verifier", ""));
  EXPECT_TRUE(refused(sign_text(note()), "watch"));
  EXPECT_FALSE(
      refused(sign_text(note()), "verifier", hex_key(kSecretOfVerifier), kSigned + kActAndNow));
  const Duration late = kActAndNow + Duration::whole_seconds(1);
  EXPECT_TRUE(refused(sign_text(note()), "verifier", hex_key(kSecretOfVerifier), kSigned + late));
  EXPECT_TRUE(refused(sign_text(note()), "verifier", hex_key(kSecretOfVerifier), kSigned - late));
  EXPECT_TRUE(refused(sign_text(
      statement("note", R"("incident":")" + west + R"(",)", "", kSigned, "verifier", "another"))));
  EXPECT_TRUE(refused(sign_text(statement("note", R"("incident":"i-none",)", ""))));
  EXPECT_TRUE(refused(sign_text(reclassify(west, "burst", "shot"))));
  EXPECT_TRUE(refused(sign_text(split_of(west, "o-none"))));
  EXPECT_TRUE(
      refused(sign_text(split_of(first_with(1).id, first_with(1).evidence.front().observation))));
  EXPECT_TRUE(refused(sign_text(undo_of("a-none"))));
  const auto joined = enter(join_of(west, centre));
  EXPECT_TRUE(refused(sign_text(join_of(west, centre))));  // are one by now
  const auto undone = enter(undo_of(joined));
  EXPECT_TRUE(refused(sign_text(undo_of(joined))));
  EXPECT_FALSE(refused(sign_text(undo_of(undone))));
  EXPECT_TRUE(acts_left(mission_).empty());
  EXPECT_EQ(session_->store->records("act")->size(), 2U);
}

TEST_F(Acts, in_the_log_that_nobody_signed_have_no_effect) {
  begin(three_incidents());
  const auto before = said();
  const auto s = sign_text(join_of(first_with(3).id, first_with(2).id));
  Act act = *signed_act(s.statement, s.key, s.signature);
  act.said.incidents.back() = first_with(1).id;  // not what was signed
  ASSERT_TRUE(session_->log->append({EntryKind::kAct, kSigned, to_json(act), {}}).ok());
  ASSERT_TRUE(session_->log->commit().ok());
  open();
  EXPECT_EQ(said(), before);
  EXPECT_TRUE(session_->store->records("act")->empty());
}

TEST_F(Acts, that_are_posted_are_durable_before_they_are_acknowledged_and_enter_once) {
  begin(three_incidents());
  ActDesk desk(std::make_shared<const Mission>(session_->mission), [] { return kSigned; });
  const serve::Reader verifier{"verifier", serve::Role::kVerification, "",
                               hex_key(kSecretOfVerifier)};
  const auto s = sign_text(join_of(first_with(3).id, first_with(2).id));
  const auto taken = desk.take_act(verifier, s.body());
  ASSERT_TRUE(taken.ok()) << taken.error().to_text();
  const std::string id = act_id(kSigned, s.statement);
  EXPECT_EQ(*taken, "{\"id\":\"" + id + "\",\"position\":null}");
  const auto left = acts_left(mission_);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_FALSE(desk.take_act(verifier, s.body()).ok());  // once more, and it waits
  const std::string bytes = *read_file(left.front());
  open();  // as after a crash
  take_all();
  EXPECT_TRUE(acts_left(mission_).empty());
  EXPECT_EQ(session_->store->records("act")->size(), 1U);
  EXPECT_FALSE(desk.take_act(verifier, s.body()).ok());  // and now it is in the log
  const auto entries = session_->log->committed();
  ASSERT_TRUE(write_file_atomically(left.front(), bytes).ok());  // a crash before it was removed
  ASSERT_TRUE(session_->intake->take_acts().ok());
  EXPECT_EQ(session_->log->committed(), entries);
  EXPECT_TRUE(acts_left(mission_).empty());
  EXPECT_FALSE(desk.take_act(verifier, "{}").ok());
  EXPECT_FALSE(desk.take_act(verifier, "[").ok());
}

TEST_F(Acts, what_is_none_is_recorded_as_rejected) {
  begin(three_incidents());
  fs::create_directories(mission_ / kActFolder);
  ASSERT_TRUE(write_file_atomically(mission_ / kActFolder / "x.json", "{\"key\":1}").ok());
  take_all();
  EXPECT_EQ(session_->store->records("rejected")->size(), 1U);
  EXPECT_TRUE(acts_left(mission_).empty());
}

TEST_F(Acts, are_explained_down_to_the_log) {
  begin(three_incidents());
  const Incident incident = first_with(3);
  EXPECT_EQ(*explain_acts(*session_, incident, Language::kEnglish), "");
  EXPECT_EQ(*acts_json(*session_->store, incident), "[]");
  const auto act = enter(reclassify(incident.id, "explosion_undetermined", "explosion_impact"));
  const auto undo = enter(undo_of(act));
  const std::string words = *explain_acts(*session_, incident, Language::kEnglish);
  for (const std::string& told :
       {"act " + act + ", by verifier", std::string("undetermined explosion as impact explosion"),
        std::string("\"as seen\""), "by act " + undo, std::string("log entry")})
    EXPECT_NE(words.find(told), words.npos) << told << " in\n" << words;
  EXPECT_NE(acts_json(*session_->store, incident)->find("\"undone_by\":\"" + undo),
            std::string::npos);
  EXPECT_EQ(*explain_acts(*session_, first_with(2), Language::kEnglish), "");
}

TEST_F(Acts, are_served_with_what_undoes_them) {
  begin(three_incidents());
  const auto act = enter(join_of(first_with(3).id, first_with(2).id));
  const auto known = session_->store->applied();
  const auto undo = enter(undo_of(act));
  const auto mission = std::make_shared<const Mission>(session_->mission);
  auto records = StoreRecords::open(mission, wall_clock(), std::make_shared<ServedViews>(mission));
  ASSERT_TRUE(records.ok());
  const auto has = [&](const std::string& id, std::uint64_t as_of, const std::string& what) {
    const auto row = (*records)->row("acts", id, as_of);
    return row.ok() && *row && (*row)->json.find(what) != std::string::npos;
  };
  EXPECT_TRUE(has(act, serve::kNow, R"("undone_by":")" + undo + "\""));
  EXPECT_TRUE(has(act, known, R"("undone_by":null)"));
  EXPECT_TRUE(has(undo, serve::kNow, R"("undone_by":null)"));
  EXPECT_EQ((*records)->rows({.collection = "acts", .limit = 10})->size(), 2U);
  const auto changes = (*records)->changes(std::to_string(known - 1), 100);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(std::count_if(changes->begin(), changes->end(),
                          [](const auto& c) { return c.event == "act"; }),
            2);
}

}  // namespace

}  // namespace truce::app
