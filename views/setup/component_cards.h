// The declarations of all components, as `warmstart components --json` prints them, and the plugins
// that do not load: asked once a window, then forms and choosers are made of them.
#pragma once
#include <QMap>
#include <QObject>
#include <QStringList>

#include "core/base/json.h"
#include "views/desk/desk.h"

namespace warmstart {

class ComponentCards : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  /// The window's own. Nothing is asked yet.
  static ComponentCards& of(Desk& desk);
  void want(Desk& desk);  ///< asks unless they were asked for
  void ask(Desk& desk);
  void set(Json components);
  bool ready() const { return !components_.empty(); }
  /// Plugins that do not load, each with the reason.
  const QMap<QString, QString>& failedPlugins() const { return failed_plugins_; }
  /// "The plugin x does not load: ..." a line each; "" = all do.
  QString pluginTrouble() const;
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
  QMap<QString, QString> failed_plugins_;
  bool asked_ = false;
};

}  // namespace warmstart
