#include "model/json.h"
#include "model/act.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/files.h"
#include "base/json.h"
#include "model/entry.h"
#include "model/identity.h"

namespace truce {
namespace {

// Random records that touch every field.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}
  bool coin() { return random_() % 2 == 0; }
  double real() { return std::uniform_real_distribution<double>(-1e6, 1e6)(random_); }
  std::int64_t whole(std::int64_t top = 1'000'000) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(top));
  }
  std::string text() {
    static const char* kWords[] = {"", "a", "обстріл", "\"q\"\n", "x y", "😀", "n/k"};
    return kWords[random_() % 7];
  }
  std::string name() { return "n" + std::to_string(whole(99)); }
  std::vector<std::string> texts() {
    return coin() ? std::vector<std::string>{} : std::vector<std::string>{text(), name()};
  }
  LatLon place() {
    return {static_cast<std::int32_t>(whole(1'800'000'000) - 900'000'000),
            static_cast<std::int32_t>(whole(3'600'000'000) - 1'800'000'000)};
  }
  Instant time() { return {whole(4'000'000'000'000'000'000)}; }
  Interval interval() { return {time(), time()}; }
  Count count() {
    const std::int64_t n = whole(5000);
    switch (random_() % 4) {
      case 0:
        return Count::about(n);
      case 1:
        return Count::range(n, n + 4);
      case 2:
        return Count::unknown();
      default:
        return Count::exact(n);
    }
  }
  CountInterval interval_count() { return {whole(9), whole(99), whole(999), coin()}; }
  ClassProbabilities classes() {
    ClassProbabilities c;
    c.p[random_() % kEffectClasses] += 0.25F;
    c.p[random_() % kEffectClasses] += 0.75F;
    return c;
  }
  WeaponClass weapon() { return static_cast<WeaponClass>(random_() % kWeaponClasses); }
  Ring ring() {
    Ring r{place(), place(), place()};
    r.push_back(r.front());
    return r;
  }
  MultiPolygonRings rings() {
    return coin() ? MultiPolygonRings{} : MultiPolygonRings{{ring(), {ring()}}, {ring(), {}}};
  }
  Shape shape() {
    switch (random_() % 9) {
      case 0:
        return PointShape{place(), real(), real(), real()};
      case 1:
        return AnnularSector{place(), real(), real(), real(), real(), real(), real()};
      case 2:
        return Bearing{place(), real(), real(), real()};
      case 3:
        return Arrival{place(), time(), real(),
                       real(),  real(), real(),
                       coin(),  real(), static_cast<Wave>(random_() % 4)};
      case 4:
        return PixelFootprint{place(), real(), real(), real(), real()};
      case 5:
        return PolygonShape{rings(), real()};
      case 6:
        return NamedPlace{text(), place(), real()};
      case 7:
        return Track{{{place(), time()}, {place(), time()}}, real()};
      default:
        return Nowhere{};
    }
  }
  Origin origin() {
    return {text(),
            text(),
            text(),
            static_cast<std::uint64_t>(whole()),
            static_cast<std::uint64_t>(whole()),
            static_cast<std::uint64_t>(whole())};
  }
  std::optional<double> maybe() { return coin() ? std::nullopt : std::optional<double>(real()); }
  Item item() { return {count(), classes(), weapon(), text(), text(), maybe(), maybe(), maybe()}; }
  Observation observation() {
    return {
        "o" + name(), name(),  text(),           interval(), static_cast<TimeBasis>(random_() % 6),
        text(),       shape(), {item(), item()}, coin(),     {Means::kHeard, Means::kSaw},
        text(),       text(),  real(),           text(),     texts(),
        text(),       texts(), texts(),          texts(),    texts(),
        origin()};
  }
  Incident incident() {
    return {name(),
            static_cast<std::uint64_t>(whole()),
            interval(),
            TimeBasis::kDay,
            {place(), {}, shape(), real()},
            {{EffectClass::kBurst, classes(), interval_count(), weapon(), 122.5, name(), texts()}},
            interval_count(),
            real(),
            {{name(), name(), name(), real()}},
            texts(),
            texts(),
            texts()};
  }
  Finding finding() {
    return {name(),
            name(),
            name(),
            name(),
            3,
            FindingValue::kBreach,
            real(),
            text(),
            real(),
            text(),
            {{name(), real(), text(), name(), texts()}},
            texts()};
  }
  Claim claim() {
    return {name(),  text(),    name(), text(),     text(), coin(), name(), text(),
            count(), {count()}, text(), interval(), time(), text(), text(), origin()};
  }
  StatedTotal total() {
    return {name(),  text(),  {2020, 7, 28}, name(), interval(),
            2,       whole(), std::nullopt,  {1, 2}, {{EffectClass::kExplosionImpact, 3}},
            whole(), text(),  text(),        text(), origin()};
  }

 private:
  std::mt19937_64 random_;
};

template <class R>
void round_trip(const R& r) {
  const std::string json = to_json(r);
  const auto canonical = canonicalize(json);
  ASSERT_TRUE(canonical.ok()) << canonical.error().to_text() << json;
  EXPECT_EQ(*canonical, json);
  const auto back = from_json<R>(json);
  ASSERT_TRUE(back.ok()) << back.error().to_text() << json;
  EXPECT_TRUE(*back == r) << json << "\n" << to_json(*back);
}

// Calls visit(kind, record) for one record of every kind that has a schema.
template <class Visit>
void one_of_each(World& w, Visit visit) {
  visit("observation", w.observation());
  visit("incident", w.incident());
  visit("finding", w.finding());
  visit("claim", w.claim());
  visit("stated_total", w.total());
  visit("source", Source{w.name(), w.text(), SourceKind::kCamera, w.text(), w.text(), w.texts(),
                         w.coin() ? std::nullopt : std::optional(w.place()), w.real(), w.real(),
                         w.maybe(), w.text()});
  visit("health", Health{w.name(), w.interval(), "jammed", w.text(), w.maybe(), w.maybe()});
  visit("weather", Weather{w.name(), w.time(), w.place(), w.real(), w.real(), w.real()});
  visit("recording",
        Recording{w.name(), w.name(), w.interval(), "image/png", w.text(), 3, w.origin()});
  visit("notice",
        Notice{w.name(), w.text(), "demining", w.interval(), w.shape(), w.text(), w.origin()});
  visit("effect", Effect{EffectClass::kHeat, w.classes(), w.interval_count(), w.weapon(), 122.5,
                         "grad", w.texts()});
  visit("difference", Difference{w.name(),
                                 w.name(),
                                 w.name(),
                                 2,
                                 {{w.name(), FindingValue::kCompliant, w.real()}},
                                 w.texts()});
  visit("attribution", Attribution{w.name(), {{"a", 0.5, w.text(), w.name(), w.texts()}}});
  visit("quiet", Quiet{w.name(), w.interval(), EffectClass::kShot, w.maybe(), 3, w.maybe()});
  visit("gate", Gate{w.name(), "open", w.time(), w.text(), w.name(), w.texts()});
  visit("case", Case{w.name(), w.texts(), "filed", w.texts(), w.text()});
  visit("event", Event{w.name(), w.text(), w.text(), w.text(), w.interval(), w.real(), w.text(),
                       w.text(), w.origin()});
  visit("act", Act{{"split", w.time(), w.text(), w.name(), w.text(), w.texts(), w.text(), w.name(),
                    w.text(), w.texts(), w.name(), w.text()},
                   w.text(),
                   w.text(),
                   w.text(),
                   w.text(),
                   w.text()});
  visit("signature",
        Signature{w.name(), w.text(), w.text(), w.text(), w.text(), w.time(), w.origin()});
  visit("statement", Statement{w.name(), w.text(), w.text(), w.time(), w.text(), w.text(), w.text(),
                               w.origin()});
  visit("bulletin", Bulletin{3, 2, "public", w.time(), "00"});
}

TEST(RecordJson, comes_back_as_it_went_and_is_canonical) {
  World w(21);
  for (int i = 0; i < 400; ++i) {
    one_of_each(w, [](const char*, const auto& record) { round_trip(record); });
    round_trip(Rejection{w.text(), w.text(), w.text(), w.origin()});
    round_trip(ComplaintNote{w.name(), w.text(), w.origin()});
    round_trip(FeedMark{w.text(), w.text(), 7, "00"});
    round_trip(FeedMark{w.text(), w.text(), 7, "00", w.text(), 3});
    round_trip(Tick{w.time()});
  }
}

// tests/schema holds the file against the schemas.
TEST(RecordJson, writes_random_records_for_outside_judges) {
  World w(24);
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    one_of_each(w, [&](const char* kind, const auto& record) {
      lines += "{\"kind\":\"" + std::string(kind) + "\",\"record\":" + to_json(record) + "}\n";
    });
  }
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 100 * std::ssize(schema_kinds()));
  EXPECT_TRUE(write_file_atomically(::testing::TempDir() + "/random.ndjson", lines).ok());
}

TEST(RecordJson, reads_fields_in_any_order_and_refuses_strangers_in_any) {
  const std::string issued = R"("issued":"2020-01-01T00:00:00Z")";
  const auto ordered = from_json<Bulletin>(R"({"audience":"a",)" + issued +
                                           R"(,"number":1,"sha256":"","version":1})");
  const auto turned = from_json<Bulletin>(R"({"version":1,"sha256":"",)" + issued +
                                          R"(,"audience":"a","number":1})");
  ASSERT_TRUE(ordered.ok() && turned.ok());
  EXPECT_EQ(*ordered, *turned);
  for (const std::string& rest : std::vector<std::string>{
           R"("number":1,"other":1,"sha256":"","version":1})",         // a stranger, in order
           R"("sha256":"","number":1,"other":1,"version":1})",         // and out of it
           R"("number":1,"sha256":"","version":1,"version":1})",       // twice
           R"("number":1,"sha256":"","version":1,"audience":"a"})",    // twice, out of order
           R"("number":1,"sha256":""})", R"("sha256":"","number":1})"  // none
       }) {
    EXPECT_FALSE(from_json<Bulletin>(R"({"audience":"a",)" + issued + "," + rest).ok()) << rest;
  }
}

TEST(RecordJson, names_the_field_that_is_wrong) {
  World w(22);
  const auto error_of = [](std::string json, const std::string& from, const std::string& to) {
    const auto at = json.find(from);
    EXPECT_NE(at, std::string::npos) << json;
    json.replace(at, from.size(), to);
    const auto r = from_json<Health>(json);
    return r.ok() ? std::string("accepted") : r.error().to_text();
  };
  const std::string good = to_json(Health{"s", {{0}, {1'000'000'000}}, "off", "n"});
  EXPECT_EQ(error_of(good, "\"why\":\"off\"", "\"why\":3"),
            "field why: is not text; expected text");
  EXPECT_NE(error_of(good, "1970-01-01T00:00:01Z", "yesterday").find("field when.end"),
            std::string::npos);
  EXPECT_NE(error_of(good, "\"note\"", "\"nite\"").find("nite: is not a field"), std::string::npos);
  EXPECT_NE(error_of(good, "\"source\":\"s\",", "").find("source: is missing"), std::string::npos);
  EXPECT_NE(error_of(good, "{\"note\"", "[\"note\"").find("not JSON"), std::string::npos);
}

TEST(RecordJson, refuses_numbers_it_would_have_to_bend) {
  EXPECT_FALSE(
      from_json<Bulletin>(
          R"({"audience":"a","issued":"2020-01-01T00:00:00Z","number":-1,"sha256":"","version":1})")
          .ok());
  EXPECT_FALSE(
      from_json<Bulletin>(
          R"({"audience":"a","issued":"2020-01-01T00:00:00Z","number":1.5,"sha256":"","version":1})")
          .ok());
  EXPECT_FALSE(
      from_json<Bulletin>(
          R"({"audience":"a","issued":"2020-01-01T00:00:00Z","number":1e30,"sha256":"","version":1})")
          .ok());
}

TEST(Identity, depends_on_content_and_feed_but_not_on_where_the_row_lay) {
  World w(23);
  Observation a = w.observation();
  a.origin.feed = "f";
  Observation b = a;
  b.origin.line += 7;
  b.origin.offset += 100;
  b.id = "something";
  EXPECT_EQ(observation_id(a), observation_id(b));
  b.origin.feed = "g";
  EXPECT_NE(observation_id(a), observation_id(b));
  b = a;
  b.position += "!";
  EXPECT_NE(observation_id(a), observation_id(b));
  a.when.start = *parse_instant("2025-04-19T15:00:00Z");
  EXPECT_EQ(observation_id(a).substr(0, 17), "o20250419T150000-");
  EXPECT_EQ(incident_id(observation_id(a)).substr(0, 17), "i20250419T150000-");
}

TEST(Identity, is_the_same_when_the_record_is_written_only_once) {
  World w(29);
  for (int round = 0; round < 300; ++round) {
    Observation a = w.observation();
    if (round % 3 == 0) a.assessor.clear(), a.corrects.clear(), a.flags.clear();
    if (round % 5 == 0) a.origin = {};
    Observation b = a;
    const std::string json = identified_json(a);
    b.id = observation_id(b);
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(json, to_json(b));
  }
}

// On disk for ever: do not change.
TEST(EntryKind, keeps_its_numbers) {
  EXPECT_EQ(static_cast<int>(EntryKind::kObservation), 1);
  EXPECT_EQ(static_cast<int>(EntryKind::kRejected), 8);
  EXPECT_EQ(static_cast<int>(EntryKind::kTick), 9);
  EXPECT_EQ(static_cast<int>(EntryKind::kFeedOpened), 12);
  EXPECT_EQ(static_cast<int>(EntryKind::kComplaint), 13);
  EXPECT_EQ(static_cast<int>(EntryKind::kWeather), 14);
  EXPECT_EQ(static_cast<int>(EntryKind::kRecording), 19);
}

TEST(Schema, files_are_what_the_lists_of_fields_say) {
  for (const auto kind : schema_kinds()) {
    const auto file =
        read_file(std::string(TRUCE_SOURCE_DIR) + "/schema/" + std::string(kind) + ".json");
    ASSERT_TRUE(file.ok()) << file.error().to_text();
    EXPECT_EQ(*file, schema_of(kind)) << "run build/<preset>/src/model/write_schemas schema";
    EXPECT_TRUE(canonicalize(*file).ok()) << kind;
  }
}

}  // namespace
}  // namespace truce
