// A whole page of the Live panel, and how its picture is saved by the ending of the file: .png,
// .svg or .pdf. Its table goes through TableExport.
#pragma once
#include <qcustomplot.h>

#include <vector>

#include "views/live/csv_table.h"

namespace warmstart::live {

struct ExportPage {
  QWidget* sheet;                   ///< has the plots in it; its size is the picture's
  std::vector<QCustomPlot*> plots;  ///< up to date
  CsvTable table;
};

/// Error when the ending is another one or the file cannot be written.
void savePage(const ExportPage& page, const QString& file);

}  // namespace warmstart::live
