#include "views/inspect/image_grid_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include "views/inspect/array_values.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView image_grid_view{
    {.kind = "images", .create = []() -> CaptureView* { return new ImageGridView; }}};
const RegisteredCaptureView grad_cam_view{
    {.kind = "grad_cam", .create = []() -> CaptureView* { return new ImageGridView; }}};
const RegisteredCaptureView gates_view{
    {.kind = "gates", .create = []() -> CaptureView* { return new ImageGridView; }}};

constexpr int kFirstHeat = 70;  ///< percent

}  // namespace

ImageGridView::ImageGridView(QWidget* parent)
    : ArrayView(parent),
      drawing_([this](const ImageTiles& tiles) { showTiles(tiles); }),
      scroll_(new QScrollArea(this)),
      grid_(new ImageGrid),
      channels_(new QComboBox(this)),
      contrast_(new QComboBox(this)),
      mean_(new QCheckBox(tr("M&ean image"), this)),
      heat_label_(new QLabel(tr("Hea&t"), this)),
      heat_(new QSlider(Qt::Horizontal, this)),
      read_out_(new QLabel(this)) {
  buildBar();
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setWidget(grid_);
  read_out_->setAccessibleName(tr("The chosen image"));
  read_out_->setTextFormat(Qt::PlainText);
  auto* column = qobject_cast<QVBoxLayout*>(layout());
  column->addWidget(scroll_, 1);
  column->addWidget(read_out_);
  connect(grid_, &ImageGrid::chosen, this, &ImageGridView::choose);
  connect(grid_, &ImageGrid::left, this, &ImageGridView::readTile);
}

void ImageGridView::buildBar() {
  channels_->setAccessibleName(tr("Channels"));
  contrast_->setAccessibleName(tr("Contrast"));
  contrast_->addItems(
      {tr("One range for all"), tr("Each its own range"), tr("1st to 99th percentile")});
  contrast_->setToolTip(tr("Which values are black and white"));
  mean_->setToolTip(tr("The mean over all images comes first"));
  heat_->setRange(0, 100);
  heat_->setValue(kFirstHeat);
  heat_->setAccessibleName(tr("How strongly the heat lies over the images, percent"));
  heat_->setToolTip(heat_->accessibleName());
  heat_label_->setBuddy(heat_);
  for (QWidget* each :
       std::initializer_list<QWidget*>{channels_, contrast_, mean_, heat_label_, heat_})
    bar()->addWidget(each);
  bar()->addStretch(1);
  const auto changed = [this] {
    redraw();
    emit stateChanged();
  };
  connect(channels_, &QComboBox::activated, this, changed);
  connect(contrast_, &QComboBox::activated, this, changed);
  connect(mean_, &QCheckBox::clicked, this, changed);
  connect(heat_, &QSlider::valueChanged, this, changed);
  fillChannels(1);
}

void ImageGridView::fillChannels(std::int64_t channels) {
  if (channels_->property("channels").toLongLong() == channels && channels_->count() > 0) return;
  const QSignalBlocker quiet(channels_);
  // What nobody chose stays the first choice: colours, where there are three channels.
  const QVariant before = channels_->currentIndex() > 0 ? channels_->currentData() : QVariant();
  channels_->setProperty("channels", static_cast<qlonglong>(channels));
  channels_->clear();
  if (channels == 3) channels_->addItem(tr("Colours"), -1);
  channels_->addItem(tr("Mean of channels"), -2);
  channels_->addItem(tr("Each channel"), -3);
  for (int i = 0; i < channels; ++i) channels_->addItem(tr("Channel %1").arg(i), i);
  channels_->setCurrentIndex(std::max(0, channels_->findData(before)));
  channels_->setVisible(channels > 1);
}

std::size_t ImageGridView::drawnAxes(const Capture& capture, const Array& array) const {
  const std::size_t named = imageAxisCount(axisNames(capture, array), array.shape);
  return named > 0 ? named : std::min<std::size_t>(array.shape.size(), 3);
}

ImageStyle ImageGridView::style() const {
  return {channels_->currentData().toInt(), static_cast<Contrast>(contrast_->currentIndex()),
          mean_->isChecked(), heat_->value() / 100.0};
}

void ImageGridView::draw(const ArraySlice& slice) {
  fillChannels(imageAxes(slice).channels);
  batch_is_samples_ = slice.axes.first() == QLatin1String("S");
  unit_ = slice.unit();
  for (QWidget* each : std::initializer_list<QWidget*>{heat_label_, heat_})
    each->setVisible(hasHeat(slice));
  drawing_.start([slice, style = style()] { return imageTiles(slice, style); });
}

void ImageGridView::showTiles(const ImageTiles& tiles) {
  grid_->setTiles(tiles);
  if (batch_is_samples_) {
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      if (tiles[i].place != sample()) continue;
      grid_->enlarged() >= 0 ? grid_->enlarge(static_cast<int>(i))
                             : grid_->setSelected(static_cast<int>(i));
      break;
    }
  }
  readTile();
}

void ImageGridView::choose(int tile) {
  grid_->enlarge(tile);
  scroll_->ensureVisible(0, 0);
  readTile();
  const int place = grid_->tiles().at(static_cast<std::size_t>(tile)).place;
  if (batch_is_samples_ && place >= 0) emit sampleWanted(place);
}

void ImageGridView::readTile() {
  const int tile = grid_->selected();
  if (tile < 0 || tile >= static_cast<int>(grid_->tiles().size())) {
    read_out_->setText(tr("%n image(s)", nullptr, static_cast<int>(grid_->tiles().size())));
    return;
  }
  const ImageTile& shown = grid_->tiles()[static_cast<std::size_t>(tile)];
  read_out_->setText(
      tr("%1: %2 × %3 pixels, mean %L4, standard deviation %L5; black %L6, white %L7 %8")
          .arg(shown.name)
          .arg(shown.image.width())
          .arg(shown.image.height())
          .arg(shown.mean, 0, 'g', 4)
          .arg(shown.deviation, 0, 'g', 4)
          .arg(shown.low, 0, 'g', 4)
          .arg(shown.high, 0, 'g', 4)
          .arg(unit_)
          .trimmed());
}

QString ImageGridView::readOut() const { return read_out_->text(); }

QVariantMap ImageGridView::state() const {
  QVariantMap state = ArrayView::state();
  if (channels_->currentIndex() > 0) state[QStringLiteral("channel")] = channels_->currentData();
  state[QStringLiteral("contrast")] = contrast_->currentIndex();
  state[QStringLiteral("mean")] = mean_->isChecked();
  state[QStringLiteral("heat")] = heat_->value();
  return state;
}

void ImageGridView::setState(const QVariantMap& state) {
  channels_->setCurrentIndex(
      std::max(0, channels_->findData(state.value(QStringLiteral("channel")))));
  contrast_->setCurrentIndex(std::clamp(state.value(QStringLiteral("contrast")).toInt(), 0, 2));
  mean_->setChecked(state.value(QStringLiteral("mean")).toBool());
  heat_->setValue(state.value(QStringLiteral("heat"), kFirstHeat).toInt());
  ArrayView::setState(state);
}

}  // namespace warmstart
