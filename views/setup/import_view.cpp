#include "views/setup/import_view.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "views/desk/banner.h"
#include "views/desk/notices.h"
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

ImportView::ImportView(Desk& desk, Draft& draft, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      draft_(draft),
      banner_(new Banner(this)),
      file_(new QLineEdit(this)),
      stage_(new QComboBox(this)),
      compare_(new QPushButton(tr("Co&mpare"), this)),
      use_(new QPushButton(tr("&Start From It"), this)),
      summary_(new QLabel(this)),
      table_(new QTreeWidget(this)) {
  table_->setHeaderLabels({tr("match"), tr("tensor"), tr("detail")});
  table_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table_->setUniformRowHeights(true);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setAccessibleName(tr("Match of the tensors"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addWidget(makeRow());
  column->addWidget(summary_);
  column->addWidget(table_, 1);
  setAcceptDrops(true);
  connect(compare_, &QPushButton::clicked, this, &ImportView::start);
  connect(use_, &QPushButton::clicked, this, &ImportView::use);
  connect(file_, &QLineEdit::textChanged, this, &ImportView::forget);
  connect(stage_, &QComboBox::currentTextChanged, this, &ImportView::forget);
  connect(&draft_, &Draft::changed, this, &ImportView::fillStages);
  connect(&draft_, &Draft::started, this, &ImportView::forget);
  fillStages();
  forget();
}

QWidget* ImportView::makeRow() {
  file_->setPlaceholderText(tr("weights: safetensors, or PyTorch (never executed)"));
  file_->setAccessibleName(tr("Weights file"));
  stage_->setAccessibleName(tr("Stage whose model the weights should fit"));
  stage_->setToolTip(stage_->accessibleName());
  stage_->setMinimumContentsLength(12);
  auto* browse = new QPushButton(tr("C&hoose..."), this);
  connect(browse, &QPushButton::clicked, this, &ImportView::choose);
  auto* all = new QWidget(this);
  auto* row = new QHBoxLayout(all);
  row->setContentsMargins(0, 0, 0, 0);
  for (QWidget* widget : std::initializer_list<QWidget*>{file_, browse, stage_, compare_, use_})
    row->addWidget(widget, widget == file_ ? 1 : 0);
  return all;
}

QString ImportView::file() const { return file_->text().trimmed(); }

void ImportView::fillStages() {
  QStringList names, known;
  if (const Value* stages = draft_.tree().find("stages")) {
    for (const auto& [name, stage] : stages->members) names << QString::fromStdString(name);
  }
  for (int i = 0; i < stage_->count(); ++i) known << stage_->itemText(i);
  if (names != known) {
    const QString now = stage_->currentText();
    stage_->clear();
    stage_->addItems(names);
    setStage(now);
  }
  showReady();
}

void ImportView::setStage(const QString& stage) {
  stage_->setCurrentIndex(std::max(0, stage_->findText(stage)));
}

/// The report was of another file or stage.
void ImportView::forget() {
  compared_ = false;
  table_->clear();
  banner_->clear();
  summary_->setText(tr("Compares the tensors of a weights file with the model of a stage."));
  showReady();
}

void ImportView::showReady() {
  const bool stages = stage_->count() > 0;
  compare_->setEnabled(stages && !file().isEmpty() && !task_);
  compare_->setToolTip(stages ? tr("Report which tensors fit") : tr("The draft has no stage"));
  use_->setEnabled(compared_ && !task_ && !draft_.textProblem());
  use_->setToolTip(tr("Write the file into the stage as where its weights come from"));
}

void ImportView::choose() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Weights"), {},
      tr("Weights (*.safetensors *.ckpt *.pt *.pth *.bin *.index.json);;All files (*)"));
  if (!file.isEmpty()) setFile(file);
}

void ImportView::setFile(const QString& file) { file_->setText(file); }

void ImportView::start() {
  if (task_ || !choice_ || file().isEmpty() || stage_->count() == 0) return;
  RunChoice choice = choice_();
  choice.arm.clear();
  choice.seeds.clear();
  const QString stage = stage_->currentText(), file = this->file();
  forget();
  task_ = desk_.program.start(
      tr("Compare weights"),
      choice.arguments({QStringLiteral("import"), file, QStringLiteral("--recipe")})
          << QStringLiteral("--stage") << stage << QStringLiteral("--json"),
      this,
      [this, stage, file](const ProgramResult& result) {
        task_.clear();
        const Json json = result.json();
        const bool current = stage == stage_->currentText() && file == this->file();
        if (current && result.good() && json.is_object()) {
          show(json);
        } else if (current && !result.cancelled) {
          banner_->show(Notice::Level::kError,
                        tr("The weights were not compared: %1").arg(result.problem()));
        }
        showReady();
      },
      choice.text);
  showReady();
}

void ImportView::use() {
  if (!compared_) return;
  const QString stage = stage_->currentText();
  draft_.setValue(tr("Start %1 from weights").arg(stage),
                  QStringLiteral("stages.%1.from").arg(stage),
                  Value::scalar(QFileInfo(file()).absoluteFilePath().toStdString(), true));
  desk_.notices.tell(tr("The stage %1 starts from %2.").arg(stage, QFileInfo(file()).fileName()));
}

namespace {

QString droppedWeights(const QMimeData* data) {
  static const QStringList kSuffixes{QStringLiteral("safetensors"), QStringLiteral("ckpt"),
                                     QStringLiteral("pt"), QStringLiteral("pth"),
                                     QStringLiteral("bin")};
  const QList<QUrl> urls = data->urls();
  if (urls.size() != 1 || !urls.front().isLocalFile()) return {};
  const QFileInfo file(urls.front().toLocalFile());
  return file.isFile() && kSuffixes.contains(file.suffix().toLower()) ? file.filePath() : QString();
}

}  // namespace

void ImportView::dragEnterEvent(QDragEnterEvent* event) {
  event->setAccepted(!droppedWeights(event->mimeData()).isEmpty());
}

void ImportView::dropEvent(QDropEvent* event) {
  setFile(droppedWeights(event->mimeData()));
  event->acceptProposedAction();
}

void ImportView::show(const Json& answer) {
  compared_ = true;
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
