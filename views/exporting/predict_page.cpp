#include "views/exporting/predict_page.h"

#include <QtWidgets>

#include "views/desk/banner.h"
#include "views/desk/field_drops.h"
#include "views/desk/program.h"
#include "views/desk/session.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

/// A list of texts in the report of `warmstart predict --json`.
QStringList reportTexts(const Json& report, const char* key) {
  QStringList texts;
  if (!report.is_object() || !report.contains(key)) return texts;
  for (const Json& text : report[key]) texts << QString::fromStdString(text.get<std::string>());
  return texts;
}

}  // namespace

PredictPage::PredictPage(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      banner_(new Banner(this)),
      checkpoint_(new CheckpointChoice(desk, this)),
      inputs_(new QListWidget(this)),
      written_(new QListWidget(this)),
      out_(new QLineEdit(this)),
      predict_(new QPushButton(look::icon(QStringLiteral("play")), tr("&Predict"), this)),
      cancel_(new QPushButton(tr("Cancel"), this)),
      progress_(new QProgressBar(this)) {
  setAcceptDrops(true);
  auto* written_label = new QLabel(tr("Written files (Enter or double click opens one)"), this);
  written_label->setBuddy(written_);
  written_->setAccessibleName(tr("Written files"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, look::kGrid);
  column->setSpacing(look::kGrid);
  column->addWidget(banner_);
  auto* body = new QVBoxLayout;
  body->setContentsMargins(2 * look::kGrid, look::kGrid, 2 * look::kGrid, 0);
  body->setSpacing(look::kGrid);
  body->addWidget(makeInputs(), 2);
  body->addWidget(makeForm());
  body->addWidget(written_label);
  body->addWidget(written_, 3);
  column->addLayout(body, 1);
  connect(predict_, &QPushButton::clicked, this, &PredictPage::start);
  connect(cancel_, &QPushButton::clicked, this, &PredictPage::cancel);
  connect(written_, &QListWidget::itemActivated, this, [](QListWidgetItem* item) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(item->text()));
  });
  setBusy(false);
}

QWidget* PredictPage::makeInputs() {
  auto* box = new QWidget(this);
  auto* label = new QLabel(tr("&Inputs: drop files or folders here"), box);
  label->setBuddy(inputs_);
  inputs_->setAccessibleName(tr("Inputs"));
  inputs_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  auto* add = new QPushButton(look::icon(QStringLiteral("add")), tr("Add files"), box);
  auto* remove = new QPushButton(look::icon(QStringLiteral("remove")), tr("Remove"), box);
  auto* head = new QHBoxLayout;
  head->addWidget(label, 1);
  head->addWidget(add);
  head->addWidget(remove);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->addLayout(head);
  column->addWidget(inputs_, 1);
  connect(add, &QPushButton::clicked, this,
          [this] { addInputs(QFileDialog::getOpenFileNames(this, tr("Files to predict on"))); });
  connect(remove, &QPushButton::clicked, this, [this] {
    qDeleteAll(inputs_->selectedItems());
    setBusy(!task_.isNull());
  });
  return box;
}

QWidget* PredictPage::makeForm() {
  auto* box = new QWidget(this);
  auto* label = new QLabel(tr("&Results go to"), box);
  label->setBuddy(out_);
  auto* which = new QLabel(tr("Chec&kpoint"), box);
  which->setBuddy(checkpoint_);
  out_->setAccessibleName(tr("Folder for the results"));
  setWantedPath(*out_, WantedPath::kFolder);
  auto* browse = new QPushButton(tr("Choose"), box);
  progress_->setRange(0, 0);
  progress_->setTextVisible(false);
  progress_->setMaximumHeight(look::kGrid);
  progress_->setAccessibleName(tr("Prediction is at work"));
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->addWidget(which, 0, 0);
  grid->addWidget(checkpoint_, 0, 1, 1, 2);
  grid->addWidget(label, 1, 0);
  grid->addWidget(out_, 1, 1);
  grid->addWidget(browse, 1, 2);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(predict_);
  buttons->addWidget(cancel_);
  buttons->addWidget(progress_, 1);
  buttons->addStretch();
  grid->addLayout(buttons, 2, 1, 1, 2);
  connect(browse, &QPushButton::clicked, this, [this] {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder for the results"), out_->text());
    if (!folder.isEmpty()) out_->setText(folder);
  });
  return box;
}

void PredictPage::setRun(const QString& run) {
  if (run == run_) return;
  run_ = run;
  checkpoint_->setRun(run);
  written_->clear();
  banner_->clear();
  const Path folder = desk_.session.runFolder(run).root / "predictions";
  out_->setText(run.isEmpty() ? QString() : QString::fromStdString(folder.string()));
  setBusy(!task_.isNull());
}

void PredictPage::addInputs(const QStringList& paths) {
  for (const QString& path : paths) {
    if (inputs_->findItems(path, Qt::MatchExactly).isEmpty()) inputs_->addItem(path);
  }
  setBusy(!task_.isNull());
}

QStringList PredictPage::inputs() const {
  QStringList paths;
  for (int row = 0; row < inputs_->count(); ++row) paths << inputs_->item(row)->text();
  return paths;
}

QStringList PredictPage::arguments() const {
  return QStringList{QStringLiteral("predict"), run_} + inputs() +
         QStringList{QStringLiteral("--out"), out_->text()} + checkpoint_->arguments() +
         desk_.program.workspaceArguments();
}

void PredictPage::start() {
  if (!predict_->isEnabled()) return;
  banner_->clear();
  written_->clear();
  task_ = desk_.program.start(tr("Predict with %1").arg(run_),
                              arguments() + QStringList{QStringLiteral("--json")}, this,
                              [this](const ProgramResult& result) { finish(result); });
  setBusy(true);
}

void PredictPage::cancel() {
  if (task_) task_->cancel();
}

void PredictPage::finish(const ProgramResult& result) {
  task_ = nullptr;
  setBusy(false);
  if (result.cancelled) {
    banner_->show(Notice::Level::kInfo, tr("The prediction was cancelled."));
  } else if (!result.good()) {
    banner_->show(Notice::Level::kError, result.problem());
  } else {
    const Json report = result.json();
    showWritten(reportTexts(report, "files"), reportTexts(report, "skipped"));
  }
}

void PredictPage::showWritten(const QStringList& files, const QStringList& left_out) {
  for (const QString& file : files)
    written_->addItem(new QListWidgetItem(look::icon(QStringLiteral("eye")), file));
  QStringList lines{tr("Files written: %L1").arg(files.size())};
  if (!left_out.isEmpty()) {
    constexpr qsizetype kMostReasons = 3;
    lines << tr("Inputs left out: %L1").arg(left_out.size());
    lines << left_out.first(std::min(left_out.size(), kMostReasons));
    if (left_out.size() > kMostReasons)
      lines << tr("and %L1 more").arg(left_out.size() - kMostReasons);
  }
  banner_->show(left_out.isEmpty() ? Notice::Level::kInfo : Notice::Level::kWarning,
                lines.join(QLatin1Char('\n')), tr("Open folder"), [folder = out_->text()] {
                  QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
                });
}

void PredictPage::setBusy(bool busy) {
  predict_->setEnabled(!busy && !run_.isEmpty() && inputs_->count() > 0);
  cancel_->setVisible(busy);
  progress_->setVisible(busy);
}

void PredictPage::copyAsCommand() const {
  QGuiApplication::clipboard()->setText(Program::commandLine(arguments()));
}

void PredictPage::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void PredictPage::dropEvent(QDropEvent* event) {
  QStringList paths;
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) paths << url.toLocalFile();
  }
  addInputs(paths);
  event->acceptProposedAction();
}

}  // namespace warmstart
