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
  void waitForReference() {
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return contents_.topLevelItem(1)->childCount() > 0; }, 20000));
  }
  QStringList linksOfThePage() const {
    QStringList links;
    for (QTextBlock block = browser_.document()->begin(); block.isValid(); block = block.next()) {
      for (auto part = block.begin(); !part.atEnd(); ++part) {
        const QString link = part.fragment().charFormat().anchorHref();
        if (!link.isEmpty() && !link.contains(QStringLiteral("://"))) links << link;
      }
    }
    return links;
  }
  /// Of this thread: other programs on the machine do not count.
  static double computedMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
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
  waitForReference();
  QStringList pages;
  for (QTreeWidgetItemIterator at(&contents_); *at; ++at)
    pages << (*at)->data(0, Qt::UserRole).toString();
  int links = 0;
  for (const QString& page : pages) {
    panel_.showPage(page);
    for (const QString& link : linksOfThePage()) {
      panel_.showPage(link);
      EXPECT_EQ(panel_.currentPage().toStdString(), link.toStdString()) << page.toStdString();
      ++links;
    }
  }
  EXPECT_GT(links, 80) << "of the guide, and one for every component";
}

TEST_F(HelpTest, SearchHidesPagesWithoutTheWords) {
  QTest::keyClicks(panel_.findChild<QLineEdit*>(), QStringLiteral("crosshair"));
  const QTreeWidgetItem* guide = contents_.topLevelItem(0);
  QStringList left;
  for (int i = 0; i < guide->childCount(); ++i)
    if (!guide->child(i)->isHidden()) left << guide->child(i)->text(0);
  EXPECT_EQ(left, (QStringList{QStringLiteral("Inspect"), QStringLiteral("Volume files")}));
}

TEST_F(HelpTest, ReferencePagesComeFromTheComponents) {
  waitForReference();
  panel_.showPage(QStringLiteral("reference/objective.md"));
  EXPECT_TRUE(browser_.toPlainText().contains(QStringLiteral("masked_sparse")));
  emit browser_.anchorClicked(QUrl(QStringLiteral("reference/objective/masked_sparse.md")));
  EXPECT_EQ(panel_.currentPage(), QStringLiteral("reference/objective/masked_sparse.md"));
  EXPECT_EQ(contents_.currentItem()->text(0), QStringLiteral("masked_sparse"));
  EXPECT_TRUE(browser_.toPlainText().contains(QStringLiteral("parameter")));
}

TEST_F(HelpTest, AComponentIsFoundByItsNameWithItsKindOpen) {
  waitForReference();
  QTest::keyClicks(panel_.findChild<QLineEdit*>(), QStringLiteral("bert_encoder"));
  const QTreeWidgetItem* reference = contents_.topLevelItem(1);
  QStringList left;
  for (int i = 0; i < reference->childCount(); ++i) {
    const QTreeWidgetItem* kind = reference->child(i);
    if (kind->isHidden()) continue;
    for (int j = 0; j < kind->childCount(); ++j)
      if (!kind->child(j)->isHidden() && kind->isExpanded()) left << kind->child(j)->text(0);
  }
  EXPECT_TRUE(left.contains(QStringLiteral("bert_encoder")))
      << left.join(QLatin1Char(' ')).toStdString();
  EXPECT_FALSE(left.contains(QStringLiteral("masked_sparse")));
}

#ifdef __SANITIZE_ADDRESS__
constexpr double kPageLimit = 200;  // milliseconds of computing
#else
constexpr double kPageLimit = 50;
#endif

TEST_F(HelpTest, NoPageHoldsTheWindowWhileItIsLaidOut) {
  waitForReference();
  int pages = 0;
  for (QTreeWidgetItemIterator at(&contents_); *at; ++at) {
    const QString page = (*at)->data(0, Qt::UserRole).toString();
    if (page.isEmpty()) continue;
    ++pages;
    const double before = computedMilliseconds();
    panel_.showPage(page);
    browser_.grab();
    EXPECT_LT(computedMilliseconds() - before, kPageLimit) << page.toStdString();
  }
  EXPECT_GT(pages, 60);
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
