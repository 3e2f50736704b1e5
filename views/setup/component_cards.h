// The declarations of all components, as `warmstart components --json` prints them: asked once,
// then forms and choosers are made of them.
#pragma once
#include <QObject>
#include <QStringList>

#include "core/base/json.h"
#include "views/desk/desk.h"

namespace warmstart {

class ComponentCards : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  void ask(Desk& desk);
  void set(Json components);
  bool ready() const { return !components_.empty(); }
  /// nullptr when there is none.
  const Json* find(const QString& kind, const QString& name) const;
  QStringList names(const QString& kind) const;
  QString summary(const QString& kind, const QString& name) const;
  /// The declared fields; empty for an unknown component.
  Json fields(const QString& kind, const QString& name) const;

 signals:
  void arrived();
  void failed(const QString& problem);

 private:
  Json components_ = Json::array();
};

}  // namespace warmstart
