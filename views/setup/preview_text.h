// How arrays of a preview read as text: tokens by their pieces, classes by their names, numbers
// with equal ones told once. Used by preview_items; any thread.
#pragma once
#include <QString>

#include "core/base/json.h"
#include "core/base/tensor_file.h"

namespace warmstart {

/// The file's header; an empty object where it has none.
Json previewInfo(const TensorFile& file);
/// "mm"; "" = none is told.
QString previewUnit(const Json& info, const QString& field);

/// Each row of token numbers as its text, special tokens too; a tail of equal tokens, such as
/// padding, is told once. A token that the header has no piece for shows its number.
QString tokenText(const Array& array, const Json& info);
/// Integers by the names of their classes, negative ones (no class) as a dot; of shares a class,
/// the classes that have some.
QString classText(const Array& array, const Json& info);
QString numbersText(const Array& array, const QString& unit);

}  // namespace warmstart
