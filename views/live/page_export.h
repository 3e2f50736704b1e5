// Saves a whole page of the Live panel by the ending of the file: .png, .svg, .pdf, or the numbers
// that it shows as .csv.
#pragma once
#include <qcustomplot.h>

#include <vector>

namespace warmstart::live {

struct ExportPage {
  QWidget* sheet;                   ///< has the plots in it; its size is the picture's
  std::vector<QCustomPlot*> plots;  ///< up to date
  QByteArray csv;
};

/// Error when the ending is another one or the file cannot be written.
void savePage(const ExportPage& page, const QString& file);

}  // namespace warmstart::live
