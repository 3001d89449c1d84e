#pragma once
// Records to canonical JSON (RFC 8785) and back. One list of fields per record (model/fields.h)
// serves writer, reader and the schemas under schema/, so they cannot disagree.

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/records.h"

namespace truce {

std::string to_json(const Source& r);
std::string to_json(const Health& r);
std::string to_json(const Recording& r);
std::string to_json(const Weather& r);
std::string to_json(const Observation& r);
std::string to_json(const Claim& r);
std::string to_json(const Notice& r);
std::string to_json(const Incident& r);
std::string to_json(const Finding& r);
std::string to_json(const Difference& r);
std::string to_json(const Attribution& r);
std::string to_json(const Quiet& r);
std::string to_json(const Event& r);
std::string to_json(const Signature& r);
std::string to_json(const Gate& r);
std::string to_json(const Case& r);
std::string to_json(const Statement& r);
std::string to_json(const Bulletin& r);
std::string to_json(const StatedTotal& r);
std::string to_json(const Effect& r);
std::string to_json(const Posterior& r);

// Errors name the field and what was expected there. Unknown fields are errors; a missing field
// takes its default only where the schema says so.
template <class Record>
Result<Record> from_json(std::string_view json);
template <>
Result<Source> from_json<Source>(std::string_view json);
template <>
Result<Recording> from_json<Recording>(std::string_view json);
template <>
Result<Health> from_json<Health>(std::string_view json);
template <>
Result<Weather> from_json<Weather>(std::string_view json);
template <>
Result<Observation> from_json<Observation>(std::string_view json);
template <>
Result<Claim> from_json<Claim>(std::string_view json);
template <>
Result<Notice> from_json<Notice>(std::string_view json);
template <>
Result<Effect> from_json<Effect>(std::string_view json);
template <>
Result<Posterior> from_json<Posterior>(std::string_view json);
template <>
Result<Incident> from_json<Incident>(std::string_view json);
template <>
Result<Finding> from_json<Finding>(std::string_view json);
template <>
Result<Difference> from_json<Difference>(std::string_view json);
template <>
Result<Attribution> from_json<Attribution>(std::string_view json);
template <>
Result<Quiet> from_json<Quiet>(std::string_view json);
template <>
Result<Event> from_json<Event>(std::string_view json);
template <>
Result<Signature> from_json<Signature>(std::string_view json);
template <>
Result<Gate> from_json<Gate>(std::string_view json);
template <>
Result<Case> from_json<Case>(std::string_view json);
template <>
Result<Statement> from_json<Statement>(std::string_view json);
template <>
Result<Bulletin> from_json<Bulletin>(std::string_view json);
template <>
Result<StatedTotal> from_json<StatedTotal>(std::string_view json);

// The JSON Schema (draft 2020-12) of a record kind, pretty-printed; what schema/<kind>.json holds.
std::string schema_of(std::string_view kind);
std::vector<std::string_view> schema_kinds();

}  // namespace truce
