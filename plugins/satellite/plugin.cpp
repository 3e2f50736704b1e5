// The plugin's entry point: its components register themselves when the library is loaded.
#include "core/catalog/plugins.h"

WARMSTART_PLUGIN_ENTRY
