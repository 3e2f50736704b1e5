#include "views/spectrogram/sound_panel.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "views/desk/action_book.h"
#include "views/desk/banner.h"
#include "views/desk/empty_state.h"
#include "views/desk/notices.h"
#include "views/look/theme.h"
#include "views/spectrogram/sound_stream.h"
#include "views/spectrogram/spectrogram_board.h"

namespace warmstart {
namespace {

constexpr std::int64_t kGathered = Peaks::kSamples * 512;  ///< frames at a time
constexpr std::uintmax_t kMostLabels = 1 << 22;            ///< bytes of a file of labels

const RegisteredPanel sound_panel{
    {.id = "sound",
     .title = QT_TRANSLATE_NOOP("Panel", "Sound"),
     .icon = "sound",
     .order = 65,
     .shortcut = "Ctrl+8",
     .create = [](Desk& desk) -> Panel* { return new SoundPanel(desk); }}};

/// Lines that are not two numbers and a text are passed over.
std::vector<SceneEvent> labelsBeside(const Path& file) {
  std::vector<SceneEvent> events;
  Path labels = file;
  labels.replace_extension(".txt");
  std::error_code none;
  if (!std::filesystem::is_regular_file(labels, none)) return events;
  const QString text = QString::fromStdString(read_file(labels, kMostLabels));
  for (const QString& line : text.split(QLatin1Char('\n'))) {
    const QStringList parts = line.trimmed().split(QLatin1Char('\t'));
    bool begins = false, ends = false;
    const double begin = parts.value(0).toDouble(&begins), end = parts.value(1).toDouble(&ends);
    if (begins && ends && end >= begin && parts.size() >= 3)
      events.push_back({begin, end, parts[2], SceneEvent::Source::kLabelled});
  }
  return events;
}

SoundScene sceneOfFile(const std::shared_ptr<SoundStream>& stream) {
  SoundScene scene;
  scene.rate = stream->rate(), scene.samples = stream->frames();
  const int channels = stream->channels();
  for (int channel = channels > 1 ? -1 : 0; channel < channels; ++channel) {
    const QString name = channels == 1  ? SoundPanel::tr("Sound")
                         : channel < 0  ? SoundPanel::tr("All channels, mean")
                         : channels > 2 ? SoundPanel::tr("Channel %1").arg(channel + 1)
                         : channel == 0 ? SoundPanel::tr("Left channel")
                                        : SoundPanel::tr("Right channel");
    const auto track = std::make_shared<FileTrack>(stream, channel);
    scene.tracks.push_back({name, track});
    scene.layers.push_back({name, SceneLayer::Kind::kLevel, track, nullptr, nullptr});
  }
  return scene;
}

}  // namespace

OpenedSound openSound(const Path& file) {
  OpenedSound opened;
  try {
    SoundScene scene = sceneOfFile(std::make_shared<SoundStream>(file));
    scene.events = labelsBeside(file);
    for (std::size_t i = 0; i < scene.tracks.size(); ++i)
      opened.peaks.push_back(std::make_shared<Peaks>(scene.samples));
    opened.scene = std::make_shared<const SoundScene>(std::move(scene));
  } catch (const Error& error) {
    opened.problem = QString::fromUtf8(error.what());
  }
  return opened;
}

void gatherPeaks(const Path& file, const std::vector<std::shared_ptr<Peaks>>& peaks,
                 const std::atomic<bool>& stop) {
  SoundStream stream(file);
  std::vector<float> channel;
  for (std::int64_t at = 0; at < stream.frames() && !stop; at += kGathered) {
    const auto frames = stream.read(at, std::min(kGathered, stream.frames() - at));
    if (!frames || frames->empty()) return;
    channel.resize(frames->size() / static_cast<std::size_t>(stream.channels()));
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      takeChannel(*frames, stream.channels(), static_cast<int>(i) - (stream.channels() > 1 ? 1 : 0),
                  channel);
      peaks[i]->add(channel);
    }
  }
}

SoundPanel::SoundPanel(Desk& desk, SoundDevice device)
    : desk_(desk),
      empty_(new EmptyState(this)),
      banner_(new Banner(this)),
      name_(new QLabel(this)),
      board_(new SpectrogramBoard(device, this)),
      pages_(new QStackedWidget(this)),
      opening_([this](const OpenedSound& opened) { take(opened); }),
      gathering_([this](bool) {
        if (!gathering_.busy()) growing_.stop();
        board_->canvas()->repaintWaveform();
      }) {
  empty_->setContent(QStringLiteral("sound"), tr("Open a sound file, or drop one here."),
                     tr("Open a sound file..."), [this] { ask(); });
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, look::kGrid);
  column->setSpacing(look::kGrid);
  name_->setTextFormat(Qt::PlainText);
  name_->setFont(look::heading(font()));
  name_->setMinimumWidth(1);
  column->addWidget(name_);
  column->addWidget(board_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(content);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(banner_);
  whole->addWidget(pages_, 1);
  desk_.actions.add({.id = QStringLiteral("sound.open"),
                     .menu = QStringLiteral("File"),
                     .text = tr("Open so&und..."),
                     .tip = tr("Look at a sound file and listen to it"),
                     .shortcut = QKeySequence(QStringLiteral("Ctrl+Alt+O")),
                     .icon = QStringLiteral("sound")},
                    this, [this] { ask(); });
  connect(board_, &SpectrogramBoard::exported, this,
          [this](const QString& file) { desk_.notices.tell(tr("Saved %1").arg(file)); });
  connect(board_, &SpectrogramBoard::failed, this,
          [this](const QString& what, const QString& detail) { desk_.notices.fail(what, detail); });
  growing_.setInterval(200);
  connect(&growing_, &QTimer::timeout, board_->canvas(), &SpectrogramCanvas::repaintWaveform);
}

SoundPanel::~SoundPanel() { *stop_ = true; }

bool SoundPanel::accepts(const QString& path) const { return isSoundFile(path.toStdString()); }

void SoundPanel::ask() {
  const QString file = QFileDialog::getOpenFileName(
      this, tr("Open a sound file"), {},
      tr("Sound (*.wav *.flac *.ogg *.oga *.opus *.mp3 *.aif *.aiff *.au);;All files (*)"));
  if (!file.isEmpty()) open(file);
}

void SoundPanel::open(const QString& path) {
  emit wanted();
  file_ = path.toStdString();
  banner_->clear();
  *stop_ = true;
  opening_.start([file = file_] { return openSound(file); });
}

void SoundPanel::take(const OpenedSound& opened) {
  if (!opened.scene) return banner_->show(Notice::Level::kError, opened.problem);
  opened_ = opened;
  name_->setText(QString::fromStdString(file_.filename().string()));
  name_->setToolTip(QString::fromStdString(file_.string()));
  board_->setScene(opened.scene, false, {opened.peaks.begin(), opened.peaks.end()});
  pages_->setCurrentIndex(1);
  board_->canvas()->setFocus();  // its keys play and move
  gather();
}

void SoundPanel::gather() {
  stop_ = std::make_shared<std::atomic<bool>>(false);
  gathering_.start([file = file_, peaks = opened_.peaks, stop = stop_] {
    try {
      gatherPeaks(file, peaks, *stop);
      return true;
    } catch (const Error&) {
      return false;  // it was opened a moment ago: what is gone now has no outline
    }
  });
  growing_.start();
}

bool SoundPanel::settled() const {
  return !opening_.busy() && !gathering_.busy() && board_->canvas()->settled();
}

QString SoundPanel::problem() const { return banner_->text(); }

void SoundPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("board"), board_->state());
}

void SoundPanel::restoreState(QSettings& settings) {
  board_->setState(settings.value(QStringLiteral("board")).toMap());
}

}  // namespace warmstart
