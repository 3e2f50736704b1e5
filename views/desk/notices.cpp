#include "views/desk/notices.h"

namespace warmstart {

void Notices::tell(const QString& text, const QString& action, std::function<void()> act) {
  emit told({Notice::Level::kInfo, text, {}, action, std::move(act)});
}

void Notices::warn(const QString& text, const QString& detail) {
  emit told({Notice::Level::kWarning, text, detail, {}, {}});
}

void Notices::fail(const QString& text, const QString& detail) {
  emit told({Notice::Level::kError, text, detail, {}, {}});
}

void Notices::fail(const Error& error) {
  QStringList detail;
  if (!error.where().empty()) detail << QString::fromStdString(error.where());
  if (!error.hint().empty()) detail << QString::fromStdString(error.hint());
  fail(QString::fromStdString(error.problem()), detail.join(QStringLiteral("\n")));
}

}  // namespace warmstart
