// Numbers, times and states as the tables of runs and jobs write them: short, with fixed digits, so
// that columns line up. Called by the queue, the table of runs and the export.
#pragma once
#include <QString>

namespace warmstart {

/// "42 s", "3:07 min", "2:05 h", "3 d 4 h"; "" for nothing (0 or less).
QString durationText(double seconds);
/// "just now", "5 min ago", "yesterday", "12 Mar": of a time in seconds since the epoch; "" for 0.
QString agoText(double time, double now);
/// The whole local time, for tooltips; "" for 0.
QString timeText(double time);
/// Four significant digits; "–" where it is not a number.
QString valueText(double value);
/// "0.8421 ± 0.0123", or the mean alone where there is no spread; as many digits in both.
QString spreadText(double mean, double deviation);
/// "running", "done": the word for a state of a run or job in the user's language.
QString stateText(const QString& state);
/// "12.4 GiB".
QString bytesText(double bytes);

}  // namespace warmstart
