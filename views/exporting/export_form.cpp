#include "views/exporting/export_form.h"

#include <QtWidgets>

#include "views/desk/field_drops.h"
#include "views/desk/program.h"
#include "views/desk/session.h"
#include "views/exporting/checkpoint_choice.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

struct ExportFormat {
  const char *name, *title, *use, *ending;
  bool bare;  ///< weights alone, which can have published names
};
constexpr std::array<ExportFormat, 4> kExportFormats{
    {{"torchscript", "TorchScript",
      QT_TRANSLATE_NOOP("Export", "runs in PyTorch and LibTorch, no code needed"), "pt", false},
     {"onnx", "ONNX",
      QT_TRANSLATE_NOOP("Export", "runs in ONNX Runtime, OpenCV, TensorRT and most viewers"),
      "onnx", false},
     {"safetensors", "safetensors",
      QT_TRANSLATE_NOOP("Export", "weights alone, to start other training from"), "safetensors",
      true},
     {"pytorch", "PyTorch",
      QT_TRANSLATE_NOOP("Export", "weights alone, as a state dict that torch.load opens"), "pth",
      true}}};
constexpr int kFirstFormat = 1;

/// As `warmstart export --names` takes them.
constexpr std::array<std::pair<const char*, const char*>, 7> kNameFamilies{
    {{"bert", "BERT"},
     {"gpt2", "GPT-2"},
     {"llama", "LLaMA"},
     {"llama_original", "LLaMA, its own release"},
     {"olmoe", "OLMoE"},
     {"t5", "T5"},
     {"t5_v1_1", "T5 1.1"}}};

QString exportText(const char* text) { return QCoreApplication::translate("Export", text); }

}  // namespace

ExportForm::ExportForm(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      layout_(new QFormLayout(this)),
      formats_(new QButtonGroup(this)),
      names_(new QComboBox(this)),
      checkpoint_(new CheckpointChoice(desk, this)),
      file_(new QLineEdit(this)) {
  layout_->setContentsMargins(2 * look::kGrid, look::kGrid, 2 * look::kGrid, 0);
  layout_->setVerticalSpacing(look::kGrid);
  layout_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
  makeNames();
  layout_->addRow(tr("Format"), makeFormats());
  layout_->addRow(tr("&Names of the weights"), names_);
  layout_->addRow(tr("Chec&kpoint"), checkpoint_);
  QWidget* file = makeFile();
  layout_->addRow(tr("&File"), file);
  qobject_cast<QLabel*>(layout_->labelForField(file))->setBuddy(file_);
  connect(checkpoint_, &CheckpointChoice::changed, this, &ExportForm::suggestFile);
  follow();
}

QWidget* ExportForm::makeFormats() {
  auto* box = new QWidget(this);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  int id = 0;
  for (const ExportFormat& format : kExportFormats) {
    auto* button = new QRadioButton(
        QStringLiteral("%1 – %2").arg(QLatin1String(format.title), exportText(format.use)), box);
    button->setObjectName(QLatin1String(format.name));
    formats_->addButton(button, id++);
    column->addWidget(button);
  }
  formats_->button(kFirstFormat)->setChecked(true);
  connect(formats_, &QButtonGroup::idClicked, this, &ExportForm::follow);
  return box;
}

void ExportForm::makeNames() {
  names_->setAccessibleName(tr("Names of the weights"));
  names_->addItem(tr("Warmstart's own"), QString());
  for (const auto& [name, title] : kNameFamilies)
    names_->addItem(QLatin1String(title), QLatin1String(name));
}

QWidget* ExportForm::makeFile() {
  auto* box = new QWidget(this);
  file_->setAccessibleName(tr("File to write"));
  setWantedPath(*file_, WantedPath::kAny);
  auto* browse = new QPushButton(tr("Choose"), box);
  browse->setToolTip(tr("Choose the file to write"));
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(file_, 1);
  row->addWidget(browse);
  connect(browse, &QPushButton::clicked, this, &ExportForm::chooseFile);
  connect(file_, &QLineEdit::textEdited, this, [this] { suggested_ = false; });
  return box;
}

void ExportForm::addRow(QWidget* row) { layout_->addRow(QString(), row); }

void ExportForm::setRun(const QString& run) {
  if (run == run_) return;
  run_ = run;
  suggested_ = true;
  checkpoint_->setRun(run);
  suggestFile();
}

QString ExportForm::format() const {
  return QLatin1String(kExportFormats.at(static_cast<std::size_t>(formats_->checkedId())).name);
}

void ExportForm::setFormat(const QString& format) {
  for (int id = 0; id < static_cast<int>(kExportFormats.size()); ++id) {
    if (format == QLatin1String(kExportFormats.at(static_cast<std::size_t>(id)).name))
      formats_->button(id)->setChecked(true);
  }
  follow();
}

void ExportForm::follow() {
  const bool bare = kExportFormats.at(static_cast<std::size_t>(formats_->checkedId())).bare;
  names_->setEnabled(bare);
  names_->setToolTip(
      bare ? tr("Under which names other programs look for them; the model must be of that kind")
           : tr("A graph keeps its own names: this is for bare weights"));
  suggestFile();
}

QString ExportForm::file() const { return file_->text(); }

void ExportForm::suggestFile() {
  if (!suggested_ || run_.isEmpty()) return;
  const RunRecord* record = desk_.session.index().findRun(run_);
  QString name = record ? QString::fromStdString(record->info.recipe).section(QLatin1Char('/'), -1)
                        : QStringLiteral("model");
  if (record) name += QLatin1Char('-') + QString::fromStdString(record->info.arm);
  const QString checkpoint = checkpoint_->fileWord();
  if (!checkpoint.isEmpty()) name += QLatin1Char('-') + checkpoint;
  const Path folder = desk_.session.runFolder(run_).exports();
  const auto format = static_cast<std::size_t>(formats_->checkedId());
  file_->setText(QString::fromStdString(folder.string()) + QLatin1Char('/') + name +
                 QLatin1Char('.') + QLatin1String(kExportFormats.at(format).ending));
}

void ExportForm::chooseFile() {
  const QString name = QFileDialog::getSaveFileName(this, tr("File to write"), file_->text());
  if (name.isEmpty()) return;
  suggested_ = false;
  file_->setText(name);
}

QStringList ExportForm::arguments() const {
  QStringList words{QStringLiteral("export"), run_,         QStringLiteral("--format"), format(),
                    QStringLiteral("--out"),  file_->text()};
  words += checkpoint_->arguments();
  const QString names = names_->currentData().toString();
  if (names_->isEnabled() && !names.isEmpty()) words << QStringLiteral("--names") << names;
  return words + desk_.program.workspaceArguments();
}

}  // namespace warmstart
