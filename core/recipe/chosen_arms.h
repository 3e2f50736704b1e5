// Which arms of a recipe a command is for. Called by the commands that take --arm.
#pragma once
#include <string>
#include <vector>

#include "core/recipe/recipe.h"

namespace warmstart {

/// The named arms in the recipe's order, or all where none is named. Error with the nearest name.
std::vector<std::string> chosen_arms(const Recipe& recipe, const std::vector<std::string>& names);

}  // namespace warmstart
