// The plugin's entry point: components have registered themselves when the library was loaded.
#include "core/catalog/plugins.h"

extern "C" __attribute__((visibility("default"))) const char* warmstart_plugin_abi() {
  return warmstart::kPluginAbi;
}
