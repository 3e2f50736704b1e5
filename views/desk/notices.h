// Messages to the user: a passing word (toast), a warning, or an error that says what failed,
// where, and what to do. Panels tell; the main window shows and keeps the list. GUI thread only.
#pragma once
#include <QDateTime>
#include <QObject>
#include <functional>

#include "core/base/error.h"

namespace warmstart {

struct Notice {
  enum class Level { kInfo, kWarning, kError };
  Level level = Level::kInfo;
  QString text;    ///< one sentence
  QString detail;  ///< where, what to do, output of a program; may be empty
  QString action;  ///< text of a button; "" = none
  std::function<void()> act;
  QDateTime time = QDateTime::currentDateTime();
};

class Notices : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  void tell(const QString& text, const QString& action = {}, std::function<void()> act = {});
  void warn(const QString& text, const QString& detail = {});
  void fail(const QString& text, const QString& detail = {});
  void fail(const Error& error);

 signals:
  void told(const Notice& notice);
};

}  // namespace warmstart
