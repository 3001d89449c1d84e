// What would be said without a source is what a run without it says.

#include "app/what_if.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "app/heard_world.h"
#include "app/incident_arrivals.h"
#include "app/served_evidence.h"
#include "app/served_records.h"
#include "app/session.h"
#include "base/files.h"
#include "model/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

class WhatIfTest : public testing::Test {
 protected:
  static fs::path folder(const std::string& name) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const fs::path to = fs::path(testing::TempDir()) / "what-if" / test->name() / name;
    fs::remove_all(to);
    fs::create_directories(to.parent_path());
    return to;
  }
  static fs::path example(const std::string& name, const std::string& as) {
    const fs::path to = folder(as);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions" / name, to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    return to;
  }
  // A front of nodes that hear, with patrols that report.
  static fs::path simulated(const std::string& as) {
    const fs::path to = folder(as);
    write_heard_world(to);
    return to;
  }
  static std::unique_ptr<Session> run(const fs::path& mission) {
    auto session = Session::open(mission, {.quiet = true});
    EXPECT_TRUE(session.ok()) << session.error().to_text();
    const Status taken = (*session)->intake->take_all();
    EXPECT_TRUE(taken.ok()) << taken.error().to_text();
    return *std::move(session);
  }
  static std::vector<Incident> all(Session& s) {
    return *s.store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}});
  }
  // Everything that is said of an incident, whatever version it is.
  static std::string words(Incident incident, ledger::Judgement j) {
    incident.version = 1;
    std::string out = to_json(incident) + "\n";
    for (auto& f : j.findings) {
      f.version = 1;
      out += to_json(f) + "\n";
    }
    for (auto& d : j.differences) {
      d.version = 1;
      out += to_json(d) + "\n";
    }
    return j.attribution ? out + to_json(*j.attribution) : out;
  }
  static void expect_as_stored(Session& s, std::size_t every) {
    const auto incidents = all(s);
    ASSERT_FALSE(incidents.empty());
    for (std::size_t i = 0; i < incidents.size(); i += every) {
      const auto answer = what_if(s.mission, *s.store, incidents[i].id, {});
      ASSERT_TRUE(answer.ok()) << answer.error().to_text();
      ASSERT_EQ(answer->pieces.size(), 1U) << incidents[i].id;
      const auto& piece = answer->pieces.front();
      EXPECT_EQ(words(piece.incident, piece.judgement),
                words(incidents[i], *s.store->judgement_of(incidents[i].id)));
    }
  }
  // Ids of the reports and arrivals that an incident rests on.
  static std::set<std::string> behind(ledger::Store& store, const Incident& incident) {
    std::set<std::string> out;
    for (const auto& e : incident.evidence) {
      const auto o = *from_json<Observation>((*store.observation(e.observation))->json);
      if (o.derived_from.empty()) out.insert(o.id);
      out.insert(o.derived_from.begin(), o.derived_from.end());
    }
    return out;
  }
  static std::string source_of(ledger::Store& store, const std::string& id) {
    return from_json<Observation>((*store.observation(id))->json)->source;
  }
  // What the run without the source says of what is left, by incident.
  static std::map<std::string, std::string> expected(Session& whole, Session& other,
                                                     const Incident& incident,
                                                     const std::string& without) {
    std::map<std::string, std::string> out;
    std::set<std::string> left;
    for (const auto& id : behind(*whole.store, incident)) {
      if (source_of(*whole.store, id) != without) left.insert(id);
    }
    for (const auto& i : all(other)) {
      const auto has = behind(*other.store, i);
      if (std::any_of(left.begin(), left.end(), [&](const auto& id) { return has.contains(id); }))
        out[i.id] = words(i, *other.store->judgement_of(i.id));
    }
    return out;
  }
  static void expect_as_run_without(Session& whole, Session& other, const std::string& source,
                                    std::size_t every, std::size_t& asked, std::size_t& changed) {
    std::size_t n = 0;
    for (const auto& incident : all(whole)) {
      const auto ids = behind(*whole.store, incident);
      const bool is_of_it = std::any_of(ids.begin(), ids.end(), [&](const auto& id) {
        return source_of(*whole.store, id) == source;
      });
      if (!is_of_it || n++ % every != 0) continue;
      ++asked;
      const auto answer = what_if(whole.mission, *whole.store, incident.id, {source});
      ASSERT_TRUE(answer.ok()) << answer.error().to_text();
      std::map<std::string, std::string> got;
      for (const auto& p : answer->pieces) got[p.incident.id] = words(p.incident, p.judgement);
      EXPECT_EQ(got, expected(whole, other, incident, source)) << incident.id << " " << source;
      const auto before = words(incident, *whole.store->judgement_of(incident.id));
      changed += got.size() != 1 || got.begin()->second != before ? 1U : 0U;
    }
  }
  // The lines of a file that do not name it.
  static void drop_lines(const fs::path& file, const std::string& with) {
    std::istringstream in(*read_file(file));
    std::string out;
    for (std::string line; std::getline(in, line);) {
      if (line.find(with) == std::string::npos) out += line + "\n";
    }
    ASSERT_TRUE(write_file_atomically(file, out).ok());
  }
};

TEST_F(WhatIfTest, with_no_source_left_out_it_is_what_the_store_holds) {
  for (const char* name : {"easter-2025", "sixty-days", "simulated-line", "four-answers"}) {
    const auto session = run(example(name, name));
    expect_as_stored(*session, 1);
  }
}

TEST_F(WhatIfTest, with_no_source_left_out_located_effects_are_what_the_store_holds) {
  const auto session = run(simulated("all"));
  expect_as_stored(*session, 1);
}

TEST_F(WhatIfTest, without_a_source_it_is_what_a_run_without_it_says) {
  const auto whole = run(example("simulated-line", "all"));
  std::size_t asked = 0, changed = 0;
  for (const auto& source : whole->mission.sources) {
    const auto mission = example("simulated-line", source.id);
    drop_lines(mission / "feeds/observations.ndjson", "\"source\":\"" + source.id + "\"");
    drop_lines(mission / "sources.csv", source.id + ",");
    const auto other = run(mission);
    expect_as_run_without(*whole, *other, source.id, 1, asked, changed);
  }
  EXPECT_GT(asked, 50U);
  EXPECT_GT(changed, 20U);
}

TEST_F(WhatIfTest, without_a_node_effects_are_where_a_run_without_it_puts_them) {
  const auto whole = run(simulated("all"));
  std::map<std::string, int> heard;
  for (const auto& i : all(*whole)) {
    for (const auto& id : behind(*whole->store, i)) ++heard[source_of(*whole->store, id)];
  }
  std::string node;
  for (const auto& s : whole->mission.sources) {
    if (s.kind == SourceKind::kAcousticSensor && (node.empty() || heard[s.id] > heard[node]))
      node = s.id;
  }
  ASSERT_GT(heard[node], 5);
  const auto mission = simulated("other");
  drop_lines(mission / "feeds/nodes.csv", node + ",");
  drop_lines(mission / "sources.csv", node + ",");
  const auto other = run(mission);
  std::size_t asked = 0, changed = 0;
  expect_as_run_without(*whole, *other, node, 1, asked, changed);
  EXPECT_GT(asked, 2U);
  EXPECT_GT(changed, 1U);
}

TEST_F(WhatIfTest, refuses_what_is_not_there_and_what_is_too_much) {
  const auto s = run(example("simulated-line", "all"));
  const std::string id = all(*s).front().id;
  const auto code = [](const auto& r) {
    return r.ok() ? std::optional<ErrorCode>() : r.error().code;
  };
  EXPECT_EQ(code(what_if(s->mission, *s->store, "i-none", {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(what_if(s->mission, *s->store, id, {"nobody"})), ErrorCode::kNotFound);
  EXPECT_EQ(code(what_if(s->mission, *s->store, id, {}, {.observations = 1})), ErrorCode::kLimit);
  EXPECT_EQ(code(what_if(s->mission, *s->store, id, {}, {.hours = 1})), ErrorCode::kLimit);
  EXPECT_EQ(code(what_if(s->mission, *s->store, id, {"camera-west"}, {.sources = 0})),
            ErrorCode::kLimit);
}

TEST_F(WhatIfTest, of_all_sources_nothing_is_left) {
  const auto s = run(example("simulated-line", "all"));
  std::vector<std::string> everyone;
  for (const auto& source : s->mission.sources) everyone.push_back(source.id);
  const auto answer = what_if(s->mission, *s->store, all(*s).front().id, everyone);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->pieces.empty());
  EXPECT_EQ(what_if_json(*answer, {"a", "b"}),
            R"({"findings":[],"incident":null,"others":[],"without":["a","b"]})");
}

class EvidenceTest : public WhatIfTest {
 protected:
  static std::shared_ptr<serve::Evidence> evidence_of(const Session& s) {
    auto out = StoreEvidence::open(std::make_shared<const Mission>(s.mission),
                                   std::make_shared<LogDigests>());
    EXPECT_TRUE(out.ok()) << out.error().to_text();
    return *out;
  }
  static std::size_t occurrences(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
  }
};

TEST_F(EvidenceTest, the_log_is_told_by_entry_and_by_the_hash_of_all_hashes) {
  const auto s = run(example("four-answers", "all"));
  const auto evidence = evidence_of(*s);
  Sha256 over_all;
  for (std::uint64_t n = 0; n < s->log->committed(); ++n) {
    const auto entry = *s->log->read(n);
    over_all.update({reinterpret_cast<const char*>(entry.hash.data()), entry.hash.size()});
    EXPECT_EQ(sha256(ledger::hashed_bytes(entry.entry)), entry.hash);
    const auto told = *evidence->log_entry(n);
    EXPECT_NE(told.find("\"hash\":\"" + to_hex(entry.hash) + "\""), told.npos) << told;
  }
  const std::string whole = "{\"entries\":" + std::to_string(s->log->committed()) + ",\"hash\":\"" +
                            to_hex(over_all.finish()) + "\"}";
  EXPECT_EQ(*evidence->log(std::nullopt), whole);
  EXPECT_EQ(*evidence->log(std::nullopt), whole);
  EXPECT_EQ(evidence->log_entry(s->log->committed()).error().code, ErrorCode::kNotFound);
}

TEST_F(EvidenceTest, eight_questions_are_asked_at_once_and_no_more) {
  const auto s = run(example("four-answers", "all"));
  StoreSource source(std::make_shared<const Mission>(s->mission));
  std::vector<std::shared_ptr<serve::Evidence>> asked;
  for (int n = 0; n < 8; ++n) {
    auto evidence = source.evidence();
    ASSERT_TRUE(evidence.ok()) << n;
    asked.push_back(*std::move(evidence));
  }
  const auto one_more = source.evidence();
  ASSERT_FALSE(one_more.ok());
  EXPECT_EQ(one_more.error().code, ErrorCode::kBusy);
  asked.pop_back();
  EXPECT_TRUE(source.evidence().ok()) << "one is done";
}

TEST_F(EvidenceTest, all_versions_of_an_incident_are_told_with_their_findings) {
  const auto mission = example("simulated-line", "all");
  auto s = Session::open(mission, {.batch_entries = 1, .quiet = true});
  ASSERT_TRUE((*s)->intake->take_all().ok());
  const auto evidence = evidence_of(**s);
  std::size_t most = 0;
  for (const auto& incident : all(**s)) {
    const auto told = *evidence->versions(incident.id);
    EXPECT_EQ(occurrences(told, "\"position\":"), incident.version);
    EXPECT_NE(told.find(to_json(incident)), told.npos);
    for (const auto& f : *(*s)->store->findings_of(incident.id))
      EXPECT_NE(told.find(to_json(f)), told.npos);
    most = std::max<std::size_t>(most, incident.version);
  }
  EXPECT_GT(most, 1U);
  EXPECT_EQ(evidence->versions("i-none").error().code, ErrorCode::kNotFound);
}

TEST_F(EvidenceTest, arrivals_came_about_when_they_should_have) {
  const auto s = run(simulated("all"));
  std::size_t told = 0, near = 0;
  for (const auto& incident : all(*s)) {
    const auto json = arrivals_json(s->mission, *s->store, incident.id);
    ASSERT_TRUE(json.ok()) << json.error().to_text();
    for (std::size_t at = 0; (at = json->find("\"residual_s\":", at)) != json->npos; ++at) {
      const double residual = std::stod(json->substr(at + 13));
      const double sigma = std::stod(json->substr(json->find("\"sigma_s\":", at) + 10));
      if (json->compare(json->find("\"used\":", at), 11, "\"used\":true") != 0) continue;
      ++told;
      near += std::abs(residual) < 3 * sigma ? 1U : 0U;
      EXPECT_GT(sigma, 0);
    }
    std::size_t behind_it = 0;
    for (const auto& id : behind(*s->store, incident)) {
      const auto o = *from_json<Observation>((*s->store->observation(id))->json);
      behind_it += fuse::is_sound(o) ? 1U : 0U;
    }
    EXPECT_EQ(occurrences(*json, "\"used\":true"), behind_it);
  }
  EXPECT_GT(told, 50U);
  EXPECT_GT(near, told * 9 / 10);
}

TEST_F(EvidenceTest, what_was_only_reported_has_no_arrivals) {
  const auto s = run(example("four-answers", "all"));
  EXPECT_EQ(*arrivals_json(s->mission, *s->store, all(*s).front().id),
            R"({"arrivals":[],"origin":null,"origins":[]})");
  EXPECT_EQ(arrivals_json(s->mission, *s->store, "i-none").error().code, ErrorCode::kNotFound);
}

}  // namespace

}  // namespace truce::app
