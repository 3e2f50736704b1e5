// One window a workspace: the first start listens on a local socket named by the workspace; a later
// one hands what it shall open over and ends.
#pragma once
#include <QLocalServer>
#include <QObject>

namespace warmstart {

class SingleInstance : public QObject {
  Q_OBJECT
 public:
  explicit SingleInstance(const QString& workspace, QObject* parent = nullptr);
  /// True when another window has the workspace and took the message ("" = only come to the front).
  bool handOver(const QString& open) const;
  /// Listens; a socket left by a killed window is taken over.
  bool listen();

 signals:
  void asked(const QString& open);

 private:
  QString name_;
  QLocalServer server_;
};

}  // namespace warmstart
