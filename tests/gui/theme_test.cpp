// The colours of the system while the program runs: another palette of the system is taken over
// where the user wants the system's, and nowhere else.
#include "views/look/theme.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QProxyStyle>
#include <QWidget>

namespace warmstart {
namespace {

/// Stands for a desktop with another palette: Qt lets the style have the last word on it.
class DesktopStyle : public QProxyStyle {
 public:
  explicit DesktopStyle(const QColor& window)
      : QProxyStyle(QStringLiteral("Fusion")), palette_(window) {
    palette_.setColor(QPalette::Shadow, window.darker());
  }
  using QProxyStyle::polish;
  void polish(QPalette& palette) override { palette = palette_; }

 private:
  QPalette palette_;
};

void switchDesktop(int lightness) {
  QApplication::setStyle(new DesktopStyle(QColor(lightness, lightness, lightness)));
}

class PaletteCounter : public QWidget {
 public:
  int changes = 0;

 protected:
  void changeEvent(QEvent* event) override {
    QWidget::changeEvent(event);
    changes += event->type() == QEvent::PaletteChange ? 1 : 0;
  }
};

class ThemeTest : public testing::Test {
 protected:
  ~ThemeTest() override { look::apply(*qApp, look::Scheme::kLight); }
};

TEST_F(ThemeTest, TheSystemsColoursAreFollowedWhileTheProgramRuns) {
  look::apply(*qApp, look::Scheme::kSystem);
  PaletteCounter widget;
  widget.show();
  for (const bool wanted : {true, false, true}) {
    widget.changes = 0;
    switchDesktop(wanted ? 40 : 240);
    QCoreApplication::processEvents();  // widgets are told later
    EXPECT_EQ(look::dark(), wanted);
    // The window's own colours, not those that the desktop came with.
    const QColor window = QApplication::palette().color(QPalette::Window);
    EXPECT_NE(window.lightness(), wanted ? 40 : 240);
    EXPECT_EQ(widget.palette().color(QPalette::Window), window);
    EXPECT_GT(widget.changes, 0);
    EXPECT_LT(widget.changes, 10) << "a palette of our own is no news";
  }
}

TEST_F(ThemeTest, ChosenColoursStayWhateverTheSystemDoes) {
  look::apply(*qApp, look::Scheme::kSystem);
  look::apply(*qApp, look::Scheme::kLight);
  switchDesktop(40);
  EXPECT_FALSE(look::dark());
  look::apply(*qApp, look::Scheme::kDark);
  switchDesktop(240);
  EXPECT_TRUE(look::dark());
}

}  // namespace
}  // namespace warmstart
