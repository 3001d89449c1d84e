#include "stages/serve/internal/peers.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/result.h"

namespace truce::serve {

std::string counted_as(const std::string& address) {
  // An interface may follow: "fe80::1%eth0".
  const std::string bare = address.substr(0, address.find('%'));
  std::array<unsigned char, 16> v6{};
  std::array<unsigned char, 4> v4{};
  bool is_v4 = inet_pton(AF_INET, bare.c_str(), v4.data()) == 1;
  const bool is_v6 = !is_v4 && inet_pton(AF_INET6, bare.c_str(), v6.data()) == 1;
  constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  if (is_v6 && std::equal(kMapped.begin(), kMapped.end(), v6.begin())) {
    std::copy(v6.begin() + kMapped.size(), v6.end(), v4.begin());
    is_v4 = true;
  }
  constexpr unsigned char kLoopback = 127;
  if (is_v4) return v4[0] == kLoopback ? std::string() : to_hex(v4.data(), v4.size());
  constexpr std::array<unsigned char, 16> kOwn{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return v6 == kOwn ? std::string() : to_hex(v6.data(), v6.size() / 2);
}

bool PeerCounts::enter(const std::string& peer) {
  if (peer.empty()) return true;
  const auto there = of_peer_.find(peer);
  const std::size_t now = there == of_peer_.end() ? 0 : there->second;
  if (now >= most_) return false;
  of_peer_[peer] = now + 1;
  return true;
}

void PeerCounts::leave(const std::string& peer) {
  if (peer.empty()) return;
  const auto there = of_peer_.find(peer);
  TRUCE_ENSURE(there != of_peer_.end());
  if (--there->second == 0) of_peer_.erase(there);
}

}  // namespace truce::serve
