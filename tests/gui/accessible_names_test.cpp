// What a screen reader says: every control of the window has a name.
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextEdit>

#include "app/gui/main_window.h"

namespace warmstart {
namespace {

bool isControl(const QWidget* widget) {
  if (qobject_cast<const QHeaderView*>(widget) || qobject_cast<const QTabBar*>(widget))
    return false;
  if (widget->inherits("QScrollBar")) return false;
  return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
         qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
         qobject_cast<const QAbstractSlider*>(widget) ||
         qobject_cast<const QAbstractItemView*>(widget) ||
         qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTextEdit*>(widget);
}

/// Parts that Qt makes for a control of ours: the line of a spin box, the list of a combo box, the
/// corner of a table (hidden with the header at its side).
bool isPart(const QWidget* widget) {
  if (widget->objectName().startsWith(QLatin1String("qt_"))) return true;
  if (widget->inherits("QTableCornerButton") && !widget->isVisible()) return true;
  for (const QWidget* parent = widget->parentWidget(); parent; parent = parent->parentWidget()) {
    if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
        qobject_cast<const QLineEdit*>(parent) || qobject_cast<const QTabBar*>(parent) ||
        parent->inherits("QComboBoxPrivateContainer"))
      return true;
  }
  return false;
}

TEST(AccessibleNamesTest, EveryControlOfTheWindowHasOne) {
  const QTemporaryDir folder;
  MainWindow window(Path(folder.path().toStdString()));
  window.show();
  QStringList nameless;
  for (const QString& id : window.panelIds()) {
    window.showPanel(id);
    QTest::qWait(20);
    for (QWidget* widget : window.panel(id)->findChildren<QWidget*>()) {
      if (!isControl(widget) || isPart(widget)) continue;
      // The button of a banner, or of an empty panel, has a word when there is something to press.
      const auto* button = qobject_cast<const QPushButton*>(widget);
      if (button && button->text().isEmpty() && !button->isVisible()) continue;
      QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
      if (spoken && !spoken->text(QAccessible::Name).trimmed().isEmpty()) continue;
      nameless += QStringLiteral("%1: %2 %3")
                      .arg(id, widget->metaObject()->className(), widget->objectName());
    }
  }
  EXPECT_TRUE(nameless.isEmpty()) << nameless.join(QLatin1Char('\n')).toStdString();
}

}  // namespace
}  // namespace warmstart
