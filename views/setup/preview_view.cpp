#include "views/setup/preview_view.h"

#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QVBoxLayout>
#include <QtConcurrent>
#include <cmath>
#include <cstring>

#include "core/base/tensor_file.h"
#include "views/desk/banner.h"
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

/// The middle plane of the last two axes; nothing for less than two.
QImage middlePlane(const Array& array, bool labels, double* low, double* high) {
  const std::size_t axes = array.shape.size();
  if (axes < 2 || array.shape[axes - 1] < 2 || array.shape[axes - 2] < 2) return {};
  const auto height = static_cast<std::size_t>(array.shape[axes - 2]);
  const auto width = static_cast<std::size_t>(array.shape[axes - 1]);
  std::size_t offset = 0, stride = height * width;
  if (axes > 2) offset = stride * static_cast<std::size_t>(array.shape[axes - 3] / 2);
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
      const QColor label =
          labels && value > 0 ? look::label(static_cast<int>(value)) : QColor(Qt::black);
      image.setPixel(static_cast<int>(x), static_cast<int>(y),
                     labels ? label.rgb() : qRgb(grey, grey, grey));
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

std::vector<PreviewPicture> readPreview(const QString& file, int sample) {
  const TensorFile tensors = TensorFile::open(file.toStdString(), true);
  std::vector<PreviewPicture> pictures;
  const QString wanted = QLatin1Char('.') + QString::number(sample);
  for (const char* when : {"before.", "after."}) {
    for (const Array& array : tensors.arrays()) {
      const QString name = QString::fromStdString(array.name);
      if (!name.startsWith(QLatin1String(when)) || !name.endsWith(wanted)) continue;
      const QString field = name.section(QLatin1Char('.'), 1, -2);
      const bool integers = array.dtype == Dtype::kInt64 || array.dtype == Dtype::kUint8;
      double low = 0, high = 0;
      const QImage image = middlePlane(array, integers, &low, &high);
      if (image.isNull()) continue;
      pictures.push_back(
          {(QLatin1String(when) == QLatin1String("before.") ? PreviewView::tr("%1 as read")
                                                            : PreviewView::tr("%1 as trained"))
               .arg(field),
           QStringLiteral("%1   %2 to %3")
               .arg(shapeText(array))
               .arg(low, 0, 'g', 4)
               .arg(high, 0, 'g', 4),
           image});
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
      head_(new QWidget(this)) {
  entry_->setAccessibleName(tr("Data entry"));
  sample_->setAccessibleName(tr("Sample"));
  sample_->setPrefix(tr("sample "));
  sample_->setRange(0, kSamples - 1);
  auto* row = new QHBoxLayout(head_);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(entry_);
  row->addWidget(button_);
  row->addWidget(sample_);
  row->addStretch();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addWidget(head_);
  column->addStretch();
  connect(button_, &QPushButton::clicked, this, &PreviewView::start);
  connect(sample_, &QSpinBox::valueChanged, this, &PreviewView::readSample);
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
  file_ = file;
  readSample();
}

void PreviewView::readSample() {
  if (file_.isEmpty()) return;
  auto* watcher = new QFutureWatcher<std::vector<PreviewPicture>>(this);
  connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
    try {
      pictures_ = watcher->result();
      banner_->clear();
    } catch (const Error& error) {
      pictures_.clear();
      banner_->show(Notice::Level::kError, QString::fromStdString(error.what()));
    }
    watcher->deleteLater();
    update();
  });
  watcher->setFuture(QtConcurrent::run(
      [file = file_, sample = sample_->value()] { return readPreview(file, sample); }));
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
