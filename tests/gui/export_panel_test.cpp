// The Export panel: its form, what it shows of a verification, and one export by the real program.
#include "views/exporting/export_panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QRadioButton>
#include <QTextBrowser>
#include <QTreeWidget>

#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/exporting/export_form.h"
#include "views/exporting/export_page.h"
#include "views/exporting/predict_page.h"

namespace warmstart {
namespace {

class ExportPanelTest : public QueueDeskTest {
 protected:
  ExportPanel panel_{desk_};
  ExportPage& page() { return panel_.exporting(); }

  QString chooseDoneRun() {
    const QString run = QString::fromStdString(doneRun("supervised", 0, 0.8));
    show(panel_);
    EXPECT_TRUE(waitFor([&] { return session_.index().findRun(run) != nullptr; }));
    selection_.setRun(run);
    return run;
  }
  /// A program of two lines in the place of `warmstart`.
  void useProgram(const QByteArray& script) {
    const QString path = temporary_.filePath("program.sh");
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n" + script);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    file.close();
    qputenv("WARMSTART_PROGRAM", path.toLocal8Bit());
  }
  void TearDown() override { qputenv("WARMSTART_PROGRAM", program_before_); }
  QByteArray program_before_ = qgetenv("WARMSTART_PROGRAM");

  bool says(const QString& text) {
    return waitFor([&] {
      for (const QLabel* label : page().findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(text)) return true;
      }
      return false;
    });
  }
  static QByteArray report(double difference, bool holds) {
    return "{\"format\":\"onnx\",\"file\":\"m.onnx\",\"bytes\":2048,\"verification\":{\"holds\":" +
           QByteArray(holds ? "true" : "false") + ",\"tolerance\":0.0001,\"batches\":[" +
           "{\"batch\":1,\"largest_absolute\":" + QByteArray::number(difference) +
           ",\"largest_relative\":1e-7},{\"batch\":3,\"largest_absolute\":1e-6," +
           "\"largest_relative\":1e-7}]},\"card\":\"x\"}";
  }
};

TEST_F(ExportPanelTest, WithoutARunItSaysWhereToChooseOne) {
  show(panel_);
  EXPECT_FALSE(enabled("export.start"));
  EXPECT_FALSE(page().isVisible());
}

TEST_F(ExportPanelTest, TheFileFollowsTheFormatUntilTheUserNamesOne) {
  const QString run = chooseDoneRun();
  auto* file = page().findChild<QLineEdit*>();
  EXPECT_EQ(file->text(),
            temporary_.path() + "/runs/" + run + "/exports/hippocampus-supervised.onnx");
  QTest::mouseClick(page().findChild<QRadioButton*>("safetensors"), Qt::LeftButton, {},
                    QPoint(10, 8));
  EXPECT_TRUE(file->text().endsWith(".safetensors"));
  file->clear();
  QTest::keyClicks(file, "/tmp/mine.bin");
  page().findChild<QRadioButton*>("onnx")->click();
  EXPECT_EQ(file->text(), QStringLiteral("/tmp/mine.bin"));
  trigger("export.copyCommand");
  EXPECT_EQ(QGuiApplication::clipboard()->text(),
            "warmstart export " + run + " --format onnx --out /tmp/mine.bin --workspace " +
                temporary_.path());
}

TEST_F(ExportPanelTest, CheckpointAndNamesOfTheWeightsAreChosenInTheForm) {
  const QString run = QString::fromStdString(doneRun("supervised", 0, 0.8));
  const Path checkpoints = session_.runFolder(run).checkpoints();
  for (const char* name : {"stage-pretrain", "best", "step-60", "step-120"})
    write_atomically(checkpoints / (std::string(name) + ".ckpt"), "x");
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return session_.index().findRun(run) != nullptr; }));
  selection_.setRun(run);
  ExportForm& form = page().form();
  ASSERT_TRUE(waitFor([&] { return form.checkpoints()->count() == 5; }));
  EXPECT_EQ(form.checkpoints()->itemText(1), QStringLiteral("Best validation"));
  EXPECT_EQ(form.checkpoints()->itemText(2), QStringLiteral("End of stage pretrain"));
  EXPECT_EQ(form.checkpoints()->itemText(4), QStringLiteral("Step 120"));
  EXPECT_FALSE(form.names()->isEnabled()) << "a graph has its own names";
  QTest::mouseClick(page().findChild<QRadioButton*>("pytorch"), Qt::LeftButton, {}, QPoint(10, 8));
  EXPECT_TRUE(form.file().endsWith("hippocampus-supervised.pth"));
  ASSERT_TRUE(form.names()->isEnabled());
  form.names()->setFocus();
  QTest::keyClicks(form.names(), "GPT");
  form.checkpoints()->setFocus();
  QTest::keyClick(form.checkpoints(), Qt::Key_Down);
  EXPECT_TRUE(form.file().endsWith("hippocampus-supervised-best.pth"));
  QTest::keyClick(form.checkpoints(), Qt::Key_End);
  EXPECT_TRUE(form.file().endsWith("hippocampus-supervised-step-120.pth"));
  trigger("export.copyCommand");
  EXPECT_EQ(QGuiApplication::clipboard()->text(),
            "warmstart export " + run + " --format pytorch --out " + form.file() +
                " --checkpoint 120 --names gpt2 --workspace " + temporary_.path());
  shot(panel_, "export-form");
  QTest::mouseClick(page().findChild<QRadioButton*>("onnx"), Qt::LeftButton, {}, QPoint(10, 8));
  EXPECT_FALSE(form.arguments().contains("--names"));
}

TEST_F(ExportPanelTest, OfARunThatIsNotDoneTheNewestStepIsTakenUntilTheUserChooses) {
  const std::string id = doneRun("supervised", 0, 0.8);
  const QString run = QString::fromStdString(id);
  other_.set_run_state(id, "interrupted");
  const Path checkpoints = session_.runFolder(run).checkpoints();
  for (const char* name : {"stage-pretrain", "step-60", "step-120"})
    write_atomically(checkpoints / (std::string(name) + ".ckpt"), "x");
  show(panel_);
  ASSERT_TRUE(waitFor([&] { return session_.index().findRun(run) != nullptr; }));
  CheckpointChoice choice(desk_);
  choice.setRun(run);
  ASSERT_TRUE(waitFor([&] { return choice.checkpoint() == QStringLiteral("120"); }));
  EXPECT_EQ(choice.count(), 3);
  EXPECT_EQ(choice.arguments(), (QStringList{"--checkpoint", "120"}));
  EXPECT_EQ(choice.fileWord(), QStringLiteral("step-120"));
  write_atomically(checkpoints / "step-180.ckpt", "x");
  choice.show();
  ASSERT_TRUE(waitFor([&] { return choice.checkpoint() == QStringLiteral("180"); }));
  QTest::keyClick(&choice, Qt::Key_Down);
  EXPECT_EQ(choice.checkpoint(), QStringLiteral("pretrain"));
  write_atomically(checkpoints / "step-240.ckpt", "x");
  choice.hide();
  choice.show();
  ASSERT_TRUE(waitFor([&] { return choice.count() == 5; }));
  EXPECT_EQ(choice.checkpoint(), QStringLiteral("pretrain"));
}

TEST_F(ExportPanelTest, TheVerdictFollowsAChangeOfColours) {
  useProgram("echo '" + report(3.5e-6, true) + "'\n");
  chooseDoneRun();
  trigger("export.start");
  ASSERT_TRUE(says("agrees within 0.0001"));
  look::apply(*qApp, look::Scheme::kDark);
  QTest::qWait(30);
  const QImage dark = page().grab().toImage();
  const QColor wanted = look::good();
  look::apply(*qApp, look::Scheme::kLight);
  QTest::qWait(30);
  EXPECT_GT(count(dark, wanted), 100);
  EXPECT_NE(wanted, look::good());
  EXPECT_GT(count(page().grab().toImage(), look::good()), 100);
}

TEST_F(ExportPanelTest, AnExportThatAgreesIsShownWithItsDifferences) {
  useProgram("echo '" + report(3.5e-6, true) + "'\n");
  chooseDoneRun();
  trigger("export.start");
  ASSERT_TRUE(says("agrees within 0.0001"));
  const auto* table = page().findChild<QTreeWidget*>();
  ASSERT_EQ(table->topLevelItemCount(), 2);
  EXPECT_EQ(table->topLevelItem(0)->text(1), QStringLiteral("3.50e-06"));
  shot(panel_, "export-fake");
  EXPECT_GT(count(page().grab().toImage(), look::good()), 100);
}

TEST_F(ExportPanelTest, AFailedVerificationIsNeverShownAsAnExport) {
  useProgram("echo 'error: the file differs by 0.5; m.onnx; report this' >&2; exit 1\n");
  chooseDoneRun();
  trigger("export.start");
  ASSERT_TRUE(says("differs from its source"));
  EXPECT_TRUE(page().findChild<Banner*>()->text().contains("differs by 0.5"));
  EXPECT_GT(count(page().grab().toImage(), look::bad()), 100);
}

TEST_F(ExportPanelTest, AReportThatDoesNotHoldIsBad) {
  EXPECT_FALSE(readExport(Json::parse(report(0.5, false).toStdString()), "/x/m.onnx").holds);
  EXPECT_FALSE(readExport(Json(), "/x/m.onnx").holds);
  EXPECT_FALSE(
      readExport(Json::parse(R"({"verification":{"holds":true,"batches":[]}})"), "/x").holds);
  EXPECT_TRUE(readExport(Json::parse(report(0.5, false).toStdString()), "/x/m.onnx")
                  .verdict()
                  .contains("differs by 0.5"));
}

TEST_F(ExportPanelTest, AnExportCanBeCancelled) {
  useProgram("echo ready >&2\nexec sleep 30\n");
  chooseDoneRun();
  trigger("export.start");
  ASSERT_TRUE(page().busy());
  ASSERT_EQ(program_.tasks().size(), 1U);
  ASSERT_TRUE(waitFor([&] { return program_.tasks().front()->progressLine() == "ready"; }));
  QPushButton* cancel = nullptr;
  for (QPushButton* button : page().findChildren<QPushButton*>()) {
    if (button->text() == "Cancel") cancel = button;
  }
  ASSERT_TRUE(cancel->isVisible());
  QTest::mouseClick(cancel, Qt::LeftButton);
  ASSERT_TRUE(waitFor([&] { return !page().busy(); }, 15000));
  EXPECT_TRUE(page().findChild<Banner*>()->text().contains("cancelled"));
}

TEST_F(ExportPanelTest, EarlierExportsOfTheRunAreListedWithTheirVerdict) {
  const QString run = QString::fromStdString(doneRun("supervised", 0, 0.8));
  const Path exports = session_.runFolder(run).exports();
  std::filesystem::create_directories(exports);
  write_atomically(exports / "m.onnx", "weights");
  write_atomically(exports / "m.onnx.report.json", report(1e-6, true).toStdString());
  write_atomically(exports / "m.onnx.md", "# Card of m\n\nMeasured.");
  write_atomically(exports / "gone.onnx.report.json", report(1e-6, true).toStdString());
  show(panel_);
  selection_.setRun(run);
  QTreeWidget* list = nullptr;
  for (QTreeWidget* one : page().findChildren<QTreeWidget*>()) {
    if (one->accessibleName() == "Exports of this run") list = one;
  }
  ASSERT_TRUE(waitFor([&] { return list->topLevelItemCount() == 1; }));
  list->setCurrentItem(list->topLevelItem(0));
  ASSERT_TRUE(waitFor(
      [&] { return page().findChild<QTextBrowser*>()->toPlainText().contains("Card of m"); }));
  EXPECT_TRUE(says("agrees within"));
}

TEST_F(ExportPanelTest, DroppedFilesArePredictedOnAndWhatWasWrittenIsListed) {
  useProgram("echo '{\"files\": [\"/tmp/out/a.nii.gz\", \"/tmp/out/b.nii.gz\"]}'\n");
  const QString run = chooseDoneRun();
  panel_.showTourStop("predict");
  PredictPage& predict = panel_.predicting();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile("/tmp/a.nii.gz"), QUrl::fromLocalFile("/tmp/a.nii.gz"),
                QUrl::fromLocalFile("/tmp/b b.nii.gz")});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&predict, &enter);
  ASSERT_TRUE(enter.isAccepted());
  QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&predict, &drop);
  EXPECT_EQ(predict.inputs().size(), 2);
  trigger("export.copyCommand");
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(
      "warmstart predict " + run + " /tmp/a.nii.gz '/tmp/b b.nii.gz' --out "));
  predict.start();
  ASSERT_TRUE(waitFor([&] { return predict.findChildren<QListWidget*>().at(1)->count() == 2; }));
  shot(panel_, "predict");
  EXPECT_EQ(predict.findChild<Banner*>()->text().toStdString(), "Files written: 2");
}

TEST_F(ExportPanelTest, InputsThatWereLeftOutAreCountedWithTheFirstReasons) {
  useProgram(
      "echo '{\"files\": [\"/tmp/out/a.csv\"], \"skipped\": [\"a.wav: too short\", "
      "\"b.wav: no sound\", \"c.wav: torn\", \"d.wav: torn\", \"e.wav: torn\"]}'\n");
  chooseDoneRun();
  panel_.showTourStop("predict");
  PredictPage& predict = panel_.predicting();
  predict.addInputs({QStringLiteral("/tmp/a.wav")});
  predict.start();
  auto* banner = predict.findChild<Banner*>();
  ASSERT_TRUE(waitFor([&] { return !banner->text().isEmpty(); }));
  EXPECT_EQ(banner->text().toStdString(),
            "Files written: 1\nInputs left out: 5\na.wav: too short\nb.wav: no sound\nc.wav: "
            "torn\nand 2 more");
}

}  // namespace
}  // namespace warmstart
