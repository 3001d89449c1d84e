#pragma once
// The stage's public header.

#include "stages/serve/accounts.h"
#include "stages/serve/collections.h"
#include "stages/serve/desk.h"
#include "stages/serve/map_files.h"
#include "stages/serve/reader.h"
#include "stages/serve/records.h"
#include "stages/serve/server.h"
#include "stages/serve/vector_tile.h"
