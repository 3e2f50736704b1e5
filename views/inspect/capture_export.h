// Saves and copies what a capture view shows: the picture as .png, .svg or .pdf, the numbers as
// .csv. Used by the Inspect panel.
#pragma once
#include "views/inspect/capture_view.h"

namespace warmstart {

/// The filter line of a file dialog; without a table when the view has none.
QString captureFileFilter(const CaptureView& view);
/// By the ending of the file. Errors: another ending; no table; the file cannot be written.
void saveCaptureView(CaptureView& view, const QString& file);
/// Picture and, where there is one, the table, as one clipboard entry.
void copyCaptureView(CaptureView& view);

}  // namespace warmstart
