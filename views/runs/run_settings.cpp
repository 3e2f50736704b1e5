#include "views/runs/run_settings.h"

#include <QCoreApplication>
#include <algorithm>

namespace warmstart {
namespace {

constexpr std::size_t kBeforeLength = 6;  ///< of "before"

void addLeaves(const Value& value, const std::string& path,
               std::vector<std::pair<std::string, std::string>>& leaves) {
  for (const auto& [key, member] : value.members) addLeaves(member, join_key(path, key), leaves);
  for (std::size_t i = 0; i < value.items.size(); ++i)
    addLeaves(value.items[i], join_key(path, std::to_string(i)), leaves);
  if (value.is_scalar()) leaves.emplace_back(path, value.text);
}

const Value* member(const Value& tree, const std::string& section, const std::string& name) {
  const Value* found = tree.find(section);
  return found ? found->find(name) : nullptr;
}

class SettingsBehind {
 public:
  explicit SettingsBehind(const Value& recipe) : recipe_(recipe) {}

  void add(const std::string& part, const Value* tree) {
    if (tree == nullptr) return;
    for (auto& [path, text] : leavesOf(*tree)) settings_[join_key(part, path)] = text;
  }

  /// A stage with the data that it learns from in the place of the data's name.
  void addStage(const std::string& part, const std::string& name) {
    const Value* stage = member(recipe_, "stages", name);
    if (stage == nullptr) return;
    Value own = *stage;
    own.erase("model");
    own.erase("data");
    own.erase("validation");
    add(part, &own);
    if (const Value* data = stage->find("data"))
      add(join_key(part, "data"), member(recipe_, "data", data->text));
  }

  /// As the stage's model is built: its own settings take the place of the recipe's, each whole.
  void addModel(const std::string& stage) {
    const Value* whole = recipe_.find("model");
    if (whole == nullptr) return;
    Value model = *whole;
    const Value* of_stage = member(recipe_, "stages", stage);
    const Value* own = of_stage ? of_stage->find("model") : nullptr;
    for (const auto& [key, value] : own ? own->members : decltype(own->members)()) {
      if (key != "type") model.set(key, value);
    }
    add("model", &model);
  }

  RunSettings taken() { return std::move(settings_); }

 private:
  const Value& recipe_;
  RunSettings settings_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> leavesOf(const Value& tree) {
  std::vector<std::pair<std::string, std::string>> leaves;
  addLeaves(tree, {}, leaves);
  return leaves;
}

RunSettings settingsBehind(const Value& recipe, const std::string& arm, const std::string& stage,
                           const std::string& data) {
  const Value* chain = member(recipe, "arms", arm);
  if (chain == nullptr) return {};
  auto at = std::find_if(chain->items.rbegin(), chain->items.rend(),
                         [&](const Value& name) { return name.text == stage; });
  if (at == chain->items.rend()) return {};
  SettingsBehind behind(recipe);
  behind.addModel(stage);
  behind.addStage("stage", stage);
  for (int before = 1; ++at != chain->items.rend(); ++before)
    behind.addStage("before" + std::to_string(before), at->text);
  behind.add("measured", member(recipe, "data", data));
  return behind.taken();
}

QString settingTitle(const std::string& key) {
  const auto text = [](const char* words) {
    return QCoreApplication::translate("warmstart::SweepView", words);
  };
  const QString whole = QString::fromStdString(key);
  const QString part = whole.section(QLatin1Char('.'), 0, 0);
  const QString path = whole.section(QLatin1Char('.'), 1);
  if (part == QLatin1String("stage"))
    return text(QT_TRANSLATE_NOOP("warmstart::SweepView", "%1 of the last stage")).arg(path);
  if (part == QLatin1String("measured"))
    return text(QT_TRANSLATE_NOOP("warmstart::SweepView", "%1 of the measured data")).arg(path);
  if (!part.startsWith(QLatin1String("before"))) return whole;
  const int before = part.mid(kBeforeLength).toInt();
  return before == 1
             ? text(QT_TRANSLATE_NOOP("warmstart::SweepView", "%1 of the stage before")).arg(path)
             : text(QT_TRANSLATE_NOOP("warmstart::SweepView", "%1, %2 stages before"))
                   .arg(path)
                   .arg(before);
}

}  // namespace warmstart
