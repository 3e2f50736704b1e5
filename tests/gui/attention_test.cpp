// The attention view against numbers of numpy (tests/reference/attention_heads.py), and by clicks
// and pixels.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "app/gui/stall_watch.h"
#include "tests/gui/capture_files.h"
#include "views/inspect/attention_metrics.h"
#include "views/inspect/attention_view.h"
#include "views/inspect/head_grid.h"
#include "views/inspect/patch_picture.h"
#include "views/inspect/token_arcs.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kTokens = 7;

/// head(seed) of the reference script.
std::vector<float> headOf(int seed) {
  std::vector<float> weights(kTokens * kTokens, 0);
  for (int q = 0; q < kTokens; ++q) {
    double sum = 0;
    for (int k = 0; k <= q; ++k) sum += std::exp((q * 7 + k * 3 + seed * 5) % 11 / 4.0);
    for (int k = 0; k <= q; ++k)
      weights[static_cast<std::size_t>(q * kTokens + k)] =
          static_cast<float>(std::exp((q * 7 + k * 3 + seed * 5) % 11 / 4.0) / sum);
  }
  return weights;
}

class AttentionTest : public testing::Test {
 protected:
  /// Two layers of two heads over "a b c a b c a", the last of 8 places is padding.
  CapturePtr text(int step = 1, int shift = 0) {
    std::vector<std::vector<float>> layers(2);
    for (int layer = 0; layer < 2; ++layer) {
      for (int head = 0; head < 2; ++head) {
        const std::vector<float> weights = headOf(2 * layer + head + 1 + shift);
        for (int q = 0; q <= kTokens; ++q)
          for (int k = 0; k <= kTokens; ++k)
            layers[static_cast<std::size_t>(layer)].push_back(
                q < kTokens && k < kTokens ? weights[static_cast<std::size_t>(q * kTokens + k)]
                                           : 0.9F);
      }
    }
    const Json info{{"kind", "attention"},
                    {"step", step},
                    {"samples", {"one"}},
                    {"lengths", {7}},
                    {"axes", {{"layer.N", "S head query key"}}},
                    {"tokens", {{"a", "b", " ", "a", "b", " ", "a", "[PAD]"}}}};
    return write(info, {arrayOf("layer.0", Dtype::kFloat32, {1, 2, 8, 8}, layers[0]),
                        arrayOf("layer.1", Dtype::kFloat32, {1, 2, 8, 8}, layers[1])});
  }
  CapturePtr write(const Json& info, const std::vector<Array>& arrays) {
    const Path file = Path(folder_.path().toStdString()) / ("a" + std::to_string(count_++));
    writeCapture(file, info, arrays);
    return Capture::open(file);
  }
  void show(const CapturePtr& capture) {
    view_.resize(760, 620);
    view_.setCapture(capture, 0, {});
    view_.show();
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return view_.settled(); }, 5000));
    QCoreApplication::processEvents();
  }
  QTemporaryDir folder_;
  AttentionView view_;
  int count_ = 0;
};

TEST_F(AttentionTest, HeadNumbersEqualNumpys) {
  const std::vector<float> weights = headOf(1);
  const HeadWeights head{weights, kTokens, kTokens};
  const std::vector<int> tokens{0, 1, 2, 0, 1, 2, 0};
  EXPECT_NEAR(attention_entropy(head), 1.4568049283695224, 1e-6);
  EXPECT_NEAR(distance_score(head, 1), 0.3108063447481999, 1e-7);
  EXPECT_NEAR(distance_score(head, 0), 0.3395218826463245, 1e-7);
  EXPECT_NEAR(first_key_score(head), 0.23983409965736824, 1e-7);
  EXPECT_NEAR(induction_score(head, tokens), 0.20055989907075358, 1e-7);
  EXPECT_TRUE(std::isnan(induction_score(head, std::vector<int>{0, 1, 2, 3, 4, 5, 6})));
}

TEST_F(AttentionTest, APerfectInductionHeadHasTheScoreOne) {
  std::vector<float> weights(16, 0);
  for (const int place : {0, 4, 9, 13}) weights[static_cast<std::size_t>(place)] = 1;
  // a b a b: the second a looks at the first b, the second b at the second a.
  weights[13] = 0, weights[3 * 4 + 2] = 1;
  EXPECT_DOUBLE_EQ(induction_score({weights, 4, 4}, std::vector<int>{0, 1, 0, 1}), 1);
}

TEST_F(AttentionTest, RolloutAndMeansEqualNumpysAndPaddingIsCut) {
  show(text());
  view_.choose({AttentionChoice::kRollout, 0});
  settle();
  const MatrixPtr rollout = view_.canvas()->matrix();
  ASSERT_EQ(rollout->rows, 7);
  const double last[]{0.15089038, 0.14834427, 0.11468036, 0.06674098,
                      0.10575681, 0.05371755, 0.35986965},
      fourth[]{0.29380733, 0.13237933, 0.22188449, 0.35192885, 0, 0, 0};
  for (int k = 0; k < 7; ++k) {
    EXPECT_NEAR(rollout->at(6, k), last[k], 1e-6);
    EXPECT_NEAR(rollout->at(3, k), fourth[k], 1e-6);
  }
  view_.choose({0, AttentionChoice::kMean});
  settle();
  EXPECT_NEAR(view_.canvas()->matrix()->at(6, 2), (headOf(1)[44] + headOf(2)[44]) / 2, 1e-7);
  view_.choose({AttentionChoice::kMean, 1});
  settle();
  EXPECT_NEAR(view_.canvas()->matrix()->at(6, 2), (headOf(2)[44] + headOf(4)[44]) / 2, 1e-7);
}

TEST_F(AttentionTest, AHeadIsChosenInTheGridAndInTheTable) {
  const QAbstractItemModelTester tester(&view_.metrics(),
                                        QAbstractItemModelTester::FailureReportingMode::Fatal);
  show(text());
  photograph(view_, "attention-matrix.png");
  QTest::mouseClick(view_.heads(), Qt::LeftButton, {}, view_.heads()->rectOf(1, 0).center());
  settle();
  EXPECT_EQ(view_.choice(), (AttentionChoice{1, 0}));
  EXPECT_NEAR(view_.canvas()->matrix()->at(6, 2), headOf(3)[44], 1e-7);
  QTest::keyClick(view_.heads(), Qt::Key_Right);
  EXPECT_EQ(view_.choice(), (AttentionChoice{1, 1}));
  view_.setPage(AttentionView::kHeads);
  QTableView* table = view_.table();
  table->sortByColumn(4, Qt::DescendingOrder);
  photograph(view_, "attention-heads.png");
  const QModelIndex top = table->model()->index(0, 4);
  for (int row = 1; row < 4; ++row)
    EXPECT_GE(top.data(Qt::UserRole).toDouble(),
              table->model()->index(row, 4).data(Qt::UserRole).toDouble());
  const QString name = table->model()->headerData(0, Qt::Vertical).toString();
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(top).center());
  EXPECT_EQ(name,
            QStringLiteral("layer %1, head %2").arg(view_.choice().layer).arg(view_.choice().head));
}

TEST_F(AttentionTest, ATokenShowsWhatItLooksAtAsStronglyAsItsWeightsSay) {
  show(text());
  view_.setPage(AttentionView::kTokens);
  TokenArcs* arcs = view_.arcs();
  QTest::mouseClick(arcs, Qt::LeftButton, {}, arcs->rectOf(5, true).center());
  photograph(view_, "attention-tokens.png");
  const std::vector<float> weights = headOf(1);
  EXPECT_TRUE(view_.readOut().startsWith(QStringLiteral("\u2423 (5) looks at: ")))
      << qPrintable(view_.readOut());
  int strongest = 0;
  for (int k = 1; k < 7; ++k)
    if (weights[35 + static_cast<std::size_t>(k)] >
        weights[35 + static_cast<std::size_t>(strongest)])
      strongest = k;
  EXPECT_TRUE(view_.readOut().contains(
      QStringLiteral("(%1) %L2")
          .arg(strongest)
          .arg(weights[35 + static_cast<std::size_t>(strongest)], 0, 'f', 4)));
  const auto ground = [&](int token) {
    return pixel(arcs, arcs->rectOf(token, false).topLeft() + QPoint(4, 4));
  };
  // The accent is blue: the stronger the weight, the less red.
  EXPECT_LT(ground(strongest).red(), 150);
  EXPECT_EQ(ground(6), look::surface());  // the future is not seen
}

TEST_F(AttentionTest, ADifferenceOfTwoStepsIsSubtracted) {
  view_.setReference({text(3, 1), 0, {}});
  show(text(9));
  EXPECT_NEAR(view_.canvas()->matrix()->at(6, 2), headOf(1)[44] - headOf(2)[44], 1e-6);
  EXPECT_EQ(view_.canvas()->scale().map, look::Map::kDiverging);
}

TEST_F(AttentionTest, QueriesThatAreOtherTokensStandAboveTheKeys) {
  const std::vector<float> cross{0.1F, 0.2F, 0.7F, 0.6F, 0.3F, 0.1F};
  show(write({{"kind", "attention"},
              {"samples", {"one"}},
              {"axes", {{"layer.N", "S head query key"}}},
              {"query_tokens", Json::array({Json::array({"le", "chat"})})},
              {"key_tokens", Json::array({Json::array({"the", "black", "cat"})})}},
             {arrayOf("layer.0", Dtype::kFloat32, {1, 1, 2, 3}, cross)}));
  view_.setPage(AttentionView::kTokens);
  photograph(view_, "attention-cross.png");
  TokenArcs* arcs = view_.arcs();
  EXPECT_LT(arcs->rectOf(0, true).bottom(), arcs->rectOf(0, false).top());
  QTest::mouseClick(arcs, Qt::LeftButton, {}, arcs->rectOf(1, true).center());
  EXPECT_EQ(view_.readOut().toStdString(),
            "chat (1) looks at: the (0) 0.6000, black (1) 0.3000, cat (2) 0.1000");
}

TEST_F(AttentionTest, PaddingOfQueriesAndOfKeysIsCutByTheirOwnLengths) {
  std::vector<float> cross(4 * 5);
  for (std::size_t i = 0; i < cross.size(); ++i) cross[i] = static_cast<float>(i) / 100;
  const auto letters = [](const char* text) {
    Json row = Json::array();
    for (; *text != 0; ++text) row.push_back(std::string(1, *text));
    return Json::array({row});
  };
  Json info{{"kind", "attention"},
            {"of", "cross"},
            {"samples", {"one"}},
            {"axes", {{"layer.N", "S head query key"}}},
            {"tokens", letters("abcd_")},
            {"lengths", {4}},
            {"query_lengths", {4}},
            {"query_tokens", letters("wxyz")},
            {"key_tokens", letters("abcd_")}};
  const CapturePtr capture =
      write(info, {arrayOf("layer.0", Dtype::kFloat32, {1, 1, 4, 5}, cross)});
  EXPECT_FALSE(attentionStack(capture, 0).self()) << "as many queries as keys, but others";
  show(capture);
  const MatrixPtr matrix = view_.canvas()->matrix();
  ASSERT_EQ(matrix->rows, 4);
  ASSERT_EQ(matrix->columns, 4);
  EXPECT_FLOAT_EQ(static_cast<float>(matrix->at(3, 3)), 0.18F);
  EXPECT_EQ(matrix->row_labels.join(QLatin1Char(' ')), QStringLiteral("w x y z"));
  EXPECT_EQ(matrix->column_labels.join(QLatin1Char(' ')), QStringLiteral("a b c d"));
  info["of"] = "decoder", info["lengths"] = {3}, info["key_tokens"] = info["query_tokens"];
  info.erase("query_lengths");
  cross.resize(16);
  show(write(info, {arrayOf("layer.0", Dtype::kFloat32, {1, 1, 4, 4}, cross)}));
  EXPECT_EQ(view_.canvas()->matrix()->rows, 3);
  EXPECT_EQ(view_.canvas()->matrix()->row_labels.join(QLatin1Char(' ')), QStringLiteral("w x y"));
}

TEST_F(AttentionTest, PatchesAreColouredOverThePicture) {
  // A class token and 2 x 2 patches; the class token looks at the lower right patch.
  std::vector<float> weights(25, 0.2F);
  for (int k = 0; k < 5; ++k) weights[static_cast<std::size_t>(k)] = k == 4 ? 1.0F : 0.0F;
  const std::vector<float> image(16, 0.5F);
  show(write({{"kind", "attention"},
              {"samples", {"one"}},
              {"patch_grid", {2, 2}},
              {"axes", {{"layer.N", "S head query key"}}}},
             {arrayOf("layer.0", Dtype::kFloat32, {1, 1, 5, 5}, weights),
              arrayOf("image", Dtype::kFloat32, {1, 1, 4, 4}, image)}));
  view_.setPage(AttentionView::kPicture);
  photograph(view_, "attention-picture.png");
  PatchPicture* patches = view_.patches();
  const auto seen = [&](int token) {
    return pixel(patches, patches->rectOf(token).center().toPoint());
  };
  EXPECT_GT(seen(4).red(), 150);  // the yellow end of the map
  EXPECT_LT(seen(1).red(), 60);
  QTest::mouseClick(patches, Qt::LeftButton, {}, patches->rectOf(2).center().toPoint());
  EXPECT_EQ(view_.readOut().toStdString(), "query 0, 1, key 0, 1: 0.2");
}

TEST_F(AttentionTest, FortyEightHeadsOverFiveHundredTokensNeverHoldTheWindow) {
  std::vector<std::uint16_t> weights(12 * 512 * 512, 0x1800);  // 1/512 as half
  std::vector<Array> arrays;
  for (const char* name : {"layer.0", "layer.1", "layer.2", "layer.3"})
    arrays.push_back(arrayOf(name, Dtype::kFloat16, {1, 12, 512, 512}, weights));
  const CapturePtr large = write(
      {{"kind", "attention"}, {"samples", {"one"}}, {"axes", {{"layer.N", "S head query key"}}}},
      arrays);
  show(text());
  StallWatch watch;
  QTest::qWait(50);
  watch.takeLongest();
  const auto finish = [&] {
    EXPECT_TRUE(QTest::qWaitFor([&] { return view_.settled(); }, 20000));
    QTest::qWait(50);
  };
  view_.setCapture(large, 0, {});
  finish();
  view_.choose({AttentionChoice::kMean, AttentionChoice::kMean});
  finish();
  const int longest = watch.takeLongest();
  RecordProperty("longest_ms", longest);
  // 50 ms is the promise on a machine of its own; three times that where others compute too.
  EXPECT_LT(longest, 150);
  EXPECT_NEAR(view_.canvas()->matrix()->at(3, 5), 1.0 / 512, 1e-6);
}

}  // namespace
}  // namespace warmstart
