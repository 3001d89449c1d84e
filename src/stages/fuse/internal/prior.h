#pragma once
// How dense effects are before the arrivals speak: a thin rain of single ones, and salvos, in which
// one effect makes another likely soon after and close by (a self-exciting process; Hawkes 1971,
// Ogata 1988).

#include <cmath>
#include <span>
#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

struct SalvoParams {  // as in AssociateParams
  double share = 0;
  double spacing_s = 1;
  double spread_m = 1;
};

// Share, spacing and spread fitted to effects, beginning with `prior`: each effect comes of those
// before it or of none with the odds that the figures give (EM; Veen & Schoenberg 2008).
SalvoParams fit_salvos(const std::vector<Fitted>& effects, double log_density,
                       const SalvoParams& prior, unsigned threads);

class Prior {
 public:
  Prior(double log_density, const SalvoParams& salvo)
      : rain_(std::exp(log_density)), salvo_(salvo) {}
  const SalvoParams& salvo() const { return salvo_; }
  // Effects in order of time from here on.
  void set(std::vector<const Fitted*> effects);
  // log of the density of effects at f's place and time, blurred by how well both are known;
  // `skip` leaves one effect out.
  double log_density(const Fitted& f, const Fitted* skip = nullptr) const;
  // No less than that of an effect found from this seed.
  double log_density_most(const Seed& seed) const;
  // Of all these together, each given those before it and what `set` holds.
  double log_density_of(std::span<const Fitted> effects) const;
  // Likewise of all but one of them, for each.
  std::vector<double> log_density_without_each(std::span<const Fitted> effects) const;

 private:
  friend SalvoParams fit_salvos(const std::vector<Fitted>&, double, const SalvoParams&, unsigned);
  double excited(const Fitted& f, const Fitted& earlier) const;  // density that `earlier` adds
  double density(const Fitted& f, const Fitted* skip = nullptr) const;
  // Row by row what each of them adds to the density of each, on the diagonal what there is else.
  std::vector<double> pairs(std::span<const Fitted> effects) const;
  double rain_;  // density of single ones
  SalvoParams salvo_;
  std::vector<const Fitted*> effects_;
};

}  // namespace truce::fuse
