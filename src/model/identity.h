#pragma once
// Names that depend on content alone.
//
// An observation's id is "o" + the start of its interval as YYYYMMDDTHHMMSS + "-" + 24 hex digits
// of the SHA-256 of its canonical JSON without id and origin, but with the feed and, for feeds that
// give one, the source's own key. Flags are no part of it unless it was derived: a reader sets them
// by what it knows of other rows, and a row read again from a longer file is the same. Time comes
// first so that identifiers of one hour lie together in every index. The same row delivered twice
// has the same id and counts once.

#include <string>

#include "model/records.h"

namespace truce {

std::string observation_id(const Observation& o);
// Gives `o` its id and returns its JSON, at the cost of writing it once.
std::string identified_json(Observation& o);
// No observation that starts in the second of `start` or later has an id before this, none that
// starts in an earlier second has one behind it: what turns a span of time into a span of ids.
std::string observation_ids_from(Instant start);
std::string claim_id(const Claim& c);               // "c…"
std::string notice_id(const Notice& n);             // "n…"
std::string statement_id(const Statement& s);       // "s…"
std::string event_id(const Event& e);               // "e…"
std::string recording_id(const Recording& r);       // "r…"
std::string signature_id(const Signature& s);       // "g…"
std::string stated_total_id(const StatedTotal& t);  // "t…"
// "i" + the id of its first member without the "o": first by (start, id).
std::string incident_id(const std::string& first_observation_id);
std::string finding_id(const std::string& subject, const std::string& provision,
                       const std::string& reading);
std::string difference_id(const std::string& subject, const std::string& provision);

}  // namespace truce
