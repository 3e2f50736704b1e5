#include "views/setup/component_cards.h"

#include "views/desk/program.h"

namespace warmstart {

ComponentCards& ComponentCards::of(Desk& desk) {
  auto* cards = desk.program.findChild<ComponentCards*>();
  return cards ? *cards : *new ComponentCards(&desk.program);
}

void ComponentCards::want(Desk& desk) {
  if (!asked_) ask(desk);
}

void ComponentCards::ask(Desk& desk) {
  asked_ = true;
  desk.program.start({}, {QStringLiteral("components"), QStringLiteral("--json")}, this,
                     [this](const ProgramResult& result) {
                       Json json = result.json();
                       if (result.good() && json.is_array()) {
                         set(std::move(json));
                       } else {
                         emit failed(result.problem());
                       }
                     });
}

void ComponentCards::set(Json components) {
  components_ = Json::array();
  failed_plugins_.clear();
  for (Json& one : components) {
    if (one.value("kind", "") == "failed_plugin") {
      failed_plugins_[QString::fromStdString(one.value("name", ""))] =
          QString::fromStdString(one.value("summary", ""));
    } else {
      components_.push_back(std::move(one));
    }
  }
  emit arrived();
}

QString ComponentCards::pluginTrouble() const {
  QStringList lines;
  for (const auto& [name, reason] : failed_plugins_.asKeyValueRange())
    lines << tr("The plugin %1 does not load, so its recipes cannot run: %2").arg(name, reason);
  return lines.join(QLatin1Char('\n'));
}

const Json* ComponentCards::find(const QString& kind, const QString& name) const {
  for (const Json& one : components_) {
    if (one.value("kind", "") == kind.toStdString() && one.value("name", "") == name.toStdString())
      return &one;
  }
  return nullptr;
}

QStringList ComponentCards::names(const QString& kind) const {
  QStringList names;
  for (const Json& one : components_) {
    if (one.value("kind", "") == kind.toStdString())
      names << QString::fromStdString(one.value("name", ""));
  }
  return names;
}

QString ComponentCards::summary(const QString& kind, const QString& name) const {
  const Json* card = find(kind, name);
  return card ? QString::fromStdString(card->value("summary", "")) : QString();
}

Json ComponentCards::fields(const QString& kind, const QString& name) const {
  const Json* card = find(kind, name);
  return card ? card->value("fields", Json::array()) : Json::array();
}

}  // namespace warmstart
