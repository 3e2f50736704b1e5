// A whole page of the Live panel as one picture. Its table goes through TableExport.
#pragma once
#include <qcustomplot.h>

#include <vector>

#include "views/live/csv_table.h"
#include "views/look/picture_file.h"

namespace warmstart::live {

struct ExportPage {
  QWidget* sheet;                   ///< has the plots in it; its size is the picture's
  std::vector<QCustomPlot*> plots;  ///< up to date
  CsvTable table;
};

look::Picture pictureOf(const ExportPage& page);

}  // namespace warmstart::live
