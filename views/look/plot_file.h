// Saves the picture of a plot by the ending of the file: .png, .svg or .pdf. Tables of its numbers
// (.csv) are the panel's own business.
#pragma once
#include <QString>

class QCustomPlot;

namespace warmstart::look {

/// `title`: in the file's own words about itself. Error when the ending is another one or the file
/// cannot be written.
void savePlot(QCustomPlot& plot, const QString& title, const QString& file);
/// The filter line of a file dialog.
QString plotFileFilter();
/// Whether the file is to be a table.
bool isTable(const QString& file);

}  // namespace warmstart::look
