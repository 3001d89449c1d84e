#include "stages/fuse/internal/echoes.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

constexpr double kSqrt2Pi = 2.5066282746310002;
constexpr double kDelays = 8;      // mean delays after which an echo is over,
constexpr double kReachMaxS = 30;  // and seconds
constexpr double kBelief = 10;     // echoes that the priors count for
constexpr double kLossSdDb = 4;    // of an echo's loss, before the data speak
constexpr double kLossMinDb = 1;   // an echo is weaker than what it is one of
constexpr int kRounds = 20;

}  // namespace

double false_density(const Network& net, const Air& air, std::uint32_t a) {
  const SensorState& s = air.sensor[net.sensor_of(a)];
  return std::exp(s.log_false_rate + air.log_false_level(net.level_db(a) - s.noise_db));
}

Echoes::Echoes(const AssociateParams& prior)
    : prior_(prior),
      share_(prior.echo_share),
      delay_s_(prior.echo_delay_s),
      loss_db_(prior.echo_loss_db),
      loss_sd_db_(kLossSdDb) {}

double Echoes::reach_s() const { return std::min(kReachMaxS, kDelays * delay_s_); }

double Echoes::density(double delay_s, double lost_db) const {
  const double z = (lost_db - loss_db_) / loss_sd_db_;
  return share_ * std::exp(-delay_s / delay_s_) / delay_s_ * std::exp(-0.5 * z * z) /
         (loss_sd_db_ * kSqrt2Pi);
}

void Echoes::parents(const Network& net, const Air& air, const ArrivalOwners& owners,
                     std::uint32_t a, std::uint32_t except, std::vector<Parent>& out) const {
  out.clear();
  const double chance = false_density(net, air, a);
  const double from = net.time_s(a) - reach_s();
  const std::uint32_t first = net.begin_of(net.sensor_of(a));
  for (std::uint32_t next = a; next > first; --next) {
    const std::uint32_t p = next - 1;
    if (net.time_s(p) < from) break;
    if (owners[p] == kNobody || owners[p] == except) continue;
    const double lost = net.level_db(p) - net.level_db(a);
    if (lost < kLossMinDb) continue;
    out.push_back({owners[p], density(net.time_s(a) - net.time_s(p), lost) / chance});
  }
}

// Each pair of a direct arrival and one left over after it is an echo with the probability that it
// has under the last round's figures.
void Echoes::learn(const Network& net, const Air& air, const ArrivalOwners& owners) {
  struct Pair {
    std::uint32_t arrival;
    double delay_s, lost_db, chance;
  };
  std::vector<Pair> pairs;
  double direct = 0;
  for (std::uint32_t a = 0; a < net.arrivals(); ++a) {
    if (owners[a] != kNobody) {
      direct += 1;
      continue;
    }
    const double chance = false_density(net, air, a);
    for (std::uint32_t p = a; p-- > net.begin_of(net.sensor_of(a));) {
      const double delay = net.time_s(a) - net.time_s(p);
      if (delay > kReachMaxS) break;
      const double lost = net.level_db(p) - net.level_db(a);
      if (owners[p] != kNobody && lost >= kLossMinDb) pairs.push_back({a, delay, lost, chance});
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    double sum = kBelief, delay = kBelief * prior_.echo_delay_s;
    double loss = kBelief * prior_.echo_loss_db;
    double square = kBelief * (kLossSdDb * kLossSdDb + prior_.echo_loss_db * prior_.echo_loss_db);
    for (std::size_t i = 0, j = 0; i < pairs.size(); i = j) {
      double all = pairs[i].chance;
      for (j = i; j < pairs.size() && pairs[j].arrival == pairs[i].arrival; ++j)
        all += density(pairs[j].delay_s, pairs[j].lost_db);
      for (std::size_t k = i; k < j; ++k) {
        const double w = density(pairs[k].delay_s, pairs[k].lost_db) / all;
        sum += w;
        delay += w * pairs[k].delay_s;
        loss += w * pairs[k].lost_db;
        square += w * pairs[k].lost_db * pairs[k].lost_db;
      }
    }
    // As if the prior's echoes had followed as many direct arrivals as its share says.
    share_ = sum / (direct + kBelief / prior_.echo_share);
    delay_s_ = delay / sum;
    loss_db_ = loss / sum;
    loss_sd_db_ = std::max(1.0, std::sqrt(std::max(0.0, square / sum - loss_db_ * loss_db_)));
  }
}

}  // namespace truce::fuse
