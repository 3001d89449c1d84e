// The joint search over blasts. It goes round as that over sound does (associate.cpp): find what
// stands out, learn ground and stations from it, share the picks out anew, join what is one blast
// told twice, and look at what is left with the better knowledge. Every step is a function of
// values alone: neither the number of threads nor the order of the picks changes a digit.

#include "stages/fuse/seismic.h"

#include <algorithm>
#include <tuple>

#include "base/parallel.h"
#include "stages/fuse/internal/ground_learn.h"
#include "stages/fuse/internal/ground_stack.h"
#include "stages/fuse/internal/region.h"

namespace truce::fuse {

namespace {

class BlastSearch {
 public:
  BlastSearch(const SeismicScene& scene, const SeismicParams& params)
      : params_(params),
        net_(scene),
        ground_(net_, scene, params),
        stack_(net_, ground_),
        owner_(net_.picks(), kFree),
        entry_of_(net_.picks()) {
    for (std::uint32_t k = 0; k < net_.entries(); ++k)
      entry_of_[net_.pick[k]][net_.list[k] % 2] = k;
  }

  SeismicAssociation run() {
    learn_false(owner_, ground_);
    grow(100);
    share(1);
    learn(kSome);
    for (const double score_min : {25.0, 16.0}) {
      const std::size_t before = blasts_.size();
      if (!grow(score_min)) continue;
      const bool many = blasts_.size() > before + before / 10;
      share(1);
      join();
      if (many) learn(kSome);
    }
    learn(kMany);
    share(2);
    settle(true);
    return result();
  }

 private:
  static constexpr Effort kSome{15, 4}, kMany{100, 5};

  template <class F>
  void each(std::size_t count, F f) {
    constexpr std::size_t kAtOnce = 16;
    parallel_for((count + kAtOnce - 1) / kAtOnce, params_.threads, [&](std::size_t chunk) {
      BlastFitter fitter(net_, ground_);
      for (std::size_t i = chunk * kAtOnce; i < std::min(count, (chunk + 1) * kAtOnce); ++i)
        f(fitter, i);
    });
  }

  void mark(const FittedBlast& f, std::int32_t owner) {
    for (const auto k : f.hits) owner_[net_.pick[k]] = owner;
  }

  // New blasts from what is free, the likeliest seeds first: most weaker ones are shadows of
  // theirs, and gone when these have taken their picks. Whether there were any.
  bool grow(double score_min) {
    constexpr std::size_t kBatch = 128;
    const std::size_t before = blasts_.size();
    const auto seeds = stack_.seeds(owner_, score_min, params_.threads);
    for (std::size_t from = 0; from < seeds.size(); from += kBatch) {
      const std::size_t count = std::min(kBatch, seeds.size() - from);
      std::vector<FittedBlast> found(count);
      each(count, [&](BlastFitter& fitter, std::size_t i) {
        found[i] = grown(fitter, seeds[from + i], score_min);
      });
      accept(std::move(found));
    }
    return blasts_.size() > before;
  }

  // Two blasts of one place, seconds apart, draw the seed between them: where it stands out and is
  // no blast, one is looked for on either side.
  FittedBlast grown(BlastFitter& fitter, const BlastSeed& seed, double score_min) const {
    constexpr double kStandsOut = 40;
    const double score = stack_.score(seed, owner_);
    if (score < score_min) return {};
    FittedBlast best = fitter.fit(seed, owner_, {}, stack_.spread_s());
    if (best.log_odds > 0 || score < kStandsOut) return best;
    for (const double side : {-1.0, 1.0}) {
      BlastSeed beside = seed;
      beside.t_s += side * 1.5 * stack_.spread_s();
      FittedBlast f = fitter.fit(beside, owner_, {}, stack_.spread_s() / 2);
      if (f.log_odds > best.log_odds) best = std::move(f);
    }
    return best;
  }

  // Of candidates that want the same picks the likelier is kept; the others look again at what is
  // left.
  void accept(std::vector<FittedBlast> open) {
    std::erase_if(open, [](const FittedBlast& f) { return !(f.log_odds > 0); });
    while (!open.empty()) {
      std::sort(open.begin(), open.end(), [](const FittedBlast& a, const FittedBlast& b) {
        return std::tie(b.log_odds, a.t_s, a.x_m, a.y_m) <
               std::tie(a.log_odds, b.t_s, b.x_m, b.y_m);
      });
      std::vector<FittedBlast> rest;
      for (auto& f : open) {
        const bool wins = std::all_of(f.hits.begin(), f.hits.end(), [&](std::uint32_t k) {
          return owner_[net_.pick[k]] == kFree;
        });
        if (wins) {
          mark(f, static_cast<std::int32_t>(blasts_.size()));
          blasts_.push_back(std::move(f));
        } else {
          rest.push_back(std::move(f));
        }
      }
      each(rest.size(), [&](BlastFitter& fitter, std::size_t i) {
        FittedBlast& f = rest[i];
        f = fitter.fit({f.x_m, f.y_m, f.t_s, 0}, owner_, {}, stack_.spread_s() / 4);
      });
      std::erase_if(rest, [](const FittedBlast& f) { return !(f.log_odds > 0); });
      open = std::move(rest);
    }
  }

  // Refits all and lets go of those that no longer pay for themselves; numbers them by time.
  void settle(bool last) {
    each(blasts_.size(),
         [&](BlastFitter& fitter, std::size_t i) { fitter.refit(blasts_[i], last); });
    std::erase_if(blasts_, [](const FittedBlast& f) { return !(f.log_odds > 0); });
    std::sort(blasts_.begin(), blasts_.end(), [](const FittedBlast& a, const FittedBlast& b) {
      return std::tie(a.t_s, a.x_m, a.y_m) < std::tie(b.t_s, b.x_m, b.y_m);
    });
    std::fill(owner_.begin(), owner_.end(), kFree);
    for (std::size_t i = 0; i < blasts_.size(); ++i) mark(blasts_[i], static_cast<std::int32_t>(i));
  }

  // At each station the picks go to the blasts that could have caused them.
  void share(int rounds) {
    for (int round = 0; round < rounds; ++round) {
      settle(false);
      std::vector<std::vector<Edge>> of_blast(blasts_.size());
      each(blasts_.size(), [&](BlastFitter& fitter, std::size_t i) {
        fitter.edges(blasts_[i], static_cast<std::uint32_t>(i), of_blast[i]);
        blasts_[i].hits.clear();
      });
      std::vector<std::vector<Edge>> of_station(net_.stations());
      for (const auto& edges : of_blast) {
        for (const auto& e : edges) of_station[e.sensor].push_back(e);
      }
      std::vector<std::vector<std::uint32_t>> chosen(net_.stations());
      parallel_for(net_.stations(), params_.threads,
                   [&](std::size_t s) { Sharer().share_out(of_station[s], chosen[s]); });
      for (std::size_t s = 0; s < of_station.size(); ++s) {
        for (const auto i : chosen[s]) {
          const Edge& e = of_station[s][i];
          blasts_[e.effect / 2].hits.push_back(entry_of_[e.arrival][e.effect % 2]);
        }
      }
      for (auto& f : blasts_) std::sort(f.hits.begin(), f.hits.end());
    }
    settle(false);
  }

  // Two blasts close to each other that one explains better.
  void join() {
    constexpr double kNearS = 8;
    const double near_m = 2 * net_.spacing_m;
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < blasts_.size(); ++i) {
      for (std::size_t j = i + 1; j < blasts_.size() && blasts_[j].t_s < blasts_[i].t_s + kNearS;
           ++j) {
        if (std::hypot(blasts_[i].x_m - blasts_[j].x_m, blasts_[i].y_m - blasts_[j].y_m) < near_m)
          pairs.push_back({i, j});
      }
    }
    std::vector<FittedBlast> joined(pairs.size());
    each(pairs.size(), [&](BlastFitter& fitter, std::size_t p) {
      const auto [i, j] = pairs[p];
      const FittedBlast& f = blasts_[i].log_odds >= blasts_[j].log_odds ? blasts_[i] : blasts_[j];
      joined[p] = fitter.fit({f.x_m, f.y_m, f.t_s, 0}, owner_,
                             {static_cast<std::int32_t>(i), static_cast<std::int32_t>(j)},
                             stack_.spread_s() / 2);
    });
    std::vector<char> gone(blasts_.size(), 0);
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      const auto [i, j] = pairs[p];
      if (gone[i] != 0 || gone[j] != 0 ||
          joined[p].log_odds < blasts_[i].log_odds + blasts_[j].log_odds)
        continue;
      blasts_[i] = std::move(joined[p]);
      blasts_[j].log_odds = -1e300;
      gone[i] = gone[j] = 1;
    }
    std::erase_if(blasts_, [](const FittedBlast& f) { return !(f.log_odds > 0); });
    settle(false);
  }

  void learn(const Effort& effort) {
    learn_delays(blasts_, params_, ground_);
    learn_times(blasts_, effort, params_, ground_);
    const auto silent = learn_silence(blasts_, ground_);
    silent_.insert(silent_.end(), silent.begin(), silent.end());
    learn_levels(blasts_, params_, ground_);
    learn_false(owner_, ground_);
  }

  SeismicAssociation result() const {
    SeismicAssociation out;
    for (const auto& f : blasts_) {
      LocatedEffect e;
      e.x_m = f.x_m;
      e.y_m = f.y_m;
      e.time_s = f.t_s;
      e.source_db = f.level_db;
      e.source_sd_db = f.level_sd_db;
      e.covariance = f.covariance;
      e.strange = f.strange;
      e.log_odds = f.log_odds;
      e.region50 = region(e, kRegion50);
      e.region90 = region(e, kRegion90);
      std::vector<std::pair<std::uint32_t, PickPhase>> hits;
      for (const auto k : f.hits)
        hits.push_back(
            {net_.original(net_.pick[k]), net_.list[k] % 2 == 0 ? PickPhase::kP : PickPhase::kS});
      std::sort(hits.begin(), hits.end());
      auto& phases = out.phases.emplace_back();
      for (const auto& [pick, phase] : hits) {
        e.arrivals.push_back(pick);
        phases.push_back(phase);
      }
      out.found.effects.push_back(std::move(e));
    }
    out.found.silent = silent_;
    return out;
  }

  const SeismicParams& params_;
  PickLists net_;
  Ground ground_;
  BlastStack stack_;
  Owners owner_;
  std::vector<std::array<std::uint32_t, 2>> entry_of_;
  std::vector<FittedBlast> blasts_;
  std::vector<Deafness> silent_;
};

}  // namespace

SeismicAssociation associate_seismic(const SeismicScene& scene, const SeismicParams& params) {
  if (scene.layers.empty() || scene.stations.empty() || scene.picks.empty()) return {};
  return BlastSearch(scene, params).run();
}

}  // namespace truce::fuse
