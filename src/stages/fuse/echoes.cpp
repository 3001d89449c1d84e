#include "stages/fuse/internal/echoes.h"

#include <algorithm>
#include <cmath>

#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

constexpr double kSqrt2Pi = 2.5066282746310002;
constexpr double kDelays = 8;      // mean delays after which an echo is over,
constexpr double kReachMaxS = 30;  // and seconds
constexpr double kBelief = 10;     // echoes that the priors count for
constexpr double kLossSdDb = 4;    // of an echo's loss, before the data speak
constexpr int kRounds = 20;
constexpr double kSettled = 0.002;  // of the share, after which no round changes much

}  // namespace

double false_density(const Network& net, const Air& air, std::uint32_t a) {
  const SensorState& s = air.sensor[net.sensor_of(a)];
  return std::exp(air.log_false_rate_at(a) + air.log_false_level(net.level_db(a) - s.noise_db));
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

namespace {
struct EchoPair {
  double delay_s, lost_db;
};
struct LateArrival {  // left over after direct arrivals
  double chance;
  std::size_t first, last;  // its pairs with them
};
struct EchoPiece {
  std::vector<EchoPair> pairs;
  std::vector<LateArrival> late;
  double direct = 0;
};
struct EchoSums {
  double weight = 0, delay_s = 0, lost_db = 0, square = 0;
  double log_gain = 0;  // in likelihood, of what is left over
};
}  // namespace

// Each pair of a direct arrival and one left over after it is an echo with the probability that it
// has under the last round's figures.
void Echoes::learn(const Network& net, const Air& air, const ArrivalOwners& owners,
                   unsigned threads) {
  const auto heard =
      in_pieces(net.arrivals(), 4096, threads, EchoPiece{}, [&](EchoPiece& out, std::size_t i) {
        const auto a = static_cast<std::uint32_t>(i);
        if (owners[a] != kNobody) {
          out.direct += 1;
          return;
        }
        const std::size_t first = out.pairs.size();
        for (std::uint32_t p = a; p-- > net.begin_of(net.sensor_of(a));) {
          const double delay = net.time_s(a) - net.time_s(p);
          if (delay > kReachMaxS) break;
          const double lost = net.level_db(p) - net.level_db(a);
          if (owners[p] != kNobody && lost >= kLossMinDb) out.pairs.push_back({delay, lost});
        }
        if (out.pairs.size() > first)
          out.late.push_back({false_density(net, air, a), first, out.pairs.size()});
      });
  double direct = 0;
  for (const EchoPiece& h : heard) direct += h.direct;
  for (int round = 0; round < kRounds; ++round) {
    const auto sums =
        in_pieces(heard.size(), 1, threads, EchoSums{}, [&](EchoSums& sum, std::size_t i) {
          const EchoPiece& h = heard[i];
          std::vector<double> odds;
          for (const LateArrival& late : h.late) {
            double all = late.chance;
            odds.clear();
            for (std::size_t k = late.first; k < late.last; ++k)
              all += odds.emplace_back(density(h.pairs[k].delay_s, h.pairs[k].lost_db));
            sum.log_gain += std::log(all / late.chance);
            for (std::size_t k = late.first; k < late.last; ++k) {
              const EchoPair& p = h.pairs[k];
              const double w = odds[k - late.first] / all;
              sum.weight += w;
              sum.delay_s += w * p.delay_s;
              sum.lost_db += w * p.lost_db;
              sum.square += w * p.lost_db * p.lost_db;
            }
          }
        });
    EchoSums all{kBelief, kBelief * prior_.echo_delay_s, kBelief * prior_.echo_loss_db,
                 kBelief * (kLossSdDb * kLossSdDb + prior_.echo_loss_db * prior_.echo_loss_db)};
    for (const EchoSums& s : sums) {
      all.weight += s.weight;
      all.delay_s += s.delay_s;
      all.lost_db += s.lost_db;
      all.square += s.square;
      all.log_gain += s.log_gain;
    }
    const double before = share_;
    // As many are to be expected (Poisson); half of the logarithm for each of four figures.
    log_ratio_ = all.log_gain - before * direct - 2 * std::log(1 + direct);
    // As if the prior's echoes had followed as many direct arrivals as its share says.
    share_ = all.weight / (direct + kBelief / prior_.echo_share);
    delay_s_ = all.delay_s / all.weight;
    loss_db_ = all.lost_db / all.weight;
    loss_sd_db_ =
        std::max(1.0, std::sqrt(std::max(0.0, all.square / all.weight - loss_db_ * loss_db_)));
    if (std::abs(share_ - before) < kSettled * before) break;
  }
}

}  // namespace truce::fuse
