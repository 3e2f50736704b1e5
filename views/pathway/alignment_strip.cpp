#include "views/pathway/alignment_strip.h"

#include <QPainter>
#include <cmath>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr double kBox = 3 * look::kGrid;

QColor editGround(Edit::Kind kind) {
  QColor colour = kind == Edit::Kind::kKept       ? look::faint()
                  : kind == Edit::Kind::kReplaced ? look::warning()
                  : kind == Edit::Kind::kRemoved  ? look::bad()
                                                  : look::good();
  colour.setAlpha(kind == Edit::Kind::kKept ? 30 : 110);
  return colour;
}

QString signOf(Edit::Kind kind) {
  switch (kind) {
    case Edit::Kind::kReplaced:
      return QStringLiteral("≠");
    case Edit::Kind::kRemoved:
      return QStringLiteral("−");
    case Edit::Kind::kInserted:
      return QStringLiteral("+");
    default:
      return {};
  }
}

}  // namespace

AlignmentStrip::AlignmentStrip(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Alignment of the two pathways"));
}

void AlignmentStrip::setPair(const PathwayScenePtr& scene, int first, int second) {
  scene_ = scene;
  const int count = scene ? static_cast<int>(scene->step.pathways.size()) : 0;
  first_ = first < count ? first : -1;
  second_ = second < count ? second : -1;
  const auto symbols = [&](int sample) {
    return sample < 0 ? Symbols{}
                      : pathway_symbols(scene_->step.pathways[static_cast<std::size_t>(sample)],
                                        scene_->record.how.unit);
  };
  a_ = symbols(first_), b_ = symbols(second_);
  edits_.clear();
  if (second_ >= 0 && first_ >= 0) {
    edits_ = edit_script(a_, b_);
  } else {
    for (std::size_t i = 0; i < a_.size(); ++i) edits_.push_back({Edit::Kind::kKept, i, i});
  }
  setAccessibleDescription(text());
  updateGeometry();
  setMinimumSize(sizeHint());
  update();
}

QString AlignmentStrip::lineOf(int sample) const {
  if (sample < 0) return {};
  const auto row = static_cast<std::size_t>(sample);
  const double complexity = scene_->step.complexity[row];
  return tr("%1: %2 · complexity %3")
      .arg(QString::fromStdString(scene_->record.samples[row]),
           QString::fromStdString(scene_->step.texts[row]),
           std::isnan(complexity) ? tr("undefined") : QString::number(complexity, 'f', 3));
}

QString AlignmentStrip::symbolText(std::uint16_t symbol) const {
  if (scene_->record.how.unit == PathwayUnit::kChar) return QChar(symbol);
  return symbol == 0 ? QStringLiteral("|") : QString::number(symbol - 1);
}

QString AlignmentStrip::text() const {
  QStringList lines;
  for (const int sample : {first_, second_})
    if (sample >= 0) lines += lineOf(sample);
  if (first_ < 0) return tr("Choose a sample to see its pathway");
  if (second_ < 0) return lines.join(QLatin1Char('\n'));
  const auto edits = std::count_if(edits_.begin(), edits_.end(),
                                   [](const Edit& edit) { return edit.kind != Edit::Kind::kKept; });
  const int count = static_cast<int>(edits);
  lines += scene_->record.how.normalise
               ? tr("%n edit(s), normalised distance %1", nullptr, count)
                     .arg(static_cast<double>(edits) / static_cast<double>(std::max<std::size_t>(
                                                           1, std::max(a_.size(), b_.size()))),
                          0, 'f', 3)
               : tr("distance in edits: %1").arg(count);
  return lines.join(QLatin1Char('\n'));
}

QSize AlignmentStrip::sizeHint() const {
  const int rows = second_ >= 0 ? 3 : 1;
  return {static_cast<int>(kBox * static_cast<double>(std::max<std::size_t>(1, edits_.size()))) + 2,
          static_cast<int>(kBox * rows) + 2};
}

QRectF AlignmentStrip::boxOf(int row, std::size_t column) const {
  return {1 + kBox * static_cast<double>(column), 1 + kBox * row, kBox - 2, kBox - 2};
}

void AlignmentStrip::drawBox(QPainter& painter, int row, std::size_t column, const Symbols& symbols,
                             std::size_t place, const QColor& ground) const {
  const QRectF box = boxOf(row, column);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(box, 3, 3);
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(box, Qt::AlignCenter, symbolText(symbols[place]));
}

void AlignmentStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  for (std::size_t i = 0; i < edits_.size(); ++i) {
    const Edit& edit = edits_[i];
    const QColor ground = editGround(edit.kind);
    if (edit.kind != Edit::Kind::kInserted) drawBox(painter, 0, i, a_, edit.a, ground);
    if (second_ < 0) continue;
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(boxOf(1, i), Qt::AlignCenter, signOf(edit.kind));
    if (edit.kind != Edit::Kind::kRemoved) drawBox(painter, 2, i, b_, edit.b, ground);
  }
}

}  // namespace warmstart
