#include "views/setup/preview_items.h"

#include <QCoreApplication>
#include <QSize>
#include <algorithm>
#include <cmath>

#include "views/inspect/array_values.h"
#include "views/inspect/stored_classes.h"
#include "views/look/theme.h"
#include "views/setup/preview_text.h"

namespace warmstart {
namespace {

constexpr std::int64_t kOutlineColumns = 1024;  ///< of an outline
constexpr std::int64_t kFewNumbers = 64;        ///< that are written out
constexpr std::int64_t kManyNumbers = 4096;     ///< integers: equal ones are written once

bool isInteger(const Array& array) {
  return array.dtype != Dtype::kFloat16 && array.dtype != Dtype::kBfloat16 &&
         array.dtype != Dtype::kFloat32 && array.dtype != Dtype::kFloat64;
}

QString shapeText(const Array& array) {
  QStringList parts;
  for (const std::int64_t length : array.shape) parts << QString::number(length);
  return parts.join(QStringLiteral(" x "));
}

/// An image is C [D] H W, a label map [D] H W: three axes of an image are no volume.
int sliceCount(const Array& array, bool labels) {
  const std::size_t axes = array.shape.size();
  return axes > (labels ? 2U : 3U) ? static_cast<int>(array.shape[axes - 3]) : 1;
}

/// Two axes to draw, and no matrix of directions.
bool isPicture(const Array& array) {
  const std::size_t axes = array.shape.size();
  if (axes < 2 || array.shape[axes - 1] < 2 || array.shape[axes - 2] < 2) return false;
  return axes > 2 || array.shape[0] > 4 || array.shape[1] > 4;
}

bool isRow(const Array& array) {
  return !array.shape.empty() && valueCount(array) == array.shape.back();
}

bool isSame(const Array& a, const Array& b) {
  return a.dtype == b.dtype && a.shape == b.shape &&
         std::equal(a.data.begin(), a.data.end(), b.data.begin(), b.data.end());
}

struct GreyPlane {
  QImage image;
  double low = INFINITY, high = -INFINITY;
};

/// One plane of the last two axes. `classes`: of labels; none = amounts, in grey.
GreyPlane planeOf(const Array& array, int slice, const StoredClasses* classes) {
  const std::size_t axes = array.shape.size();
  const auto height = static_cast<int>(array.shape[axes - 2]);
  const auto width = static_cast<int>(array.shape[axes - 1]);
  std::vector<double> values(static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  readValues(array, slice * std::ssize(values), std::span(values));
  GreyPlane plane{QImage(width, height, QImage::Format_RGB32)};
  for (const double value : values) {
    plane.low = std::fmin(plane.low, value);
    plane.high = std::fmax(plane.high, value);
  }
  const double span = plane.high > plane.low ? plane.high - plane.low : 1;
  const double* value = values.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, ++value) {
      const int grey = std::isnan(*value) ? 0 : static_cast<int>(255 * (*value - plane.low) / span);
      const int stored = classes && *value >= 0 ? classes->of(static_cast<int>(*value)) : 0;
      const QColor label = stored > 0 ? look::label(stored) : QColor(Qt::black);
      plane.image.setPixel(x, y, classes ? label.rgb() : qRgb(grey, grey, grey));
    }
  }
  return plane;
}

std::vector<Peak> outlineOf(const Array& array) {
  std::vector<float> values(static_cast<std::size_t>(valueCount(array)));
  readValues(array, 0, std::span(values));
  const std::int64_t count = std::ssize(values), columns = std::min(kOutlineColumns, count);
  std::vector<Peak> outline(static_cast<std::size_t>(columns));
  for (std::int64_t i = 0; i < columns; ++i) {
    // One value more, so that neighbouring columns touch.
    const std::int64_t end = std::min(count, (i + 1) * count / columns + 1);
    Peak peak{INFINITY, -INFINITY};
    for (std::int64_t k = i * count / columns; k < end; ++k) {
      peak.low = std::fmin(peak.low, values[static_cast<std::size_t>(k)]);
      peak.high = std::fmax(peak.high, values[static_cast<std::size_t>(k)]);
    }
    outline[static_cast<std::size_t>(i)] = peak.low <= peak.high ? peak : Peak{};  // all are NaN
  }
  return outline;
}

class PreviewReader {
  Q_DECLARE_TR_FUNCTIONS(PreviewReader)

 public:
  PreviewReader(const TensorFile& file, int sample, double depth)
      : file_(file), sample_(sample), depth_(depth), info_(previewInfo(file)), classes_(info_) {}

  std::vector<PreviewItem> items() const {
    std::vector<PreviewItem> pictures, others;
    for (const char* when : {"before", "after"}) {
      for (const Array& array : file_.arrays()) {
        const QString field = fieldOf(array, when);
        if (field.isEmpty()) continue;
        const bool read = QLatin1String(when) == QLatin1String("before");
        PreviewItem item = itemOf(array, field);
        item.when = read ? PreviewItem::When::kRead : PreviewItem::When::kTrained;
        if (item.form != PreviewItem::Form::kPicture && unchanged(field)) {
          if (!read) continue;
          item.when = PreviewItem::When::kBoth;
        }
        item.title = titleOf(field, item.when);
        (item.form == PreviewItem::Form::kPicture ? pictures : others).push_back(std::move(item));
      }
    }
    pictures.insert(pictures.end(), others.begin(), others.end());
    return pictures;
  }

 private:
  static QString titleOf(const QString& field, PreviewItem::When when) {
    switch (when) {
      case PreviewItem::When::kRead:
        return tr("%1 as read").arg(field);
      case PreviewItem::When::kTrained:
        return tr("%1 as trained").arg(field);
      default:
        return tr("%1 as read and as trained").arg(field);
    }
  }

  /// "before.FIELD.I" of this sample; "" for another array.
  QString fieldOf(const Array& array, const char* when) const {
    const QString name = QString::fromStdString(array.name);
    const QString head = QLatin1String(when) + QLatin1Char('.'),
                  tail = QLatin1Char('.') + QString::number(sample_);
    if (!name.startsWith(head) || !name.endsWith(tail)) return {};
    return name.section(QLatin1Char('.'), 1, -2);
  }

  const Array* arrayOf(const char* when, const QString& field) const {
    return file_.find(std::string(when) + "." + field.toStdString() + "." +
                      std::to_string(sample_));
  }

  bool unchanged(const QString& field) const {
    const Array *read = arrayOf("before", field), *trained = arrayOf("after", field);
    return read && trained && isSame(*read, *trained);
  }

  bool told(const char* list, const QString& field) const {
    const auto found = info_.find(list);
    return found != info_.end() && found->is_object() && found->contains(field.toStdString());
  }

  QString axesOf(const QString& field) const {
    const auto axes = info_.find("axes");
    if (axes == info_.end() || !axes->is_object()) return {};
    const auto own = axes->find(field.toStdString());
    return own == axes->end() || !own->is_string()
               ? QString()
               : QString::fromStdString(own->get<std::string>());
  }

  PreviewItem itemOf(const Array& array, const QString& field) const {
    PreviewItem item;
    item.field = field;
    item.detail = array.shape.empty() ? QString() : shapeText(array);
    const std::int64_t count = valueCount(array);
    const bool integers = isInteger(array);
    if (told("token_fields", field)) {
      item.text = tokenText(array, info_);
    } else if (told("class_fields", field)) {
      item.text = classText(array, info_);
    } else if (isPicture(array)) {
      draw(array, integers, item);
    } else if (count > 0 && (count <= kFewNumbers || (integers && count <= kManyNumbers))) {
      item.text = numbersText(array, previewUnit(info_, field));
    } else if (count > 0 && isRow(array)) {
      trace(array, item);
    } else {
      item.text = tr("Neither a picture nor a row: %1 values of type %2 cannot be shown here.")
                      .arg(QLocale().toString(count), QLatin1String(dtype_name(array.dtype)));
    }
    return item;
  }

  void draw(const Array& array, bool integers, PreviewItem& item) const {
    static const StoredClasses own;
    item.form = PreviewItem::Form::kPicture;
    item.slices = sliceCount(array, integers);
    const int slice = sliceAt(item.slices, depth_);
    const StoredClasses& stored = item.field == QLatin1String("label") ? classes_ : own;
    const GreyPlane plane = planeOf(array, slice, integers ? &stored : nullptr);
    item.image = plane.image;
    if (item.slices > 1) item.detail += tr("   slice %L1").arg(slice + 1);
    item.detail += rangeText(plane.low, plane.high);
  }

  void trace(const Array& array, PreviewItem& item) const {
    item.form = PreviewItem::Form::kOutline;
    item.outline = outlineOf(array);
    const double rate = numberOf("rate");
    if (axesOf(item.field) == QLatin1String("time") && rate > 0)
      item.detail = tr("%L1 samples, %2 s at %3 Hz")
                        .arg(valueCount(array))
                        .arg(static_cast<double>(valueCount(array)) / rate, 0, 'g', 4)
                        .arg(rate);
    double low = INFINITY, high = -INFINITY;
    for (const Peak& peak : item.outline) {
      low = std::fmin(low, peak.low);
      high = std::fmax(high, peak.high);
    }
    item.detail += rangeText(low, high);
  }

  static QString rangeText(double low, double high) {
    return tr("   %1 to %2").arg(low, 0, 'g', 4).arg(high, 0, 'g', 4);
  }

  /// A single number of the sample; 0 = it has none.
  double numberOf(const char* field) const {
    const Array* array = arrayOf("after", QLatin1String(field));
    double value = 0;
    if (array && valueCount(*array) == 1) readValues(*array, 0, std::span(&value, 1));
    return value;
  }

  const TensorFile& file_;
  int sample_;
  double depth_;
  Json info_;
  StoredClasses classes_;
};

}  // namespace

int sliceAt(int slices, double depth) {
  return static_cast<int>(std::lround(depth * std::max(0, slices - 1)));
}

std::vector<PreviewItem> readPreview(const TensorFile& file, int sample, double depth) {
  return PreviewReader(file, sample, depth).items();
}

QStringList previewSamples(const TensorFile& file) {
  const Json info = previewInfo(file);
  QStringList names;
  const auto found = info.find("samples");
  if (found == info.end() || !found->is_array()) return names;
  for (const Json& name : *found)
    names << QString::fromStdString(name.is_string() ? name.get<std::string>() : name.dump());
  return names;
}

}  // namespace warmstart
