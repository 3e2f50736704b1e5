#include "app/gui/diagnostics.h"

#include <QDir>
#include <QGuiApplication>
#include <QScreen>
#include <map>

namespace warmstart {
namespace {

constexpr qint64 kLogBytes = 32 * 1024;

QString machineWords() {
  QString text = QStringLiteral("Warmstart %1, Qt %2, %3, %4, platform %5\n")
                     .arg(QGuiApplication::applicationVersion(), QString::fromLatin1(qVersion()),
                          QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(),
                          QGuiApplication::platformName());
  for (const QScreen* screen : QGuiApplication::screens()) {
    text += QStringLiteral("screen %1x%2, scale %3, %4 dpi\n")
                .arg(screen->size().width())
                .arg(screen->size().height())
                .arg(screen->devicePixelRatio())
                .arg(screen->logicalDotsPerInch());
  }
  return text;
}

QString workspaceWords(const Index& index) {
  std::map<std::string, int> runs;
  for (const RunRecord& run : index.runs) ++runs[run.state];
  QString text = QStringLiteral("%1 runs").arg(index.runs.size());
  for (const auto& [state, count] : runs)
    text += QStringLiteral(", %1 %2").arg(count).arg(QString::fromStdString(state));
  text += QStringLiteral("; %1 jobs, %2 claims, runner: %3\n")
              .arg(index.jobs.size())
              .arg(index.claims.size())
              .arg(index.runner ? QString::fromStdString(*index.runner) : QStringLiteral("none"));
  return text;
}

QString endOfFile(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return QStringLiteral("none\n");
  file.seek(std::max<qint64>(0, file.size() - kLogBytes));
  return QString::fromUtf8(file.readAll());
}

QString section(const QString& title, const QString& text) {
  return QStringLiteral("\n== %1\n%2").arg(title, text);
}

}  // namespace

QString diagnosticsText(const Session& session, const QString& doctor,
                        const std::vector<Notice>& notices) {
  QString reported;
  for (const Notice& notice : notices) {
    reported += notice.time.toUTC().toString(Qt::ISODate) + QStringLiteral("  ") + notice.text +
                QLatin1Char('\n');
    if (!notice.detail.isEmpty()) reported += notice.detail + QLatin1Char('\n');
  }
  const QString log = QString::fromStdString((session.root() / "serve.log").string());
  QString text =
      machineWords() + section(QStringLiteral("workspace"), workspaceWords(session.index()));
  if (!session.problem().isEmpty()) text += session.problem() + QLatin1Char('\n');
  text += section(QStringLiteral("warmstart doctor"), doctor) +
          section(QStringLiteral("last lines of the runner"), endOfFile(log)) +
          section(QStringLiteral("reported"), reported);
  return text.replace(QDir::homePath() + QLatin1Char('/'), QStringLiteral("~/"));
}

}  // namespace warmstart
