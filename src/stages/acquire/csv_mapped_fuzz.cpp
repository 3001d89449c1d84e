// Mapping and CSV are both mutated: the input is the mapping, a line of "===" and the CSV.
#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "class = \"alert\"\nkind = { column = \"k\" }\n[time]\nstart = [\"date\", \"time\"]\nformat "
      "= \"%d.%m.%Y %H:%M:%S\"\nzone = \"Asia/Jerusalem\"\n===\n"
      "date,time,k\n07.10.2023,06:29:03,a\n08.10.2023,06:29:03,b\n",
      "separator = \";\"\nsource = { column = \"who\" }\nclass = { column = \"what\", values = { "
      "boom = \"explosion_undetermined\" }, otherwise = \"other\" }\n"
      "count = { column = \"n\" }\nreliability = { column = \"p\", otherwise = \"0.5\" "
      "}\n[time]\nstart = \"t\"\nend = \"u\"\nprecision = \"month\"\n"
      "[place]\nlatitude = \"y\"\nlongitude = \"x\"\nrange = \"r\"\ndirection = "
      "\"d\"\n[[only]]\ncolumn = \"who\"\nis_not = [\"z\"]\n[targets]\nenergy = [\"енерг\"]\n===\n"
      "who;what;n;p;t;u;y;x;r;d\nc;boom;about 800;0.9;2025-04-20 "
      "10:00;2025-05-20;48;37;3-5;ESE\nc;b;>3;;1700-01-01;;-90;180;0;359.9\n",
      "class = \"other\"\n[time]\nstart = \"t\"\nformat = \"unix_ms\"\n[place]\nname = "
      "\"p\"\nlookup = \"gazetteer\"\n===\nt,p\n1646000000500,X\n-6000000000000,Y\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto cut = input.find("===\n");
  truce::acquire::Context context;
  context.mapping = input.substr(0, cut);
  context.gazetteer = {{"X", {1, 1}}, {"Y", {2, 2}}, {"Y", {3, 3}}};
  truce::acquire::fuzz_reader(
      "csv", cut == std::string_view::npos ? std::string_view() : input.substr(cut + 4), context);
  return 0;
}
