#pragma once
// What officers ruled of an incident, for `truce explain`.

#include <string>
#include <vector>

#include "app/act_book.h"
#include "app/session.h"
#include "model/messages.h"

namespace truce::app {

// Acts that are bound to what the incident holds, those that were undone too; in the log's order.
// Errors: the store's.
Result<std::vector<const BoundAct*>> acts_on(const ActBook& book, const Incident& incident,
                                             ledger::Store& store);
// Each with its note, who signed it and when, and its entry in the log; empty where there is none.
Result<std::string> explain_acts(Session& s, const Incident& incident, Language language);
// As an array.
Result<std::string> acts_json(ledger::Store& store, const Incident& incident);

}  // namespace truce::app
