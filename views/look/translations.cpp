#include "views/look/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace warmstart::look {
namespace {

void install(QCoreApplication& app, const QLocale& locale, const QString& name,
             const QString& folder) {
  auto* translator = new QTranslator(&app);
  if (translator->load(locale, name, QStringLiteral("_"), folder)) {
    QCoreApplication::installTranslator(translator);
  } else {
    delete translator;
  }
}

}  // namespace

void translate(QCoreApplication& app, const QLocale& locale) {
  const QString ours = QStringLiteral(":/translations");
  install(app, QLocale(QLocale::English), QStringLiteral("warmstart"), ours);
  if (locale.language() == QLocale::English) return;
  install(app, locale, QStringLiteral("qtbase"),
          QLibraryInfo::path(QLibraryInfo::TranslationsPath));
  install(app, locale, QStringLiteral("warmstart"), ours);
}

}  // namespace warmstart::look
