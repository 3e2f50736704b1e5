// A Volume panel on a desk, and small volumes whose every voxel is told apart.
#pragma once
#include <QApplication>
#include <QTest>

#include "tests/gui/capture_files.h"
#include "tests/gui/test_desk.h"
#include "tests/gui/volume_files.h"
#include "views/look/theme.h"
#include "views/volume/volume_panel.h"
#include "views/volume/volume_side.h"

namespace warmstart {

/// i runs to the left, j to the front, k to the feet.
inline constexpr std::array<float, 12> kLeftFrontFeet{-2, 0, 0, 10, 0, 3, 0, -20, 0, 0, -4, 30};
inline constexpr std::array<int, 4> kSize{6, 5, 4, 1};

inline std::int16_t numberAt(int i, int j, int k) {
  return static_cast<std::int16_t>(i + 10 * j + 100 * k);
}

inline std::vector<std::int16_t> countedNumbers(int steps = 1) {
  std::vector<std::int16_t> numbers;
  for (int t = 0; t < steps; ++t)
    for (int k = 0; k < kSize[2]; ++k)
      for (int j = 0; j < kSize[1]; ++j)
        for (int i = 0; i < kSize[0]; ++i)
          numbers.push_back(static_cast<std::int16_t>(numberAt(i, j, k) + 1000 * t));
  return numbers;
}

inline std::vector<std::int16_t> oneLabel(int i, int j, int k, std::int16_t label) {
  std::vector<std::int16_t> numbers(6 * 5 * 4, 0);
  numbers[static_cast<std::size_t>((k * 5 + j) * 6 + i)] = label;
  return numbers;
}

class VolumeDeskTest : public DeskTest {
 protected:
  void SetUp() override {
    panel_.resize(1000, 800);
    panel_.show();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel_.settled(); }, 60000));
    QTest::qWait(60);  // layouts within layouts
  }
  void open(const Path& file) {
    panel_.open(QString::fromStdString(file.string()));
    settle();
  }
  void openLabels(const Path& file) {
    panel_.openLabels(QString::fromStdString(file.string()));
    settle();
  }
  Path counted() {
    const Path file = root_ / "counted.nii";
    saveNifti(file, kSize, kLeftFrontFeet, countedNumbers());
    return file;
  }
  VolumeScene& scene() { return panel_.planes()->scene(); }
  QString readOut() { return panel_.side()->readOut(); }
  std::string problem() { return panel_.problem().toStdString(); }
  template <class Widget>
  Widget* named(const QString& name) {
    for (Widget* each : panel_.findChildren<Widget*>()) {
      if (each->accessibleName() == name) return each;
    }
    ADD_FAILURE() << "nothing is called " << name.toStdString();
    return nullptr;
  }
  QColor pixelAt(Plane plane, const Voxel& voxel) {
    PlaneView* view = panel_.planes()->plane(plane);
    return view->image(1).pixelColor(view->placeOf(voxel).toPoint());
  }
  void photographBoth(const char* name) {
    warmstart::photographBoth(panel_, QStringLiteral("volume-") + QLatin1String(name));
  }
  VolumePanel panel_{desk_};
};

}  // namespace warmstart
