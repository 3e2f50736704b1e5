// The Token view: a written capture becomes coloured tokens, a strip, exact numbers at the pointer
// and under the keys, and the text of the step.
#include "views/tokens/token_view.h"

#include <gtest/gtest.h>

#include <QPlainTextEdit>
#include <QTableWidget>
#include <QTest>
#include <fstream>

#include "tests/gui/capture_files.h"
#include "tests/gui/test_desk.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/token_text.h"
#include "views/look/theme.h"
#include "views/tokens/corruption_legend.h"
#include "views/tokens/loss_strip.h"
#include "views/tokens/token_flow.h"

namespace warmstart {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

/// One text of four places, two predictions each; the numbers of a test's own.
struct WrittenTokens {
  Json info{{"kind", "tokens"},
            {"task", "next"},
            {"step", 100},
            {"choices", 8},
            {"samples", {"a"}},
            {"pieces", {{"1", "t"}, {"2", "o"}, {"3", "\n"}, {"4", "b"}, {"7", "[MASK]"}}},
            {"marks", {7}},
            {"lengths", {4}}};
  std::vector<std::int32_t> read{1, 2, 3, 4, 0}, text{1, 2, 3, 4, 0}, target{-100, 2, 3, 4, -100},
      rank{0, 1, 2, 5, 0}, predicted{0, 0, 2, 1, 1, 3, 2, 3, 0, 0};
  std::vector<float> loss{kNone, 0.25F, 1.0F, 2.5F, kNone},
      probability{0, 0, 0.7788F, 0.1F, 0.5F, 0.3679F, 0.4F, 0.3F, 0, 0};
  std::vector<std::int32_t> fate;  ///< empty = not recorded
  std::vector<Array> arrays() const {
    const auto places = static_cast<std::int64_t>(text.size());
    std::vector<Array> all{arrayOf("read", Dtype::kInt32, {1, std::ssize(read)}, read),
                           arrayOf("text", Dtype::kInt32, {1, places}, text),
                           arrayOf("target", Dtype::kInt32, {1, places}, target),
                           arrayOf("rank", Dtype::kInt32, {1, places}, rank),
                           arrayOf("predicted", Dtype::kInt32, {1, places, 2}, predicted),
                           arrayOf("loss", Dtype::kFloat32, {1, places}, loss),
                           arrayOf("probability", Dtype::kFloat32, {1, places, 2}, probability)};
    if (!fate.empty()) all.push_back(arrayOf("fate", Dtype::kInt32, {1, places}, fate));
    return all;
  }
};

class TokenViewTest : public testing::Test {
 protected:
  CapturePtr capture(const WrittenTokens& written) {
    const Path file = Path(folder_.path().toStdString()) / ("t" + std::to_string(count_++));
    writeCapture(file, written.info, written.arrays());
    return Capture::open(file);
  }
  void show(TokenView& view, const CapturePtr& shown, const QStringList& classes = {}) {
    view.resize(900, 560);
    view.setCapture(shown, 0, classes);
    view.show();
    QTest::qWait(20);
  }
  /// Above the letters.
  static QColor groundOf(const TokenView& view, int token) {
    const QRect place = view.text()->rectOf(token);
    return pixel(view.text(), QPointF(place.center().x(), place.top() + 1));
  }
  static QColor lossColour(double loss) {
    return QColor(ValueScale{0, std::log(8.0), false, look::Map::kCividis}.colourOf(
        std::min(loss, std::log(8.0))));
  }
  QTemporaryDir folder_;
  int count_ = 0;
};

TEST_F(TokenViewTest, EachTokenStandsOnTheColourOfItsLoss) {
  TokenView view;
  show(view, capture({}));
  photograph(view, "tokens.png");
  const auto ground = [&](int token) { return groundOf(view, token); };
  EXPECT_EQ(ground(0), look::surface()) << "nothing is predicted at the first place";
  EXPECT_EQ(ground(1), lossColour(0.25));
  EXPECT_EQ(ground(3), lossColour(2.5)) << "more than guessing evenly: the end of the scale";
  EXPECT_FALSE(view.text()->rectOf(4).isValid()) << "padding";
  EXPECT_GT(view.text()->rectOf(3).top(), view.text()->rectOf(2).bottom()) << "a new line";
  const QRect bar = view.strip()->scaleBar();
  EXPECT_EQ(pixel(view.strip(), QPointF(bar.center().x(), bar.top())),
            lossColour(std::log(8.0) * (1 - 0.5 / bar.height())));
  const QRectF low = view.strip()->rectOf(1), high = view.strip()->rectOf(2);
  EXPECT_NEAR(high.height() / low.height(), 4, 0.05);
  EXPECT_EQ(pixel(view.strip(), high.center()), lossColour(1));
  EXPECT_TRUE(view.strip()->rectOf(0).isEmpty());
}

TEST_F(TokenViewTest, PointerAndKeysReadLossTargetAndPredictions) {
  TokenView view;
  show(view, capture({}));
  pointAt(view.text(), view.text()->rectOf(2).center());
  EXPECT_EQ(view.readOut().toStdString(),
            "Place 2: ↵\nLoss 1.0000 nats, probability 0.3679\nRank 2 of the choices");
  ASSERT_EQ(view.predictions()->rowCount(), 2);
  EXPECT_EQ(view.predictions()->item(0, 0)->text(), QStringLiteral("t"));
  EXPECT_EQ(view.predictions()->item(0, 1)->text(), QStringLiteral("0.5000"));
  EXPECT_EQ(view.predictions()->item(1, 0)->text(), QStringLiteral("↵ (asked for)"));
  QTest::mouseClick(view.text(), Qt::LeftButton, {}, view.text()->rectOf(1).center());
  QTest::keyClick(view.text(), Qt::Key_Down);
  EXPECT_TRUE(view.readOut().startsWith(QStringLiteral("Place 3: b\n")))
      << view.readOut().toStdString();
  QTest::keyClick(view.text(), Qt::Key_Home);
  EXPECT_TRUE(view.readOut().endsWith(QStringLiteral("Nothing is predicted here.")));
  pointAt(view.strip(), view.strip()->rectOf(3).center());
  EXPECT_TRUE(view.readOut().startsWith(QStringLiteral("Place 3")));
  EXPECT_EQ(view.csv().toStdString(),
            "place,token,target,loss (nats),rank,prediction 1,probability 1,prediction 2,"
            "probability 2\n0,t,,,,,,,\n1,o,o,0.25,1,o,0.7788,t,0.1\n2,\"\n\",\"\n\",1,2,t,0.5,"
            "\"\n\",0.3679\n3,b,b,2.5,5,o,0.4,\"\n\",0.3\n");
  EXPECT_EQ(
      view.summary().toStdString(),
      "Mean loss of the next tokens (3): 1.250 nats, perplexity 3.49; guessing evenly: 2.079 nats");
}

TEST_F(TokenViewTest, HiddenTokensAreFramedWithTheAskedOneBelow) {
  WrittenTokens written;
  written.info["task"] = "hidden";
  written.info["pieces"] = {
      {"1", "the"}, {"2", "hidden"}, {"3", "word"}, {"4", "##s"}, {"7", "[MASK]"}};
  written.read = written.text = {1, 7, 3, 4, 0};
  written.target = {-100, 2, -100, -100, -100};
  TokenView view;
  show(view, capture(written));
  photograph(view, "tokens-hidden.png");
  EXPECT_EQ(view.scene().places[1].target, QStringLiteral("hidden"));
  EXPECT_EQ(view.scene().asked(), 1);
  EXPECT_GT(view.text()->rectOf(1).left() - view.text()->rectOf(0).right(), 2);
  EXPECT_LE(view.text()->rectOf(3).left() - view.text()->rectOf(2).right(), 2)
      << "a piece that goes on a word";
  pointAt(view.text(), view.text()->rectOf(1).center());
  EXPECT_TRUE(view.readOut().startsWith(QStringLiteral("Place 1: [MASK]\nAsked for: hidden\n")))
      << view.readOut().toStdString();
  const QImage drawn = view.text()->grab().toImage();
  const QRect frame = view.text()->rectOf(1);
  int dots = 0;
  for (int x = frame.left() + 6; x < frame.right() - 6; ++x)
    dots += drawn.pixelColor(x, frame.top()) != drawn.pixelColor(x, frame.top() + 2) ? 1 : 0;
  EXPECT_GT(dots, frame.width() / 5) << "a dotted frame";
}

TEST_F(TokenViewTest, MaskedReplacedAndKeptTokensAreToldApart) {
  WrittenTokens written;
  written.info["task"] = "hidden";
  written.info["replacement"] = "unigram";
  written.info["pieces"] = {
      {"1", "the"}, {"2", "old"}, {"3", "word"}, {"4", "is"}, {"7", "[MASK]"}};
  written.read = written.text = {1, 7, 3, 4, 0};
  written.target = {-100, 2, 1, 4, -100};
  written.fate = {0, 1, 2, 3, 0};
  TokenView view;
  show(view, capture(written));
  photographBoth(view, QStringLiteral("tokens-fates"));
  QTest::qWait(50);
  const auto framed = [&](TokenFlow* flow, int token, TokenFate fate) {
    const QImage drawn = flow->grab().toImage();
    const QRect frame = flow->rectOf(token);
    int points = 0;
    for (int x = frame.left() + 4; x < frame.right() - 4; ++x)
      points += drawn.pixelColor(x, frame.top()) == fateColour(fate) ? 1 : 0;
    return static_cast<double>(points) / (frame.width() - 8);
  };
  EXPECT_GT(framed(view.text(), 1, TokenFate::kMasked), 0.2);
  EXPECT_GT(framed(view.text(), 2, TokenFate::kReplaced), 0.3);
  EXPECT_GT(framed(view.text(), 3, TokenFate::kKept), 0.9) << "a solid line";
  EXPECT_LT(framed(view.text(), 1, TokenFate::kMasked), 0.8) << "a dotted one";
  EXPECT_EQ(framed(view.text(), 0, TokenFate::kMasked), 0);
  EXPECT_TRUE(view.original()->isVisible());
  ASSERT_EQ(view.scene().original.size(), 4U);
  EXPECT_EQ(view.scene().original[2].token.piece, QStringLiteral("the")) << "not what replaced it";
  EXPECT_GT(framed(view.original(), 2, TokenFate::kReplaced), 0.3);
  EXPECT_EQ(view.legend()->text(),
            QStringLiteral("The chosen tokens; replacements are drawn from words as often as they "
                           "occur: masked: 1 here, 1 in all samples (33.3 %); ≠ replaced: 1 here, "
                           "1 in all samples (33.3 %); = kept: 1 here, 1 in all samples (33.3 %)"));
  view.choose(2);
  EXPECT_TRUE(view.readOut().contains(
      QStringLiteral("Asked for: the\nReplaced; drawn from words as often as they occur")))
      << view.readOut().toStdString();
  EXPECT_TRUE(view.csv().contains("2,word,the,1,2,replaced,")) << view.csv().toStdString();
}

TEST_F(TokenViewTest, TheDenoiserOfASampleIsNamedAndItsSpansStandInTheOriginal) {
  WrittenTokens written;
  written.info["task"] = "target";
  written.info["denoisers"] = {{{"mode", "X"}, {"mean_span", 8}, {"rate", 0.5}},
                               {{"mode", "S"}, {"mean_span", 3}, {"rate", 0.25}},
                               {{"mode", "X"}, {"mean_span", 8}, {"rate", 0.5}}};
  written.info["pieces"] = {{"1", "to"},        {"2", "be"},    {"3", "or"},  {"4", "not"},
                            {"7", "<extra_0>"}, {"8", "[NLG]"}, {"9", "</s>"}};
  written.info["marks"] = {7, 8};
  written.read = {8, 1, 7, 4, 9};
  written.info["lengths"] = {5};
  written.text = written.target = {7, 2, 3, 9, -100};
  written.text[4] = 0;
  written.loss = {0.25F, 0.5F, 1.5F, 0.5F, kNone};
  TokenView view;
  show(view, capture(written));
  photograph(view, "tokens-denoiser.png");
  EXPECT_EQ(view.legend()->text(),
            QStringLiteral("Denoiser of this sample: X: long spans, or much hidden, about 8 tokens "
                           "each, 50 % of the text. Drawn for the watched samples: S 1, X 2."));
  QStringList pieces;
  std::vector<int> spans;
  for (const SpanToken& each : view.scene().original) {
    pieces += each.token.piece;
    spans.push_back(each.span);
  }
  EXPECT_EQ(pieces, QStringList({"to", "be", "or", "not"}));
  EXPECT_EQ(spans, std::vector<int>({-1, 0, 0, -1}));
  const auto ground = [](TokenFlow* flow, int token) {
    const QRect place = flow->rectOf(token);
    return pixel(flow, QPointF(place.left() + 3, place.top() + 4));  // beside the letters
  };
  EXPECT_EQ(ground(view.original(), 1), ground(view.input(), 2)) << "the sentinel has its colour";
  EXPECT_NE(ground(view.original(), 1), ground(view.original(), 0));
}

TEST_F(TokenViewTest, AnEncoderDecoderShowsItsInputAndItsTarget) {
  WrittenTokens written;
  written.info["task"] = "target";
  written.info["pieces"] = {
      {"1", "to"}, {"2", "be"}, {"3", "or"}, {"4", "not"}, {"7", "<extra_0>"}};
  written.read = {1, 7, 4, 0};
  written.info["lengths"] = {3};
  written.text = {7, 2, 3, 0, 0};
  written.target = {7, 2, 3, -100, -100};
  written.loss = {0.25F, 0.5F, 1.5F, kNone, kNone};
  TokenView view;
  show(view, capture(written));
  photograph(view, "tokens-target.png");
  ASSERT_EQ(view.scene().read.size(), 3U);
  EXPECT_TRUE(view.scene().read[1].token.mark);
  ASSERT_EQ(view.scene().places.size(), 3U);
  EXPECT_TRUE(view.input()->isVisible());
  EXPECT_FALSE(view.input()->rectOf(3).isValid());
  const QImage drawn = view.input()->grab().toImage();
  bool accent = false;
  const QRect mark = view.input()->rectOf(1);
  for (int x = mark.left(); x <= mark.right(); ++x)
    for (int y = mark.top(); y <= mark.bottom(); ++y)
      accent = accent || drawn.pixelColor(x, y) == look::accent();
  EXPECT_TRUE(accent) << "a sentinel has the accent's colour";
}

TEST_F(TokenViewTest, ATaggersClassesHaveTheirNames) {
  WrittenTokens written;
  written.info["task"] = "class";
  written.target = {0, 1, -100, 1, -100};
  written.loss = {0.5F, 0.5F, kNone, 0.5F, kNone};
  written.predicted = {0, 1, 1, 0, 0, 0, 0, 1, 0, 0};
  TokenView view;
  show(view, capture(written), {QStringLiteral("O"), QStringLiteral("PER")});
  photograph(view, "tokens-class.png");
  EXPECT_EQ(view.scene().places[1].target, QStringLiteral("PER"));
  EXPECT_EQ(view.scene().places[3].predictions[0].token, QStringLiteral("O"));
}

TEST_F(TokenViewTest, ADifferenceToAPinnedStepIsSignedAroundZero) {
  WrittenTokens later;
  later.loss = {kNone, 0.25F, 2.0F, 1.5F, kNone};
  TokenView view;
  view.setReference({capture({}), 0, QStringLiteral("step 10")});
  show(view, capture(later));
  photograph(view, "tokens-difference.png");
  const auto& colours = look::colours(look::Map::kDiverging);
  const auto ground = [&](int token) { return groundOf(view, token); };
  EXPECT_EQ(ground(1), QColor(colours[128]));
  EXPECT_EQ(ground(2), QColor(colours[255]));
  EXPECT_EQ(ground(3), QColor(colours[0]));
  view.choose(3);
  EXPECT_TRUE(view.readOut().endsWith(QStringLiteral("-1.0000 nats against step 10")))
      << view.readOut().toStdString();
}

TEST_F(TokenViewTest, ArraysThatDoNotFitAreToldNotDrawn) {
  WrittenTokens written;
  std::vector<Array> arrays = written.arrays();
  arrays.pop_back();
  const Path file = Path(folder_.path().toStdString()) / "broken";
  writeCapture(file, written.info, arrays);
  TokenView view;
  show(view, Capture::open(file));
  EXPECT_TRUE(view.summary().startsWith(
      QStringLiteral("the array 'probability' is missing or does not fit the others")))
      << view.summary().toStdString();
  EXPECT_TRUE(view.csv().isEmpty());
}

TEST(TokenText, FollowsTheTokenizersOwnMarksOfWords) {
  EXPECT_EQ(joinedPieces({"[CLS]", "un", "##happy", "end", "[SEP]", "[PAD]"}),
            QStringLiteral("unhappy end"));
  EXPECT_EQ(joinedPieces({"▁to", "▁b", "e", "</s>"}), QStringLiteral("to be"));
  EXPECT_EQ(joinedPieces({"to", "Ġbe", "Ċ", "Ġor"}), QStringLiteral("to be or"));
  EXPECT_EQ(joinedPieces({"t", "o", " ", "b", "e"}), QStringLiteral("to be"));
  EXPECT_EQ(pieceText("\n"), QStringLiteral("↵"));
  EXPECT_EQ(pieceText("Ġbe"), QStringLiteral("be"));
  EXPECT_EQ(pieceText("Ġ"), QStringLiteral("␣"));
  EXPECT_EQ(pieceText("[MASK]"), QStringLiteral("[MASK]"));
}

/// In the panel, along the timeline.
class TokenPanelTest : public DeskTest {
 protected:
  void makeRun() {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream log(root_ / "runs/one/events.jsonl");
    log << R"({"event":"start","time":1,"total_steps":300})"
        << "\n"
        << R"({"event":"stage","time":1,"stage":"gpt","index":0,"steps":300,"global_step":0})"
        << "\n";
    const std::string texts[] = {" xq", " bex", " be, or not"};
    for (int i = 0; i < 3; ++i) {
      WrittenTokens written;
      written.info["step"] = 100 * (i + 1);
      written.info["generated"] = {{{"prompt", "To"}, {"text", texts[i]}}};
      for (float& loss : written.loss) loss /= static_cast<float>(i + 1);
      writeCapture(
          root_ / "runs/one/captures" / std::to_string(100 * (i + 1)) / "tokens.safetensors",
          written.info, written.arrays());
    }
    log << R"({"event":"done","time":9})"
        << "\n";
  }
  TokenView* view() { return qobject_cast<TokenView*>(panel_.view()); }
  InspectPanel panel_{desk_};
};

TEST_F(TokenPanelTest, TheTimelineShowsTheTextWrittenAtEachStep) {
  makeRun();
  panel_.resize(1240, 700);
  panel_.show();
  selection_.setRun(QStringLiteral("one"));
  const auto settled = [&] { return panel_.settled() && view() != nullptr; };
  ASSERT_TRUE(QTest::qWaitFor(settled, 8000));
  EXPECT_EQ(view()->written()->toPlainText(), QStringLiteral("▸ To be, or not"));
  photograph(panel_, "token-panel.png");
  view()->choose(2);
  const QString before = view()->readOut();
  selection_.setStep(100);
  ASSERT_TRUE(QTest::qWaitFor(
      [&] { return settled() && view()->written()->toPlainText().endsWith(QStringLiteral(" xq")); },
      8000));
  EXPECT_TRUE(view()->readOut().startsWith(QStringLiteral("Place 2")))
      << "the chosen place stays along the timeline";
  EXPECT_NE(view()->readOut(), before);
}

}  // namespace
}  // namespace warmstart
