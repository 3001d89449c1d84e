#pragma once
// Where gates, obligations, escalations and cumulations stand, in words of one language.

#include <string>
#include <vector>

#include "app/signature_folder.h"
#include "base/zone.h"
#include "model/messages.h"
#include "stages/judge/judge.h"

namespace truce::app {

class ClockWords {
 public:
  // `entered`: when signatures were entered, of those that name another time.
  ClockWords(const Zone& zone, Language language, const EnteredAt& entered = {})
      : zone_(zone), language_(language), entered_(entered) {}

  // Of a reading, the changes that the base text does not have too.
  std::string gate(const judge::GateRule& rule, const judge::GateHistory& h,
                   const judge::GateHistory* base) const;
  // Without its days: the state, why, and the last change.
  std::string gate_at_end(const judge::GateRule& rule, const judge::GateHistory& h) const;
  std::string obligation(const judge::ObligationResult& r) const;
  std::string episode(const judge::EscalationRule& rule, const judge::Episode& e) const;
  std::string cumulated(const judge::CumulationRule& rule, const judge::Cumulated& c) const;
  std::string line(const char* before, const char* key, std::vector<std::string> args) const;

 private:
  std::string head(const judge::GateRule& rule, const judge::GateHistory& h) const;
  std::string change(const judge::GateTransition& t) const;
  std::string days(const judge::GateRule& rule, const judge::GateHistory& h) const;
  std::string because(const judge::Why& why) const;
  std::string entered(const std::string& signature) const;

  const Zone& zone_;
  Language language_;
  EnteredAt entered_;
};

}  // namespace truce::app
