#include "views/look/icon_button.h"

#include "views/look/icons.h"

namespace warmstart::look {

QToolButton* iconButton(const QString& icon, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(look::icon(icon));
  button->setAutoRaise(true);
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  return button;
}

}  // namespace warmstart::look
