#pragma once
// Evaluations of the repository over a folder laid out as the data beside the project: one JSON
// object per case, one per line. What a folder lacks is left out and said on the error stream.

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "base/result.h"

namespace truce::app {

// DIR/mixed.toml and DIR/near-front.toml, worlds: missions made of each from five seeds, and what
// was said of who fired, by tenths: how often, the mean, and how often of the right party.
Status bench_attribution(const std::filesystem::path& dir, std::ostream& out);

// DIR/smm: rows counted as the reports counted them, totals and their identities, slips named;
// DIR/conflict/osce_smm_daily: region-days, periods, previous values.
Status bench_smm(const std::filesystem::path& dir, std::ostream& out);

// DIR/conflict/truce_cases: each truce of the list, with what the feeds named there say per day in
// and around its window, and the claims of the parties. A month that a file does not cover is
// "no data".
Status bench_truces(const std::filesystem::path& dir, std::ostream& out);

// DIR/scenes, or DIR of scenes, or one scene (sim/scene.h): effects found from arrivals against the
// truth, once with the wind withheld and, where there is a feed of weather, once with it given.
Status bench_scenes(const std::filesystem::path& dir, std::ostream& out);

// DIR/mixed.toml, a world: missions made of it from three seeds (that of the world and those after
// it), each run with all feeds, without each, and with one kind alone. One line per choice, pooled
// over seeds: incidents against salvos, located effects against true ones, count intervals; with
// one standard error of sampling where a figure is to be compared.
Status bench_mixed(const std::filesystem::path& dir, std::ostream& out);

// Runs the evaluation of that name; the exit status of the program.
int command_bench(const std::string& name, const std::filesystem::path& dir);
std::vector<std::string> bench_names();

}  // namespace truce::app
