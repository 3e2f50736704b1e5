// The guide in the window.
#include <gtest/gtest.h>

#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QTreeWidget>

#include "app/gui/main_window.h"
#include "views/help/help_panel.h"

namespace warmstart {
namespace {

class HelpTest : public testing::Test {
 protected:
  void SetUp() override {
    window_.show();
    window_.showPanel(QStringLiteral("help"));
  }
  QTemporaryDir folder_;
  MainWindow window_{Path(folder_.path().toStdString())};
  HelpPanel& panel_ = *qobject_cast<HelpPanel*>(window_.panel(QStringLiteral("help")));
  QTextBrowser& browser_ = *panel_.findChild<QTextBrowser*>();
  QTreeWidget& contents_ = *panel_.findChild<QTreeWidget*>();
};

TEST_F(HelpTest, ShowsTheFirstPageOfTheGuide) {
  EXPECT_EQ(panel_.currentPage(), QStringLiteral("index.md"));
  EXPECT_TRUE(
      browser_.toPlainText().contains(QStringLiteral("workbench for pretraining research")));
}

TEST_F(HelpTest, EveryLinkOfEveryPageLeadsToAPage) {
  const QTreeWidgetItem* guide = contents_.topLevelItem(0);
  ASSERT_GE(guide->childCount(), 10);
  for (int i = 0; i < guide->childCount(); ++i) {
    contents_.setCurrentItem(guide->child(i));
    for (QTextBlock block = browser_.document()->begin(); block.isValid(); block = block.next()) {
      for (auto part = block.begin(); !part.atEnd(); ++part) {
        const QString link = part.fragment().charFormat().anchorHref();
        if (link.isEmpty() || link.contains(QStringLiteral("://"))) continue;
        panel_.showPage(link);
        EXPECT_EQ(panel_.currentPage().toStdString(), link.toStdString());
        contents_.setCurrentItem(nullptr);
        contents_.setCurrentItem(guide->child(i));
        break;
      }
      if (block.document() != browser_.document()) break;
    }
  }
}

TEST_F(HelpTest, SearchHidesPagesWithoutTheWords) {
  QTest::keyClicks(panel_.findChild<QLineEdit*>(), QStringLiteral("crosshair"));
  const QTreeWidgetItem* guide = contents_.topLevelItem(0);
  QStringList left;
  for (int i = 0; i < guide->childCount(); ++i)
    if (!guide->child(i)->isHidden()) left << guide->child(i)->text(0);
  EXPECT_EQ(left, QStringList{QStringLiteral("Inspect")});
}

TEST_F(HelpTest, ReferencePagesComeFromTheComponents) {
  ASSERT_TRUE(QTest::qWaitFor([&] { return contents_.topLevelItem(1)->childCount() > 0; }, 20000));
  panel_.showPage(QStringLiteral("reference/objective.md"));
  EXPECT_TRUE(browser_.toPlainText().contains(QStringLiteral("masked_sparse")));
}

TEST_F(HelpTest, PagesAreDrawn) {
  const QImage picture = panel_.grab().toImage();
  if (const QString shots = qEnvironmentVariable("WARMSTART_SHOTS"); !shots.isEmpty())
    picture.save(shots + QStringLiteral("/help.png"));
  int dark = 0;
  for (int y = 0; y < picture.height(); ++y)
    for (int x = picture.width() / 3; x < picture.width(); ++x)
      dark += picture.pixelColor(x, y).lightness() < 100 ? 1 : 0;
  EXPECT_GT(dark, 2000) << "text on the page";
}

}  // namespace
}  // namespace warmstart
