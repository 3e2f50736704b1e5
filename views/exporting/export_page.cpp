#include "views/exporting/export_page.h"

#include <QtWidgets>

#include "views/desk/background.h"
#include "views/desk/banner.h"
#include "views/desk/program.h"
#include "views/desk/session.h"
#include "views/exporting/export_form.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/look/toned_item.h"
#include "views/runs/roomy_rows.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

QString readCard(const Path& path) {
  try {
    return QString::fromStdString(read_file(path, 1 << 20));
  } catch (const Error&) {
    return ExportPage::tr("*No model card lies beside this file.*");
  }
}

}  // namespace

ExportPage::ExportPage(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      banner_(new Banner(this)),
      form_(new ExportForm(desk, this)),
      export_(
          new QPushButton(look::icon(QStringLiteral("export")), tr("E&xport and verify"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)),
      progress_(new QProgressBar(this)),
      verdict_(new QLabel(this)),
      verdict_detail_(new QLabel(this)),
      differences_(new QTreeWidget(this)),
      earlier_(new QTreeWidget(this)),
      card_(new QTextBrowser(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid);
  column->addWidget(banner_);
  form_->addRow(makeButtons());
  column->addWidget(form_);
  column->addWidget(makeReport(), 1);
  setBusy(false);
  showNothing();
}

QWidget* ExportPage::makeButtons() {
  auto* box = new QWidget(this);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(0, 0, 0, 0);
  progress_->setRange(0, 0);
  progress_->setTextVisible(false);
  progress_->setMaximumHeight(look::kGrid);
  progress_->setAccessibleName(tr("Export is at work"));
  row->addWidget(export_);
  row->addWidget(cancel_);
  row->addWidget(progress_, 1);
  row->addStretch();
  connect(export_, &QPushButton::clicked, this, &ExportPage::start);
  connect(cancel_, &QPushButton::clicked, this, &ExportPage::cancel);
  return box;
}

QWidget* ExportPage::makeReport() {
  QFont big(font());
  big.setPointSizeF(big.pointSizeF() * 1.5);
  big.setWeight(QFont::DemiBold);
  verdict_->setFont(big);
  verdict_->setContentsMargins(2 * look::kGrid, 0, 2 * look::kGrid, 0);
  verdict_detail_->setContentsMargins(2 * look::kGrid, 0, 2 * look::kGrid, 0);
  verdict_detail_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  verdict_detail_->setWordWrap(true);
  differences_->setAccessibleName(tr("Differences from the source model"));
  differences_->setHeaderLabels({tr("Batch size"), tr("Largest difference"),
                                 tr("Relative to the largest output"), QString()});
  for (const int at : {0, 1, 2})
    differences_->headerItem()->setTextAlignment(at, Qt::AlignRight | Qt::AlignVCenter);
  differences_->setColumnWidth(1, 150);
  differences_->setColumnWidth(2, 220);
  differences_->setRootIsDecorated(false);
  differences_->setFrameShape(QFrame::NoFrame);
  differences_->setMaximumHeight(9 * look::kGrid);
  earlier_->setAccessibleName(tr("Exports of this run"));
  earlier_->setHeaderLabels({tr("File"), tr("Format"), tr("Size"), tr("Verification")});
  earlier_->setRootIsDecorated(false);
  earlier_->setItemDelegate(new RoomyRows(this));
  differences_->setItemDelegate(new RoomyRows(this));
  earlier_->setColumnWidth(0, 240);
  earlier_->setFrameShape(QFrame::NoFrame);
  card_->setAccessibleName(tr("Model card"));
  card_->setFrameShape(QFrame::NoFrame);
  auto* tabs = new QTabWidget(this);
  tabs->setDocumentMode(true);
  tabs->addTab(card_, tr("Model card"));
  tabs->addTab(earlier_, tr("Exports of this run"));
  auto* report = new QWidget(this);
  auto* column = new QVBoxLayout(report);
  column->setContentsMargins(0, 0, 0, 0);
  for (QWidget* part : std::initializer_list<QWidget*>{verdict_, verdict_detail_, differences_})
    column->addWidget(part);
  column->addWidget(tabs, 1);
  connect(earlier_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    const int at = earlier_->indexOfTopLevelItem(item);
    if (at >= 0 && at < static_cast<int>(files_.size()))
      showExport(files_[static_cast<std::size_t>(at)]);
  });
  return report;
}

void ExportPage::setRun(const QString& run) {
  if (run == run_) return;
  run_ = run;
  form_->setRun(run);
  banner_->clear();
  showNothing();
  listEarlier();
}

void ExportPage::start() {
  if (run_.isEmpty() || busy()) return;
  banner_->clear();
  showNothing();
  const Path path = form_->file().toStdString();
  QDir().mkpath(QString::fromStdString(path.parent_path().string()));
  task_ = desk_.program.start(
      tr("Export %1").arg(run_), form_->arguments() + QStringList{QStringLiteral("--json")}, this,
      [this, run = run_, path](const ProgramResult& result) { finish(run, path, result); });
  setBusy(true);
}

void ExportPage::cancel() {
  if (task_) task_->cancel();
}

void ExportPage::finish(const QString& run, const Path& path, const ProgramResult& result) {
  task_ = nullptr;
  setBusy(false);
  if (run != run_) return;  // the file is among that run's exports
  if (result.cancelled) {
    banner_->show(Notice::Level::kInfo, tr("The export was cancelled; no file was left."));
  } else if (!result.good()) {
    const bool differs = result.code == 1;
    banner_->show(Notice::Level::kError, result.problem());
    verdict_->setText(differs ? tr("✗ not exported: it differs from its source")
                              : tr("✗ not exported"));
    holds_ = false;
    paintVerdict();
    verdict_->show();
  } else {
    showExport(readExport(result.json(), path));
  }
  listEarlier();
}

void ExportPage::setBusy(bool busy) {
  export_->setEnabled(!busy);
  cancel_->setVisible(busy);
  progress_->setVisible(busy);
  emit busyChanged();
}

void ExportPage::paintVerdict() {
  QPalette colours(palette());
  colours.setColor(QPalette::WindowText, holds_ ? look::good() : look::bad());
  verdict_->setPalette(colours);
}

void ExportPage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) paintVerdict();
}

void ExportPage::showNothing() {
  verdict_->hide();
  verdict_detail_->hide();
  differences_->hide();
  card_->setMarkdown(
      tr("*The model card of an export stands here: where the weights come from, what "
         "they measured, how to feed them.*"));
}

void ExportPage::showExport(const ExportedFile& file) {
  holds_ = file.holds;
  paintVerdict();
  verdict_->setText((file.holds ? QStringLiteral("✓ ") : QStringLiteral("✗ ")) + file.verdict());
  verdict_detail_->setText(
      tr("%1 · %2 · the file was read back and run against its source; tolerance %3")
          .arg(file.name(), bytesText(file.bytes), QString::number(file.tolerance)));
  differences_->clear();
  for (const ExportedFile::Difference& difference : file.differences) {
    auto* item = new QTreeWidgetItem(differences_, {QString::number(difference.batch),
                                                    QString::number(difference.absolute, 'e', 2),
                                                    QString::number(difference.relative, 'e', 2)});
    for (const int at : {0, 1, 2}) item->setTextAlignment(at, Qt::AlignRight | Qt::AlignVCenter);
  }
  verdict_->show();
  verdict_detail_->show();
  differences_->setVisible(!file.differences.empty());
  inBackground(
      this, [card = file.card] { return readCard(card); },
      [this](const QString& text) { card_->setMarkdown(text); });
}

void ExportPage::listEarlier() {
  if (run_.isEmpty()) {
    fillEarlier({});
    return;
  }
  const Path folder = desk_.session.runFolder(run_).exports();
  inBackground(
      this, [folder] { return listExports(folder); },
      [this, asked = run_](const std::vector<ExportedFile>& files) {
        if (asked == run_) fillEarlier(files);
      });
}

void ExportPage::fillEarlier(const std::vector<ExportedFile>& files) {
  const QSignalBlocker quiet(earlier_);
  files_ = files;
  earlier_->clear();
  for (const ExportedFile& file : files) {
    auto* item = new look::TonedItem(
        earlier_, {file.name(), file.format, bytesText(file.bytes), file.verdict()});
    item->setTone(3, file.holds ? look::good : look::bad);
    item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
  }
}

void ExportPage::copyAsCommand() const {
  QGuiApplication::clipboard()->setText(Program::commandLine(form_->arguments()));
}

void ExportPage::openFolder() const {
  QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(form_->file()).absolutePath()));
}

}  // namespace warmstart
