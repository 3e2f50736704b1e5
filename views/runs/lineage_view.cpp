#include "views/runs/lineage_view.h"

#include "views/desk/background.h"
#include "views/desk/run_name.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"
#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/runs/roomy_rows.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

QString lineageText(const Json& json, const char* key) {
  if (!json.contains(key)) return {};
  const Json& value = json[key];
  return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

qint64 lineageNumber(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_number() ? json[key].get<qint64>() : 0;
}

/// The run that a path leads into, `.../runs/ID/...`, where the workspace knows it.
const RunRecord* runOfPath(const Index& index, const Path& path) {
  for (auto part = path.begin(); part != path.end(); ++part) {
    if (*part != "runs" || std::next(part) == path.end()) continue;
    if (const RunRecord* run = index.findRun(QString::fromStdString(std::next(part)->string())))
      return run;
  }
  return nullptr;
}

}  // namespace

LineageView::LineageView(Desk& desk, QWidget* parent) : QTreeWidget(parent), desk_(desk) {
  setAccessibleName(tr("Where the weights came from"));
  setHeaderLabels(
      {tr("Stage, checkpoint, export"), tr("From"), tr("Steps"), tr("Parameters or size")});
  setFrameShape(QFrame::NoFrame);
  setItemDelegate(new RoomyRows(this));
  setColumnWidth(0, 300);
  setColumnWidth(1, 280);
  setColumnWidth(2, 110);
  for (const int column : {2, 3})
    headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
  connect(this, &QTreeWidget::itemClicked, this, &LineageView::leadTo);
  connect(this, &QTreeWidget::itemActivated, this, &LineageView::leadTo);
}

void LineageView::setRun(const QString& run) {
  if (run == run_) return;
  run_ = run;
  if (isVisible()) follow();
}

void LineageView::showEvent(QShowEvent* event) {
  QTreeWidget::showEvent(event);
  follow();
}

void LineageView::hideEvent(QHideEvent* event) {
  QTreeWidget::hideEvent(event);
  if (feed_) disconnect(feed_.get(), nullptr, this, nullptr);
  feed_.reset();
}

void LineageView::follow() {
  if (feed_) disconnect(feed_.get(), nullptr, this, nullptr);
  feed_.reset();
  clear();
  if (run_.isEmpty()) return;
  feed_ = desk_.feeds.open(run_);
  connect(feed_.get(), &RunFeed::grown, this, [this] {
    const bool drawn = topLevelItemCount() > 0;
    const std::size_t kept = feed_->log().stages.size() + feed_->log().checkpoints.size();
    if (!drawn || property("kept").toULongLong() != kept) readFiles();
    setProperty("kept", QVariant::fromValue(static_cast<qulonglong>(kept)));
  });
  if (feed_->loaded()) readFiles();
}

void LineageView::readFiles() {
  const auto read = [folder = feed_->folder()] { return lineageFiles(folder); };
  inBackground(this, read, [this, asked = run_](const LineageFiles& files) {
    if (asked == run_ && feed_) draw(files);
  });
}

QTreeWidgetItem* LineageView::add(QTreeWidgetItem* parent, const QStringList& texts,
                                  const char* icon) {
  auto* item = new QTreeWidgetItem(parent, texts);
  item->setIcon(0, look::icon(QString::fromLatin1(icon)));
  for (const int column : {2, 3}) item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
  return item;
}

void LineageView::draw(const LineageFiles& files) {
  clear();
  stages_.clear(), checkpoints_.clear();
  auto* root = add(nullptr, {run_}, "runs");
  addTopLevelItem(root);
  for (const Json& stage : feed_->log().stages)
    stages_[lineageText(stage, "stage")] = addStage(root, stage);
  for (const LineageFile& file : files.checkpoints) {
    const CheckpointPlace place = placeOfCheckpoint(feed_->log(), file.name);
    const QString step = place.step < 0 ? QString() : QLocale().toString(place.step);
    checkpoints_[file.name] =
        add(stages_.value(place.stage, root),
            {file.name, place.stage, step, bytesText(static_cast<double>(file.bytes))}, "save");
  }
  for (const LineageExport& file : files.exports) addExport(file);
  expandAll();
}

QTreeWidgetItem* LineageView::addStage(QTreeWidgetItem* root, const Json& stage) {
  const QString from = lineageText(stage, "from");
  auto* item =
      add(root,
          {lineageText(stage, "stage"), from, QLocale().toString(lineageNumber(stage, "steps")),
           QLocale().toString(lineageNumber(stage, "parameters"))},
          "link");
  addOrigin(item, from);
  return item;
}

void LineageView::addOrigin(QTreeWidgetItem* stage, const QString& from) {
  const Path path = from.toStdString();
  const RunRecord* origin = path.is_absolute() ? runOfPath(desk_.session.index(), path) : nullptr;
  if (!origin) return;
  const QString file = QString::fromStdString(path.filename().string());
  const QString name = runName(*origin);
  stage->setText(1, tr("%1 of %2").arg(file, name));
  stage->setToolTip(1, from);
  const QString run = QString::fromStdString(origin->info.run);
  if (run == run_) return;
  auto* row = add(stage, {tr("Run %1").arg(name), file}, "runs");
  row->setToolTip(0, tr("Go to %1, whose weights this stage began with").arg(run));
  row->setData(0, Qt::UserRole, run);
}

void LineageView::addExport(const LineageExport& file) {
  // Before exports named their checkpoint, only those of the last stage's end had no note.
  const bool last = file.reported && file.checkpoint.isEmpty() && file.note.isEmpty();
  const std::vector<Json>& stages = feed_->log().stages;
  const QString checkpoint =
      last && !stages.empty()
          ? QStringLiteral("stage-%1.ckpt").arg(lineageText(stages.back(), "stage"))
          : file.checkpoint;
  const CheckpointPlace place = placeOfCheckpoint(feed_->log(), checkpoint);
  QTreeWidgetItem* parent = checkpoints_.value(checkpoint);
  // The best checkpoint of that time may have been replaced since, a step's may be gone.
  const bool kept = parent && (file.step < 0 || place.step < 0 || file.step == place.step);
  if (!kept)
    parent = stages_.value(file.stage.isEmpty() ? place.stage : file.stage, topLevelItem(0));
  const QString from = kept || checkpoint.isEmpty()
                           ? (file.note.isEmpty() || kept ? tr("exported") : file.note)
                           : tr("%1 of step %L2, no longer kept").arg(checkpoint).arg(file.step);
  add(parent,
      {file.file.name, from, file.step < 0 ? QString() : QLocale().toString(file.step),
       bytesText(static_cast<double>(file.file.bytes))},
      "export");
}

void LineageView::leadTo(QTreeWidgetItem* item) {
  const QString run = item->data(0, Qt::UserRole).toString();
  // Later: the rows go while the view still handles the click.
  if (!run.isEmpty())
    QMetaObject::invokeMethod(
        this, [this, run] { desk_.selection.setRun(run); }, Qt::QueuedConnection);
}

}  // namespace warmstart
