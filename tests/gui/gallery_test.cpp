// The gallery: cards from recipe files, filters, and what its buttons do.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/gui/main_window.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/gallery/gallery_model.h"
#include "views/gallery/gallery_panel.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

RecipeCard galleryCard(const char* id, const char* title) {
  RecipeCard card;
  card.id = QString::fromLatin1(id);
  card.domain = card.id.section(QLatin1Char('/'), 0, 0);
  card.title = QString::fromLatin1(title);
  card.stages = {QStringLiteral("pretrain"), QStringLiteral("finetune")};
  card.arms = {{QStringLiteral("scratch"), {QStringLiteral("finetune")}},
               {QStringLiteral("chain"), card.stages}};
  return card;
}

ClaimRecord galleryClaim(std::int64_t experiment, const char* state, bool expected) {
  ClaimRecord claim;
  claim.experiment = experiment;
  claim.recipe = "medical/a";
  claim.state = state;
  claim.detail = {{"sentence", "0.81 is better than 0.80"}, {"as_expected", expected}};
  return claim;
}

TEST(GalleryModelTest, FiltersByWordsDomainAndClaimState) {
  GalleryModel model;
  GalleryFilter filter;
  filter.setSourceModel(&model);
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Fatal),
      filter_tester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.setCards({galleryCard("medical/a", "Brain lobes"), galleryCard("audio/b", "Speech")});
  Index index;
  index.claims = {galleryClaim(1, "holds", true)};
  model.setIndex(index);
  EXPECT_EQ(filter.rowCount(), 2);
  filter.setWords(QStringLiteral("LOBES brain"));
  ASSERT_EQ(filter.rowCount(), 1);
  filter.setDomain(QStringLiteral("audio"));
  EXPECT_EQ(filter.rowCount(), 0);
  filter.setWords({});
  filter.setDomain({});
  filter.setStanding(ClaimStanding::kHolds);
  ASSERT_EQ(filter.rowCount(), 1);
  EXPECT_EQ(filter.index(0, 0).data().toString(), QStringLiteral("Brain lobes"));
}

TEST(GalleryModelTest, TheNewestCheckOfARecipeCounts) {
  const RecipeCard card = galleryCard("medical/a", "x");
  EXPECT_EQ(standingOf(card, {}, {}).state, ClaimStanding::kNeverRun);
  const std::vector<ClaimRecord> open{galleryClaim(1, "holds", true),
                                      galleryClaim(2, "not_shown", true)};
  EXPECT_EQ(standingOf(card, open, {}).state, ClaimStanding::kNotShown);
  const std::vector<ClaimRecord> failed{galleryClaim(2, "holds", true),
                                        galleryClaim(2, "not_shown", false)};
  EXPECT_EQ(standingOf(card, failed, {}).state, ClaimStanding::kFails);
  EXPECT_TRUE(standingOf(card, failed, {}).detail.contains(QStringLiteral("0.81")));
}

class GalleryPanelTest : public testing::Test {
 protected:
  void SetUp() override {
    window_.resize(1280, 760);
    window_.show();
    panel_ = qobject_cast<GalleryPanel*>(window_.panel(QStringLiteral("gallery")));
    window_.showPanel(QStringLiteral("gallery"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel_->settled(); }, 5000));
  }
  QImage shot(const char* name) {
    QApplication::processEvents();
    const QImage image = panel_->grab().toImage();
    if (const QByteArray dir = qgetenv("WARMSTART_SHOTS"); !dir.isEmpty())
      image.save(QString::fromLocal8Bit(dir) + QLatin1Char('/') + QLatin1String(name));
    return image;
  }
  QTemporaryDir temporary_;
  MainWindow window_{temporary_.path().toStdString()};
  GalleryPanel* panel_ = nullptr;
};

TEST_F(GalleryPanelTest, ShowsACardForEveryRecipe) {
  auto* view = panel_->findChild<QListView*>();
  EXPECT_GE(view->model()->rowCount(), 3);
  EXPECT_FALSE(panel_->selected().isEmpty());
  const QImage image = shot("gallery-light.png");
  // The selected card has a frame in the accent colour.
  const QRect card = view->visualRect(view->currentIndex());
  const QPoint edge = view->viewport()->mapTo(panel_, QPoint(card.left() + 4, card.center().y()));
  bool framed = false;
  for (int x = -2; x <= 2; ++x)
    framed = framed || image.pixelColor(edge + QPoint(x, 0)) == look::accent();
  EXPECT_TRUE(framed);
}

TEST_F(GalleryPanelTest, SearchingForNothingOffersToShowAll) {
  auto* search = panel_->findChild<QLineEdit*>();
  QTest::keyClicks(search, QStringLiteral("zzzz"));
  auto* view = panel_->findChild<QListView*>();
  EXPECT_EQ(view->model()->rowCount(), 0);
  EXPECT_FALSE(view->isVisible());
  shot("gallery-none.png");
  for (QPushButton* button : panel_->findChildren<QPushButton*>()) {
    if (button->isVisible() && button->text() == QLatin1String("Show All")) button->click();
  }
  EXPECT_GE(view->model()->rowCount(), 3);
  EXPECT_TRUE(view->isVisible());
}

TEST_F(GalleryPanelTest, EnterAsksForACopyInSetUp) {
  QSignalSpy wanted(&window_.desk().selection, &Selection::setupWanted);
  panel_->select(QStringLiteral("medical/hippocampus"));
  QTest::keyClick(panel_->findChild<QListView*>(), Qt::Key_Return);
  ASSERT_EQ(wanted.size(), 1);
  EXPECT_EQ(wanted.at(0).at(0).toString(), QStringLiteral("medical/hippocampus"));
}

TEST_F(GalleryPanelTest, LooksRightInDarkAndNarrow) {
  look::apply(*qApp, look::Scheme::kDark);
  window_.resize(640, 700);
  const QImage dark = shot("gallery-dark.png");
  EXPECT_LT(dark.pixelColor(2, dark.height() - 2).lightness(), 80);
  look::apply(*qApp, look::Scheme::kLight);
}

}  // namespace
}  // namespace warmstart
