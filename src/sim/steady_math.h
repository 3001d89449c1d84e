#pragma once
// Logarithm, exponential and angles whose last digit is the same on every machine.
//
// A simulated world has to be the same bytes wherever it is made, but the C library's functions
// differ in their last digit from one to the next. These use only operations that IEEE 754 fixes
// (+, −, ·, /, square root, scaling by powers of two), on top of a compiler that may not contract
// them. Their error is below 4 units in the last place, for angles of up to 1e6 radians 1e-10.

namespace truce::sim {

double steady_log(double x);  // x > 0
double steady_log10(double x);
double steady_exp(double x);
double steady_sin(double radians);
double steady_cos(double radians);
double steady_atan2(double y, double x);  // (−pi, pi]; 0 for the origin
double steady_length(double x, double y);

}  // namespace truce::sim
