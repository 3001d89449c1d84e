#pragma once
// The readers, one per outside format; acquire.cpp lists them for the world.

#include "stages/acquire/acquire.h"

namespace truce::acquire {

Status read_ndjson(std::string_view bytes, const Context& context, Sink& sink);
Status read_smm_json(std::string_view bytes, const Context& context, Sink& sink);
Status read_claims(std::string_view bytes, const Context& context, Sink& sink);
Status read_firms(std::string_view bytes, const Context& context, Sink& sink);
Status read_sirens(std::string_view bytes, const Context& context, Sink& sink);
Status read_viina(std::string_view bytes, const Context& context, Sink& sink);
Status read_csv_mapped(std::string_view bytes, const Context& context, Sink& sink);
Status read_smm_csv(std::string_view bytes, const Context& context, Sink& sink);
Status read_smm_totals(std::string_view bytes, const Context& context, Sink& sink);
Status read_arrivals(std::string_view bytes, const Context& context, Sink& sink);
Status read_recordings(std::string_view bytes, const Context& context, Sink& sink);
Status read_ucdp(std::string_view bytes, const Context& context, Sink& sink);

}  // namespace truce::acquire
