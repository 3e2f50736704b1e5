// Saves the picture of a plot by the ending of the file: .png, .svg or .pdf. Its numbers go through
// TableExport.
#pragma once
#include "views/live/metric_plot.h"

namespace warmstart::live {

/// Error when the ending is another one or the file cannot be written.
void savePlot(MetricPlot& plot, const QString& file);
/// The filter line of a file dialog.
QString plotFileFilter();

}  // namespace warmstart::live
