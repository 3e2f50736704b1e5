#include "app/gui/toasts.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/look/icon_button.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kSecondsShown = 6;
constexpr std::size_t kMostLogged = 500;
constexpr int kMostShown = 4;

/// One message with its stripe of colour.
class Toast : public QFrame {
 public:
  Toast(const Notice& notice, QWidget* parent) : QFrame(parent), level_(notice.level) {
    setObjectName(QStringLiteral("toast"));
    setProperty("text", notice.text);
    setFrameShape(QFrame::NoFrame);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2 * look::kGrid, look::kGrid, look::kGrid, look::kGrid);
    auto* words = new QLabel(
        notice.detail.isEmpty() ? notice.text : notice.text + QLatin1Char('\n') + notice.detail);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(words, 1);
    if (!notice.action.isEmpty()) {
      auto* button = new QPushButton(notice.action);
      connect(button, &QPushButton::clicked, this, [this, act = notice.act] {
        if (act) act();
        deleteLater();
      });
      row->addWidget(button);
    }
    QToolButton* close = look::iconButton(QStringLiteral("cancel"), Toasts::tr("Close"));
    connect(close, &QToolButton::clicked, this, &QObject::deleteLater);
    row->addWidget(close, 0, Qt::AlignTop);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.fillRect(rect(), look::surface());
    painter.setPen(look::line());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    const QColor colour = level_ == Notice::Level::kError     ? look::bad()
                          : level_ == Notice::Level::kWarning ? look::warning()
                                                              : look::accent();
    painter.fillRect(QRect(0, 0, look::kGrid / 2, height()), colour);
  }

 private:
  Notice::Level level_;
};

}  // namespace

Toasts::Toasts(Notices& notices, QWidget* window) : QWidget(window) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  window->installEventFilter(this);
  connect(&notices, &Notices::told, this, &Toasts::add);
  hide();
}

void Toasts::add(const Notice& notice) {
  log_.push_back(notice);
  if (log_.size() > kMostLogged) log_.erase(log_.begin());
  emit logged();
  if (layout()->count() >= kMostShown) delete layout()->takeAt(0)->widget();
  auto* toast = new Toast(notice, this);
  layout()->addWidget(toast);
  if (notice.level == Notice::Level::kInfo)
    QTimer::singleShot(kSecondsShown * 1000, toast, &QObject::deleteLater);
  place();
}

/// The height of the words is known when the layout asks for room: after a notice has come, has
/// gone, or has been shown with the window.
bool Toasts::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) place();
  return QWidget::event(event);
}

void Toasts::place() {
  setVisible(layout()->count() > 0);
  if (isHidden()) return;
  layout()->activate();
  const QWidget* over = parentWidget();
  const int width = std::min(48 * look::kGrid, over->width() - 2 * look::kGrid);
  setFixedWidth(width);
  const int height =
      layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : sizeHint().height();
  setGeometry(over->width() - width - 2 * look::kGrid, over->height() - height - 5 * look::kGrid,
              width, height);
  raise();
}

QStringList Toasts::shown() const {
  QStringList texts;
  for (int i = 0; i < layout()->count(); ++i)
    texts << layout()->itemAt(i)->widget()->property("text").toString();
  return texts;
}

bool Toasts::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) place();
  return QWidget::eventFilter(watched, event);
}

}  // namespace warmstart
