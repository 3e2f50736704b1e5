// The data preview from files alone: what is no picture is shown too, as outline, text or a
// sentence.
#include <gtest/gtest.h>

#include <QSpinBox>

#include "tests/gui/capture_files.h"
#include "tests/gui/queue_desk.h"
#include "views/look/theme.h"
#include "views/setup/preview_sheet.h"
#include "views/setup/preview_view.h"

namespace warmstart {
namespace {

class PreviewTest : public QueueDeskTest {
 protected:
  Draft draft_{root_};
  PreviewView view_{desk_, draft_};
  Path file_ = root_ / "preview.safetensors";

  void preview(const Json& info, const std::vector<Array>& arrays) {
    writeCapture(file_, info, arrays);
    show(view_, {900, 400});
    view_.showFile(QString::fromStdString(file_.string()));
    ASSERT_TRUE(waitFor([&] { return view_.settled() && !view_.items().empty(); }));
  }
  const PreviewItem& item(const char* title) {
    for (const PreviewItem& one : view_.items()) {
      if (one.title == QLatin1String(title)) return one;
    }
    ADD_FAILURE() << "no item " << title;
    return view_.items().front();
  }
  QString text(const char* title) { return item(title).text; }
};

const Json kTextInfo{{"samples", {"first line", "second line"}},
                     {"token_fields", {{"tokens", true}}},
                     {"class_fields", {{"class", true}, {"tags", true}, {"target", true}}},
                     {"class_names", {"O", "PER"}},
                     {"units", {{"spacing", "mm"}}},
                     {"pieces", {{"0", "[PAD]"}, {"1", "the"}, {"2", "cat"}, {"3", "##s"}}}};

TEST_F(PreviewTest, TokensClassesAndNumbersAreRead) {
  using Row = std::vector<std::int64_t>;
  preview(kTextInfo,
          {arrayOf("before.tokens.0", Dtype::kInt64, {8}, Row{1, 2, 3, 0, 0, 0, 0, 0}),
           arrayOf("after.tokens.0", Dtype::kInt64, {8}, Row{1, 2, 9, 0, 0, 0, 0, 0}),
           arrayOf("before.attention_mask.0", Dtype::kInt64, {8}, Row{1, 1, 1, 0, 0, 0, 0, 0}),
           arrayOf("after.attention_mask.0", Dtype::kInt64, {8}, Row{1, 1, 1, 0, 0, 0, 0, 0}),
           arrayOf("before.class.0", Dtype::kInt64, {}, Row{1}),
           arrayOf("before.tags.0", Dtype::kInt64, {3}, Row{0, 1, -100}),
           arrayOf("before.target.0", Dtype::kFloat32, {2}, std::vector<float>{1, 0.25}),
           arrayOf("before.spacing.0", Dtype::kFloat64, {2}, std::vector<double>{1, 0.5}),
           arrayOf("before.tokens.1", Dtype::kInt64, {1}, Row{2})});
  EXPECT_EQ(text("tokens as read"), QStringLiteral("the cats [PAD] (5 times)"));
  EXPECT_EQ(text("tokens as trained"), QStringLiteral("the cat 9 [PAD] (5 times)"));
  EXPECT_EQ(text("attention_mask as read and as trained"), QStringLiteral("1 1 1 0 (5 times)"));
  EXPECT_EQ(text("class as read"), QStringLiteral("PER"));
  EXPECT_EQ(text("tags as read"), QStringLiteral("O PER \u00b7"));
  EXPECT_EQ(text("target as read"), QStringLiteral("O, PER 0.25"));
  EXPECT_EQ(text("spacing as read"), QStringLiteral("1 0.5 mm"));
  const auto* sheet = view_.findChild<PreviewSheet*>();
  EXPECT_TRUE(sheet->accessibleDescription().contains(QLatin1String("the cats")));
  EXPECT_GT(count(shot(view_, "preview-text"), view_.palette().color(QPalette::WindowText)), 100);
  EXPECT_EQ(view_.sample()->maximum(), 1);
  view_.sample()->setValue(1);
  ASSERT_TRUE(waitFor([&] { return view_.settled(); }));
  EXPECT_EQ(text("tokens as read"), QStringLiteral("cat"));
}

TEST_F(PreviewTest, ASoundIsAnOutlineOfItsSamples) {
  std::vector<float> wave(16000, 0);
  for (std::size_t i = 4000; i < 8000; ++i) wave[i] = i % 2 == 0 ? 0.5F : -0.25F;
  preview({{"samples", {"a.wav"}}, {"axes", {{"wave", "time"}}}},
          {arrayOf("before.wave.0", Dtype::kFloat32, {16000}, wave),
           arrayOf("after.wave.0", Dtype::kFloat32, {16000}, wave),
           arrayOf("after.rate.0", Dtype::kInt64, {}, std::vector<std::int64_t>{8000})});
  const PreviewItem& sound = item("wave as read and as trained");
  ASSERT_EQ(sound.form, PreviewItem::Form::kOutline);
  ASSERT_EQ(sound.outline.size(), 1024U);
  EXPECT_FLOAT_EQ(sound.outline[384].high, 0.5F);
  EXPECT_FLOAT_EQ(sound.outline[384].low, -0.25F);
  EXPECT_FLOAT_EQ(sound.outline[100].high, 0);
  EXPECT_TRUE(sound.detail.contains(QLatin1String("2 s at 8000 Hz"))) << sound.detail.toStdString();
  EXPECT_GT(count(shot(view_, "preview-sound"), look::category(0)), 2000);
}

TEST_F(PreviewTest, WhatCannotBeDrawnSaysWhatItIs) {
  preview({{"samples", {"x"}}},
          {arrayOf("before.odd.0", Dtype::kFloat32, {300, 1}, std::vector<float>(300, 1))});
  EXPECT_TRUE(text("odd as read").contains(QLatin1String("300 values of type F32")));
  EXPECT_EQ(item("odd as read").detail, QStringLiteral("300 x 1"));
}

}  // namespace
}  // namespace warmstart
