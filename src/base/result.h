#pragma once
// What can fail in operation returns a Result: a value, or an Error that names the place, what was
// expected there, and the cause. What only a programmer can get wrong is asserted with `ensure`.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace truce {

// One code per way in which a person can act. The program's exit codes come from `exit_code`.
enum class ErrorCode {
  kBadInput,    // bytes that do not follow their format
  kBadMission,  // mission, agreement or geography that contradicts itself
  kNotFound,    // a file, record or name that is not there
  kUnusable,    // a valid request that cannot be served as asked (usage)
  kIo,          // disk or network
  kCorrupt,     // our own stored bytes are not what we wrote
  kLimit,       // a stated limit was reached
  kBusy,        // another program holds what is needed
};

std::string_view to_string(ErrorCode code);
// Process exit status for an error: 2 usage, 3 bad mission, 4 bad input, 5 not found, 6 io, 7
// corrupt, 8 limit, 9 busy.
int exit_code(ErrorCode code);

// Where in the outside world a complaint belongs. `line` and `column` are 1-based, 0 when unknown.
struct Place {
  std::string source;                        // file, feed or record name
  std::optional<std::uint64_t> byte_offset;  // from the start of the source
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string field;  // column or key, empty when the whole record is meant
};

struct Error {
  ErrorCode code = ErrorCode::kBadInput;
  std::string message;  // what is wrong, a sentence without a full stop
  Place place;
  std::string expected;  // what would have been right, empty when obvious
  std::shared_ptr<const Error> cause;

  // "feed.csv:12 (byte 834), field latitude: 91.2 is outside -90..90; expected degrees; because …"
  std::string to_text() const;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T other) const& {
    if (ok()) return value();
    return other;
  }

 private:
  std::variant<T, Error> state_;
};

struct Unit {
  friend bool operator==(Unit, Unit) = default;
};
using Status = Result<Unit>;
inline Status done() { return Status(Unit{}); }

// Shorthands: bad_input("…", {.source = "x", .line = 3}, "RFC 3339 time").
Error bad_input(std::string message, Place place = {}, std::string expected = {});
Error make_error(ErrorCode code, std::string message, Place place = {}, std::string expected = {});
// What a call to the system has just left in errno: "cannot be opened: Permission denied".
Error io_error(const char* what, const std::string& path);
// The same error seen from further out: keeps the code, puts `inner` behind it as the cause.
Error wrap(std::string message, Error inner, Place place = {});

// Programmer errors only; checked in release builds too. Prints and aborts.
[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);
#define TRUCE_ENSURE(condition) \
  ((condition) ? static_cast<void>(0) : ::truce::ensure_failed(#condition, __FILE__, __LINE__))

}  // namespace truce

// TRUCE_TRY(name, expression): binds the value or returns the error from the enclosing function.
#define TRUCE_TRY_JOIN2(a, b) a##b
#define TRUCE_TRY_JOIN(a, b) TRUCE_TRY_JOIN2(a, b)
#define TRUCE_TRY(name, ...)                                                               \
  auto TRUCE_TRY_JOIN(try_, __LINE__) = (__VA_ARGS__);                                     \
  if (!TRUCE_TRY_JOIN(try_, __LINE__).ok()) return TRUCE_TRY_JOIN(try_, __LINE__).error(); \
  auto name = std::move(TRUCE_TRY_JOIN(try_, __LINE__)).value()
#define TRUCE_CHECK_OK(...)                          \
  do {                                               \
    const auto& try_status = (__VA_ARGS__);          \
    if (!try_status.ok()) return try_status.error(); \
  } while (false)
