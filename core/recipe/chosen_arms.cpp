#include "core/recipe/chosen_arms.h"

#include <algorithm>

namespace warmstart {

std::vector<std::string> chosen_arms(const Recipe& recipe, const std::vector<std::string>& names) {
  for (const std::string& name : names) recipe.arm(name);  // throws with the nearest name
  std::vector<std::string> chosen;
  for (const auto& [arm, stages] : recipe.arms) {
    if (names.empty() || std::find(names.begin(), names.end(), arm) != names.end())
      chosen.push_back(arm);
  }
  return chosen;
}

}  // namespace warmstart
