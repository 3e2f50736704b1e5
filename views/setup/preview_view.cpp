#include "views/setup/preview_view.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QVBoxLayout>

#include "views/desk/banner.h"
#include "views/look/theme.h"
#include "views/setup/preview_sheet.h"

namespace warmstart {
namespace {

constexpr int kSamples = 4;

}  // namespace

PreviewView::PreviewView(Desk& desk, Draft& draft, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      draft_(draft),
      folder_(std::make_unique<QTemporaryDir>()),
      banner_(new Banner(this)),
      entry_(new QComboBox(this)),
      sample_(new QSpinBox(this)),
      button_(new QPushButton(tr("Pre&view"), this)),
      slice_(new QSlider(Qt::Horizontal, this)),
      slice_text_(new QLabel(this)),
      name_(new QLabel(this)),
      sheet_(new PreviewSheet) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addWidget(makeHead());
  column->addWidget(PreviewSheet::scrolled(sheet_, this), 1);
  sheet_->setItems({}, tr("Preview shows samples before and after their transforms."));
  connect(button_, &QPushButton::clicked, this, &PreviewView::start);
  connect(sample_, &QSpinBox::valueChanged, this, &PreviewView::draw);
  connect(slice_, &QSlider::valueChanged, this, &PreviewView::draw);
  connect(sheet_, &PreviewSheet::wheelTurned, this,
          [this](int steps) { slice_->setValue(slice_->value() + steps); });
  showSlices();
  connect(&draft_, &Draft::changed, this, &PreviewView::fillEntries);
  fillEntries();
}

PreviewView::~PreviewView() = default;

QWidget* PreviewView::makeHead() {
  slice_->setAccessibleName(tr("Slice of the volumes"));
  slice_->setToolTip(tr("Slice of the volumes; so does the wheel over them"));
  slice_->setFixedWidth(20 * look::kGrid);
  slice_->setRange(0, 0);
  entry_->setAccessibleName(tr("Data entry"));
  sample_->setAccessibleName(tr("Sample"));
  sample_->setPrefix(tr("sample "));
  sample_->setRange(0, kSamples - 1);
  name_->setTextFormat(Qt::PlainText);
  name_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  auto* head = new QWidget(this);
  auto* row = new QHBoxLayout(head);
  row->setContentsMargins(0, 0, 0, 0);
  for (QWidget* widget :
       std::initializer_list<QWidget*>{entry_, button_, sample_, slice_, slice_text_})
    row->addWidget(widget);
  row->addWidget(name_, 1);
  return head;
}

const std::vector<PreviewItem>& PreviewView::items() const { return sheet_->items(); }

void PreviewView::fillEntries() {
  const QString now = entry_->currentText();
  QStringList names;
  if (const Value* data = draft_.tree().find("data")) {
    for (const auto& [name, value] : data->members) names << QString::fromStdString(name);
  }
  entry_->clear();
  entry_->addItems(names);
  entry_->setCurrentIndex(std::max<int>(0, static_cast<int>(names.indexOf(now))));
}

void PreviewView::start() {
  if (task_ || !choice_ || entry_->currentText().isEmpty()) return;
  RunChoice choice = choice_();
  choice.arm.clear();
  choice.seeds.clear();
  const QString out = folder_->filePath(QStringLiteral("preview.safetensors"));
  const QStringList arguments = choice.arguments({QStringLiteral("preview")})
                                << QStringLiteral("--entry") << entry_->currentText()
                                << QStringLiteral("--samples") << QString::number(kSamples)
                                << QStringLiteral("--out") << out << QStringLiteral("--json");
  banner_->clear();
  button_->setEnabled(false);
  task_ = desk_.program.start(
      tr("Data preview"), arguments, this,
      [this, out](const ProgramResult& result) {
        button_->setEnabled(true);
        if (result.good()) return showFile(out);
        if (!result.cancelled)
          banner_->show(Notice::Level::kError, tr("No preview: %1").arg(result.problem()));
      },
      choice.text);
}

void PreviewView::showFile(const QString& file) {
  path_ = file;
  file_.reset();
  draw();
}

void PreviewView::draw() {
  if (path_.isEmpty()) return;
  const double depth =
      slice_->maximum() > 0 ? slice_->value() / static_cast<double>(slice_->maximum()) : 0.5;
  drawing_.start([path = path_, file = file_, sample = sample_->value(), depth]() -> Drawn {
    try {
      const auto open =
          file ? file
               : std::make_shared<const TensorFile>(TensorFile::open(path.toStdString(), true));
      return {open, readPreview(*open, sample, depth), previewSamples(*open), {}};
    } catch (const Error& error) {
      return {nullptr, {}, {}, error};
    }
  });
}

void PreviewView::take(const Drawn& drawn) {
  file_ = drawn.file;
  if (drawn.error) {
    banner_->show(Notice::Level::kError, QString::fromUtf8(drawn.error->what()));
  } else {
    banner_->clear();
  }
  const int last = std::max(0, static_cast<int>(drawn.samples.size()) - 1);
  name_->setText(drawn.samples.value(std::min(sample_->value(), last)));
  sheet_->setItems(drawn.items, drawn.error ? QString() : tr("This sample has no fields."));
  sample_->setMaximum(drawn.error ? kSamples - 1 : last);  // may ask for another sample
  showSlices();
}

/// As many steps as the deepest volume has slices.
void PreviewView::showSlices() {
  int most = 1;
  for (const PreviewItem& item : items()) most = std::max(most, item.slices);
  slice_->setVisible(most > 1);
  slice_text_->setVisible(most > 1);
  const QSignalBlocker quiet(slice_);
  if (slice_->maximum() != most - 1) {
    slice_->setRange(0, most - 1);
    slice_->setValue(sliceAt(most, 0.5));
  }
  slice_text_->setText(tr("slice %L1 of %L2").arg(slice_->value() + 1).arg(most));
}

}  // namespace warmstart
