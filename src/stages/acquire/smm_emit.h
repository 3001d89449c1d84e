#pragma once
// What the JSON and the CSV reader of violation rows do with a row once it is read.

#include "stages/acquire/smm_row.h"

namespace truce::acquire {

inline void emit_row(const Result<SmmRow>& row, const Context& context, PositionBook& book,
                     Emitter& emit, const Span& span) {
  if (!row.ok()) return emit.reject(row.error(), span);
  auto made = observations_of(*row, context);
  if (!made.ok()) return emit.reject(made.error(), span);
  const auto before = book.contradicted_by(*row);
  if (before) {
    emit.complain(std::string(kPlaceTwoWays),
                  row->position + " is placed " + row->position_place + " here and " + *before +
                      " in an earlier row; the row is kept",
                  span, "position_place");
  }
  for (auto& o : *made) {
    if (before) o.flags.emplace_back(kPlaceTwoWays);
    emit.observation(std::move(o), span);
  }
}

}  // namespace truce::acquire
