#pragma once
// By whom connections and tries to sign in are counted.

#include <cstddef>
#include <map>
#include <string>

namespace truce::serve {

// Of an address in figures: an IPv4 address whole, of an IPv6 one the first 64 bits, which whoever
// has one mostly has all of. Empty for this machine's own, by which nobody is counted: a proxy
// before us has it as well, and all of that one's clients.
std::string counted_as(const std::string& address);

class PeerCounts {
 public:
  explicit PeerCounts(std::size_t most) : most_(most) {}
  // false: the peer has the most already, and this one is not counted.
  bool enter(const std::string& peer);
  void leave(const std::string& peer);  // one that entered

 private:
  std::size_t most_;
  std::map<std::string, std::size_t> of_peer_;  // above 0 each
};

}  // namespace truce::serve
