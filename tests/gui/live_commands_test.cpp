// The Live panel's commands by key and palette, and tables that are written behind the window.
#include <gtest/gtest.h>

#include <QFileDialog>
#include <QLineEdit>
#include <QProgressBar>
#include <QSignalSpy>
#include <fstream>
#include <numeric>

#include "core/base/error.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/action_book.h"
#include "views/live/live_panel.h"
#include "views/live/live_tool_bar.h"
#include "views/live/table_export.h"

namespace warmstart::live {
namespace {

class LiveCommandsTest : public QueueDeskTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(root_ / "runs/one");
    std::ofstream log(root_ / "runs/one/events.jsonl");
    log << R"({"event":"start","time":100,"total_steps":50})"
        << "\n";
    for (int i = 1; i <= 50; ++i) {
      log << R"({"event":"step","time":)" << 100 + 2 * i
          << R"(,"stage":"a","step":1,"global_step":)" << i << R"(,"scalars":{"loss":)" << 1.0 / i
          << "}}\n";
    }
    log.close();
    show(panel_, {1000, 640});
    selection_.setRuns({QStringLiteral("one")});
    ASSERT_TRUE(waitFor([&] { return panel_.settled() && !panel_.plots().empty(); }));
    panel_.activateWindow();
    plot().setFocus();
    ASSERT_TRUE(waitFor([&] { return plot().hasFocus(); }));
  }
  MetricPlot& plot() { return *panel_.plots().front(); }
  QComboBox* axis() { return panel_.findChild<LiveToolBar*>()->findChild<QComboBox*>(); }
  bool checked(const char* id) { return actions_.find(QString::fromLatin1(id))->isChecked(); }
  /// Answers the file dialog that the command opens, as a user would.
  void saveTo(const char* command, const QString& file) {
    QTimer::singleShot(0, [file] {
      QTimer::singleShot(50, [file] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        ASSERT_NE(dialog, nullptr);
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(file);
        QTest::keyClick(name, Qt::Key_Return);
      });
    });
    trigger(command);
  }
  LivePanel panel_{desk_};
};

TEST_F(LiveCommandsTest, KeysChooseTheAxisAndTheCommandsFollowTheToolBar) {
  EXPECT_TRUE(checked("live.axis_step"));
  QTest::keyClick(&plot(), Qt::Key_3);
  EXPECT_EQ(axis()->currentText(), QStringLiteral("Relative time"));
  EXPECT_TRUE(checked("live.axis_relative"));
  EXPECT_FALSE(checked("live.axis_step"));
  EXPECT_NEAR(plot().xAxis->range().upper, 98, 4);  // seconds
  QTest::keyClick(&plot(), Qt::Key_3);              // again: it stays chosen
  EXPECT_TRUE(checked("live.axis_relative"));
  axis()->setCurrentIndex(0);
  EXPECT_TRUE(checked("live.axis_step"));
  EXPECT_FALSE(checked("live.axis_relative"));
}

TEST_F(LiveCommandsTest, KeysSwitchLogAxisMeanSmoothingAndColumns) {
  const auto* bar = panel_.findChild<LiveToolBar*>();
  QTest::keyClick(&plot(), Qt::Key_L);
  EXPECT_TRUE(bar->style().log_y);
  EXPECT_TRUE(checked("live.log"));
  EXPECT_EQ(plot().yAxis->scaleType(), QCPAxis::stLogarithmic);
  QTest::keyClick(&plot(), Qt::Key_L);
  EXPECT_FALSE(bar->style().log_y);
  QTest::keyClick(&plot(), Qt::Key_M);
  EXPECT_TRUE(bar->style().mean_of_seeds);
  EXPECT_EQ(bar->style().smoothing, 0);
  QTest::keyClick(&plot(), Qt::Key_BracketRight);
  QTest::keyClick(&plot(), Qt::Key_BracketRight);
  const double smooth = bar->style().smoothing;
  EXPECT_GT(smooth, 0);
  QTest::keyClick(&plot(), Qt::Key_BracketLeft);
  EXPECT_LT(bar->style().smoothing, smooth);
  QTest::keyClick(&plot(), Qt::Key_0);
  EXPECT_EQ(bar->style().smoothing, 0);
  EXPECT_EQ(bar->columns(), 2);
  QTest::keyClick(&plot(), Qt::Key_Minus);
  EXPECT_EQ(bar->columns(), 1);
  trigger("live.page_layers");
  EXPECT_FALSE(plot().isVisible());
}

TEST_F(LiveCommandsTest, EveryCommandHasAKeyThatCanBeChanged) {
  actions_.find(QStringLiteral("live.log"))->setShortcut(QKeySequence(QStringLiteral("G")));
  QTest::keyClick(&plot(), Qt::Key_L);
  EXPECT_FALSE(checked("live.log"));
  QTest::keyClick(&plot(), Qt::Key_G);
  EXPECT_TRUE(checked("live.log"));
}

TEST_F(LiveCommandsTest, ThePlotsTableIsSavedThroughTheDialog) {
  QSignalSpy told(&notices_, &Notices::told);
  const QString file = temporary_.filePath(QStringLiteral("loss.csv"));
  saveTo("live.export", file);
  ASSERT_TRUE(waitFor([&] { return told.size() == 1; }));
  QFile table(file);
  ASSERT_TRUE(table.open(QIODevice::ReadOnly));
  const QByteArray text = table.readAll();
  EXPECT_TRUE(text.startsWith("run,step,time,loss\none,1,102.000000,1\n")) << text.constData();
  EXPECT_EQ(text, plot().table().text());
  const QString page = temporary_.filePath(QStringLiteral("page.csv"));
  saveTo("live.export_page", page);
  ASSERT_TRUE(waitFor([&] { return told.size() == 2; }));
  EXPECT_TRUE(QFile::exists(page));
}

/// A series of many points, without a run.
CsvTable longTable(std::size_t rows) {
  LineAxis axis;
  ScalarSeries series;
  for (std::size_t i = 0; i < rows; ++i) {
    axis.add(static_cast<double>(i), 100 + static_cast<double>(i));
    series.add(axis, 1.0 / static_cast<double>(i + 1));
  }
  return {"run,step,time,loss\n", {{"one,", series}}};
}

TEST_F(LiveCommandsTest, ALongTableShowsHowFarItIsAndIsCancelledWithoutATrace) {
  auto* tables = panel_.findChild<TableExport*>();
  QSignalSpy told(&notices_, &Notices::told);
  tables->start(longTable(3'000'000), temporary_.filePath(QStringLiteral("long.csv")));
  ASSERT_TRUE(waitFor(
      [&] { return tables->isVisible() && tables->findChild<QProgressBar*>()->value() > 0; }));
  shot(panel_, QStringLiteral("live-table"));
  ASSERT_TRUE(tables->busy());
  QTest::mouseClick(tables->findChild<QPushButton*>(), Qt::LeftButton);
  ASSERT_TRUE(waitFor([&] { return !tables->busy(); }));
  EXPECT_FALSE(tables->isVisible());
  ASSERT_EQ(told.size(), 1);
  EXPECT_TRUE(told[0][0].value<Notice>().text.contains(QStringLiteral("cancelled")));
  const QStringList left =
      QDir(temporary_.path()).entryList({QStringLiteral("*long*")}, QDir::Files | QDir::Hidden);
  EXPECT_TRUE(left.isEmpty()) << left.join(' ').toStdString();
}

TEST_F(LiveCommandsTest, ATableThatCannotBeWrittenSaysWhy) {
  QSignalSpy told(&notices_, &Notices::told);
  panel_.findChild<TableExport*>()->start(longTable(3), QStringLiteral("/nowhere/t.csv"));
  ASSERT_TRUE(waitFor([&] { return told.size() == 1; }));
  EXPECT_EQ(told[0][0].value<Notice>().level, Notice::Level::kError);
  EXPECT_TRUE(told[0][0].value<Notice>().text.contains(QStringLiteral("could not be written")));
}

}  // namespace
}  // namespace warmstart::live
