#include "views/setup/chain_view.h"

#include <QInputDialog>
#include <QKeyEvent>
#include <QPainter>

#include "views/look/theme.h"
#include "views/setup/recipe_names.h"
#include "views/setup/yaml_path.h"

namespace warmstart {
namespace {

constexpr int kNameWidth = 13 * look::kGrid, kRow = 5 * look::kGrid, kGap = 3 * look::kGrid;
constexpr int kBlockHeight = 4 * look::kGrid, kWidest = 20 * look::kGrid;

Value stageList(const QStringList& stages) {
  Value list = Value::list();
  for (const QString& stage : stages)
    list.items.push_back(Value::scalar(stage.toStdString(), true));
  return list;
}

/// A stage that nothing uses any more is taken out of the recipe, which would refuse it.
void dropUnused(Value& tree, const std::string& stage) {
  const Value* arms = tree.find("arms");
  if (!arms) return;
  for (const auto& [arm, list] : arms->members) {
    for (const Value& item : list.items) {
      if (item.text == stage) return;
    }
  }
  erase_path(tree, "stages." + stage);
}

}  // namespace

ChainView::ChainView(Draft& draft, QWidget* parent) : QWidget(parent), draft_(draft) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Stage chains"));
  setContextMenuPolicy(Qt::ActionsContextMenu);
  setToolTip(
      tr("Arrow keys choose a stage, Ctrl+arrow keys move it, F2 renames the stage, Shift+F2 its "
         "arm, Delete removes"));
  connect(&draft_, &Draft::changed, this, &ChainView::readDraft);
  readDraft();
}

void ChainView::readDraft() {
  arms_.clear();
  stages_.clear();
  const Value& tree = draft_.tree();
  if (const Value* stages = tree.find("stages")) {
    for (const auto& [name, stage] : stages->members) stages_ << QString::fromStdString(name);
  }
  if (const Value* arms = tree.find("arms")) {
    for (const auto& [name, list] : arms->members) {
      Arm arm{QString::fromStdString(name), {}};
      for (const Value& item : list.items) arm.stages << QString::fromStdString(item.text);
      arms_.push_back(arm);
    }
  } else if (!stages_.isEmpty()) {
    arms_.push_back({QStringLiteral("main"), stages_});
  }
  arm_ = std::clamp(arm_, 0, std::max(0, static_cast<int>(arms_.size()) - 1));
  const int most = arms_.empty() ? 0 : static_cast<int>(arms_[arm_].stages.size()) - 1;
  place_ = std::clamp(place_, 0, std::max(0, most));
  setAccessibleDescription(tr("%1, %2").arg(arm(), stage()));
  updateGeometry();
  update();
}

QString ChainView::arm() const { return arms_.empty() ? QString() : arms_[arm_].name; }

QString ChainView::stage() const {
  return arms_.empty() ? QString() : arms_[arm_].stages.value(place_);
}

void ChainView::select(int arm, int place) {
  if (arm < 0 || arm >= static_cast<int>(arms_.size())) return;
  arm_ = arm;
  place_ = std::clamp(place, 0, std::max(0, static_cast<int>(arms_[arm].stages.size()) - 1));
  setAccessibleDescription(tr("%1, %2").arg(this->arm(), stage()));
  update();
  if (!stage().isEmpty()) emit stageChosen(stage());
}

void ChainView::selectStage(const QString& stage) {
  for (int i = 0; i < static_cast<int>(arms_.size()); ++i) {
    const auto place = static_cast<int>(arms_[i].stages.indexOf(stage));
    if (place < 0) continue;
    arm_ = i;
    place_ = place;
    return update();
  }
}

QSize ChainView::sizeHint() const {
  return {500, std::max(1, static_cast<int>(arms_.size())) * kRow + look::kGrid};
}

QRectF ChainView::block(int arm, int place) const {
  int columns = 1;
  for (const Arm& one : arms_) columns = std::max(columns, static_cast<int>(one.stages.size()));
  const double room = width() - kNameWidth - look::kGrid - kGap * (columns - 1);
  const double wide = std::min<double>(kWidest, room / columns);
  return {kNameWidth + place * (wide + kGap), arm * kRow + look::kGrid / 2.0 + 2, wide,
          kBlockHeight};
}

bool ChainView::hit(const QPoint& at, int* arm, int* place) const {
  for (int i = 0; i < static_cast<int>(arms_.size()); ++i) {
    for (int j = 0; j < arms_[i].stages.size(); ++j) {
      if (!block(i, j).contains(at)) continue;
      *arm = i;
      *place = j;
      return true;
    }
  }
  return false;
}

QString ChainView::fromOf(const QString& stage) const {
  const Value* from = find_path(draft_.tree(), "stages." + stage.toStdString() + ".from");
  return from ? QString::fromStdString(from->text) : QString();
}

void ChainView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  for (int i = 0; i < static_cast<int>(arms_.size()); ++i) {
    painter.setPen(palette().color(QPalette::WindowText));
    QFont name = font();
    if (i == arm_) name.setWeight(QFont::DemiBold);
    painter.setFont(name);
    const QRect place(0, i * kRow, kNameWidth - look::kGrid, kRow);
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                     QFontMetrics(name).elidedText(arms_[i].name, Qt::ElideRight, place.width()));
    for (int j = 0; j < arms_[i].stages.size(); ++j) {
      paintArrow(painter, i, j);
      paintBlock(painter, i, j);
    }
  }
}

// Solid: weights of the stage before; dashed: of the arm's first stage; dotted: of a file; none:
// from scratch.
void ChainView::paintArrow(QPainter& painter, int arm, int place) const {
  const QString from = fromOf(arms_[arm].stages[place]);
  const bool previous = from == QLatin1String("previous");
  const bool first = from == QLatin1String("first");
  if (from.isEmpty() || from == QLatin1String("scratch") || ((previous || first) && place == 0))
    return;
  const QRectF to = block(arm, place);
  const QPointF tip(to.left() - 2, to.center().y());
  painter.setPen(QPen(look::faint(), 1.5,
                      previous ? Qt::SolidLine
                      : first  ? Qt::DashLine
                               : Qt::DotLine));
  painter.drawLine(tip - QPointF(kGap - 5, 0), tip);
  painter.setPen(QPen(look::faint(), 1.5));
  painter.drawPolyline(QPolygonF({tip + QPointF(-5, -4), tip, tip + QPointF(-5, 4)}));
}

void ChainView::paintBlock(QPainter& painter, int arm, int place) const {
  const QString& stage = arms_[arm].stages[place];
  const bool chosen = arm == arm_ && place == place_;
  const QColor colour = look::category(std::max(0, static_cast<int>(stages_.indexOf(stage))));
  QColor fill = colour;
  fill.setAlphaF(look::dark() ? 0.34F : 0.2F);
  painter.setBrush(fill);
  painter.setPen(chosen ? QPen(hasFocus() ? look::accent() : colour, 2.5) : QPen(colour, 1));
  const QRectF at = block(arm, place);
  painter.drawRoundedRect(at, 4, 4);
  painter.setPen(palette().color(QPalette::WindowText));
  painter.setFont(font());
  painter.drawText(
      at.adjusted(6, 0, -6, 0), Qt::AlignCenter,
      fontMetrics().elidedText(stage, Qt::ElideRight, static_cast<int>(at.width()) - 12));
}

void ChainView::mousePressEvent(QMouseEvent* event) {
  int arm = 0, place = 0;
  const bool name = event->pos().x() < kNameWidth - look::kGrid;
  if (name) return select(event->pos().y() / kRow, place_);
  if (!hit(event->pos(), &arm, &place)) return;
  select(arm, place);
  dragging_ = event->button() == Qt::LeftButton;
}

void ChainView::mouseMoveEvent(QMouseEvent* event) {
  int arm = 0, place = 0;
  if (!dragging_ || !hit(event->pos(), &arm, &place) || arm != arm_ || place == place_) return;
  moveStage(place > place_ ? 1 : -1);
}

void ChainView::mouseReleaseEvent(QMouseEvent*) { dragging_ = false; }

void ChainView::mouseDoubleClickEvent(QMouseEvent* event) {
  event->pos().x() < kNameWidth - look::kGrid ? renameArm() : rename();
}

void ChainView::keyPressEvent(QKeyEvent* event) {
  const bool move = event->modifiers().testFlag(Qt::ControlModifier);
  switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
      const int by = event->key() == Qt::Key_Left ? -1 : 1;
      return move ? moveStage(by) : select(arm_, place_ + by);
    }
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const int by = event->key() == Qt::Key_Up ? -1 : 1;
      return move ? moveArm(by) : select(arm_ + by, place_);
    }
    case Qt::Key_F2:
      return event->modifiers().testFlag(Qt::ShiftModifier) ? renameArm() : rename();
    case Qt::Key_Delete:
      return removeStage();
    case Qt::Key_Insert:
      return addStage();
    default:
      QWidget::keyPressEvent(event);
  }
}

void ChainView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) update();
}

QString ChainView::freeName(const QString& base, const QStringList& taken) const {
  QString name = base;
  for (int i = 2; taken.contains(name); ++i) name = base + QStringLiteral("_%1").arg(i);
  return name;
}

void ChainView::setStages(const QString& label, int arm, const QStringList& stages) {
  draft_.change(label, [&](Value& tree) {
    written_arms(tree).set(arms_[arm].name.toStdString(), stageList(stages));
  });
}

void ChainView::addArm() {
  QStringList names;
  for (const Arm& one : arms_) names << one.name;
  const QString name = freeName(QStringLiteral("arm"), names);
  const QStringList stages = arms_.empty() ? QStringList{} : arms_[arm_].stages;
  draft_.change(tr("Add arm %1").arg(name), [&](Value& tree) {
    written_arms(tree).set(name.toStdString(), stageList(stages));
  });
  select(static_cast<int>(arms_.size()) - 1, 0);
}

void ChainView::addStage() {
  if (arms_.empty() || stage().isEmpty()) return;
  const QString name = freeName(stage(), stages_);
  const std::string source = stage().toStdString();
  QStringList stages = arms_[arm_].stages;
  stages.insert(place_ + 1, name);
  draft_.change(tr("Add stage %1").arg(name), [&](Value& tree) {
    Value copy = *find_path(tree, "stages." + source);
    if (!copy.find("from")) copy.set("from", Value::scalar("previous", true));
    written_arms(tree).set(arms_[arm_].name.toStdString(), stageList(stages));
    set_path(tree, "stages." + name.toStdString(), std::move(copy));
  });
  select(arm_, place_ + 1);
}

void ChainView::removeStage() {
  if (stage().isEmpty()) return;
  const std::string gone = stage().toStdString();
  QStringList stages = arms_[arm_].stages;
  stages.removeAt(place_);
  draft_.change(tr("Remove stage %1").arg(stage()), [&](Value& tree) {
    written_arms(tree).set(arms_[arm_].name.toStdString(), stageList(stages));
    dropUnused(tree, gone);
  });
}

void ChainView::removeArm() {
  if (arms_.size() < 2) return;
  const Arm gone = arms_[arm_];
  draft_.change(tr("Remove arm %1").arg(gone.name), [&](Value& tree) {
    written_arms(tree).erase(gone.name.toStdString());
    for (const QString& stage : gone.stages) dropUnused(tree, stage.toStdString());
  });
}

void ChainView::rename() {
  const QString from = stage();
  const QString to = from.isEmpty() ? QString() : askName(tr("Rename Stage"), from);
  if (!to.isEmpty()) renameStage(from, to);
}

void ChainView::renameArm() {
  const QString from = arm();
  const QString to = from.isEmpty() ? QString() : askName(tr("Rename Arm"), from);
  if (!to.isEmpty()) renameArm(from, to);
}

/// "" when it was not answered.
QString ChainView::askName(const QString& title, const QString& from) {
  bool good = false;
  const QString to = QInputDialog::getText(this, title, tr("New name of %1:").arg(from),
                                           QLineEdit::Normal, from, &good);
  return good ? to.trimmed() : QString();
}

void ChainView::renameStage(const QString& from, const QString& to) {
  if (to.isEmpty() || stages_.contains(to)) return;
  draft_.change(tr("Rename stage %1").arg(from),
                [&](Value& tree) { rename_stage(tree, from.toStdString(), to.toStdString()); });
  emit stageChosen(stage());
}

void ChainView::renameArm(const QString& from, const QString& to) {
  for (const Arm& one : arms_) {
    if (one.name == to || to.isEmpty()) return;
  }
  draft_.change(tr("Rename arm %1").arg(from),
                [&](Value& tree) { rename_arm(tree, from.toStdString(), to.toStdString()); });
}

void ChainView::moveStage(int by) {
  if (arms_.empty()) return;
  QStringList stages = arms_[arm_].stages;
  const int to = place_ + by;
  if (to < 0 || to >= stages.size()) return;
  stages.move(place_, to);
  place_ = to;
  setStages(tr("Move stage %1").arg(stages[to]), arm_, stages);
}

void ChainView::moveArm(int by) {
  const int to = arm_ + by;
  if (to < 0 || to >= static_cast<int>(arms_.size())) return;
  const int from = arm_;
  arm_ = to;
  draft_.change(tr("Move arm"), [&](Value& tree) {
    auto& members = written_arms(tree).members;
    std::swap(members[static_cast<std::size_t>(from)], members[static_cast<std::size_t>(to)]);
  });
}

}  // namespace warmstart
