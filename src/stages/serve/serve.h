#pragma once
// The stage's public header.

#include "stages/serve/collections.h"
#include "stages/serve/records.h"
#include "stages/serve/server.h"
