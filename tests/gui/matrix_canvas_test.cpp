// How a matrix is drawn: what stands beside its cells.
#include "views/inspect/matrix_canvas.h"

#include <gtest/gtest.h>

#include "views/look/theme.h"

namespace warmstart {
namespace {

/// Pixels of a column of the picture that are not ground.
int inkOfColumn(const QImage& image, int x) {
  int found = 0;
  for (int y = 0; y < image.height(); ++y)
    found += image.pixelColor(x, y) != image.pixelColor(0, 0) ? 1 : 0;
  return found;
}

TEST(MatrixCanvasTest, LongLabelsOfRowsKeepAwayFromTheNameOfTheRows) {
  Matrix matrix;
  matrix.rows = matrix.columns = 6;
  matrix.values.assign(36, 0.5);
  matrix.row_axis = QStringLiteral("query");
  for (int row = 0; row < matrix.rows; ++row)
    matrix.row_labels << QStringLiteral("Mississippi");  // not elided: it fills its room exactly
  MatrixCanvas canvas;
  canvas.resize(500, 400);
  canvas.setMatrix(std::make_shared<const Matrix>(matrix), {});
  const QImage image = canvas.grab().toImage();
  const int gap = look::kGrid / 2, line = canvas.fontMetrics().height();
  int name = 0, labels = 0;
  for (int x = gap; x < gap + line; ++x) name += inkOfColumn(image, x);
  for (int x = gap + line; x < 2 * gap + line; ++x)
    EXPECT_EQ(inkOfColumn(image, x), 0) << "between them at " << x;
  for (int x = 2 * gap + line; x < 60; ++x) labels += inkOfColumn(image, x);
  EXPECT_GT(name, 20);
  EXPECT_GT(labels, 100);
}

}  // namespace
}  // namespace warmstart
