#include "views/runs/run_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <cmath>

namespace warmstart {
namespace {

QString wordsText(const char* text) { return QCoreApplication::translate("Words", text); }

QString twoDigits(qint64 number) {
  return QStringLiteral("%1").arg(number, 2, 10, QLatin1Char('0'));
}

QDateTime localTime(double time) {
  return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000));
}

int decimalsOf(double scale) {
  if (!(scale > 0) || !std::isfinite(scale)) return 3;
  return std::clamp(3 - static_cast<int>(std::floor(std::log10(scale))), 0, 6);
}

QString fixedText(double value, int decimals) { return QLocale().toString(value, 'f', decimals); }

}  // namespace

QString durationText(double seconds) {
  if (!(seconds > 0) || !std::isfinite(seconds)) return {};
  const auto whole = static_cast<qint64>(std::llround(seconds));
  if (whole < 60) return wordsText("%1 s").arg(whole);
  if (whole < 3600) return wordsText("%1:%2 min").arg(whole / 60).arg(twoDigits(whole % 60));
  if (whole < 86400) return wordsText("%1:%2 h").arg(whole / 3600).arg(twoDigits(whole / 60 % 60));
  return wordsText("%1 d %2 h").arg(whole / 86400).arg(whole / 3600 % 24);
}

QString agoText(double time, double now) {
  if (!(time > 0)) return {};
  const double age = now - time;
  if (age < 60) return wordsText("just now");
  if (age < 3600) return wordsText("%1 min ago").arg(static_cast<int>(age / 60));
  const QDateTime then = localTime(time);
  const qint64 days = then.date().daysTo(localTime(now).date());
  if (days == 0) return wordsText("%1 h ago").arg(static_cast<int>(age / 3600));
  if (days == 1) return wordsText("yesterday");
  if (days < 7) return wordsText("%1 days ago").arg(days);
  const bool same_year = then.date().year() == localTime(now).date().year();
  return QLocale().toString(then.date(),
                            same_year ? QStringLiteral("d MMM") : QStringLiteral("d MMM yyyy"));
}

QString timeText(double time) {
  return time > 0 ? QLocale().toString(localTime(time), QLocale::LongFormat) : QString();
}

QString valueText(double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  const double size = std::abs(value);
  if (std::isinf(value) || size >= 1e6 || (size > 0 && size < 1e-4))
    return QLocale().toString(value, 'e', 2);
  return fixedText(value, decimalsOf(size));
}

QString spreadText(double mean, double deviation) {
  if (std::isnan(mean) || std::isnan(deviation)) return valueText(mean);
  const double size = std::abs(mean);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) {
    return valueText(mean) + QStringLiteral(" ± ") + valueText(deviation);
  }
  const int decimals = decimalsOf(size);
  return fixedText(mean, decimals) + QStringLiteral(" ± ") + fixedText(deviation, decimals);
}

QString stateText(const QString& state) {
  static const QHash<QString, const char*> words{
      {QStringLiteral("created"), QT_TRANSLATE_NOOP("Words", "created")},
      {QStringLiteral("queued"), QT_TRANSLATE_NOOP("Words", "waiting")},
      {QStringLiteral("starting"), QT_TRANSLATE_NOOP("Words", "starting")},
      {QStringLiteral("running"), QT_TRANSLATE_NOOP("Words", "running")},
      {QStringLiteral("paused"), QT_TRANSLATE_NOOP("Words", "paused")},
      {QStringLiteral("interrupted"), QT_TRANSLATE_NOOP("Words", "interrupted")},
      {QStringLiteral("done"), QT_TRANSLATE_NOOP("Words", "done")},
      {QStringLiteral("failed"), QT_TRANSLATE_NOOP("Words", "failed")},
      {QStringLiteral("cancelled"), QT_TRANSLATE_NOOP("Words", "cancelled")},
      {QStringLiteral("holds"), QT_TRANSLATE_NOOP("Words", "holds")},
      {QStringLiteral("not_shown"), QT_TRANSLATE_NOOP("Words", "not shown")}};
  const char* word = words.value(state, nullptr);
  return word != nullptr ? wordsText(word) : state;
}

QString bytesText(double bytes) {
  static const char* const kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return QLocale().toString(bytes, 'f', unit == 0 || bytes >= 100 ? 0 : 1) + QLatin1Char(' ') +
         QLatin1String(kUnits[unit]);
}

}  // namespace warmstart
