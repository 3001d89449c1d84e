// Statements of acts: what is read is canonical, and reads the same after being written.

#include <string>

#include "model/act.h"

using namespace truce;

std::vector<std::string> fuzz_seeds() {
  const std::string head = R"("at":"2026-11-30T05:32:00Z","by":"a",)";
  const std::string nonce = R"("mission":"m","nonce":"000102030405060708090a0b0c0d0e0f","note":"")";
  return {
      "{\"act\":\"note\"," + head + "\"incident\":\"i\"," + nonce + "}",
      "{\"act\":\"join\"," + head + "\"incidents\":[\"i\",\"j\"]," + nonce + "}",
      "{\"act\":\"split\"," + head + "\"incident\":\"i\"," + nonce + ",\"observations\":[\"o\"]}",
      "{\"act\":\"reclassify\"," + head + "\"from\":\"burst\",\"incident\":\"i\"," + nonce +
          ",\"to\":\"shot\"}",
      "{\"act\":\"undo\"," + head + nonce + ",\"undoes\":\"a\"}"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto statement = parse_statement(text);
  if (!statement.ok()) {
    TRUCE_ENSURE(!statement.error().message.empty());
    return 0;
  }
  TRUCE_ENSURE(text.size() <= kStatementBytesMax);
  const auto again = from_json<ActStatement>(to_json(*statement));
  TRUCE_ENSURE(again.ok() && *again == *statement);
  return 0;
}
