#include "model/messages.h"

#include "base/result.h"

std::vector<std::string> fuzz_seeds() {
  return {"reason.place.partly\n@number.between(0.2|0.9)\n@list(@zone.any_of_kind(a)|b\\))",
          "reason.real.reported\n@number.probability(0.97)\n21", "none\n{0}\n'{'",
          "count.exact\n1e308", "list\n@list(@list(@list(a)))\n\\@x"};
}

// A line for the key and one per argument: whatever they are, something is said, and what is passed
// as text comes out as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::Message m;
  std::string* line = &m.key;
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n')
      line = &m.args.emplace_back();
    else
      *line += static_cast<char>(data[i]);
  }
  for (const auto l : truce::kLanguages) {
    static_cast<void>(truce::say(m, l));
    const std::string whole(reinterpret_cast<const char*>(data), size);
    const std::string text = truce::as_text(whole);
    TRUCE_ENSURE(truce::say({"reason.exception.holds", {text}}, l) == whole);
    const std::string inside = truce::as_argument({"reason.exception.holds", {text}});
    TRUCE_ENSURE(truce::say({"reason.exception.holds", {inside}}, l) == whole);
    const std::string deeper = truce::as_argument({"list", {inside, text}});
    TRUCE_ENSURE(truce::say({"list", {deeper}}, l) == whole + ", " + whole);
  }
  return 0;
}
