#include "views/setup/preview_view.h"

#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <cmath>
#include <cstring>

#include "views/desk/banner.h"
#include "views/inspect/stored_classes.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kSamples = 4;

double elementOf(const Array& array, std::size_t index) {
  const auto read = [&]<class T>(T) {
    T value;
    std::memcpy(&value, array.data.data() + index * sizeof(T), sizeof(T));
    return static_cast<double>(value);
  };
  switch (array.dtype) {
    case Dtype::kFloat32:
      return read(float{});
    case Dtype::kFloat64:
      return read(double{});
    case Dtype::kInt64:
      return static_cast<double>(read(std::int64_t{}));
    case Dtype::kInt32:
      return read(std::int32_t{});
    case Dtype::kInt16:
      return read(std::int16_t{});
    case Dtype::kInt8:
      return read(std::int8_t{});
    case Dtype::kUint8:
    case Dtype::kBool:
      return read(std::uint8_t{});
    default:
      return std::nan("");
  }
}

/// An image is C [D] H W, a label map [D] H W: three axes of an image are no volume.
int sliceCount(const Array& array, bool labels) {
  const std::size_t axes = array.shape.size();
  return axes > (labels ? 2U : 3U) ? static_cast<int>(array.shape[axes - 3]) : 1;
}

/// Of so many slices the one at a depth from 0 to 1.
int sliceAt(int slices, double depth) {
  return static_cast<int>(std::lround(depth * std::max(0, slices - 1)));
}

/// One plane of the last two axes; nothing for less than two, or for a matrix of directions.
/// `classes`: of labels; none = amounts, in grey.
QImage planeOf(const Array& array, int slice, const StoredClasses* classes, double* low,
               double* high) {
  const std::size_t axes = array.shape.size();
  if (axes < 2 || array.shape[axes - 1] < 2 || array.shape[axes - 2] < 2) return {};
  if (axes == 2 && array.shape[0] <= 4 && array.shape[1] <= 4) return {};
  const auto height = static_cast<std::size_t>(array.shape[axes - 2]);
  const auto width = static_cast<std::size_t>(array.shape[axes - 1]);
  const std::size_t stride = height * width, offset = stride * static_cast<std::size_t>(slice);
  *low = INFINITY;
  *high = -INFINITY;
  for (std::size_t i = 0; i < stride; ++i) {
    const double value = elementOf(array, offset + i);
    *low = std::fmin(*low, value);
    *high = std::fmax(*high, value);
  }
  QImage image(static_cast<int>(width), static_cast<int>(height), QImage::Format_RGB32);
  const double span = *high > *low ? *high - *low : 1;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const double value = elementOf(array, offset + y * width + x);
      const int grey = std::isnan(value) ? 0 : static_cast<int>(255 * (value - *low) / span);
      const int stored = classes && value >= 0 ? classes->of(static_cast<int>(value)) : 0;
      const QColor label = stored > 0 ? look::label(stored) : QColor(Qt::black);
      image.setPixel(static_cast<int>(x), static_cast<int>(y),
                     classes ? label.rgb() : qRgb(grey, grey, grey));
    }
  }
  return image;
}

QString shapeText(const Array& array) {
  QStringList parts;
  for (const std::int64_t length : array.shape) parts << QString::number(length);
  return parts.join(QStringLiteral(" x "));
}

}  // namespace

std::vector<PreviewPicture> readPreview(const TensorFile& file, int sample, double depth) {
  std::vector<PreviewPicture> pictures;
  const QString wanted = QLatin1Char('.') + QString::number(sample);
  const auto told = file.metadata().find("capture");
  const Json info =
      told == file.metadata().end() ? Json() : Json::parse(told->second, nullptr, false);
  const StoredClasses classes(info.is_object() ? info : Json::object()), own;
  for (const char* when : {"before.", "after."}) {
    for (const Array& array : file.arrays()) {
      const QString name = QString::fromStdString(array.name);
      if (!name.startsWith(QLatin1String(when)) || !name.endsWith(wanted)) continue;
      const QString field = name.section(QLatin1Char('.'), 1, -2);
      const bool integers = array.dtype == Dtype::kInt64 || array.dtype == Dtype::kUint8;
      const int slices = sliceCount(array, integers), slice = sliceAt(slices, depth);
      double low = 0, high = 0;
      const StoredClasses& stored = field == QLatin1String("label") ? classes : own;
      const QImage image = planeOf(array, slice, integers ? &stored : nullptr, &low, &high);
      if (image.isNull()) continue;
      QString detail = shapeText(array);
      if (slices > 1) detail += PreviewView::tr("   slice %L1").arg(slice + 1);
      detail += PreviewView::tr("   %1 to %2").arg(low, 0, 'g', 4).arg(high, 0, 'g', 4);
      pictures.push_back(
          {(QLatin1String(when) == QLatin1String("before.") ? PreviewView::tr("%1 as read")
                                                            : PreviewView::tr("%1 as trained"))
               .arg(field),
           detail, image, slices});
    }
  }
  return pictures;
}

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
      head_(new QWidget(this)) {
  slice_->setAccessibleName(tr("Slice of the volumes"));
  slice_->setToolTip(tr("Slice of the volumes; so does the wheel over them"));
  slice_->setFixedWidth(20 * look::kGrid);
  slice_->setRange(0, 0);
  entry_->setAccessibleName(tr("Data entry"));
  sample_->setAccessibleName(tr("Sample"));
  sample_->setPrefix(tr("sample "));
  sample_->setRange(0, kSamples - 1);
  auto* row = new QHBoxLayout(head_);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(entry_);
  row->addWidget(button_);
  row->addWidget(sample_);
  row->addWidget(slice_);
  row->addWidget(slice_text_);
  row->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addWidget(head_);
  column->addStretch();
  connect(button_, &QPushButton::clicked, this, &PreviewView::start);
  connect(sample_, &QSpinBox::valueChanged, this, &PreviewView::draw);
  connect(slice_, &QSlider::valueChanged, this, &PreviewView::draw);
  showSlices();
  connect(&draft_, &Draft::changed, this, &PreviewView::fillEntries);
  fillEntries();
}

PreviewView::~PreviewView() = default;

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
  const QStringList arguments = choice.arguments(QStringLiteral("preview"))
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
      return {open, readPreview(*open, sample, depth), {}};
    } catch (const Error& error) {
      return {nullptr, {}, error};
    }
  });
}

void PreviewView::take(const Drawn& drawn) {
  file_ = drawn.file;
  pictures_ = drawn.pictures;
  if (drawn.error) {
    banner_->show(Notice::Level::kError, QString::fromUtf8(drawn.error->what()));
  } else {
    banner_->clear();
  }
  showSlices();
  update();
}

/// As many steps as the deepest volume has slices.
void PreviewView::showSlices() {
  int most = 1;
  for (const PreviewPicture& picture : pictures_) most = std::max(most, picture.slices);
  slice_->setVisible(most > 1);
  slice_text_->setVisible(most > 1);
  const QSignalBlocker quiet(slice_);
  if (slice_->maximum() != most - 1) {
    slice_->setRange(0, most - 1);
    slice_->setValue(sliceAt(most, 0.5));
  }
  slice_text_->setText(tr("slice %L1 of %L2").arg(slice_->value() + 1).arg(most));
}

void PreviewView::wheelEvent(QWheelEvent* event) {
  if (slice_->isVisible())
    slice_->setValue(slice_->value() + (event->angleDelta().y() > 0 ? 1 : -1));
  event->accept();
}

void PreviewView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const int top = head_->geometry().bottom() + look::kGrid, line = fontMetrics().lineSpacing();
  if (pictures_.empty()) {
    painter.setPen(look::faint());
    painter.drawText(QRect(look::kGrid, top, width() - 2 * look::kGrid, 3 * line), Qt::TextWordWrap,
                     tr("Preview shows samples before and after their transforms."));
    return;
  }
  const auto count = static_cast<int>(pictures_.size());
  const int cell = (width() - look::kGrid * (count + 1)) / count;
  const int side = std::max(16, std::min(cell, height() - top - 2 * line - look::kGrid));
  for (int i = 0; i < count; ++i) {
    const PreviewPicture& one = pictures_[static_cast<std::size_t>(i)];
    const int left = look::kGrid + i * (cell + look::kGrid);
    const QSize size = one.image.size().scaled(side, side, Qt::KeepAspectRatio);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(left, top, cell, line), Qt::AlignLeft, one.title);
    painter.drawImage(QRect(QPoint(left, top + line), size), one.image);
    painter.setPen(look::faint());
    painter.drawText(QRect(left, top + line + size.height(), cell, line), Qt::AlignLeft,
                     one.detail);
  }
}

}  // namespace warmstart
