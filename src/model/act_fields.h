#pragma once
// The fields of acts, as fields.h has those of other records.

#include "model/act.h"
#include "model/fields.h"

namespace truce::fields {

template <class V, Of<ActStatement> R>
void list(V& v, R& r) {
  v("act", r.act);
  v("at", r.at);
  v("by", r.by);
  v("from", r.from, kNone);
  v("incident", r.incident, kNone);
  v("incidents", r.incidents, std::vector<std::string>{});
  v("mission", r.mission);
  v("nonce", r.nonce);
  v("note", r.note);
  v("observations", r.observations, std::vector<std::string>{});
  v("to", r.to, kNone);
  v("undoes", r.undoes, kNone);
}
template <class V, Of<Act> R>
void list(V& v, R& r) {
  v("act", r.said.act);
  v("at", r.said.at);
  v("by", r.said.by);
  v("from", r.said.from, kNone);
  v("id", r.id);
  v("incident", r.said.incident, kNone);
  v("incidents", r.said.incidents, std::vector<std::string>{});
  v("key", r.key);
  v("mission", r.said.mission);
  v("nonce", r.said.nonce);
  v("note", r.said.note);
  v("observations", r.said.observations, std::vector<std::string>{});
  v("signature", r.signature);
  v("statement", r.statement);
  v("to", r.said.to, kNone);
  v("undoes", r.said.undoes, kNone);
  v("undone_by", r.undone_by, std::optional<std::string>{});
}

}  // namespace truce::fields
