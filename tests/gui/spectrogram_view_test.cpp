// The spectrogram view and the Sound panel, as users drive them: pixels, values under the pointer,
// keys, comparison, export, files through the guarded reader.
#include "views/spectrogram/spectrogram_view.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>
#include <fstream>

#include "tests/gui/sound_scenes.h"
#include "tests/gui/test_desk.h"
#include "views/inspect/view_stage.h"
#include "views/look/theme.h"
#include "views/spectrogram/sound_panel.h"

namespace warmstart {
namespace {

template <class Widget>
Widget* named(const QWidget& owner, const QString& name) {
  for (Widget* each : owner.findChildren<Widget*>()) {
    if (each->accessibleName() == name) return each;
  }
  return nullptr;
}

class SpectrogramViewTest : public testing::Test {
 protected:
  void SetUp() override {
    view_.resize(640, 640);
    view_.setCapture(capture_, 0, {QStringLiteral("hum"), QStringLiteral("hiss")});
    view_.show();
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([&] { return view_.settled() && canvas().scene(); }, 20000));
    QTest::qWait(60);
    ASSERT_TRUE(QTest::qWaitFor([&] { return view_.settled(); }, 20000));
  }
  SpectrogramCanvas& canvas() { return *view_.board()->canvas(); }
  QPointF place(double seconds, double hertz) {
    const QRect frame = canvas().spectrogramFrame();
    return {canvas().xOf(seconds),
            frame.bottom() - canvas().axis().placeOf(hertz) * frame.height()};
  }
  QColor colourAt(double seconds, double hertz) {
    return canvas().grab().toImage().pixelColor(place(seconds, hertz).toPoint());
  }
  void choose(const QString& picker, const QString& text) {
    auto* box = named<QComboBox>(view_, picker);
    ASSERT_NE(box, nullptr) << picker.toStdString();
    const int index = box->findText(text);
    ASSERT_GE(index, 0) << text.toStdString();
    box->setCurrentIndex(index);
    emit box->activated(index);
    settle();
  }
  QTemporaryDir folder_;
  Path root_ = folder_.path().toStdString();
  CapturePtr capture_ = soundCapture(root_ / "capture");
  SpectrogramView view_{SoundDevice::kNone, nullptr};
};

TEST_F(SpectrogramViewTest, DrawsSinesAsLinesAndTellsTheirValues) {
  EXPECT_GT(colourAt(0.5, 1000).lightness(), colourAt(0.5, 2000).lightness() + 40);
  EXPECT_GT(colourAt(0.5, 3000).lightness(), colourAt(0.5, 2000).lightness() + 40);
  const QString text = canvas().readOutAt(place(0.5, 1000));
  EXPECT_TRUE(text.contains(QStringLiteral("1,000.0 Hz (bin 32)"))) << text.toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("-12.0 dB"))) << text.toStdString();
  photographBoth(view_, QStringLiteral("spectrogram"));
}

TEST_F(SpectrogramViewTest, TheWheelZoomsInTimeAndInFrequency) {
  const QPointF at = place(0.25, 1000);
  const auto wheel = [&](int notches, Qt::KeyboardModifiers keys) {
    QWheelEvent event(at, canvas().mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, keys,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&canvas(), &event);
  };
  wheel(3, Qt::NoModifier);
  EXPECT_NEAR(canvas().end() - canvas().begin(), 1 / std::pow(1.3, 3), 1e-3);
  EXPECT_NEAR(canvas().secondsAt(at.x()), 0.25, 2e-3) << "around the pointer";
  wheel(2, Qt::ControlModifier);
  EXPECT_NEAR(canvas().axis().high() - canvas().axis().low(), 4000 / std::pow(1.3, 2), 1);
  for (int i = 0; i < 60; ++i) wheel(1, Qt::NoModifier), wheel(1, Qt::ControlModifier);
  EXPECT_NEAR(canvas().end() - canvas().begin(), 16.0 / kTestRate, 1e-9) << "down to single frames";
  EXPECT_LT(canvas().axis().high() - canvas().axis().low(), 125) << "and bins";
  settle();
  const QColor there = colourAt((canvas().begin() + canvas().end()) / 2, 1000);
  EXPECT_GT(there.lightness(), 100);
  QTest::keyClick(&canvas(), Qt::Key_F);
  EXPECT_DOUBLE_EQ(canvas().end(), 1);
}

TEST_F(SpectrogramViewTest, KeysMoveTheViewTheCursorAndTheLoop) {
  canvas().showTime(0.2, 0.4);
  QTest::keyClick(&canvas(), Qt::Key_Right);
  EXPECT_NEAR(canvas().begin(), 0.22, 1e-9);
  QTest::keyClick(&canvas(), Qt::Key_End);
  EXPECT_NEAR(canvas().end(), 1, 1e-9);
  canvas().setCursor(0.85);
  QTest::keyClick(&canvas(), Qt::Key_BracketLeft);
  canvas().setCursor(0.9);
  QTest::keyClick(&canvas(), Qt::Key_BracketRight);
  ASSERT_TRUE(canvas().loop());
  EXPECT_NEAR(canvas().loop()->first, 0.85, 1e-9);
  EXPECT_NEAR(canvas().loop()->second, 0.9, 1e-9);
  QTest::keyClick(&canvas(), Qt::Key_Escape);
  EXPECT_FALSE(canvas().loop());
}

TEST_F(SpectrogramViewTest, ADragInTheWaveformMarksALoopAndAClickTheCursor) {
  const int y = canvas().waveformFrame().center().y();
  const auto at = [&](double seconds) {
    return QPoint(static_cast<int>(canvas().xOf(seconds)), y);
  };
  QTest::mousePress(&canvas(), Qt::LeftButton, {}, at(0.3));
  QTest::mouseMove(&canvas(), at(0.5));
  QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, at(0.6));
  ASSERT_TRUE(canvas().loop());
  EXPECT_NEAR(canvas().loop()->first, 0.3, 0.01);
  QTest::mouseClick(&canvas(), Qt::LeftButton, {}, at(0.7));
  EXPECT_FALSE(canvas().loop());
  EXPECT_NEAR(canvas().cursor(), 0.7, 0.01);
}

TEST_F(SpectrogramViewTest, LayersShowMasksDifferencesAndTheModelsInput) {
  choose(QStringLiteral("Layer"), QStringLiteral("Mask, predicted"));
  EXPECT_GT(colourAt(0.5, 1000).lightness(), colourAt(0.5, 3000).lightness() + 40);
  EXPECT_TRUE(canvas().readOutAt(place(0.5, 1000)).contains(QStringLiteral("mask 1.000")));
  choose(QStringLiteral("Layer"), QStringLiteral("Voice: separated minus reference"));
  EXPECT_TRUE(canvas().readOutAt(place(0.5, 1000)).contains(QStringLiteral("difference -6.0 dB")));
  EXPECT_GT(colourAt(0.5, 1000).blue(), colourAt(0.5, 1000).red()) << "less is blue";
  choose(QStringLiteral("Layer"), QStringLiteral("Input of the model"));
  EXPECT_TRUE(canvas().readOutAt(place(0.5, 1400)).contains(QStringLiteral("band 2")));
  photographBoth(view_, QStringLiteral("spectrogram-input"));
}

TEST_F(SpectrogramViewTest, AVeilHidesWhatTheMaskHoldsBack) {
  const QColor kept = colourAt(0.5, 1000), held = colourAt(0.5, 3000);
  choose(QStringLiteral("Mask over it"), QStringLiteral("Over it: Mask, predicted"));
  EXPECT_EQ(colourAt(0.5, 1000), kept);
  EXPECT_GT(colourAt(0.5, 3000).lightness(), held.lightness()) << "under a white veil";
  photographBoth(view_, QStringLiteral("spectrogram-veil"));
}

TEST_F(SpectrogramViewTest, ScalesAndWindowsCanBeChosen) {
  choose(QStringLiteral("Frequency scale"), QStringLiteral("Mel"));
  EXPECT_GT(colourAt(0.5, 1000).lightness(), colourAt(0.5, 2000).lightness() + 40);
  choose(QStringLiteral("Window"), QStringLiteral("Window 1024"));
  EXPECT_TRUE(canvas().readOutAt(place(0.5, 1000)).contains(QStringLiteral("(bin 12")))
      << "of 513: a pixel shows more than one";
  photographBoth(view_, QStringLiteral("spectrogram-mel"));
}

TEST_F(SpectrogramViewTest, ScoresEventsAndAttentionStandBelow) {
  const QImage image = canvas().grab().toImage();
  const int top = canvas().spectrogramFrame().bottom() + 5 + 2 * 20;  // two rows of events
  EXPECT_TRUE(canvas()
                  .readOutAt({canvas().xOf(0.2), top + 5.0})
                  .endsWith(QStringLiteral("hum: score 0.900")));
  const auto score = [&](double seconds, int row) {
    return image.pixelColor(static_cast<int>(canvas().xOf(seconds)), top + 12 * row + 5);
  };
  EXPECT_GT(score(0.2, 0).lightness(), score(0.8, 0).lightness() + 40) << "hum is first";
  EXPECT_LT(score(0.2, 1).lightness() + 40, score(0.8, 1).lightness());
  choose(QStringLiteral("Attention"), QStringLiteral("Attention, layer 1"));
  canvas().setCursor(0.1);
  photographBoth(view_, QStringLiteral("spectrogram-attention"));
  EXPECT_TRUE(view_.csv().startsWith("seconds,\"hum\",\"hiss\"\n0.05,0.899999976,0.100000001\n"))
      << view_.csv().constData();
}

TEST_F(SpectrogramViewTest, WithoutASoundDeviceTheButtonSaysWhy) {
  auto* play =
      named<QToolButton>(view_, QStringLiteral("Play from the cursor, or the loop (Space)"));
  ASSERT_NE(play, nullptr);
  EXPECT_FALSE(play->isEnabled());
  EXPECT_TRUE(play->toolTip().contains(QStringLiteral("No sound device was found")));
  QTest::keyClick(&canvas(), Qt::Key_Space);
  EXPECT_FALSE(view_.board()->player().playing());
}

TEST_F(SpectrogramViewTest, AnotherTrackIsHeardAtTheSamePlace) {
  PlayHead& head = view_.board()->player().head();
  head.seek(4000);
  QTest::keyClick(&canvas(), Qt::Key_3);
  EXPECT_EQ(head.track(), 2);
  EXPECT_EQ(head.position(), 4000);
  EXPECT_EQ(named<QComboBox>(view_, QStringLiteral("Listen to"))->currentText(),
            QStringLiteral("Voice, reference"));
}

TEST_F(SpectrogramViewTest, WhatIsHeardIsWrittenAsWav) {
  canvas().setLoop(std::pair(0.25, 0.5));
  QSignalSpy done(view_.board(), &SpectrogramBoard::exported);
  view_.board()->exportSound(root_ / "heard.wav", WavDepth::kFloat32);
  ASSERT_TRUE(done.wait(5000));
  EXPECT_EQ(std::filesystem::file_size(root_ / "heard.wav"), 56U + 2000 * 4);
  QSignalSpy failed(view_.board(), &SpectrogramBoard::failed);
  view_.board()->exportSound(root_ / "no" / "heard.wav", WavDepth::kInt24);
  ASSERT_TRUE(failed.wait(5000));
}

TEST_F(SpectrogramViewTest, AnotherStepKeepsTheViewAndAnotherClipShowsAll) {
  canvas().showTime(0.2, 0.3);
  view_.setCapture(soundCapture(root_ / "later", 200), 0, {});
  settle();
  EXPECT_NEAR(canvas().begin(), 0.2, 1e-9);
  view_.setCapture(capture_, 1, {});
  settle();
  EXPECT_EQ(canvas().begin(), 0);
  EXPECT_DOUBLE_EQ(canvas().end(), 0.5);
}

TEST_F(SpectrogramViewTest, TwoStepsAreSubtractedAndStandSideBySide) {
  ViewStage stage;
  stage.resize(1280, 700);
  stage.setPartner({.capture = capture_, .run = {}, .classes = {}, .problem = {}});
  stage.setCapture(soundCapture(root_ / "later", 200, 0.5F), 0, {});
  stage.show();
  const auto ready = [&] { return stage.settled(); };
  ASSERT_TRUE(QTest::qWaitFor(ready, 20000));
  QTest::qWait(100);
  ASSERT_TRUE(QTest::qWaitFor(ready, 20000));
  photographBoth(stage, QStringLiteral("spectrogram-beside"));
  auto* view = qobject_cast<SpectrogramView*>(stage.view());
  view->board()->canvas()->showTime(0.1, 0.2);
  auto* other = qobject_cast<SpectrogramView*>(stage.otherView());
  EXPECT_NEAR(other->board()->canvas()->begin(), 0.1, 1e-9) << "they move together";
  ASSERT_TRUE(stage.offers(Compare::kDifference));
  stage.setCompare(Compare::kDifference);
  ASSERT_TRUE(QTest::qWaitFor(ready, 20000));
  auto* layers = named<QComboBox>(*view, QStringLiteral("Layer"));
  EXPECT_EQ(layers->itemText(0), QStringLiteral("Voice, separated: minus step 100"));
}

class SoundPanelTest : public DeskTest {
 protected:
  void open(SoundPanel& panel, const Path& file) {
    panel.resize(640, 600);
    panel.show();
    panel.open(QString::fromStdString(file.string()));
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel.settled(); }, 30000));
    QTest::qWait(60);
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel.settled(); }, 30000));
  }
};

TEST_F(SoundPanelTest, OpensAFileWithItsLabels) {
  const Path file = root_ / "tone.wav";
  saveWav(file, sine(1000, 2, 0.5F));
  std::ofstream(root_ / "tone.txt") << "0.5\t1.25\twhistle\n\\\t100\t200\n1.5\t1.75\tend\n";
  SoundPanel panel(desk_, SoundDevice::kNone);
  EXPECT_TRUE(panel.accepts(QStringLiteral("/x/Y.WAV")));
  EXPECT_FALSE(panel.accepts(QStringLiteral("/x/y.yaml")));
  open(panel, file);
  EXPECT_EQ(panel.problem(), QString());
  SpectrogramCanvas& canvas = *panel.board()->canvas();
  ASSERT_TRUE(canvas.scene());
  EXPECT_EQ(canvas.scene()->samples, 16000);
  EXPECT_EQ(canvas.scene()->events.size(), 2U);
  const QRect frame = canvas.spectrogramFrame();
  const QImage image = canvas.grab().toImage();
  const auto lightness = [&](double hertz) {
    return image
        .pixelColor(
            frame.center().x(),
            static_cast<int>(frame.bottom() - canvas.axis().placeOf(hertz) * frame.height()))
        .lightness();
  };
  EXPECT_GT(lightness(1000), lightness(2500) + 40);
  photographBoth(panel, QStringLiteral("sound-panel"));
}

/// 16 bits, two channels: RIFF as Microsoft describes it.
void saveStereo(const Path& file, const std::vector<std::int16_t>& interleaved) {
  const auto bytes = static_cast<std::uint32_t>(interleaved.size() * 2);
  const auto number = [](std::uint32_t value, int width) {
    std::string text;
    for (int i = 0; i < width; ++i) text.push_back(static_cast<char>(value >> (8 * i) & 0xff));
    return text;
  };
  std::ofstream(file, std::ios::binary)
      << "RIFF" << number(36 + bytes, 4) << "WAVEfmt " << number(16, 4) << number(1, 2)
      << number(2, 2) << number(8000, 4) << number(32000, 4) << number(4, 2) << number(16, 2)
      << "data" << number(bytes, 4)
      << std::string_view(reinterpret_cast<const char*>(interleaved.data()), bytes);
}

TEST_F(SoundPanelTest, ShowsChannelsAndTheirMean) {
  std::vector<std::int16_t> samples;
  for (int i = 0; i < 8000; ++i) samples.insert(samples.end(), {16384, -8192});
  saveStereo(root_ / "two.wav", samples);
  SoundPanel panel(desk_, SoundDevice::kNone);
  open(panel, root_ / "two.wav");
  const ScenePtr scene = panel.board()->canvas()->scene();
  ASSERT_TRUE(scene);
  ASSERT_EQ(scene->tracks.size(), 3U);
  const auto at = [&](std::size_t track) {
    float value = 0;
    scene->tracks[track].track->read(5000, std::span(&value, 1));
    return value;
  };
  EXPECT_FLOAT_EQ(at(0), 0.125F);
  EXPECT_FLOAT_EQ(at(1), 0.5F);
  EXPECT_FLOAT_EQ(at(2), -0.25F);
  EXPECT_EQ(scene->tracks[2].name, QStringLiteral("Right channel"));
  std::vector<float> beyond(4);
  EXPECT_TRUE(scene->tracks[1].track->read(7998, beyond));
  EXPECT_EQ(beyond, (std::vector<float>{0.5F, 0.5F, 0, 0}));
}

TEST_F(SoundPanelTest, SaysWhatIsWrongWithAFile) {
  const Path cut = root_ / "cut.wav", text = root_ / "text.wav";
  saveWav(cut, sine(1000, 2, 0.5F));
  std::filesystem::resize_file(cut, 20000);
  std::ofstream(text) << "this is no sound";
  SoundPanel panel(desk_, SoundDevice::kNone);
  for (const Path& file : {cut, text, root_ / "missing.flac"}) {
    open(panel, file);
    EXPECT_TRUE(panel.problem().contains(QString::fromStdString(file.filename().string())))
        << panel.problem().toStdString();
  }
  photographBoth(panel, QStringLiteral("sound-panel-empty"));
}

}  // namespace
}  // namespace warmstart
