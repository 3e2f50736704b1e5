#include "views/runs/lineage_view.h"

#include "views/desk/background.h"
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

}  // namespace

LineageView::LineageView(Desk& desk, QWidget* parent) : QTreeWidget(parent), desk_(desk) {
  setAccessibleName(tr("Where the weights came from"));
  setHeaderLabels(
      {tr("Stage, checkpoint, export"), tr("From"), tr("Steps"), tr("Parameters or size")});
  setFrameShape(QFrame::NoFrame);
  setItemDelegate(new RoomyRows(this));
  setColumnWidth(0, 300);
  setColumnWidth(1, 220);
  setColumnWidth(2, 110);
  for (const int column : {2, 3})
    headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
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
  using Files = std::vector<File>;
  const RunFolder folder = feed_->folder();
  const auto read = [folder] {
    const auto list = [](const Path& path, const char* pattern) {
      Files files;
      const QDir dir(QString::fromStdString(path.string()), QString::fromLatin1(pattern),
                     QDir::Time | QDir::Reversed, QDir::Files);
      for (const QFileInfo& info : dir.entryInfoList())
        files.push_back({info.fileName(), info.size()});
      return files;
    };
    return std::pair<Files, Files>(list(folder.checkpoints(), "*.ckpt"),
                                   list(folder.exports(), "*"));
  };
  inBackground(this, read, [this, asked = run_](const std::pair<Files, Files>& files) {
    if (asked == run_ && feed_) draw(files.first, files.second);
  });
}

void LineageView::draw(const std::vector<File>& checkpoints, const std::vector<File>& exports) {
  clear();
  const auto add = [&](QTreeWidgetItem* parent, const QStringList& texts, const QString& icon) {
    auto* item = new QTreeWidgetItem(parent, texts);
    item->setIcon(0, look::icon(icon));
    for (const int column : {2, 3})
      item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    return item;
  };
  auto* root = add(nullptr, {run_}, QStringLiteral("runs"));
  addTopLevelItem(root);
  QStringList claimed;
  for (const Json& stage : feed_->log().stages) {
    const QString name = lineageText(stage, "stage");
    auto* item =
        add(root,
            {name, lineageText(stage, "from"), QLocale().toString(lineageNumber(stage, "steps")),
             QLocale().toString(lineageNumber(stage, "parameters"))},
            QStringLiteral("link"));
    for (const File& file : checkpoints) {
      if (file.name != QStringLiteral("stage-%1.ckpt").arg(name)) continue;
      claimed << file.name;
      add(item, {file.name, name, {}, bytesText(static_cast<double>(file.bytes))},
          QStringLiteral("save"));
    }
  }
  for (const File& file : checkpoints) {
    if (!claimed.contains(file.name))
      add(root, {file.name, {}, {}, bytesText(static_cast<double>(file.bytes))},
          QStringLiteral("save"));
  }
  for (const File& file : exports) {
    if (file.name.endsWith(QLatin1String(".report.json")) ||
        file.name.endsWith(QLatin1String(".md")))
      continue;
    add(root, {file.name, tr("exported"), {}, bytesText(static_cast<double>(file.bytes))},
        QStringLiteral("export"));
  }
  expandAll();
}

}  // namespace warmstart
