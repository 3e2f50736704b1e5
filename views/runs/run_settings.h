// The settings that stand behind a measured value, by the part that they play in its run: arms give
// their stages and data entries names of their own, and are compared all the same. Pure; any
// thread.
#pragma once
#include <QString>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/recipe/value.h"

namespace warmstart {

/// The leaves of a tree by path, in the order written: lists by index, maps by key.
std::vector<std::pair<std::string, std::string>> leavesOf(const Value& tree);

/// Key to value as it is written. "model.width" is the model's of the measured stage,
/// "stage.budget.steps" and "stage.data.n" that stage's and its data's, "before1.data.n" the
/// stage's before it in the arm (before2 the one before that), "measured.n" the data's that it was
/// measured on.
using RunSettings = std::map<std::string, std::string>;

/// Of a resolved recipe; empty when it has no such arm or stage.
RunSettings settingsBehind(const Value& recipe, const std::string& arm, const std::string& stage,
                           const std::string& data);

/// For people: "data.n of the last stage".
QString settingTitle(const std::string& key);

}  // namespace warmstart
