// `--tour DIR`: walks every panel's stops at two sizes, in light and dark, and writes a picture of
// each. A watchdog thread measures how long the event loop stood still meanwhile.
#pragma once
#include <QObject>
#include <QStringList>
#include <vector>

#include "views/look/theme.h"

namespace warmstart {

class MainWindow;

struct TourOptions {
  QString folder;
  int stall_limit = 50;      ///< milliseconds
  int settle_limit = 20000;  ///< milliseconds a stop may load
};

/// Returns the exit code: 0; 1 after a stall or a stop that did not settle (named on standard
/// error); 4 when a picture cannot be written.
int walkTour(MainWindow& window, const TourOptions& options);

}  // namespace warmstart
