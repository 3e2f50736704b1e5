// The Export panel with the real program: a run of two steps a stage is trained, exported,
// verified.
#include <gtest/gtest.h>

#include <QLabel>
#include <QProcess>
#include <QTextBrowser>

#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/exporting/export_page.h"
#include "views/exporting/export_panel.h"

namespace warmstart {
namespace {

class ExportRunTest : public QueueDeskTest {
 protected:
  ExportPanel panel_{desk_};
  ExportPage& page() { return panel_.exporting(); }
  bool agrees() {
    for (const QLabel* label : page().findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains("agrees within 0.0001")) return true;
    }
    return false;
  }
};

TEST_F(ExportRunTest, ATrainedRunIsExportedAndSaidToAgree) {
  QProcess train;
  train.start(qEnvironmentVariable("WARMSTART_PROGRAM"),
              {"run", "medical/gynbtnet-multistage", "--smoke", "--arm", "scratch", "--workspace",
               temporary_.path()});
  ASSERT_TRUE(train.waitForFinished(60000));
  ASSERT_EQ(train.exitCode(), 0) << train.readAllStandardError().toStdString();
  show(panel_, {640, 700});
  ASSERT_TRUE(waitFor([&] { return !session_.index().runs.empty(); }));
  selection_.setRun(QString::fromStdString(session_.index().runs.front().info.run));
  trigger("export.start");
  ASSERT_TRUE(waitFor([&] { return !page().busy(); }, 60000));
  ASSERT_TRUE(agrees()) << page().findChild<Banner*>()->text().toStdString();
  EXPECT_TRUE(waitFor([&] {
    return page().findChild<QTextBrowser*>()->toPlainText().length() > 300;  // the model card
  }));
  shot(panel_, "export-640");
}

}  // namespace
}  // namespace warmstart
