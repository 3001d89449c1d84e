#pragma once
// What the JSON and the CSV reader of violation rows do with their rows once all are read.

#include <utility>
#include <vector>

#include "stages/acquire/smm_row.h"

namespace truce::acquire {

using ReadRows = std::vector<std::pair<Result<SmmRow>, Span>>;

inline void emit_row(const SmmRow& row, const Context& context, const PositionBook& book,
                     Emitter& emit, const Span& span) {
  auto made = observations_of(row, context);
  if (!made.ok()) return emit.reject(made.error(), span);
  const auto other = book.contradicted_by(row);
  if (other) {
    emit.complain(std::string(kPlaceTwoWays),
                  row.position + " is placed " + row.position_place + " here and " + *other +
                      " in another row; the row is kept",
                  span, "position_place");
  }
  for (auto& o : *made) emit.observation(std::move(o), span);
}

inline void emit_rows(const ReadRows& rows, const Context& context, Emitter& emit) {
  PositionBook book;
  for (const auto& [row, span] : rows) {
    if (row.ok()) book.note(*row);
  }
  for (const auto& [row, span] : rows) {
    if (row.ok())
      emit_row(*row, context, book, emit, span);
    else
      emit.reject(row.error(), span);
  }
}

}  // namespace truce::acquire
