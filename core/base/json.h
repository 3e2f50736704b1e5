// JSON values keep the order in which keys were added, so that files read as they were written.
#pragma once
#include <nlohmann/json.hpp>

namespace warmstart {
using Json = nlohmann::ordered_json;
}
