#pragma once
// The parameters of params.toml. One is added in three places that a test of app holds against each
// other: params.toml, Params, and for_each_param.

namespace truce::acquire {

struct Params {
  double settlement_radius_m = 4000;
  double label_reliability = 0.7;
  double publication_lag_h = 12;
  double stuck_h = 24;
};

// Calls visit(name, value) for every parameter that a mission may set.
template <class Visit>
void for_each_param(Params& params, Visit visit) {
  visit("settlement_radius_m", params.settlement_radius_m);
  visit("label_reliability", params.label_reliability);
  visit("publication_lag_h", params.publication_lag_h);
  visit("stuck_h", params.stuck_h);
}

}  // namespace truce::acquire
