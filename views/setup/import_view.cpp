#include "views/setup/import_view.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "views/desk/banner.h"
#include "views/desk/session.h"
#include "views/look/theme.h"
#include "views/look/toned_item.h"

namespace warmstart {
namespace {

QString shapesOf(const Json& mismatch) {
  return ImportView::tr("file has %1, model wants %2")
      .arg(QString::fromStdString(mismatch.value("have", Json()).dump()),
           QString::fromStdString(mismatch.value("want", Json()).dump()));
}

}  // namespace

ImportView::ImportView(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      banner_(new Banner(this)),
      file_(new QLineEdit(this)),
      run_(new QComboBox(this)),
      button_(new QPushButton(tr("Co&mpare"), this)),
      summary_(
          new QLabel(tr("Compares the tensors of a weights file with the model of a run."), this)),
      table_(new QTreeWidget(this)) {
  file_->setPlaceholderText(tr("weights: safetensors, or PyTorch (never executed)"));
  file_->setAccessibleName(tr("Weights file"));
  run_->setAccessibleName(tr("Run whose model the weights should fit"));
  run_->setToolTip(run_->accessibleName());
  run_->setMinimumContentsLength(18);
  table_->setHeaderLabels({tr("match"), tr("tensor"), tr("detail")});
  table_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table_->setUniformRowHeights(true);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setAccessibleName(tr("Match of the tensors"));
  auto* browse = new QPushButton(tr("C&hoose..."), this);
  auto* row = new QHBoxLayout;
  for (QWidget* widget : {static_cast<QWidget*>(file_), static_cast<QWidget*>(browse),
                          static_cast<QWidget*>(run_), static_cast<QWidget*>(button_)})
    row->addWidget(widget, widget == file_ ? 1 : 0);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addLayout(row);
  column->addWidget(summary_);
  column->addWidget(table_, 1);
  connect(browse, &QPushButton::clicked, this, &ImportView::choose);
  connect(button_, &QPushButton::clicked, this, &ImportView::start);
  connect(file_, &QLineEdit::textChanged, this, &ImportView::showReady);
  connect(&desk_.session, &Session::indexChanged, this, [this] {
    if (isVisible()) fillRuns();
  });
  showReady();
}

void ImportView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  fillRuns();
}

void ImportView::fillRuns() {
  const QString now = run_->currentData().toString();
  run_->clear();
  for (const RunRecord& run : desk_.session.index().runs) {
    const QString id = QString::fromStdString(run.info.run);
    if (run.state == "done") run_->addItem(id, id);
  }
  run_->setCurrentIndex(std::max(0, run_->findData(now)));
  showReady();
}

void ImportView::showReady() {
  const bool runs = run_->count() > 0;
  button_->setEnabled(runs && !file_->text().trimmed().isEmpty() && !task_);
  button_->setToolTip(runs ? tr("Report which tensors fit")
                           : tr("There is no finished run to compare with"));
}

void ImportView::choose() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Weights"), {},
      tr("Weights (*.safetensors *.ckpt *.pt *.pth *.bin *.index.json);;All files (*)"));
  if (!file.isEmpty()) setFile(file);
}

void ImportView::setFile(const QString& file) { file_->setText(file); }

void ImportView::start() {
  if (task_) return;
  banner_->clear();
  QStringList arguments{QStringLiteral("import"), file_->text().trimmed(), QStringLiteral("--into"),
                        run_->currentData().toString(), QStringLiteral("--json")};
  task_ = desk_.program.start(
      tr("Compare weights"), arguments << desk_.program.workspaceArguments(), this,
      [this](const ProgramResult& result) {
        task_.clear();
        showReady();
        const Json json = result.json();
        if (result.good() && json.is_object()) return show(json);
        if (!result.cancelled)
          banner_->show(Notice::Level::kError,
                        tr("The weights were not read: %1").arg(result.problem()));
      });
  showReady();
}

void ImportView::show(const Json& answer) {
  table_->clear();
  QStringList counts;
  // Each list of the report is a kind of match; an entry is a name, or says more.
  const Json report = answer.value("report", Json::object());
  for (const auto& [kind, list] : report.items()) {
    if (!list.is_array()) continue;
    const QString word = QString::fromStdString(kind);
    counts << QStringLiteral("%1 %2").arg(list.size()).arg(word);
    for (const Json& one : list) {
      const bool named = one.is_object() && one.contains("name");
      const QString name = QString::fromStdString(one.is_string() ? one.get<std::string>()
                                                  : named         ? one.value("name", "")
                                                                  : one.dump());
      auto* row = new look::TonedItem(table_, {word, name, named ? shapesOf(one) : QString()});
      if (kind != "matched" && kind != "loaded") row->setTone(0, look::warning);
    }
  }
  summary_->setText(tr("%1 tensors in the file: %2")
                        .arg(answer.value("tensors", 0))
                        .arg(counts.join(QStringLiteral(", "))));
}

}  // namespace warmstart
