// The Map panel on a desk of its own, for its tests.
#pragma once
#include <QTest>

#include "tests/gui/map_files.h"
#include "tests/gui/test_desk.h"
#include "views/map/map_board.h"
#include "views/map/map_panel.h"

namespace warmstart {

class MapDeskTest : public DeskTest {
 protected:
  void SetUp() override {
    panel_.resize(1000, 640);
    panel_.show();
  }
  Path file(const char* name) const { return root_ / name; }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return panel_.settled(); }, 20000));
    QTest::qWait(60);
    ASSERT_TRUE(QTest::qWaitFor([this] { return panel_.settled(); }, 20000));
  }
  void open(const Path& path) {
    panel_.open(QString::fromStdString(path.string()));
    settle();
  }
  void add(const Path& path) {
    panel_.add({QString::fromStdString(path.string())});
    settle();
  }
  MapBoard& board() { return *panel_.board(); }
  MapCanvas& canvas() { return *board().canvas(); }
  QColor colourAt(double column, double row) {
    return canvas().grab().toImage().pixelColor(canvas().placeOf({column, row}).toPoint());
  }
  QString readAt(double column, double row) {
    QTest::mouseMove(&canvas(), canvas().placeOf({column, row}).toPoint() - QPoint(9, 0));
    QTest::mouseMove(&canvas(), canvas().placeOf({column, row}).toPoint());
    settle();
    return board().readOut();
  }
  MapPanel panel_{desk_};
};

}  // namespace warmstart
