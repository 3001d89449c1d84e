#include "stages/fuse/internal/cone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

namespace truce::fuse {

namespace {

constexpr double kTau = 2 * std::numbers::pi;
constexpr double kLogRootTau = 0.91893853320467274;
constexpr double kHalfMin = 0.2;     // of the cone, radians: Mach 1.02
constexpr double kHalfMax = 1.25;    // Mach 3.2
constexpr double kLeadMinS = 0.2;    // less before the muzzle blast and the two are one
constexpr double kRangeM = 15'000;   // from the gun
constexpr double kSpreading = 15;    // dB per tenfold distance off the way
constexpr double kAim = 0.02;        // radians: shells of one place go so far apart, and slow down
constexpr double kSigmas = 3.5;      // beyond which no arrival is taken for a hit
constexpr std::size_t kHitsMin = 3;  // fewer agree on two rays by chance
constexpr std::size_t kPeaks = 6;    // rays that are tried on either side
constexpr std::size_t kBins = 500;   // of directions, for votes
constexpr double kVotesMin = 9;      // of both rays, log odds, below which nothing is tried
constexpr std::size_t kTries = 12;   // the most voted for

double wrapped(double angle) { return std::remainder(angle, kTau); }

// A sensor that may hear the shock of one shot.
struct ConeEar {
  std::uint32_t effect = 0;
  std::uint32_t sensor = 0;
  double muzzle_s = 0;  // when it hears the gun
  double travel_s = 0;  // how long that takes
  double bearing = 0;   // of it from the gun
  double distance_m = 0;
  double variance_s2 = 0;             // of that time, but for the onset's own
  std::uint32_t first = 0, last = 0;  // of the candidates
};

struct Candidate {
  std::uint32_t arrival = 0;
  std::uint32_t ear = 0;
  double ray = 0;  // A, if it is a shock wave
};

// What a cone says of one sensor.
struct View {
  double inside = 0;  // A
  double off_m = 0;   // of the way
  double sent_m = 0;  // along it, where what the sensor hears was sent
  bool left = false;  // of the way
};

class ConeFinder {
 public:
  ConeFinder(const Network& net, const Air& air, const AssociateParams& prior,
             const std::vector<double>& otherwise)
      : net_(net), air_(air), prior_(prior), otherwise_(otherwise) {}

  void listen(const std::vector<Fitted>& effects, std::uint32_t shot,
              const std::vector<std::uint8_t>& open) {
    const Fitted& f = effects[shot];
    near_.clear();
    net_.within(f.x_m, f.y_m, kRangeM, near_);
    for (const auto s : near_) {
      if (!air_.sensor[s].hears(f.t_s)) continue;
      const Path p = air_.path(f.x_m, f.y_m, f.t_s, s);
      ConeEar e{shot,
                s,
                f.t_s + p.time_s,
                p.travel_s,
                std::atan2(p.uy, p.ux),
                p.distance_m,
                air_.time_variance(p, 0, s) + std::max(0.0, f.covariance[5]),
                static_cast<std::uint32_t>(candidates_.size()),
                0};
      const double from = e.muzzle_s - e.travel_s * (1 - std::cos(kHalfMax));
      for (auto a = net_.lower_bound(s, from);
           a < net_.end_of(s) && net_.time_s(a) <= e.muzzle_s - kLeadMinS; ++a) {
        if (open[a] == 0) continue;
        const double part = 1 - (e.muzzle_s - net_.time_s(a)) / e.travel_s;
        candidates_.push_back(
            {a, static_cast<std::uint32_t>(ears_.size()), std::acos(std::clamp(part, -1.0, 1.0))});
      }
      e.last = static_cast<std::uint32_t>(candidates_.size());
      ears_.push_back(e);
    }
  }

  Cone best() {
    vote();
    const auto left = peaks(votes_left_);
    const auto right = peaks(votes_right_);
    std::vector<Try> tries;
    const auto add = [&](double a, double b, double votes) {
      const double width = std::remainder(a - b, kTau);
      const double half = (width < 0 ? width + kTau : width) / 2;
      if (half >= kHalfMin && half <= kHalfMax && votes >= kVotesMin)
        tries.push_back({votes, wrapped(b + half), half});
    };
    for (const auto& a : left) {
      for (const auto& b : right) add(a.angle, b.angle, a.votes + b.votes);
    }
    for (const double half : {0.35, 0.6, 0.9, 1.15}) {
      for (const auto& a : left) add(a.angle, a.angle - 2 * half, a.votes);
      for (const auto& b : right) add(b.angle + 2 * half, b.angle, b.votes);
    }
    std::sort(tries.begin(), tries.end(), [](const Try& a, const Try& b) {
      return std::tie(b.votes, a.way, a.half) < std::tie(a.votes, b.way, b.half);
    });
    tries.resize(std::min(tries.size(), kTries));
    Cone best;
    for (const auto& t : tries) {
      Cone c = climbed(t.way, t.half);
      if (c.log_odds > best.log_odds) best = std::move(c);
    }
    return best;
  }

 private:
  struct Peak {
    double angle = 0, votes = 0;
  };
  struct Try {
    double votes = 0, way = 0, half = 0;
  };

  double sigma_s(const ConeEar& e, std::uint32_t a, double inside) const {
    const double aim = kAim * e.travel_s * std::sin(inside);
    return std::sqrt(e.variance_s2 + net_.sigma_s(a) * net_.sigma_s(a) + aim * aim);
  }

  // Each arrival votes for the ray that it would speak of on either side, with the log odds of its
  // time against chance.
  void vote() {
    votes_left_.assign(kBins, 0.0);
    votes_right_.assign(kBins, 0.0);
    for (const auto& c : candidates_) {
      const ConeEar& e = ears_[c.ear];
      const double sigma = sigma_s(e, c.arrival, c.ray);
      const double blur = std::min(0.2, sigma / (e.travel_s * std::sin(c.ray)));
      const double votes = std::clamp(
          -2 * kLogRootTau - std::log(sigma * air_.level_sd_db) - otherwise_[c.arrival], 0.0, 6.0);
      cast(votes_left_, e.bearing + c.ray, blur, votes);
      cast(votes_right_, e.bearing - c.ray, blur, votes);
    }
  }
  static void cast(std::vector<double>& bins, double angle, double blur, double votes) {
    const double bin = kTau / static_cast<double>(kBins);
    const auto from = static_cast<long>(std::floor((angle - blur) / bin));
    const auto to = static_cast<long>(std::floor((angle + blur) / bin));
    for (long k = from; k <= to; ++k) {
      const auto n = static_cast<long>(kBins);
      bins[static_cast<std::size_t>(((k % n) + n) % n)] += votes;
    }
  }
  static std::vector<Peak> peaks(const std::vector<double>& bins) {
    std::vector<Peak> out;
    for (std::size_t k = 0; k < kBins; ++k) {
      const double before = bins[(k + kBins - 1) % kBins], after = bins[(k + 1) % kBins];
      if (bins[k] > 0 && bins[k] > before && bins[k] >= after)
        out.push_back(
            {(static_cast<double>(k) + 0.5) * kTau / static_cast<double>(kBins), bins[k]});
    }
    std::sort(out.begin(), out.end(), [](const Peak& a, const Peak& b) {
      return a.votes != b.votes ? a.votes > b.votes : a.angle < b.angle;
    });
    out.resize(std::min(out.size(), kPeaks));
    return out;
  }

  // False where the cone does not pass, or too close to the muzzle blast to be told apart.
  static bool sees(const Cone& c, const ConeEar& e, View& v) {
    const double off = wrapped(e.bearing - c.way);
    v.left = off > 0;  // on the side of the ray at way + half
    v.inside = c.half - std::abs(off);
    if (v.inside <= 0 || e.travel_s * (1 - std::cos(v.inside)) < kLeadMinS) return false;
    v.off_m = std::max(1.0, e.distance_m * std::abs(std::sin(off)));
    v.sent_m = e.distance_m * std::sin(v.inside) / std::sin(c.half);
    return true;
  }
  double loss_db(double off_m) const {
    return kSpreading * std::log10(off_m) + air_.attenuation_db_m * off_m;
  }

  // A candidate as a hit of the cone: log density over what it is otherwise.
  double log_hit(const Cone& c, const ConeEar& e, const View& v, std::uint32_t a) const {
    const double sigma = sigma_s(e, a, v.inside);
    const double z = (net_.time_s(a) - e.muzzle_s + e.travel_s * (1 - std::cos(v.inside))) / sigma;
    if (std::abs(z) > kSigmas) return -1e300;
    const double level = (net_.level_db(a) - c.level_db + loss_db(v.off_m)) / air_.level_sd_db;
    return -0.5 * (z * z + level * level) - std::log(sigma * air_.level_sd_db) - 2 * kLogRootTau -
           otherwise_[a];
  }

  struct Term {  // of one sensor
    double sent_m = 0, log_odds = 0;
    std::uint32_t ear = 0;
    std::uint32_t candidate = kNobody;
    View view;
  };

  // What each sensor in the cone adds: its likeliest candidate, or its silence. The way on which
  // the shell is faster than sound ends where that explains most.
  double weigh(const Cone& c, std::vector<Term>& terms) const {
    terms.clear();
    for (std::uint32_t i = 0; i < ears_.size(); ++i) {
      const ConeEar& e = ears_[i];
      Term t{0, 0, i, kNobody, {}};
      if (!sees(c, e, t.view)) continue;
      t.sent_m = t.view.sent_m;
      t.log_odds =
          air_.log_miss(c.level_db - loss_db(t.view.off_m) - air_.sensor[e.sensor].noise_db);
      for (auto k = e.first; k < e.last; ++k) {
        const double v = log_hit(c, e, t.view, candidates_[k].arrival);
        if (v <= t.log_odds) continue;
        t.log_odds = v;
        t.candidate = k;
      }
      terms.push_back(t);
    }
    std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
      return a.sent_m != b.sent_m ? a.sent_m < b.sent_m : a.ear < b.ear;
    });
    double sum = 0, best = 0;
    std::size_t end = 0;
    for (std::size_t k = 0; k < terms.size(); ++k) {
      sum += terms[k].log_odds;
      if (sum > best) {
        best = sum;
        end = k + 1;
      }
    }
    terms.resize(end);
    return best;
  }

  // Both rays moved to where their hits are, the level to what they say.
  struct Sharpness {
    double left = 0, right = 0, level = 0;  // inverse variances
  };
  Sharpness move(Cone& c, const std::vector<Term>& terms) const {
    Sharpness s;
    double left = 0, right = 0;
    s.level = 1 / (prior_.shock_db_sd * prior_.shock_db_sd);
    double level = s.level * prior_.shock_db_mean;
    const double level_weight = 1 / (air_.level_sd_db * air_.level_sd_db);
    for (const auto& t : terms) {
      if (t.candidate == kNobody) continue;
      const Candidate& hit = candidates_[t.candidate];
      const ConeEar& e = ears_[t.ear];
      const double slope =
          e.travel_s * std::sin(t.view.inside) / sigma_s(e, hit.arrival, t.view.inside);
      (t.view.left ? left : right) += slope * slope * (hit.ray - t.view.inside);
      (t.view.left ? s.left : s.right) += slope * slope;
      level += level_weight * (net_.level_db(hit.arrival) + loss_db(t.view.off_m));
      s.level += level_weight;
    }
    const double a = s.left > 0 ? left / s.left : 0;  // outward, as A is greater than thought
    const double b = s.right > 0 ? right / s.right : 0;
    c.way = wrapped(c.way + (a - b) / 2);
    c.half = std::clamp(c.half + (a + b) / 2, kHalfMin, kHalfMax);
    c.level_db = level / s.level;
    return s;
  }

  Cone climbed(double way, double half) const {
    constexpr int kRounds = 5;
    Cone c;
    c.way = way;
    c.half = half;
    c.level_db = prior_.shock_db_mean;
    std::vector<Term> terms;
    Sharpness sharp;
    double sum = 0;
    for (int round = 0; round < kRounds; ++round) {
      sum = weigh(c, terms);
      if (round + 1 < kRounds) sharp = move(c, terms);
    }
    keep_hits(c, terms);
    if (c.hits.size() < kHitsMin) return c;
    c.log_odds = sum + log_room(c, sharp) - std::log(static_cast<double>(terms.size())) +
                 std::log(prior_.shock_share / (1 - prior_.shock_share));
    return c;
  }

  // What of the prior's room for way, half angle and level the hits leave (Laplace).
  double log_room(const Cone& c, const Sharpness& s) const {
    const double widest = kHalfMax - kHalfMin;
    const auto spread = [&](double inverse) {
      return std::min(widest, std::sqrt(kTau / std::max(1e-9, inverse)));
    };
    const double z = (c.level_db - prior_.shock_db_mean) / prior_.shock_db_sd;
    return std::log(spread(s.left) * spread(s.right) / 2 / (kTau * widest)) - 0.5 * z * z -
           0.5 * std::log(s.level) - std::log(prior_.shock_db_sd);
  }

  void keep_hits(Cone& c, const std::vector<Term>& terms) const {
    for (const auto& t : terms) {
      if (t.candidate == kNobody) continue;
      const ConeEar& e = ears_[t.ear];
      const std::uint32_t a = candidates_[t.candidate].arrival;
      c.hits.push_back({a, e.effect, std::exp(std::min(50.0, log_hit(c, e, t.view, a)))});
    }
    std::sort(c.hits.begin(), c.hits.end(), [](const ShockHit& a, const ShockHit& b) {
      return a.effect != b.effect ? a.effect < b.effect : a.arrival < b.arrival;
    });
  }

  const Network& net_;
  const Air& air_;
  const AssociateParams& prior_;
  const std::vector<double>& otherwise_;
  std::vector<std::uint32_t> near_;
  std::vector<ConeEar> ears_;
  std::vector<Candidate> candidates_;
  std::vector<double> votes_left_, votes_right_;
};

}  // namespace

Cone find_cone(const Network& net, const Air& air, const AssociateParams& prior,
               const std::vector<Fitted>& effects, const std::vector<std::uint32_t>& shots,
               const std::vector<std::uint8_t>& open, const std::vector<double>& otherwise) {
  ConeFinder finder(net, air, prior, otherwise);
  for (const auto shot : shots) finder.listen(effects, shot, open);
  return finder.best();
}

}  // namespace truce::fuse
