// Inspect says where a voxel lies in the patient, in the words of the Volume panel.
#include "views/inspect/patient_place.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <limits>

#include "tests/gui/capture_files.h"
#include "views/inspect/segmentation_view.h"

namespace warmstart {
namespace {

class PatientPlaceTest : public testing::Test {
 protected:
  /// Two samples of 6 x 5 x 4 voxels (x, y, z); y runs to the back. `origin`: of the first one.
  CapturePtr capture(const std::vector<double>& origin) {
    const std::vector<float> image(2 * 4 * 5 * 6, 1);
    const std::vector<std::uint8_t> labels(image.size(), 0);
    std::vector<double> spacing{2, 1.5, 0.5}, direction{0, 0, 1, 0, -1, 0, 1, 0, 0};
    spacing.insert(spacing.end(), spacing.begin(), spacing.begin() + 3);
    direction.insert(direction.end(), direction.begin(), direction.begin() + 9);
    std::vector<Array> arrays{arrayOf("image", Dtype::kFloat32, {2, 1, 4, 5, 6}, image),
                              arrayOf("prediction", Dtype::kUint8, {2, 4, 5, 6}, labels),
                              arrayOf("spacing", Dtype::kFloat64, {2, 3}, spacing),
                              arrayOf("direction", Dtype::kFloat64, {2, 3, 3}, direction)};
    std::vector<double> origins = origin;
    origins.resize(6, std::numeric_limits<double>::quiet_NaN());
    if (!origin.empty()) arrays.push_back(arrayOf("origin", Dtype::kFloat64, {2, 3}, origins));
    const Path file = Path(folder_.path().toStdString()) / std::to_string(origin.size());
    writeCapture(file, {{"kind", "segmentation"}, {"samples", {"first", "second"}}}, arrays);
    return Capture::open(file);
  }
  QString readOut(const CapturePtr& capture, int sample, const Voxel& voxel) {
    SegmentationView view;
    view.setCapture(capture, sample, {});
    EXPECT_TRUE(QTest::qWaitFor([&] { return view.settled() && view.scene().image().valid(); }));
    view.scene().setCursor(voxel);
    return view.readOut().split(QLatin1Char('\n')).value(1);
  }
  QTemporaryDir folder_;
};

TEST_F(PatientPlaceTest, IsReadFromOriginSpacingAndDirection) {
  const CapturePtr placed = capture({-90, 12.5, 30});
  EXPECT_EQ(readOut(placed, 0, {0, 0, 0}), QStringLiteral("90.0 L, 12.5 A, 30.0 S mm"));
  // -90 + 4 * 0.5, 12.5 - 3 * 1.5, 30 + 2 * 2
  EXPECT_EQ(readOut(placed, 0, {4, 3, 2}), QStringLiteral("88.0 L, 8.0 A, 34.0 S mm"));
}

TEST_F(PatientPlaceTest, IsTheDistanceFromTheFirstVoxelWhereTheOriginIsNotKnown) {
  const QString from_corner = QStringLiteral("2.0, 4.5, 4.0 mm from the first voxel");
  EXPECT_EQ(readOut(capture({}), 0, {4, 3, 2}), from_corner);
  EXPECT_EQ(readOut(capture({-90, 12.5, 30}), 1, {4, 3, 2}), from_corner) << "NaN: not known";
}

}  // namespace
}  // namespace warmstart
