#pragma once
// Every request's way, without a socket: what is asked, of what, and what is answered.

#include <atomic>
#include <map>
#include <string>

#include "stages/serve/live.h"
#include "stages/serve/request.h"

namespace truce::serve {

// What the server counts of itself, for /metrics.
struct Figures {
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> live_clients{0};
  std::atomic<std::int64_t> refused{0};    // connections beyond the most
  std::atomic<std::int64_t> timed_out{0};  // that were closed for being slow or idle
};

struct SiteOptions {
  std::string title;    // the mission's
  std::string version;  // of the program
  std::string time_zone = "UTC";
  std::string boundary_view = {};
};

// Asked by one thread alone.
class Service {
 public:
  Service(SiteOptions options, RecordsSource& source)
      : options_(std::move(options)), source_(source) {}
  Response answer(const Request& request);
  // The next events for a client of the stream.
  Result<LiveBatch> live(LivePlace& place);
  // Another number whenever answers may be others than before.
  std::uint64_t generation();
  Figures& figures() { return figures_; }

 private:
  Response routed(const Request& request);
  Response answer_asset(const Request& request, const Target& target);
  Response answer_records(const Request& request, const Target& target);
  Response answer_live(const Request& request, const Target& target);
  Response answer_health();
  Response answer_metrics();
  SiteOptions options_;
  RecordsSource& source_;
  LiveStream live_;
  Figures figures_;
  std::uint64_t generation_ = 0;
  std::string seen_;                                            // position and rules of that
  std::map<int, std::int64_t> answered_;                        // by status
  std::map<std::string, std::string, std::less<>> asset_tags_;  // by name
};

// What goes over the wire before the body.
std::string head_of(const Response& response, bool keep_alive);

}  // namespace truce::serve
