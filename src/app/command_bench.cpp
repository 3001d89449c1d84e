#include <array>
#include <iostream>

#include "app/bench.h"
#include "app/commands.h"

namespace truce::app {

namespace {

struct Evaluation {
  const char* name;
  Status (*run)(const std::filesystem::path&, std::ostream&);
};
constexpr std::array<Evaluation, 5> kEvaluations{{{"attribution", &bench_attribution},
                                                  {"mixed", &bench_mixed},
                                                  {"scenes", &bench_scenes},
                                                  {"smm", &bench_smm},
                                                  {"truces", &bench_truces}}};

}  // namespace

std::vector<std::string> bench_names() {
  std::vector<std::string> out;
  for (const auto& e : kEvaluations) out.emplace_back(e.name);
  return out;
}

int command_bench(const std::string& name, const std::filesystem::path& dir) {
  for (const auto& e : kEvaluations) {
    if (e.name != name) continue;
    const Status status = e.run(dir, std::cout);
    return status.ok() ? 0 : fail(status.error());
  }
  std::string names;
  for (const auto& n : bench_names()) names += (names.empty() ? "" : ", ") + n;
  return fail(make_error(ErrorCode::kUnusable, "there is no evaluation \"" + name + "\"", {},
                         "one of " + names));
}

}  // namespace truce::app
