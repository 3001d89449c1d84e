// Waveforms and photos from the mission's folder to what is served of them.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/heard_world.h"
#include "app/incident_recordings.h"
#include "app/served_evidence.h"
#include "app/session.h"
#include "base/miniseed_test.h"
#include "model/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

const std::string kPhoto("\xff\xd8\xff\xe0\0\4ab\xff\xda\0\2 a picture \xff\xd9", 25);

class RecordingsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / "recordings" / test->name();
    fs::remove_all(folder_);
    write_heard_world(folder_);
    fs::create_directories(folder_ / "recordings");
    std::ofstream(folder_ / "mission.toml", std::ios::app)
        << "\n[[feed]]\nid = \"recordings\"\nformat = \"recordings\"\nfiles = [\"recordings/\"]\n";
    take();
    incident_ = heard_most();
    const auto located = *from_json<Observation>(
        (*session_->store->observation(incident_.evidence.front().observation))->json);
    ASSERT_FALSE(located.derived_from.empty());
    arrival_ = *from_json<Observation>(
        (*session_->store->observation(located.derived_from.front()))->json);
  }
  void take() {
    session_.reset();
    auto session = Session::open(folder_, {.quiet = true});
    ASSERT_TRUE(session.ok()) << session.error().to_text();
    session_ = *std::move(session);
    const Status taken = session_->intake->take_all();
    ASSERT_TRUE(taken.ok()) << taken.error().to_text();
  }
  Incident heard_most() {
    Incident out;
    for (const auto& i : *session_->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
      const bool is_heard = std::all_of(i.evidence.begin(), i.evidence.end(),
                                        [](const Evidence& e) { return e.source == "sound"; });
      if (is_heard && i.evidence.size() > out.evidence.size()) out = i;
    }
    return out;
  }
  void leave(const std::string& name, const std::string& bytes) {
    const fs::path to = folder_ / "recordings" / name;
    fs::create_directories(to.parent_path());
    ASSERT_TRUE(write_file_atomically(to, bytes).ok());
  }
  // Ten seconds in which the arrival comes five seconds on.
  std::string waveform() const {
    std::vector<std::int32_t> samples(1000, 0);
    samples[500] = 900;
    samples[501] = -700;
    return miniseed(samples, arrival_.when.start - Duration::whole_seconds(5), 100);
  }
  std::string recordings() { return *recordings_json(*session_->store, incident_.id); }
  std::shared_ptr<serve::Evidence> evidence() {
    return *StoreEvidence::open(std::make_shared<const Mission>(session_->mission),
                                std::make_shared<LogDigests>());
  }
  static std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
    return n;
  }

  fs::path folder_;
  std::unique_ptr<Session> session_;
  Incident incident_;
  Observation arrival_;
};

TEST_F(RecordingsTest, stand_behind_what_their_source_observed_in_their_time) {
  EXPECT_EQ(recordings(), R"({"more":false,"recordings":[]})");
  leave(arrival_.source + "/a.mseed", waveform());
  leave("nobody/b.mseed", waveform());
  leave(arrival_.source + "/c.mseed",
        miniseed({1, 2, 3}, arrival_.when.start + Duration::whole_seconds(3600), 1));
  leave(arrival_.source + "/.d.mseed", waveform());  // being copied
  fs::create_symlink(folder_ / "mission.toml", folder_ / "recordings" / arrival_.source / "e.jpg");
  take();
  EXPECT_EQ(session_->store->records("recording")->size(), 3U);
  const std::string told = recordings();
  EXPECT_EQ(occurrences(told, "\"sha256\""), 1U) << told;
  EXPECT_NE(told.find(arrival_.id), told.npos);
  EXPECT_NE(told.find("application/vnd.fdsn.mseed"), told.npos);
  EXPECT_EQ(recordings_json(*session_->store, "i-none").error().code, ErrorCode::kNotFound);
}

TEST_F(RecordingsTest, are_taken_beside_what_cannot_be_and_that_is_said) {
  leave(arrival_.source + "/a.mseed", waveform());
  leave("caf\xe9/b.mseed", waveform());
  leave(arrival_.source + "/\xcf\xee.mseed", waveform());
  leave("z/c.mseed", waveform());
  std::vector<std::string> said;
  session_->intake->on_passed_over = [&](const Error& e) { said.push_back(e.to_text()); };
  ASSERT_TRUE(session_->intake->take_all().ok());
  ASSERT_TRUE(session_->intake->take_all().ok());
  EXPECT_EQ(session_->store->records("recording")->size(), 2U);
  ASSERT_EQ(said.size(), 2U) << "each once";
  EXPECT_NE(said[0].find("is not UTF-8"), std::string::npos) << said[0];
  take();  // and the log can be read again
  EXPECT_EQ(session_->store->records("recording")->size(), 2U);
}

TEST_F(RecordingsTest, make_no_incident_and_change_none) {
  const auto before = to_json(incident_);
  const auto incidents = session_->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})->size();
  leave(arrival_.source + "/a.mseed", waveform());
  take();
  EXPECT_EQ(to_json(*(*session_->store->incident(incident_.id))), before);
  EXPECT_EQ(session_->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})->size(), incidents);
}

TEST_F(RecordingsTest, are_served_byte_for_byte_and_drawn_in_bins) {
  leave(arrival_.source + "/a.mseed", waveform());
  take();
  const auto rows = *session_->store->records("recording");
  ASSERT_EQ(rows.size(), 1U);
  const auto view = evidence()->recording(rows[0].id);
  ASSERT_TRUE(view.ok()) << view.error().to_text();
  EXPECT_EQ(view->body, waveform());
  EXPECT_EQ(view->type, "application/vnd.fdsn.mseed");
  const Instant at = arrival_.when.start;
  const auto traces = evidence()->traces(
      rows[0].id, {at - Duration::whole_seconds(1), at + Duration::whole_seconds(1)}, 4);
  ASSERT_TRUE(traces.ok()) << traces.error().to_text();
  EXPECT_NE(traces->find(R"("high":[0,0,900,0],"low":[0,0,-700,0],"rate_hz":100)"), traces->npos)
      << *traces;
  EXPECT_EQ(evidence()->recording("r-none").error().code, ErrorCode::kNotFound);
}

TEST_F(RecordingsTest, of_a_photo_have_no_trace_and_are_there_within_a_minute) {
  std::string name = to_text(arrival_.when.start + Duration::whole_seconds(40)).substr(0, 19) + "Z";
  std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
  leave(arrival_.source + "/" + name + ".jpg", kPhoto);
  leave(arrival_.source + "/" + name + "-cut.jpg", kPhoto.substr(0, 16));
  take();
  EXPECT_EQ(session_->store->records("rejected")->size(), 1U);
  const auto rows = *session_->store->records("recording");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NE(recordings().find(rows[0].id), std::string::npos);
  EXPECT_EQ(evidence()->recording(rows[0].id)->type, "image/jpeg");
  const Interval when{arrival_.when.start, arrival_.when.end};
  EXPECT_EQ(evidence()->traces(rows[0].id, when, 4).error().code, ErrorCode::kBadInput);
  leave(arrival_.source + "/" + name + "-cut.jpg", kPhoto + kPhoto);  // whole now
  take();
  EXPECT_EQ(session_->store->records("recording")->size(), 2U);
}

TEST_F(RecordingsTest, are_the_same_from_a_store_that_is_made_anew) {
  leave(arrival_.source + "/a.mseed", waveform());
  leave(arrival_.source + "/b.mseed", miniseed({1, 2}, arrival_.when.start, 1));
  take();
  const std::string told = recordings();
  session_.reset();
  for (const char* end : {"", "-wal", "-shm"})
    fs::remove(folder_ / "var" / ("store.sqlite" + std::string(end)));
  fs::remove_all(folder_ / "recordings");
  fs::create_directories(folder_ / "recordings");
  take();
  EXPECT_EQ(recordings(), told);
  std::size_t same = 0;
  for (const auto& row : *session_->store->records("recording"))
    same += evidence()->recording(row.id)->body == waveform() ? 1U : 0U;
  EXPECT_EQ(same, 1U);
}

}  // namespace

}  // namespace truce::app
