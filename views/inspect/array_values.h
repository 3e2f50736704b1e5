// Numbers, axes and labels of a capture's arrays, whatever their type. Used by every view that
// draws arrays; callable from any thread.
#pragma once
#include <QStringList>
#include <span>

#include "views/inspect/capture.h"

namespace warmstart {

std::int64_t valueCount(const Array& array);
/// Values [first, first + out.size()) in row-major order; they must exist.
void readValues(const Array& array, std::int64_t first, std::span<float> out);
void readValues(const Array& array, std::int64_t first, std::span<double> out);

/// One name an axis: what the inspector wrote ("S C [D] H W", the bracketed ones only where the
/// array has them), else "axis 0", "axis 1", ...
QStringList axisNames(const Capture& capture, const Array& array);
/// What stands along an axis: samples along "S", tokens of the sample along "query", "key" and
/// "token", class names along "class", "reference" and "predicted", else what the header's
/// "labels" says of it. Empty where nothing of that length is known.
QStringList axisLabels(const Capture& capture, const QString& axis, std::int64_t length,
                       int sample);
/// The sample's texts of the header's list `key` ("tokens"); empty when it has none.
QStringList sampleTexts(const Capture& capture, const char* key, int sample);

}  // namespace warmstart
