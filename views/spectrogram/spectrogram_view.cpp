#include "views/spectrogram/spectrogram_view.h"

#include <QVBoxLayout>

#include "core/base/error.h"
#include "views/desk/banner.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

const RegisteredCaptureView spectrogram_view{
    {.kind = "spectrogram", .create = []() -> CaptureView* { return new SpectrogramView; }}};

}  // namespace

SpectrogramView::SpectrogramView(QWidget* parent)
    : SpectrogramView(SoundDevice::kDefault, parent) {}

SpectrogramView::SpectrogramView(SoundDevice device, QWidget* parent)
    : CaptureView(parent),
      board_(new SpectrogramBoard(device, this)),
      banner_(new Banner(this)),
      making_([this](const Made& made) { take(made); }) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(look::kGrid / 2);
  column->addWidget(banner_);
  column->addWidget(board_, 1);
  connect(board_, &SpectrogramBoard::stateChanged, this, &CaptureView::stateChanged);
  connect(board_, &SpectrogramBoard::exported, this, [this](const QString& file) {
    banner_->show(Notice::Level::kInfo, tr("Saved %1").arg(file), tr("OK"),
                  [this] { banner_->clear(); });
  });
  connect(board_, &SpectrogramBoard::failed, this,
          [this](const QString& what, const QString& detail) {
            banner_->show(Notice::Level::kError,
                          detail.isEmpty() ? what : what + QStringLiteral("; ") + detail);
          });
}

void SpectrogramView::setCapture(const CapturePtr& capture, int sample,
                                 const QStringList& classes) {
  making_.start([capture, sample, classes, reference = reference_] {
    Made made;
    made.clip = capture->samples().value(sample) + QLatin1Char('#') + QString::number(sample);
    try {
      made.scene =
          std::make_shared<const SoundScene>(sceneOf(*capture, sample, classes, reference));
    } catch (const Error& error) {
      made.problem = QString::fromUtf8(error.what());
    }
    return made;
  });
}

void SpectrogramView::take(const Made& made) {
  board_->setVisible(made.scene != nullptr);
  if (!made.scene) return banner_->show(Notice::Level::kError, made.problem);
  banner_->clear();
  const bool same = made.clip == clip_ && scene_ && scene_->samples == made.scene->samples;
  clip_ = made.clip, scene_ = made.scene;
  board_->setScene(made.scene, same);
}

QString SpectrogramView::problem() const { return banner_->text(); }

QByteArray SpectrogramView::csv() const {
  if (!scene_ || scene_->scores.times.empty()) return {};
  const SceneScores& scores = scene_->scores;
  QByteArray table = "seconds";
  for (const QString& name : scores.classes) {
    QString quoted = name;
    table += ",\"" + quoted.replace(QLatin1Char('"'), QLatin1String("\"\"")).toUtf8() + "\"";
  }
  table += '\n';
  for (int time = 0; time < static_cast<int>(scores.times.size()); ++time) {
    table += QByteArray::number(scores.times[static_cast<std::size_t>(time)], 'g', 12);
    for (int row = 0; row < scores.classes.size(); ++row)
      table += ',' + QByteArray::number(scores.at(row, time), 'g', 9);
    table += '\n';
  }
  return table;
}

}  // namespace warmstart
