#include "base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace truce {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadInput:
      return "bad_input";
    case ErrorCode::kBadMission:
      return "bad_mission";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kUnusable:
      return "unusable";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kBusy:
      return "busy";
  }
  return "unknown";
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnusable:
      return 2;
    case ErrorCode::kBadMission:
      return 3;
    case ErrorCode::kBadInput:
      return 4;
    case ErrorCode::kNotFound:
      return 5;
    case ErrorCode::kIo:
      return 6;
    case ErrorCode::kCorrupt:
      return 7;
    case ErrorCode::kLimit:
      return 8;
    case ErrorCode::kBusy:
      return 9;
  }
  return 1;
}

std::string Error::to_text() const {
  std::string out = place.source;
  if (place.line != 0) out += ":" + std::to_string(place.line);
  if (place.column != 0) out += ":" + std::to_string(place.column);
  if (place.byte_offset) out += " (byte " + std::to_string(*place.byte_offset) + ")";
  if (!place.field.empty()) out += (out.empty() ? "field " : ", field ") + place.field;
  if (!out.empty()) out += ": ";
  out += message;
  if (!expected.empty()) out += "; expected " + expected;
  if (cause) out += "; because " + cause->to_text();
  return out;
}

Error bad_input(std::string message, Place place, std::string expected) {
  return make_error(ErrorCode::kBadInput, std::move(message), std::move(place),
                    std::move(expected));
}

Error make_error(ErrorCode code, std::string message, Place place, std::string expected) {
  return Error{code, std::move(message), std::move(place), std::move(expected), nullptr};
}

Error io_error(const char* what, const std::string& path) {
  const int code = errno;
  return make_error(code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                    std::string(what) + ": " + std::strerror(code), {.source = path});
}

Error wrap(std::string message, Error inner, Place place) {
  const ErrorCode code = inner.code;
  return Error{code,
               std::move(message),
               std::move(place),
               {},
               std::make_shared<const Error>(std::move(inner))};
}

void ensure_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "truce: %s:%d: this must hold and does not: %s\n", file, line, condition);
  std::abort();
}

}  // namespace truce
