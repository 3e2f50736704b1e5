// `--tour DIR`: walks every panel's stops at each size, in light and dark, and writes a picture of
// each; Inspect for the newest run of each recipe. A watchdog thread measures how long the event
// loop stood still meanwhile.
#pragma once
#include <QSize>
#include <QString>
#include <vector>

#include "views/look/theme.h"

namespace warmstart {

class MainWindow;

struct TourOptions {
  QString folder;
  int stall_limit = 50;      ///< milliseconds
  int settle_limit = 20000;  ///< milliseconds a stop may load
  std::vector<QSize> sizes{{1280, 800}, {2560, 1440}};
};

/// Returns the exit code: 0; 1 after a stall or a stop that did not settle (named on standard
/// error); 4 when a picture cannot be written.
int walkTour(MainWindow& window, const TourOptions& options);

}  // namespace warmstart
