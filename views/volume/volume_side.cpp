#include "views/volume/volume_side.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QDragEnterEvent>
#include <QGridLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "views/inspect/overlay_controls.h"
#include "views/inspect/patient_place.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

struct WindowPreset {
  const char* name;
  double level, width;  ///< Hounsfield units
};
constexpr std::array<WindowPreset, 4> kComputedTomography{
    {{QT_TRANSLATE_NOOP("warmstart::VolumeSide", "CT soft tissue"), 40, 400},
     {QT_TRANSLATE_NOOP("warmstart::VolumeSide", "CT lung"), -600, 1500},
     {QT_TRANSLATE_NOOP("warmstart::VolumeSide", "CT bone"), 400, 1800},
     {QT_TRANSLATE_NOOP("warmstart::VolumeSide", "CT brain"), 40, 80}}};
constexpr int kOwnWindow = 0, kAutomatic = 1, kFullRange = 2, kFirstPreset = 3;
constexpr double kMostLevel = 1e12;

void nameFile(QLabel* label, const VolumeFile& file, const QString& text) {
  label->setText(text.arg(QString::fromStdString(file.path.filename().string())));
  label->setToolTip(QString::fromStdString(file.path.string()));
}

}  // namespace

VolumeSide::VolumeSide(VolumeScene& scene, QWidget* parent) : QWidget(parent), scene_(scene) {
  setAcceptDrops(true);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  auto* area = new QScrollArea(this);
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* content = new QWidget(area);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, 0);
  read_out_ = new QLabel(content);
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setWordWrap(true);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setAccessibleName(tr("Voxel under the crosshair"));
  column->addWidget(read_out_);
  addSeries(column);
  addTime(column);
  addWindow(column);
  addLabels(column);
  column->addStretch(1);
  area->setWidget(content);
  whole->addWidget(area);
  connect(&scene, &VolumeScene::changed, this, &VolumeSide::refresh);
}

void VolumeSide::addSeries(QVBoxLayout* column) {
  series_ = new QComboBox(this);
  series_->setAccessibleName(tr("Series"));
  series_->setToolTip(tr("Series of this DICOM folder"));
  series_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  connect(series_, &QComboBox::activated, this,
          [this](int index) { emit seriesWanted(series_->itemData(index).toString()); });
  column->addWidget(series_);
}

void VolumeSide::addTime(QVBoxLayout* column) {
  time_box_ = new QWidget(this);
  auto* row = new QHBoxLayout(time_box_);
  row->setContentsMargins(0, 0, 0, 0);
  time_ = new QSlider(Qt::Horizontal, time_box_);
  time_->setAccessibleName(tr("Point in time"));
  time_->setToolTip(tr("Point in time (, and .)"));
  step_ = new QLabel(time_box_);
  row->addWidget(time_, 1);
  row->addWidget(step_);
  connect(time_, &QSlider::valueChanged, this, [this](int step) {
    step_->setText(stepText());
    emit stepChanged(step);
  });
  column->addWidget(time_box_);
}

void VolumeSide::addWindow(QVBoxLayout* column) {
  preset_ = new QComboBox(this);
  preset_->setAccessibleName(tr("Grey window"));
  preset_->addItems({tr("Own grey window"), tr("Automatic"), tr("Full range")});
  for (const WindowPreset& each : kComputedTomography) preset_->addItem(tr(each.name));
  connect(preset_, &QComboBox::activated, this, &VolumeSide::choosePreset);
  const auto box = [this](const QString& name) {
    auto* spin = new QDoubleSpinBox(this);
    spin->setRange(-kMostLevel, kMostLevel);
    spin->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    spin->setKeyboardTracking(false);
    spin->setAccessibleName(name);
    spin->setMinimumWidth(8 * look::kGrid);
    spin->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(spin, &QDoubleSpinBox::valueChanged, this, [this] {
      scene_.setWindow(level_->value() - width_->value() / 2,
                       level_->value() + width_->value() / 2);
    });
    return spin;
  };
  level_ = box(tr("Level")), width_ = box(tr("Width"));
  width_->setMinimum(0);
  auto* grid = new QGridLayout;
  grid->addWidget(preset_, 0, 0, 1, 4);
  grid->addWidget(new QLabel(tr("Level"), this), 1, 0);
  grid->addWidget(level_, 1, 1);
  grid->addWidget(new QLabel(tr("Width"), this), 1, 2);
  grid->addWidget(width_, 1, 3);
  for (const int spins : {1, 3}) grid->setColumnStretch(spins, 1);
  column->addLayout(grid);
}

QLayout* VolumeSide::fileRow(QLabel*& name, QPushButton*& remove) {
  name = new QLabel(label_box_);
  name->setTextFormat(Qt::PlainText);
  name->setMinimumWidth(1);
  remove = new QPushButton(tr("Remove"), label_box_);
  auto* row = new QHBoxLayout;
  row->addWidget(name, 1);
  row->addWidget(remove);
  return row;
}

void VolumeSide::addLabels(QVBoxLayout* column) {
  open_ = new QPushButton(tr("Overlay &labels..."), this);
  open_->setToolTip(tr("A label volume on the same grid; it can be dropped here, too"));
  label_box_ = new QWidget(this);
  auto* rows = new QVBoxLayout(label_box_);
  rows->setContentsMargins(0, 0, 0, 0);
  QPushButton *remove_labels = nullptr, *remove_reference = nullptr;
  rows->addLayout(fileRow(label_name_, remove_labels));
  reference_box_ = new QWidget(label_box_);
  reference_box_->setLayout(fileRow(reference_name_, remove_reference));
  reference_box_->layout()->setContentsMargins(0, 0, 0, 0);
  rows->addWidget(reference_box_);
  compare_ = new QPushButton(tr("&Compare with..."), label_box_);
  compare_->setToolTip(tr("Another label volume: where they differ, and the Dice of each label"));
  rows->addWidget(compare_);
  rows->addWidget(
      new OverlayControls(scene_, {tr("Labels"), tr("Reference"), tr("Differences")}, label_box_));
  legend_ = new LabelLegend(scene_, label_box_);
  rows->addWidget(legend_);
  connect(open_, &QPushButton::clicked, this, &VolumeSide::labelsWanted);
  connect(compare_, &QPushButton::clicked, this, &VolumeSide::referenceWanted);
  connect(remove_labels, &QPushButton::clicked, this, &VolumeSide::labelsRemoved);
  connect(remove_reference, &QPushButton::clicked, this, &VolumeSide::referenceRemoved);
  column->addWidget(open_);
  column->addWidget(label_box_);
}

void VolumeSide::setFile(const VolumeFilePtr& file, const std::array<double, 2>& range) {
  file_ = file, range_ = range;
  series_->clear();
  for (const SeriesChoice& each : file->series)
    series_->addItem(tr("%1, %n slice(s)", nullptr, static_cast<int>(each.slices)).arg(each.name),
                     each.id);
  series_->setCurrentIndex(series_->findData(file->chosen));
  series_->setVisible(file->series.size() > 1);
  const QSignalBlocker quiet(time_);
  time_->setRange(0, file->steps - 1);
  time_->setValue(0);
  time_box_->setVisible(file->steps > 1);
  step_->setText(stepText());
  setLabels(nullptr, {});
  // Enough digits for an image in [0, 1], none for Hounsfield units.
  const double span = std::max(1e-9, range[1] - range[0]);
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(span))), 0, 9);
  for (QDoubleSpinBox* box : {level_, width_}) {
    const QSignalBlocker still(box);
    box->setDecimals(decimals);
  }
}

void VolumeSide::setLabels(const VolumeFilePtr& labels, const std::vector<int>& present) {
  present_.clear();
  for (const int label : present) present_.push_back({label, tr("label %1").arg(label)});
  label_box_->setVisible(labels != nullptr);
  open_->setVisible(labels == nullptr);
  if (labels) nameFile(label_name_, *labels, QStringLiteral("%1"));
  setReference(nullptr, {});
}

void VolumeSide::setReference(const VolumeFilePtr& reference,
                              const std::vector<LabelAgreement>& agreement) {
  std::vector<NamedLabel> compared;
  for (const auto& [label, dice] : agreement)
    compared.push_back({label, tr("label %1, Dice %L2").arg(label).arg(dice, 0, 'f', 3)});
  legend_->setLabels(reference ? compared : present_);
  reference_box_->setVisible(reference != nullptr);
  compare_->setVisible(reference == nullptr);
  if (reference) nameFile(reference_name_, *reference, tr("against %1"));
}

int VolumeSide::step() const { return time_->value(); }

void VolumeSide::setStep(int step) { time_->setValue(step); }

QString VolumeSide::stepText() const {
  if (!file_) return {};
  const QString count = tr("%1 / %2").arg(time_->value() + 1).arg(file_->steps);
  if (file_->step_seconds <= 0) return count;
  return tr("%1, %L2 s").arg(count).arg(time_->value() * file_->step_seconds, 0, 'g', 4);
}

void VolumeSide::choosePreset(int index) {
  if (index == kAutomatic) return scene_.setWindow(range_[0], range_[1]);
  if (index == kFullRange) return scene_.setWindow(file_->low, file_->high);
  if (index < kFirstPreset) return;
  const auto& [name, level, width] =
      kComputedTomography.at(static_cast<std::size_t>(index - kFirstPreset));
  scene_.setWindow(level - width / 2, level + width / 2);
}

void VolumeSide::refresh() {
  if (!file_) return;
  const auto [low, high] = scene_.window();
  const QSignalBlocker a(level_), b(width_);
  level_->setValue((low + high) / 2);
  width_->setValue(high - low);
  const auto is = [&](double from, double to) {
    const double near = 1e-6 * std::max(1.0, std::abs(to - from));
    return std::abs(low - from) < near && std::abs(high - to) < near;
  };
  int preset = is(range_[0], range_[1])      ? kAutomatic
               : is(file_->low, file_->high) ? kFullRange
                                             : kOwnWindow;
  for (std::size_t i = 0; i < kComputedTomography.size(); ++i) {
    const auto& [name, level, width] = kComputedTomography[i];
    if (preset == kOwnWindow && is(level - width / 2, level + width / 2))
      preset = kFirstPreset + static_cast<int>(i);
  }
  preset_->setCurrentIndex(preset);
  read_out_->setText(valueText());
}

QString VolumeSide::valueText() const {
  if (!scene_.image().valid()) return {};
  const Voxel& at = scene_.cursor();
  const Voxel stored = file_->stored(at);
  QStringList lines{tr("voxel %1, %2, %3").arg(stored[0]).arg(stored[1]).arg(stored[2]),
                    placeText(file_->place(at)),
                    tr("value %L1").arg(scene_.image().at(at), 0, 'g', 6)};
  if (scene_.prediction().valid())
    lines << tr("label %1").arg(static_cast<int>(scene_.prediction().at(at)));
  if (scene_.reference().valid())
    lines << tr("reference %1").arg(static_cast<int>(scene_.reference().at(at)));
  return lines.join(QLatin1Char('\n'));
}

QString VolumeSide::readOut() const { return read_out_->text(); }

void VolumeSide::dragEnterEvent(QDragEnterEvent* event) {
  const QList<QUrl> urls = event->mimeData()->urls();
  if (file_ && urls.size() == 1 && urls.first().isLocalFile()) event->acceptProposedAction();
}

void VolumeSide::dropEvent(QDropEvent* event) {
  emit labelsDropped(event->mimeData()->urls().first().toLocalFile());
  event->acceptProposedAction();
}

}  // namespace warmstart
