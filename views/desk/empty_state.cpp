#include "views/desk/empty_state.h"

#include <QEvent>
#include <QVBoxLayout>

#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent),
      icon_(new QLabel(this)),
      sentence_(new QLabel(this)),
      button_(new QPushButton(this)) {
  sentence_->setWordWrap(true);
  sentence_->setAlignment(Qt::AlignCenter);
  sentence_->setTextFormat(Qt::PlainText);
  icon_->setAlignment(Qt::AlignCenter);
  auto* column = new QVBoxLayout(this);
  column->setSpacing(2 * look::kGrid);
  column->addStretch(2);
  column->addWidget(icon_, 0, Qt::AlignHCenter);
  column->addWidget(sentence_, 0, Qt::AlignHCenter);
  column->addWidget(button_, 0, Qt::AlignHCenter);
  column->addStretch(3);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (act_) act_();
  });
}

void EmptyState::setContent(const QString& icon, const QString& sentence, const QString& button,
                            std::function<void()> act) {
  icon_name_ = icon;
  sentence_->setText(sentence);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  act_ = std::move(act);
  paintIcon();
  fitSentence();
}

void EmptyState::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitSentence();
}

void EmptyState::fitSentence() {
  // A wrapped label that is centred in a layout is given the height of another width.
  const int width = std::clamp(this->width() - 6 * look::kGrid, 16 * look::kGrid, 52 * look::kGrid);
  sentence_->setFixedSize(width, std::max(0, sentence_->heightForWidth(width)));
}

void EmptyState::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) paintIcon();
}

void EmptyState::paintIcon() {
  if (!icon_name_.isEmpty()) {
    icon_->setPixmap(
        look::icon(icon_name_).pixmap(QSize(40, 40), devicePixelRatioF(), QIcon::Disabled));
  }
}

}  // namespace warmstart
