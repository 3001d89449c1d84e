#pragma once
// The files of web/dist; see asset_files.cpp.in.

#include <span>

#include "stages/serve/assets.h"

namespace truce::serve {

std::span<const Asset> asset_files();  // empty where it was not built

}  // namespace truce::serve
