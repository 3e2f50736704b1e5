#include "views/setup/component_cards.h"

#include "views/desk/program.h"

namespace warmstart {

void ComponentCards::ask(Desk& desk) {
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
  components_ = std::move(components);
  emit arrived();
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
