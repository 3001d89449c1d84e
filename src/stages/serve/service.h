#pragma once
// Every request's way, without a socket: what is asked, of what, and what is answered.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "stages/serve/accounts.h"
#include "stages/serve/desk.h"
#include "stages/serve/live.h"
#include "stages/serve/map_files.h"
#include "stages/serve/request.h"

namespace truce::serve {

// What the server counts of itself, for /metrics.
struct Figures {
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> connections_max{0};
  std::atomic<std::int64_t> live_clients{0};
  std::atomic<std::int64_t> refused{0};    // connections beyond the most
  std::atomic<std::int64_t> malformed{0};  // what was no request, or did not come to its end
  std::atomic<std::int64_t> timed_out{0};  // that were closed for being slow or idle
};

struct SiteOptions {
  std::string title;    // the mission's
  std::string version;  // of the program
  std::string time_zone = "UTC";
  std::string boundary_view = {};
  std::vector<std::string> hosts = {};  // names it answers for, besides this machine's own
  bool secure = false;                  // over TLS, our own or that of a proxy before us
  bool local_only = true;               // nobody but this machine can ask
  std::string basemap = {};             // the folder of the offline map; empty, or not there: none
  std::string tiles = {};               // an operator's MBTiles; empty: none
};

// What a service works with besides records. Each may be left out.
struct ServiceParts {
  Accounts* accounts = nullptr;       // none: whoever may use this machine reads as staff
  Desk* desk = nullptr;               // none: nobody can send anything
  std::string metrics_token = {};     // who shows it reads /metrics; empty: staff alone
  std::string access_folder = {};     // of the log of who read what; empty: none is kept
  std::string log_folder = {};        // of the log of how the server fares; likewise
  std::function<Instant()> now = {};  // none: always 1970
};

struct Asked;
struct Asker;
struct Access;
class AccessLog;
class ServerLog;
class Sessions;

// Asked by one thread alone, except for the slow parts that it gives.
class Service {
 public:
  // Tiles that cannot be opened are as though there were none.
  Service(SiteOptions options, RecordsSource& source, ServiceParts parts = {});
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();
  // Where the response is slow, its slow part is for another thread, and what that gives for this
  // one. The line of the access log is written when an answer is given that is not slow.
  Response answer(const Request& request);
  // The same, slow parts and all, for whoever has one thread.
  Response answer_here(const Request& request);
  // The next events for a client of the stream.
  Result<LiveBatch> live(LivePlace& place);
  // Another number whenever answers may be others than before. Also has records make ready what
  // will be asked for, unless so much comes in that there is better to do.
  std::uint64_t generation();
  Figures& figures() { return figures_; }

 private:
  Response routed(const Request& request, Asker& asker);
  // What is not allowed to be sent, as a response.
  std::optional<Response> refused(const Request& request, const Target& target,
                                  const Asker& asker) const;
  std::optional<Response> refused_change(const Request& request, const Target& target,
                                         const Asker& asker) const;
  Response finished(const Request& request, const Asker& asker, Instant begun, Response out);
  void log_more(std::string_view event, std::int64_t counted, std::int64_t& told);
  void log_answer(const Request& request, Instant begun, const Response& out);
  Status write_access(const Request& request, const Asker& asker, const Response& out);
  Response answer_change(const Request& request, const Target& target, Asker& asker);
  Response answer_act(const Request& request, const Reader& by);
  Response answer_asset(const Request& request, const Target& target);
  Response answer_records(const Request& request, const Target& target, const Asker& asker);
  // What was answered by that tag, or what `make` gives, which is kept.
  template <class Make>
  Response kept_or(const std::string& tag, Make make);
  Response answer_basemap(const Request& request, const Target& target);
  Response answer_tile(const Request& request, const Target& target);
  Response answer_live(const Request& request, const Target& target, const Asker& asker);
  Response answer_health(const Reader& reader);
  bool may_scrape(const Request& request, const Target& target) const;
  Response answer_metrics();
  std::string root_of(const Request& request) const;
  bool is_own_host(std::string_view host) const;
  SiteOptions options_;
  RecordsSource& source_;
  Desk* desk_;
  std::string metrics_token_;
  std::function<Instant()> now_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<AccessLog> access_;
  std::unique_ptr<ServerLog> log_;
  std::int64_t malformed_told_ = 0;
  std::int64_t refused_told_ = 0;         // of the connections refused
  std::map<std::string, Response> kept_;  // answers of late, by tag
  std::size_t kept_bytes_ = 0;
  std::map<std::string, LiveStream> live_;  // by role and party: no two kinds share a batch
  MapFolder basemap_;
  std::unique_ptr<TileFile> tiles_;
  Figures figures_;
  std::uint64_t generation_ = 0;
  std::uint64_t looked_at_ = 0;                                 // position, by the last look
  std::string seen_;                                            // position and rules of that
  std::map<int, std::int64_t> answered_;                        // by status
  std::map<std::string, std::string, std::less<>> asset_tags_;  // by name
};

// What goes over the wire before the body.
std::string head_of(const Response& response, bool keep_alive);

}  // namespace truce::serve
