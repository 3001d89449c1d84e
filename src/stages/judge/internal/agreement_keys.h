#pragma once
// What agreement.toml and points.toml may hold: every table and every key once. The parsers refuse
// any other key, and the schemas from which editors complete and explain are made of the same
// lists.

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace truce::judge {

inline constexpr double kFarthest_m = 2e6;    // that a limit may state
inline constexpr double kAround_m_max = 1e5;  // beyond a zone
inline constexpr double kLargest_mm = 1000;   // calibre

enum class TableId : std::uint8_t {
  kRoot,
  kParty,
  kNotEncoded,
  kDefinition,
  kWeapon,
  kCircumstance,
  kZone,
  kBaseline,
  kObject,
  kProvision,
  kKeep,
  kException,
  kReading,
  kProvisionChange,
  kDefinitionChange,
  kGateChange,
  kObligationChange,
  kEscalationChange,
  kCumulationChange,
  kGate,
  kStep,
  kObligation,
  kEscalation,
  kTier,
  kCumulation,
  kPoints,
  // Of points.toml; its provisions are those of the agreement.
  kPlan,
  kDraft,
  kPoint,
  kPosition,
  kStatement,
  kMoment,
};
inline constexpr int kTableIds = 32;

enum class KeyKind : std::uint8_t {
  kText,
  kId,       // names the thing, holds no slash
  kTexts,    // a list
  kChoice,   // one of `choices`
  kChoices,  // a list of them
  kNumber,
  kWhole,
  kFlag,
  kDuration,    // "24 h"
  kTime,        // "2025-04-19T18:00 Europe/Moscow"
  kDay,         // "day 3"
  kEndOfDay,    // "end of day 2"
  kTable,       // one table, the first of `tables`
  kTables,      // a list of tables, each of them one of `tables`
  kDate,        // "2025-12-24"
  kNumberText,  // 7, "7" or "7a"
  kOneOrMore,   // a text, or a list of them
  kMoment,      // a day, a time, or the first of `tables`
  kStandards,   // a table of thresholds by name
  kBaselines,   // the id of a line, or a table of them by party
  kWeapons,     // a list of classes, definitions and tables
};

struct Key {
  std::string_view name;
  KeyKind kind = KeyKind::kText;
  std::string_view words;  // what it means, for who writes an agreement
  bool needed = false;
  std::vector<std::string_view> choices = {};
  std::vector<TableId> tables = {};
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

struct TableOfKeys {
  std::string_view name;  // of the schema's part, "gate_step"
  std::string_view words;
  std::vector<Key> keys;
};

const TableOfKeys& table_of_keys(TableId id);
std::vector<std::string_view> keys_of(TableId id);

std::vector<std::string_view> names_of_effects();

// Those of docs/agreement-time.md: gates, obligations, escalations, cumulations.
TableOfKeys gate_keys();
TableOfKeys step_keys();
TableOfKeys obligation_keys();
TableOfKeys escalation_keys();
TableOfKeys tier_keys();
TableOfKeys cumulation_keys();

// Those of docs/agreement-points.md.
TableOfKeys plan_keys();
TableOfKeys draft_keys();
TableOfKeys point_keys();
TableOfKeys position_keys();
TableOfKeys statement_keys();
TableOfKeys moment_keys();

}  // namespace truce::judge
