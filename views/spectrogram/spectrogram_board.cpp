#include "views/spectrogram/spectrogram_board.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "core/base/error.h"
#include "views/look/icon_button.h"
#include "views/look/icons.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kScrollSteps = 100000;
constexpr int kWindows[] = {128, 256, 512, 1024, 2048, 4096, 8192, 16384};

/// Chooses the entry of that name; the first where there is none.
void chooseByName(QComboBox& box, const QString& name) {
  box.setCurrentIndex(std::max(0, box.findText(name)));
}

}  // namespace

SpectrogramBoard::SpectrogramBoard(SoundDevice device, QWidget* parent)
    : QWidget(parent),
      canvas_(new SpectrogramCanvas(this)),
      player_(device),
      scroll_(new QScrollBar(Qt::Horizontal, this)),
      read_out_(new QLabel(this)),
      exporting_([this](const Export& done) {
        save_->setIcon(look::icon(QStringLiteral("export")));
        if (!done.problem.isEmpty()) return emit failed(done.problem, done.detail);
        if (!done.stopped) emit exported(done.file);
      }) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addLayout(layerRow());
  column->addLayout(lookRow());
  column->addWidget(canvas_, 1);
  column->addWidget(scroll_);
  column->addLayout(transportRow());
  column->addWidget(read_out_);
  scroll_->setAccessibleName(tr("Shown part of the sound"));
  read_out_->setAccessibleName(tr("Under the pointer"));
  read_out_->setTextFormat(Qt::PlainText);
  read_out_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  read_out_->setMinimumWidth(1);  // a long text is cut, the window does not grow
  connectCanvas();
  connectPlayer();
}

void SpectrogramBoard::connectCanvas() {
  connect(canvas_, &SpectrogramCanvas::hovered, read_out_, &QLabel::setText);
  connect(canvas_, &SpectrogramCanvas::viewChanged, this, &SpectrogramBoard::followView);
  connect(canvas_, &SpectrogramCanvas::playWanted, this, &SpectrogramBoard::togglePlay);
  connect(canvas_, &SpectrogramCanvas::cursorPlaced, this, [this](double seconds) {
    place_->setText(tr("%1 s").arg(QLocale().toString(seconds, 'f', 3)));
    if (player_.playing()) player_.head().seek(std::llround(seconds * scene_->rate));
  });
  connect(canvas_, &SpectrogramCanvas::loopChanged, this, &SpectrogramBoard::applyLoop);
  connect(scroll_, &QScrollBar::valueChanged, this, [this](int value) {
    if (!scene_) return;
    const double width = canvas_->end() - canvas_->begin();
    const double begin = static_cast<double>(value) / kScrollSteps * scene_->seconds();
    canvas_->showTime(begin, begin + width);
  });
}

void SpectrogramBoard::connectPlayer() {
  connect(&player_, &SoundPlayer::moved, this, [this](double seconds) {
    canvas_->setPlaying(seconds);
    place_->setText(tr("%1 s").arg(QLocale().toString(seconds, 'f', 3)));
  });
  connect(&player_, &SoundPlayer::playingChanged, this, [this](bool playing) {
    play_->setIcon(look::icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    if (playing) return;
    canvas_->setCursor(canvas_->playing().value_or(canvas_->cursor()));
    canvas_->setPlaying(std::nullopt);
  });
  connect(&player_, &SoundPlayer::failed, this,
          [this](const QString& why) { emit failed(why, {}); });
}

/// A device that was plugged in since is found when the view is shown again.
void SpectrogramBoard::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  player_.findDevice();
  const QString why_not = player_.whyNot();
  play_->setEnabled(player_.canPlay());
  play_->setToolTip(why_not.isEmpty() ? tr("Play from the cursor, or the loop (Space)") : why_not);
  play_->setAccessibleDescription(why_not);
}

SpectrogramBoard::~SpectrogramBoard() { *stop_export_ = true; }

QComboBox* SpectrogramBoard::picker(const QString& name, const QString& tip) {
  auto* box = new QComboBox(this);
  box->setAccessibleName(name);
  box->setToolTip(tip);
  box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  return box;
}

QHBoxLayout* SpectrogramBoard::layerRow() {
  layers_ = picker(tr("Layer"), tr("What the colours show"));
  veil_ = picker(tr("Mask over it"), tr("Veils what a mask holds back"));
  for (QComboBox* box : {layers_, veil_}) {  // long names are cut
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(14);
  }
  opacity_ = new QSlider(Qt::Horizontal, this);
  opacity_->setRange(0, 100);
  opacity_->setValue(70);
  opacity_->setMaximumWidth(10 * look::kGrid);
  opacity_->setAccessibleName(tr("Strength of the veil in percent"));
  opacity_->setToolTip(tr("Strength of the veil in percent"));
  attention_ = picker(tr("Attention"), tr("What the moment at the cursor attends to"));
  auto* row = new QHBoxLayout;
  row->setSpacing(look::kGrid / 2);
  row->addWidget(layers_, 2);
  row->addWidget(veil_, 1);
  row->addWidget(opacity_);
  row->addWidget(attention_);
  for (QComboBox* box : {layers_, veil_})
    connect(box, &QComboBox::activated, this, &SpectrogramBoard::applyLook);
  connect(opacity_, &QSlider::valueChanged, this, &SpectrogramBoard::applyLook);
  connect(attention_, &QComboBox::activated, this,
          [this](int index) { canvas_->setAttention(index - 1); });
  return row;
}

QHBoxLayout* SpectrogramBoard::lookRow() {
  scale_ = picker(tr("Frequency scale"), tr("How frequencies are spread"));
  scale_->addItems({tr("Linear"), tr("Logarithmic"), tr("Mel")});
  window_ = picker(tr("Window"), tr("Length of a frame in samples: long ones tell frequencies "
                                    "apart, short ones moments"));
  map_ = picker(tr("Colours"), tr("Colour map"));
  for (const look::Map map : {look::Map::kViridis, look::Map::kCividis, look::Map::kGrey})
    map_->addItem(look::mapName(map), static_cast<int>(map));
  const auto level = [this](const QString& name, int value) {
    auto* box = new QSpinBox(this);
    box->setRange(-160, 40);
    box->setSuffix(tr(" dB"));
    box->setAccessibleName(name);
    box->setToolTip(name);
    box->setValue(value);
    connect(box, &QSpinBox::valueChanged, this, &SpectrogramBoard::applyLook);
    return box;
  };
  low_ = level(tr("Level of the first colour; a sine of full scale has -6 dB"), -90);
  high_ = level(tr("Level of the last colour; a sine of full scale has -6 dB"), -20);
  fit_ = new QToolButton(this);
  fit_->setText(tr("Fi&t"));
  fit_->setToolTip(tr("Levels from what is shown"));
  auto* row = new QHBoxLayout;
  row->setSpacing(look::kGrid / 2);
  for (QWidget* each : std::initializer_list<QWidget*>{scale_, window_, low_, high_, fit_, map_})
    row->addWidget(each);
  row->addStretch(1);
  connect(scale_, &QComboBox::activated, this, [this](int scale) {
    canvas_->setAxis(FrequencyAxis(static_cast<FrequencyScale>(scale), canvas_->axis().nyquist()));
    emit stateChanged();
  });
  connect(window_, &QComboBox::activated, this, [this] {
    applyWindow();
    emit stateChanged();
  });
  connect(map_, &QComboBox::activated, this, &SpectrogramBoard::applyLook);
  connect(fit_, &QToolButton::clicked, this, &SpectrogramBoard::fitLevels);
  return row;
}

QHBoxLayout* SpectrogramBoard::transportRow() {
  play_ = look::iconButton(QStringLiteral("play"), tr("Play from the cursor, or the loop (Space)"),
                           this);
  tracks_ = picker(tr("Listen to"),
                   tr("What is heard; the place stays when another is chosen (keys 1 to 9)"));
  tracks_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  tracks_->setMinimumContentsLength(18);
  place_ = new QLabel(tr("%1 s").arg(QLocale().toString(0.0, 'f', 3)), this);
  place_->setAccessibleName(tr("Place of the cursor"));
  place_->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("0000.000 s")));
  place_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  save_ = look::iconButton(QStringLiteral("export"),
                           tr("Save what is heard as WAV, all or the loop"), this);
  auto* row = new QHBoxLayout;
  row->setSpacing(look::kGrid / 2);
  row->addWidget(play_);
  row->addWidget(tracks_, 1);
  row->addWidget(place_);
  row->addStretch(1);
  row->addWidget(save_);
  connect(play_, &QToolButton::clicked, this, &SpectrogramBoard::togglePlay);
  connect(tracks_, &QComboBox::activated, this, [this](int track) {
    listenTo(track);
    emit stateChanged();
  });
  connect(save_, &QToolButton::clicked, this, &SpectrogramBoard::askExport);
  return row;
}

void SpectrogramBoard::setScene(ScenePtr scene, bool same_clip,
                                std::vector<std::shared_ptr<const Peaks>> peaks) {
  const bool playing = player_.playing();
  const std::int64_t place = player_.head().position();
  scene_ = std::move(scene), peaks_ = std::move(peaks);
  player_.setScene(*scene_);
  fillPickers();
  applyWindow();
  canvas_->setScene(scene_, same_clip);
  applyLook();
  listenTo(tracks_->currentIndex());
  if (!same_clip) return;
  player_.head().seek(place);
  applyLoop();
  if (playing) player_.play(static_cast<double>(place) / scene_->rate);
}

void SpectrogramBoard::fillPickers() {
  fillLayers();
  const QString track = wanted_track_.isEmpty() ? tracks_->currentText() : wanted_track_;
  tracks_->clear();
  for (const SceneTrack& each : scene_->tracks) tracks_->addItem(each.name);
  chooseByName(*tracks_, track);
  const int window = window_->currentData().toInt();
  window_->clear();
  if (scene_->window > 0) window_->addItem(tr("Window %1, as the model").arg(scene_->window), 0);
  for (const int length : kWindows) window_->addItem(tr("Window %1").arg(length), length);
  const int chosen = window_->findData(window);
  window_->setCurrentIndex(chosen >= 0 && (window > 0 || scene_->window > 0)
                               ? chosen
                               : window_->findData(scene_->window > 0 ? 0 : 1024));
  const QString attention = attention_->currentText();
  attention_->clear();
  attention_->addItem(tr("No attention"));
  for (const SceneAttention& layer : scene_->attention)
    attention_->addItem(tr("Attention, %1").arg(layer.name));
  chooseByName(*attention_, attention);
  attention_->setVisible(!scene_->attention.empty());
  canvas_->setAttention(attention_->currentIndex() - 1);
}

void SpectrogramBoard::fillLayers() {
  const QString layer = wanted_layer_.isEmpty() ? layers_->currentText() : wanted_layer_;
  const QString veil = wanted_veil_.isEmpty() ? veil_->currentText() : wanted_veil_;
  layers_->clear(), veil_->clear();
  veil_->addItem(tr("No mask"), -1);
  for (int i = 0; i < static_cast<int>(scene_->layers.size()); ++i) {
    const SceneLayer& each = scene_->layers[static_cast<std::size_t>(i)];
    layers_->addItem(each.name);
    if (each.kind == SceneLayer::Kind::kMask) veil_->addItem(tr("Over it: %1").arg(each.name), i);
  }
  chooseByName(*layers_, layer);
  chooseByName(*veil_, veil);
  veil_->setVisible(veil_->count() > 1);
  opacity_->setVisible(veil_->count() > 1);
}

void SpectrogramBoard::applyLook() {
  if (high_->value() <= low_->value()) {
    const QSignalBlocker quiet(low_);
    low_->setValue(high_->value() - 10);
  }
  wanted_layer_ = layers_->currentText(), wanted_veil_ = veil_->currentText();
  opacity_->setEnabled(veil_->currentData().toInt() >= 0);
  canvas_->setLook({layers_->currentIndex(), veil_->currentData().toInt(),
                    opacity_->value() / 100.0, static_cast<double>(low_->value()),
                    static_cast<double>(high_->value()),
                    static_cast<look::Map>(map_->currentData().toInt())});
  emit stateChanged();
}

void SpectrogramBoard::applyWindow() {
  const int length = window_->currentData().toInt();
  if (length > 0) {
    canvas_->setSettings({length, length, std::max(1, length / 4)});
  } else {
    const int hop = scene_->hop > 0 ? scene_->hop : std::max(1, scene_->window / 4);
    canvas_->setSettings({scene_->window, scene_->fft, hop});
  }
}

void SpectrogramBoard::listenTo(int track) {
  if (track < 0 || track >= tracks_->count()) return;
  tracks_->setCurrentIndex(track);
  wanted_track_ = tracks_->currentText();
  const auto index = static_cast<std::size_t>(track);
  player_.head().setTrack(track);
  canvas_->setHeard(scene_->tracks[index].track, index < peaks_.size() ? peaks_[index] : nullptr);
}

void SpectrogramBoard::applyLoop() {
  const SpectrogramCanvas::Loop& loop = canvas_->loop();
  if (!loop) return player_.head().setLoop(std::nullopt);
  const auto sample = [this](double s) { return std::int64_t{std::llround(s * scene_->rate)}; };
  player_.head().setLoop(std::pair(sample(loop->first), sample(loop->second)));
}

void SpectrogramBoard::togglePlay() {
  if (!scene_ || !player_.canPlay()) return;
  if (player_.playing()) return player_.stop();
  const auto& loop = canvas_->loop();
  const bool inside = loop && canvas_->cursor() >= loop->first && canvas_->cursor() < loop->second;
  const bool at_end = canvas_->cursor() >= scene_->seconds() - 1e-3;
  player_.play(loop && !inside ? loop->first : at_end ? 0 : canvas_->cursor());
}

void SpectrogramBoard::followView() {
  if (!canvas_->scene()) return;
  const QSignalBlocker quiet(scroll_);
  const double all = std::max(1e-9, canvas_->scene()->seconds());
  const double width = (canvas_->end() - canvas_->begin()) / all;
  const int page = std::max(1, static_cast<int>(width * kScrollSteps));
  scroll_->setRange(0, kScrollSteps - page);
  scroll_->setPageStep(page);
  scroll_->setSingleStep(std::max(1, page / 10));
  scroll_->setValue(static_cast<int>(canvas_->begin() / all * kScrollSteps));
  emit stateChanged();
}

void SpectrogramBoard::fitLevels() {
  const auto levels = canvas_->levelsShown();
  const int layer = layers_->currentIndex();
  if (!levels || !scene_ || layer < 0 ||
      scene_->layers[static_cast<std::size_t>(layer)].kind != SceneLayer::Kind::kLevel)
    return;
  const QSignalBlocker quiet_low(low_), quiet_high(high_);
  low_->setValue(static_cast<int>(levels->first));
  high_->setValue(static_cast<int>(levels->second));
  applyLook();
}

void SpectrogramBoard::askExport() {
  if (exporting()) {
    *stop_export_ = true;
    return;
  }
  if (!scene_) return;
  const QString whole = tr("WAV, 24 bits (*.wav)"), real = tr("WAV, 32-bit floating point (*.wav)");
  QString kind;
  const QString file = QFileDialog::getSaveFileName(this, tr("Save what is heard"),
                                                    tracks_->currentText() + QLatin1String(".wav"),
                                                    whole + QLatin1String(";;") + real, &kind);
  if (!file.isEmpty())
    exportSound(Path(file.toStdString()), kind == real ? WavDepth::kFloat32 : WavDepth::kInt24);
}

void SpectrogramBoard::exportSound(const Path& file, WavDepth depth) {
  const int index = tracks_->currentIndex();
  if (!scene_ || index < 0) return;
  const TrackPtr track = scene_->tracks[static_cast<std::size_t>(index)].track;
  const auto& loop = canvas_->loop();
  const std::int64_t first = loop ? std::llround(loop->first * track->rate()) : 0;
  const std::int64_t last = loop ? std::llround(loop->second * track->rate()) : track->samples();
  stop_export_ = std::make_shared<std::atomic<bool>>(false);
  save_->setIcon(look::icon(QStringLiteral("stop")));
  exporting_.start([=, stop = stop_export_] {
    Export done{QString::fromStdString(file.string()), {}, {}};
    try {
      writeWav(file, *track, first, last, depth, *stop);
      done.stopped = *stop;
    } catch (const Error& error) {
      done.problem = QString::fromStdString(error.problem());
      done.detail = QString::fromStdString(error.where() + "; " + error.hint());
    }
    return done;
  });
}

QString SpectrogramBoard::readOut() const { return read_out_->text(); }

void SpectrogramBoard::keyPressEvent(QKeyEvent* event) {
  const int number = event->key() - Qt::Key_1;
  if (number < 0 || number >= tracks_->count()) return QWidget::keyPressEvent(event);
  listenTo(number);
  emit stateChanged();
}

QVariantMap SpectrogramBoard::state() const {
  return {{QStringLiteral("layer"), layers_->currentText()},
          {QStringLiteral("veil"), veil_->currentText()},
          {QStringLiteral("opacity"), opacity_->value()},
          {QStringLiteral("scale"), scale_->currentIndex()},
          {QStringLiteral("window"), window_->currentData()},
          {QStringLiteral("low"), low_->value()},
          {QStringLiteral("high"), high_->value()},
          {QStringLiteral("map"), map_->currentData()},
          {QStringLiteral("track"), tracks_->currentText()},
          {QStringLiteral("begin"), canvas_->begin()},
          {QStringLiteral("end"), canvas_->end()},
          {QStringLiteral("lowest"), canvas_->axis().low()},
          {QStringLiteral("highest"), canvas_->axis().high()}};
}

void SpectrogramBoard::setState(const QVariantMap& state) {
  if (state.isEmpty()) return;
  const auto choose = [&](QComboBox* box, const char* key) {
    const int index = box->findData(state.value(QLatin1String(key)));
    if (index >= 0) box->setCurrentIndex(index);
  };
  wanted_layer_ = state.value(QStringLiteral("layer")).toString();
  wanted_veil_ = state.value(QStringLiteral("veil")).toString();
  wanted_track_ = state.value(QStringLiteral("track")).toString();
  {
    const QSignalBlocker a(opacity_), b(low_), c(high_);
    opacity_->setValue(state.value(QStringLiteral("opacity"), 70).toInt());
    low_->setValue(state.value(QStringLiteral("low"), -90).toInt());
    high_->setValue(state.value(QStringLiteral("high"), -20).toInt());
  }
  scale_->setCurrentIndex(std::clamp(state.value(QStringLiteral("scale")).toInt(), 0, 2));
  choose(map_, "map");
  choose(window_, "window");
  FrequencyAxis axis(static_cast<FrequencyScale>(scale_->currentIndex()),
                     canvas_->axis().nyquist());
  if (!scene_) return canvas_->setAxis(axis);
  fillLayers();
  chooseByName(*tracks_, wanted_track_);
  listenTo(tracks_->currentIndex());
  applyWindow();
  axis.show(state.value(QStringLiteral("lowest")).toDouble(),
            state.value(QStringLiteral("highest")).toDouble());
  canvas_->setAxis(axis);
  canvas_->showTime(state.value(QStringLiteral("begin")).toDouble(),
                    state.value(QStringLiteral("end")).toDouble());
  applyLook();
}

}  // namespace warmstart
