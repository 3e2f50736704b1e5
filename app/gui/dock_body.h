// What a dock holds: the panel in a frame whose size wishes do not depend on it, so that a panel
// which is hidden in a background tab does not move the others.
#pragma once
#include <QVBoxLayout>
#include <QWidget>

namespace warmstart {

class DockBody : public QWidget {
 public:
  DockBody(QWidget* panel, QSize wish) : wish_(wish) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSizeConstraint(QLayout::SetNoConstraint);
    column->addWidget(panel);
    setMinimumSize(120, 80);
  }
  QSize sizeHint() const override { return wish_; }

 private:
  QSize wish_;
};

}  // namespace warmstart
