#pragma once
// `truce agreement FOLDER --points`: the drafts of a plan, what is agreed of each point and what is
// open, and on which statement each position rests.

#include "app/commands.h"

namespace truce::app {

int command_points(const AgreementOptions& options);

}  // namespace truce::app
