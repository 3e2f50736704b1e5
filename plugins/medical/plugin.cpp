// The plugin's entry point: components have registered themselves when the library was loaded.
#include "core/catalog/plugins.h"

WARMSTART_PLUGIN_ENTRY
