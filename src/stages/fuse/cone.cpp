#include "stages/fuse/internal/cone.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace truce::fuse {

namespace {

constexpr double kTau = 2 * std::numbers::pi;
constexpr double kLogRootTau = 0.91893853320467274;
constexpr double kHalfMin = 0.2;        // of the cone, radians: Mach 1.02
constexpr double kHalfMax = 1.25;       // Mach 3.2
constexpr double kLeadMinS = 0.2;       // less before the muzzle blast and the two are one
constexpr double kRangeM = 25'000;      // from the gun
constexpr double kStretchM = 500;       // in which the end of the way faster than sound is found,
constexpr std::size_t kStretches = 40;  // and how many: 20 km
constexpr double kSpreading = 15;       // dB per tenfold distance off the way
constexpr double kAim = 0.02;         // radians: shells of one place go so far apart, and slow down
constexpr double kSigmas = 3.5;       // beyond which no arrival is taken for a hit
constexpr std::size_t kHitsMin = 3;   // fewer agree on two rays by chance
constexpr std::size_t kPeaks = 6;     // rays that are tried on either side
constexpr std::size_t kBins = 500;    // of directions, for votes
constexpr std::size_t kGuesses = 24;  // of both rays together
constexpr std::size_t kFollowed = 6;  // the best of them
constexpr double kHopeMin = 3;   // log odds of hits and silence below which no guess is followed
constexpr double kVotesMin = 4;  // of both rays, log odds, below which nothing is tried

double wrapped(double angle) { return std::remainder(angle, kTau); }

// A sensor that may hear the shock of one shot.
struct ConeEar {
  std::uint32_t effect = 0;
  std::uint32_t sensor = 0;
  double muzzle_s = 0;    // when it hears the gun
  double travel_s = 0;    // how long that takes
  double ux = 0, uy = 0;  // the direction to it from the gun
  double distance_m = 0;
  double variance_s2 = 0;  // of that time, but for the onset's own
  double noise_db = 0;
  std::uint32_t first = 0, last = 0;  // of the candidates
};

struct Candidate {
  std::uint32_t arrival = 0;
  std::uint32_t ear = 0;
  double ray = 0;  // A, if it is a shock wave
};

// What a cone says of one sensor.
struct View {
  double cos_inside = 1, sin_inside = 0;  // of A
  double off_m = 0;                       // of the way
  double sent_m = 0;                      // along it, where what the sensor hears was sent
  bool left = false;                      // of the way
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
    const auto here = air_.origin(f.x_m, f.y_m, f.t_s);
    for (const auto s : near_) {
      if (!air_.sensor[s].hears(f.t_s)) continue;
      const Path p = air_.path(here, s);
      ConeEar e{shot,
                s,
                f.t_s + p.time_s,
                p.travel_s,
                p.ux,
                p.uy,
                p.distance_m,
                air_.time_variance(p, 0, s) + std::max(0.0, f.covariance[5]),
                air_.sensor[s].noise_db,
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
    std::vector<Guess> guesses;
    const auto guess = [&](double a, double b, double votes) {
      const double width = std::remainder(a - b, kTau);
      const double half = (width < 0 ? width + kTau : width) / 2;
      if (kHalfMin <= half && half <= kHalfMax && votes >= kVotesMin)
        guesses.push_back({wrapped(b + half), half, votes});
    };
    for (const auto& a : left) {
      for (const auto& b : right) guess(a.angle, b.angle, a.votes + b.votes);
    }
    for (const double half : {0.35, 0.6, 0.9, 1.15}) {
      for (const auto& a : left) guess(a.angle, a.angle - 2 * half, a.votes);
      for (const auto& b : right) guess(b.angle + 2 * half, b.angle, b.votes);
    }
    std::stable_sort(guesses.begin(), guesses.end(),
                     [](const Guess& a, const Guess& b) { return a.votes > b.votes; });
    guesses.resize(std::min(guesses.size(), kGuesses));
    for (auto& g : guesses) {
      Cone c;
      c.way = g.way;
      c.half = g.half;
      c.level_db = prior_.shock_db_mean;
      g.votes = weigh(c, hits_);
    }
    std::stable_sort(guesses.begin(), guesses.end(),
                     [](const Guess& a, const Guess& b) { return a.votes > b.votes; });
    guesses.resize(std::min(guesses.size(), kFollowed));
    Cone best;
    for (const auto& g : guesses) {
      Cone c = climbed(g.way, g.half);
      if (c.log_odds > best.log_odds) best = std::move(c);
    }
    return best;
  }

 private:
  struct Peak {
    double angle = 0, votes = 0;
  };
  struct Guess {
    double way = 0, half = 0, votes = 0;
  };

  double variance_s2(const ConeEar& e, std::uint32_t a, double sin_inside) const {
    const double aim = kAim * e.travel_s * sin_inside;
    return e.variance_s2 + net_.sigma_s(a) * net_.sigma_s(a) + aim * aim;
  }
  double sigma_s(const ConeEar& e, std::uint32_t a, double sin_inside) const {
    return std::sqrt(variance_s2(e, a, sin_inside));
  }

  // Each arrival votes for the ray that it would speak of on either side, with the log odds of its
  // time against chance.
  void vote() {
    votes_left_.assign(kBins, 0.0);
    votes_right_.assign(kBins, 0.0);
    for (const auto& c : candidates_) {
      const ConeEar& e = ears_[c.ear];
      const double sigma = sigma_s(e, c.arrival, std::sin(c.ray));
      const double bearing = std::atan2(e.uy, e.ux);
      const double blur = std::min(0.2, sigma / (e.travel_s * std::sin(c.ray)));
      const double votes = std::clamp(
          -2 * kLogRootTau - std::log(sigma * air_.level_sd_db) - otherwise_[c.arrival], 0.0, 6.0);
      cast(votes_left_, bearing + c.ray, blur, votes);
      cast(votes_right_, bearing - c.ray, blur, votes);
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

  struct Rays {
    explicit Rays(const Cone& c)
        : cos_way(std::cos(c.way)),
          sin_way(std::sin(c.way)),
          cos_half(std::cos(c.half)),
          sin_half(std::sin(c.half)) {}
    double cos_way, sin_way, cos_half, sin_half;
  };
  // False where the cone does not pass, or too close to the muzzle blast to be told apart.
  static bool sees(const Rays& r, const ConeEar& e, View& v) {
    const double cos_off = e.ux * r.cos_way + e.uy * r.sin_way;
    if (cos_off <= r.cos_half) return false;
    const double sin_off = e.uy * r.cos_way - e.ux * r.sin_way;
    const double aside = std::abs(sin_off);
    v.left = sin_off > 0;  // on the side of the ray at way + half
    v.cos_inside = r.cos_half * cos_off + r.sin_half * aside;
    v.sin_inside = r.sin_half * cos_off - r.cos_half * aside;
    if (e.travel_s * (1 - v.cos_inside) < kLeadMinS) return false;
    v.off_m = std::max(1.0, e.distance_m * aside);
    v.sent_m = e.distance_m * v.sin_inside / r.sin_half;
    return true;
  }
  double loss_db(double off_m) const {
    return kSpreading * std::log10(off_m) + air_.attenuation_db_m * off_m;
  }

  // A candidate as a hit of the cone: log density over what it is otherwise.
  double log_hit(const Cone& c, const ConeEar& e, const View& v, double loss,
                 std::uint32_t a) const {
    const double variance = variance_s2(e, a, v.sin_inside);
    const double late = net_.time_s(a) - e.muzzle_s + e.travel_s * (1 - v.cos_inside);
    if (late * late > kSigmas * kSigmas * variance) return -1e300;
    const double level = (net_.level_db(a) - c.level_db + loss) / air_.level_sd_db;
    return -0.5 * (late * late / variance + level * level + std::log(variance)) -
           std::log(air_.level_sd_db) - 2 * kLogRootTau - otherwise_[a];
  }

  struct Hit {  // the likeliest candidate of one sensor
    std::uint32_t candidate = 0;
    double log_odds = 0;
    View view;
  };

  // What each sensor in the cone adds: its likeliest candidate, or its silence. The way on which
  // the shell is faster than sound ends where that explains most.
  double weigh(const Cone& c, std::vector<Hit>& hits) const {
    hits.clear();
    std::array<double, kStretches> gain{};
    const Rays rays(c);
    for (const ConeEar& e : ears_) {
      Hit hit{kNobody, 0, {}};
      if (!sees(rays, e, hit.view)) continue;
      const double loss = loss_db(hit.view.off_m);
      hit.log_odds = air_.log_miss(c.level_db - loss - e.noise_db);
      for (auto k = e.first; k < e.last; ++k) {
        const double v = log_hit(c, e, hit.view, loss, candidates_[k].arrival);
        if (v <= hit.log_odds) continue;
        hit.log_odds = v;
        hit.candidate = k;
      }
      gain[stretch(hit.view)] += hit.log_odds;
      if (hit.candidate != kNobody) hits.push_back(hit);
    }
    double sum = 0, best = 0;
    std::size_t end = 0;
    for (std::size_t k = 0; k < kStretches; ++k) {
      sum += gain[k];
      if (sum > best) {
        best = sum;
        end = k + 1;
      }
    }
    std::erase_if(hits, [&](const Hit& h) { return stretch(h.view) >= end; });
    return best;
  }
  static std::size_t stretch(const View& v) {
    return std::min(kStretches - 1, static_cast<std::size_t>(v.sent_m / kStretchM));
  }

  // Both rays moved to where their hits are, the level to what they say.
  struct Sharpness {
    double left = 0, right = 0, level = 0;  // inverse variances
  };
  Sharpness move(Cone& c, const std::vector<Hit>& hits) const {
    Sharpness s;
    double left = 0, right = 0;
    s.level = 1 / (prior_.shock_db_sd * prior_.shock_db_sd);
    double level = s.level * prior_.shock_db_mean;
    const double level_weight = 1 / (air_.level_sd_db * air_.level_sd_db);
    for (const auto& h : hits) {
      const Candidate& of = candidates_[h.candidate];
      const ConeEar& e = ears_[of.ear];
      const double inside = std::atan2(h.view.sin_inside, h.view.cos_inside);
      const double slope =
          e.travel_s * h.view.sin_inside / sigma_s(e, of.arrival, h.view.sin_inside);
      (h.view.left ? left : right) += slope * slope * (of.ray - inside);
      (h.view.left ? s.left : s.right) += slope * slope;
      level += level_weight * (net_.level_db(of.arrival) + loss_db(h.view.off_m));
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
    std::vector<Hit> hits;
    Sharpness sharp;
    double sum = weigh(c, hits);
    for (int round = 1; round < kRounds; ++round) {
      sharp = move(c, hits);
      sum = weigh(c, hits);
      if (sum < kHopeMin) return c;
    }
    if (hits.size() < kHitsMin) return c;
    keep(hits, c);
    c.log_odds = sum + log_room(c, sharp) - std::log(static_cast<double>(kStretches)) +
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

  void keep(const std::vector<Hit>& hits, Cone& c) const {
    for (const auto& h : hits) {
      const Candidate& of = candidates_[h.candidate];
      c.hits.push_back({of.arrival, ears_[of.ear].effect, std::exp(std::min(50.0, h.log_odds))});
    }
  }

  const Network& net_;
  const Air& air_;
  const AssociateParams& prior_;
  const std::vector<double>& otherwise_;
  std::vector<std::uint32_t> near_;
  std::vector<ConeEar> ears_;
  std::vector<Candidate> candidates_;
  std::vector<double> votes_left_, votes_right_;
  std::vector<Hit> hits_;
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
