// A request's target and headers, through to the answer: whatever they are, an answer comes, a head
// line stays a line, and what is refused says why.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/serve/service.h"
#include "stages/serve/vector_tile.h"

using namespace truce;
using namespace truce::serve;

namespace {

class NoRecords : public Records {
 public:
  std::uint64_t position() const override { return 7; }
  std::string_view rules() const override { return "r"; }
  Instant read_at() const override { return {}; }
  Result<std::uint64_t> taken_in_before(Instant) override { return std::uint64_t{7}; }
  Result<std::vector<Row>> rows(const RowQuery& query) override {
    if (!query.after.empty()) return bad_input("is no cursor");
    return std::vector<Row>{{"a", Interval{}, 1, "{\"text\":\"=1\"}", "a"}};
  }
  Result<std::optional<Row>> row(std::string_view, std::string_view, std::uint64_t) override {
    return std::optional<Row>();
  }
  MissionFacts facts() const override { return {}; }
  Result<View> view(const Target& target) override {
    if (target.path.size() < 5) return make_error(ErrorCode::kNotFound, "there is nothing here");
    TRUCE_TRY(tile, parse_tile(target.path[2], target.path[3], target.path[4]));
    return View{"application/json", std::to_string(box_of(tile).lat_min)};
  }
  Result<std::vector<Change>> changes(std::string_view, std::size_t) override {
    return std::vector<Change>();
  }
};

class NoSource : public RecordsSource {
 public:
  Result<Records*> latest() override { return static_cast<Records*>(&records_); }

 private:
  NoRecords records_;
};

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {
      "/\n127.0.0.1\ntext/html",
      "/api/collections/claims/items?bbox=22,44,41,53&datetime=2025-04-20/..\nlocalhost:80\n*/*",
      "/api/collections/claims/items?limit=5\nlocalhost:8080\n*/*",
      "/api/collections/findings/items/i1%2F2%2Fbase?f=csv&as-of=3\n[::1]:1\ntext/csv;q=0.5",
      "/api/tiles/8/153/88\nlocalhost\n*/*",
      "/tiles/8/153/88\nlocalhost\n*/*",
      "/basemap/index.json\nlocalhost\n*/*",
      "/api/live?since=3\n127.0.0.1\ntext/event-stream",
      "http://x/metrics\n127.0.0.1\n",
      "/assets/../x\nevil.example\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string all(reinterpret_cast<const char*>(data), size);
  const std::size_t first = std::min(all.find('\n'), all.size());
  const std::size_t second = std::min(all.find('\n', first + 1), all.size());
  const auto part = [&all](std::size_t from, std::size_t to) {
    return from < to ? all.substr(from, to - from) : std::string();
  };
  NoSource source;
  Service service({"fuzz", "0"}, source);
  const Request request{"GET",
                        part(0, first),
                        {{"Host", part(first + 1, second)},
                         {"Accept", part(second + 1, all.size())},
                         {"Last-Event-ID", part(second + 1, all.size())}},
                        {}};
  const Response answer = service.answer(request);
  TRUCE_ENSURE(answer.status == 200 || !answer.body.empty());
  const std::string head = head_of(answer, true);
  std::size_t lines = 0;
  for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2))
    ++lines;
  const std::size_t own = 4 + answer.headers.size() + (answer.live ? 0 : 1);
  TRUCE_ENSURE(lines == own);
  if (answer.live) {
    LivePlace place{answer.cursor, {}};
    for (int i = 0; i < 3; ++i) TRUCE_ENSURE(service.live(place).ok());
  }
  return 0;
}
