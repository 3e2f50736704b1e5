#include "views/desk/banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include "views/look/theme.h"

namespace warmstart {

Banner::Banner(QWidget* parent)
    : QFrame(parent), text_(new QLabel(this)), button_(new QPushButton(this)) {
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(2 * look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  row->addWidget(text_, 1);
  row->addWidget(button_);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (act_) act_();
  });
  hide();
}

void Banner::show(Notice::Level level, const QString& text, const QString& button,
                  std::function<void()> act) {
  level_ = level;
  text_->setText(text);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  act_ = std::move(act);
  setAccessibleName(text);
  setVisible(true);
  update();
}

void Banner::clear() { hide(); }

QString Banner::text() const { return isHidden() ? QString() : text_->text(); }

void Banner::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const QColor colour = level_ == Notice::Level::kError     ? look::bad()
                        : level_ == Notice::Level::kWarning ? look::warning()
                                                            : look::accent();
  painter.fillRect(rect(), look::surface());
  painter.fillRect(QRect(0, 0, look::kGrid / 2, height()), colour);
}

}  // namespace warmstart
