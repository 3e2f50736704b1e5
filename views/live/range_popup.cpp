#include "views/live/range_popup.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart::live {

RangePopup::RangePopup(const QCPRange& x, const QCPRange& y, QWidget* parent)
    : QFrame(parent, Qt::Popup), problem_(new QLabel(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  auto* form = new QFormLayout(this);
  form->setContentsMargins(2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid);
  const std::array<QString, 4> names{tr("&Horizontal from"), tr("to"), tr("&Vertical from"),
                                     tr("to")};
  const std::array<double, 4> values{x.lower, x.upper, y.lower, y.upper};
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    fields_[i] = new QLineEdit(QLocale().toString(values[i], 'g', 6), this);
    fields_[i]->setAlignment(Qt::AlignRight);
    fields_[i]->setPlaceholderText(tr("automatic"));
    fields_[i]->setAccessibleName((i < 2 ? tr("Horizontal axis, %1") : tr("Vertical axis, %1"))
                                      .arg(i % 2 == 0 ? tr("from") : tr("to")));
    form->addRow(names[i], fields_[i]);
    connect(fields_[i], &QLineEdit::returnPressed, this, &RangePopup::apply);
  }
  problem_->setVisible(false);
  form->addRow(problem_);
  auto* apply = new QPushButton(tr("&Set ranges"), this);
  auto* automatic = new QPushButton(tr("&Automatic"), this);
  auto* row = new QHBoxLayout;
  row->addWidget(automatic);
  row->addWidget(apply);
  form->addRow(row);
  connect(apply, &QPushButton::clicked, this, &RangePopup::apply);
  connect(automatic, &QPushButton::clicked, this, [this] {
    emit chosen({}, {});
    close();
  });
  fields_[0]->setFocus();
}

bool RangePopup::read(std::size_t first, std::optional<QCPRange>& range) const {
  const QString from = fields_[first]->text().trimmed(), to = fields_[first + 1]->text().trimmed();
  if (from.isEmpty() && to.isEmpty()) return true;
  bool low_good = false, high_good = false;
  const double low = QLocale().toDouble(from, &low_good), high = QLocale().toDouble(to, &high_good);
  if (!low_good || !high_good || !std::isfinite(low) || !std::isfinite(high) || low >= high)
    return false;
  range.emplace(low, high);
  return true;
}

void RangePopup::apply() {
  std::optional<QCPRange> x, y;
  if (!read(0, x) || !read(2, y)) {
    problem_->setText(tr("Give two numbers, the smaller first, or leave both empty."));
    problem_->setVisible(true);
    adjustSize();
    return;
  }
  emit chosen(x, y);
  close();
}

}  // namespace warmstart::live
