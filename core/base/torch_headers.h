// The torch headers that warmstart_core and the plugins precompile once. Sources still include what
// they use, so that a build without precompiled headers stays correct.
#pragma once
#include <torch/nn.h>
#include <torch/utils.h>

#include <nlohmann/json.hpp>
