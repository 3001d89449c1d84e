#pragma once
// Shots of a salvo fall seconds apart in one place; a search that takes one effect after another
// mixes their arrivals and stays there. Resolve frees such a cluster, looks for all its shots at
// one shared place after another, and keeps what is likelier than before.

#include <array>
#include <vector>

#include "stages/fuse/internal/prior.h"

namespace truce::fuse {

class Resolver {
 public:
  Resolver(const Network& net, const Air& air, const Prior& prior)
      : air_(air), prior_(prior), fitter_(net, air) {}

  // The likeliest set found for the arrivals of `cluster` and those free in `taken`, in which the
  // cluster's own must be marked free by the caller. `prior` must hold the other effects only.
  // Returns `cluster` itself when nothing is likelier by more than `margin`, else sets `changed`;
  // either with the likeliest rival that was met. The effect that is doubted stands first.
  // `places`: of other effects, from where some of it may have come as well.
  std::vector<Fitted> resolve(const std::vector<Fitted>& cluster,
                              const std::vector<std::array<double, 2>>& places, Taken& taken,
                              double margin, bool& changed);
  // Shots of the salvo that `f` may belong to: from its place, of what is free.
  std::vector<Fitted> shots_of(const Fitted& f, const Taken& taken);
  double total(const std::vector<Fitted>& effects) const;  // log odds with the prior

 private:
  struct Spot {
    double x_m, y_m, source_db, score;
  };
  std::vector<Spot> best_spots(const std::vector<Fitted>& cluster,
                               const std::vector<std::array<double, 2>>& places, double from_s,
                               double to_s, const Taken& taken);
  static Spot middle_of(const std::vector<Fitted>& effects);
  std::vector<Fitted> at_place(const Spot& spot, double from_s, double to_s, const Taken& taken);
  std::vector<Fitted> around(const Fitted& worst, double from_s, double to_s, const Taken& taken);
  std::vector<Fitted> combine(std::vector<Fitted> pool, Taken& taken);
  std::vector<Fitted> combine_from(std::size_t first, std::vector<Fitted> pool, Taken& taken);
  void prune(std::vector<Fitted>& found, const Taken& taken);
  enum class Places : std::uint8_t { kOwn, kOfOneSalvo };
  void share(std::vector<Fitted>& effects, const Taken& taken, double spread_s, Places places);
  std::vector<Fitted> drawn_together(const std::vector<Fitted>& effects) const;

  const Air& air_;
  const Prior& prior_;
  Fitter fitter_;
  Sharer sharer_;
  std::vector<Edge> edges_;
};

}  // namespace truce::fuse
