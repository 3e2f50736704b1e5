#include "app/gui/dock_title.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include "views/look/icon_button.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

QToolButton* titleButton(const QString& icon, const QString& tip, QWidget* parent) {
  QToolButton* button = look::iconButton(icon, tip, parent);
  button->setIconSize({12, 12});
  button->setFocusPolicy(Qt::NoFocus);  // the View menu is the keyboard's way
  return button;
}

}  // namespace

DockTitle::DockTitle(QDockWidget* dock) : QWidget(dock), dock_(dock) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(look::kGrid, 0, look::kGrid / 2, 0);
  row->setSpacing(0);
  row->addStretch(1);
  auto* floater =
      titleButton(QStringLiteral("float"), tr("Float or dock %1").arg(dock->windowTitle()), this);
  auto* closer =
      titleButton(QStringLiteral("cancel"), tr("Close %1").arg(dock->windowTitle()), this);
  row->addWidget(floater);
  row->addWidget(closer);
  connect(floater, &QToolButton::clicked, dock, [dock] { dock->setFloating(!dock->isFloating()); });
  connect(closer, &QToolButton::clicked, dock, &QDockWidget::close);
}

QSize DockTitle::sizeHint() const {
  return {120, std::max(3 * look::kGrid, fontMetrics().height() + look::kGrid)};
}

void DockTitle::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  QFont bold(font());
  bold.setWeight(QFont::DemiBold);
  painter.setFont(bold);
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(rect().adjusted(look::kGrid, 0, -6 * look::kGrid, 0),
                   Qt::AlignVCenter | Qt::AlignLeft, dock_->windowTitle());
  painter.setPen(look::line());
  painter.drawLine(0, height() - 1, width(), height() - 1);
}

}  // namespace warmstart
