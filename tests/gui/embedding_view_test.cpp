// The Embedding view: principal components against numpy, points in the colours of their labels, a
// lasso, neighbours, and thousands of points without a stall.
#include "views/embedding/embedding_view.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <cmath>

#include "tests/gui/capture_files.h"
#include "views/embedding/embedding_model.h"
#include "views/embedding/embedding_plot.h"
#include "views/look/theme.h"
#include "views/pathway/group_colours.h"

namespace warmstart {
namespace {

std::vector<float> waves(int points, int features) {
  std::vector<float> values;
  for (int i = 0; i < points; ++i) {
    for (int j = 0; j < features; ++j)
      values.push_back(static_cast<float>(std::sin(1 + 3 * i + 7 * j * (1 + 0.1 * i)) / (1 + j)));
  }
  return values;
}

TEST(PrincipalComponents, EqualNumpysSingularValueDecomposition) {
  // i, j = numpy.indices((n, d)); x = (sin(1 + 3 i + 7 j (1 + 0.1 i)) / (1 + j)).astype(float32)
  // u, s, v = numpy.linalg.svd(x - x.mean(0)); u * s and s**2 / sum(s**2), signs by v.
  struct Known {
    int points, features;
    std::array<double, 3> explained, first, fourth;
  };
  for (const Known& known :
       {Known{40,
              6,
              {0.6472452635479458, 0.18162411376672408, 0.07970651080805523},
              {0.8446268356120281, 0.4774736073480264, 0.2335125765623329},
              {-0.541028775885014, 0.1088522492962868, 0.038298464276967065}},
        Known{5,
              9,
              {0.7198428936266439, 0.14126788513419355, 0.08445935636624813},
              {0.835630197026448, 0.145550765822642, 0.2880110350306718},
              {-0.592906915438568, 0.2572032184504684, 0.16785552579994287}}}) {
    const PrincipalComponents own = principal_components(
        waves(known.points, known.features), static_cast<std::size_t>(known.features), 3);
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(own.explained[c], known.explained[c], 1e-9) << c;
      EXPECT_NEAR(own.score(0, c), known.first[c], 1e-6) << c;
      EXPECT_NEAR(own.score(3, c), known.fourth[c], 1e-6) << c;
    }
  }
}

TEST(PrincipalComponents, OfPointsOnALineHaveOneDirectionAndOfOnePlaceNone) {
  const std::vector<float> line{0, 0, 3, 4, 6, 8}, same{1, 2, 1, 2};
  const PrincipalComponents one = principal_components(line, 2, 3);
  EXPECT_NEAR(one.explained[0], 1, 1e-12);
  EXPECT_NEAR(one.explained[1], 0, 1e-12);
  EXPECT_EQ(one.explained[2], 0);
  EXPECT_NEAR(one.score(2, 0), 5, 1e-9);
  EXPECT_NEAR(one.score(0, 1), 0, 1e-9);
  const PrincipalComponents none = principal_components(same, 2, 3);
  EXPECT_EQ(none.explained[0], 0);
  EXPECT_EQ(none.score(0, 0), 0);
}

class EmbeddingViewTest : public testing::Test {
 protected:
  CapturePtr capture(const Json& info, const std::vector<Array>& arrays) {
    const Path file = Path(folder_.path().toStdString()) / ("e" + std::to_string(count_++));
    writeCapture(file, info, arrays);
    return Capture::open(file);
  }
  /// Two points of class 3 at the left, two of class 5 at the right, in a plane of three features.
  CapturePtr fourPoints() {
    return capture({{"kind", "embedding"},
                    {"step", 50},
                    {"label", "class"},
                    {"samples", {"a", "b", "c", "d"}},
                    {"tokens", {{"so", "##me"}, {"text"}, {"here"}, {"too"}}}},
                   {arrayOf("features", Dtype::kFloat32, {4, 3}, features_),
                    arrayOf("label", Dtype::kInt64, {4}, labels_)});
  }
  void show(EmbeddingView& view, const CapturePtr& shown, const QStringList& classes = {}) {
    view.resize(1000, 600);
    view.setCapture(shown, 0, classes);
    view.show();
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.settled(); }, 20000));
    QTest::qWait(50);
    view.plot()->replot();  // the ranges follow the room, and the room the numbers beside it
    view.plot()->replot();
  }
  static void drag(QWidget* widget, const std::vector<QPointF>& corners) {
    const auto send = [&](QEvent::Type type, const QPointF& place, Qt::MouseButton button) {
      QMouseEvent event(type, place, widget->mapToGlobal(place), button,
                        type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton,
                        Qt::NoModifier);
      QCoreApplication::sendEvent(widget, &event);
    };
    send(QEvent::MouseButtonPress, corners.front(), Qt::LeftButton);
    for (const QPointF& corner : corners) send(QEvent::MouseMove, corner, Qt::NoButton);
    send(QEvent::MouseButtonRelease, corners.back(), Qt::LeftButton);
  }
  const std::vector<float> features_{-4, 1, 0, -4, -1, 0, 4, 1, 0, 4, -1, 0};
  const std::vector<std::int64_t> labels_{3, 3, 5, 5};
  QTemporaryDir folder_;
  int count_ = 0;
};

TEST_F(EmbeddingViewTest, PointsHaveTheColourOfTheirLabelAndAxesTheirShareOfTheVariance) {
  EmbeddingView view;
  show(view, fourPoints());
  photograph(view, "embedding.png");
  EmbeddingPlot* plot = view.plot();
  EXPECT_EQ(pixel(plot, plot->placeOf(0)), groupColour({3, 5}, 3));
  EXPECT_EQ(pixel(plot, plot->placeOf(3)), groupColour({3, 5}, 5));
  EXPECT_LT(plot->placeOf(0).x(), plot->placeOf(2).x());
  EXPECT_NEAR(
      (plot->placeOf(2).x() - plot->placeOf(0).x()) / (plot->placeOf(0).y() - plot->placeOf(1).y()),
      -4, 0.05)
      << "one scale for both axes";
  EXPECT_EQ(plot->xAxis->label(), QStringLiteral("component 1 (94.1 % of the variance)"));
  EXPECT_EQ(view.csv().left(60).toStdString().substr(0, 60),
            "point,sample,label,text,component 1,component 2,component 3,");
  EXPECT_TRUE(view.csv().contains("\na,a,3,some,-4,"));
}

TEST_F(EmbeddingViewTest, ALassoListsThePointsInItAndARowChoosesItsSample) {
  EmbeddingView view;
  const QAbstractItemModelTester tester(view.model(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  show(view, fourPoints(), {"", "", "", "sad", "", "glad"});
  EXPECT_EQ(view.model()->rowCount(), 4);
  EmbeddingPlot* plot = view.plot();
  const QPointF a = plot->placeOf(2), b = plot->placeOf(3);
  const double top = std::min(a.y(), b.y()) - 20, bottom = std::max(a.y(), b.y()) + 20;
  drag(plot, {{a.x() - 20, top}, {a.x() + 20, top}, {a.x() + 20, bottom}, {a.x() - 20, bottom}});
  ASSERT_EQ(view.model()->rowCount(), 2);
  QTest::qWait(50);
  photograph(view, "embedding-lasso.png");
  const auto ringed = [&](int point) {
    const QImage drawn = plot->grab().toImage();
    const QPoint centre = plot->placeOf(point).toPoint();
    bool ring = false;
    for (int dx = 3; dx <= 6; ++dx)
      ring = ring || drawn.pixelColor(centre + QPoint(dx, 0)).lightness() < 100;
    return ring;
  };
  EXPECT_TRUE(ringed(2));
  EXPECT_FALSE(ringed(0));
  EXPECT_EQ(view.table()->model()->index(0, EmbeddingModel::kLabel).data(), QStringLiteral("glad"));
  EXPECT_EQ(view.table()->model()->index(1, EmbeddingModel::kText).data(), QStringLiteral("too"));
  QSignalSpy wanted(&view, &CaptureView::sampleWanted);
  view.table()->selectRow(1);
  ASSERT_EQ(wanted.count(), 1);
  EXPECT_EQ(wanted[0][0].toInt(), 3);
  QTest::keyClick(plot, Qt::Key_Escape);
  EXPECT_EQ(view.model()->rowCount(), 4);
}

TEST_F(EmbeddingViewTest, AClickListsTheNeighboursByTheCosineOfAllFeatures) {
  EmbeddingView view;
  show(view, fourPoints());
  EmbeddingPlot* plot = view.plot();
  QTest::mouseClick(plot, Qt::LeftButton, {}, plot->placeOf(0).toPoint());
  ASSERT_EQ(view.model()->rowCount(), 3);
  EXPECT_EQ(view.model()->pointAt(0), 1);
  EXPECT_EQ(view.model()->pointAt(2), 3) << "(-4, 1) against (4, -1) is opposite";
  const auto cosine = [&](int row) {
    return view.model()
        ->index(row, EmbeddingModel::kCosine)
        .data(EmbeddingModel::kSortRole)
        .toDouble();
  };
  EXPECT_NEAR(cosine(0), 15.0 / 17, 1e-6);
  EXPECT_NEAR(cosine(2), -1, 1e-6);
  photograph(view, "embedding-neighbours.png");
  EXPECT_EQ(view.readOut().toStdString(), "a (3): some");
}

TEST_F(EmbeddingViewTest, TokensAreNamedAndBelongToTheirSample) {
  const std::vector<std::int64_t> samples{0, 0, 1, 1};
  EmbeddingView view;
  show(view, capture({{"kind", "embedding"},
                      {"of", "tokens"},
                      {"samples", {"first", "second"}},
                      {"points", {"to", "be", "or", "\n"}}},
                     {arrayOf("features", Dtype::kFloat32, {4, 3}, features_),
                      arrayOf("sample", Dtype::kInt64, {4}, samples)}));
  EXPECT_EQ(view.scene()->names[3], QStringLiteral("↵"));
  EXPECT_EQ(view.scene()->texts[3], QStringLiteral("second"));
  QSignalSpy wanted(&view, &CaptureView::sampleWanted);
  view.choose(2);
  ASSERT_EQ(wanted.count(), 1);
  EXPECT_EQ(wanted[0][0].toInt(), 1);
}

TEST_F(EmbeddingViewTest, FeaturesThatAreNoNumbersAreToldNotDrawn) {
  const std::vector<float> broken{0, 1, NAN, 2};
  EmbeddingView view;
  show(view,
       capture({{"kind", "embedding"}}, {arrayOf("features", Dtype::kFloat32, {2, 2}, broken)}));
  EXPECT_FALSE(view.scene()->problem.isEmpty());
  EXPECT_FALSE(view.plot()->isVisible());
  EXPECT_TRUE(view.csv().isEmpty());
}

TEST_F(EmbeddingViewTest, ThousandsOfPointsDoNotHoldTheWindowUp) {
  constexpr int kPoints = 5000, kFeatures = 128;
  const std::vector<float> many = waves(kPoints, kFeatures);
  std::vector<std::int64_t> labels;
  for (int i = 0; i < kPoints; ++i) labels.push_back(i % 7);
  const CapturePtr shown = capture(
      {{"kind", "embedding"}}, {arrayOf("features", Dtype::kFloat32, {kPoints, kFeatures}, many),
                                arrayOf("label", Dtype::kInt64, {kPoints}, labels)});
  EmbeddingView view;
  view.resize(1000, 600);
  view.show();
  QElapsedTimer clock;
  qint64 longest = 0;
  view.setCapture(shown, 0, {});
  while (!view.settled()) {
    clock.start();
    QCoreApplication::processEvents();
    longest = std::max(longest, clock.elapsed());
  }
  EXPECT_EQ(view.model()->rowCount(), kPoints);
  clock.start();
  view.choose(17);
  longest = std::max(longest, clock.elapsed());
  RecordProperty("longest_ms", static_cast<int>(longest));
  photograph(view, "embedding-many.png");
  EXPECT_LT(longest, 1000) << "ms in one piece on a loaded machine";
}

}  // namespace
}  // namespace warmstart
