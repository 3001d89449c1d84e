#pragma once
// Sockets: HTTP/1.1 over TCP, with TLS where it has a certificate. One thread holds all
// connections, another reads records, a third hashes passwords, a fourth works out what takes
// long; so no connection waits for an answer, and no sign-in and no answer for a long question.

#include <cstdint>
#include <memory>
#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "stages/serve/records.h"
#include "stages/serve/service.h"

namespace truce::serve {

struct ServerOptions {
  std::string address = "127.0.0.1";  // of an interface, in figures
  std::uint16_t port = 8080;          // 0: any that is free
  std::string certificate, key;       // paths of PEM files; empty: no TLS
  std::size_t head_bytes_max = 16U << 10U;
  std::size_t body_bytes_max = 64U << 10U;
  std::size_t connections_max = 2500;
  std::size_t connections_of_one_max = 600;  // of one peer: a hundred browsers of six each
  Duration head_within =
      Duration::whole_seconds(10);  // from its first byte to the end of a request
  Duration idle_within = Duration::whole_seconds(60);   // between two requests
  Duration write_within = Duration::whole_seconds(30);  // for each part that is written
  Duration heartbeat = Duration::whole_seconds(15);     // of a stream without news
  Duration look_every = Duration::seconds(0.02);        // for what was committed
};

class Server {
 public:
  // `source` and `parts` must outlive it. Errors: kBusy where the port is taken,
  // kIo where certificate and key cannot be read or do not belong together.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, SiteOptions site,
                                               RecordsSource& source, ServiceParts parts = {});
  // Ends streams with an event, lets answers that are being written go out, and closes.
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
};

}  // namespace truce::serve
