#include "views/live/table_export.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "views/desk/background.h"
#include "views/desk/notices.h"
#include "views/look/theme.h"

namespace warmstart::live {
namespace {

constexpr int kProgressMilliseconds = 100;

}  // namespace

TableExport::TableExport(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      text_(new QLabel(this)),
      bar_(new QProgressBar(this)),
      cancel_(new QPushButton(tr("Cancel"), this)) {
  bar_->setRange(0, 1000);
  bar_->setTextVisible(false);
  bar_->setMaximumHeight(look::kGrid);
  bar_->setAccessibleName(tr("Share of the table that is written"));
  cancel_->setToolTip(tr("End it; no file is left"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, look::kGrid / 2);
  row->setSpacing(look::kGrid);
  row->addWidget(text_);
  row->addWidget(bar_, 1);
  row->addWidget(cancel_);
  hide();
  clock_.setInterval(kProgressMilliseconds);
  connect(&clock_, &QTimer::timeout, this, &TableExport::showProgress);
  connect(cancel_, &QPushButton::clicked, this, &TableExport::cancel);
}

TableExport::~TableExport() {
  if (progress_) progress_->stop = true;
}

void TableExport::start(CsvTable table, const QString& file) {
  waiting_.push_back({std::move(table), file});
  if (waiting_.size() == 1) next();
}

void TableExport::cancel() {
  if (progress_) progress_->stop = true;
}

void TableExport::next() {
  progress_ = std::make_shared<CsvProgress>();
  text_->setText(tr("Writing %1").arg(QFileInfo(waiting_.front().file).fileName()));
  bar_->setValue(0);
  clock_.start();
  struct Outcome {
    bool whole = false;
    std::optional<Error> error;
  };
  const auto write = [job = waiting_.front(), progress = progress_]() -> Outcome {
    try {
      return {writeCsv(job.table, job.file.toStdString(), *progress), {}};
    } catch (const Error& error) {
      return {false, error};
    }
  };
  inBackground(this, write, [this](const Outcome& outcome) {
    const QString file = waiting_.front().file;
    waiting_.pop_front();
    clock_.stop();
    tell(file, outcome.whole, outcome.error);
    waiting_.empty() ? hide() : next();
  });
}

void TableExport::tell(const QString& file, bool whole, const std::optional<Error>& error) {
  if (error) {
    desk_.notices.fail(*error);
  } else {
    desk_.notices.tell(whole ? tr("Saved %1.").arg(file)
                             : tr("Writing %1 was cancelled; no file was left.").arg(file));
  }
}

// Short tables are written before anybody could read the line.
void TableExport::showProgress() {
  const std::size_t all = std::max<std::size_t>(1, waiting_.front().table.rows());
  bar_->setValue(static_cast<int>(1000 * progress_->rows / all));
  show();
}

}  // namespace warmstart::live
