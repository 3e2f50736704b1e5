#include "views/runs/compare_view.h"

#include <QHeaderView>
#include <cmath>
#include <unordered_map>

#include "views/desk/background.h"
#include "views/desk/session.h"
#include "views/runs/roomy_rows.h"

namespace warmstart {
namespace {

constexpr int kMostCompared = 12;

std::string recipeText(const RunFolder& folder) {
  try {
    return read_file(folder.recipe(), 1 << 20);
  } catch (const Error&) {
    return {};  // the folder was taken away while it was compared
  }
}

std::vector<MeasuredRow> measuredRows(Workspace& workspace, const QStringList& runs) {
  std::vector<MeasuredRow> rows;
  std::unordered_map<std::string, std::size_t> places;
  for (qsizetype at = 0; at < runs.size(); ++at) {
    for (const MeasureRecord& record : workspace.measures(runs[at].toStdString())) {
      const std::string name = record.data + "." + record.metric + "  (" + record.stage + ")";
      const auto [found, added] = places.emplace(name, rows.size());
      if (added)
        rows.push_back({QString::fromStdString(name),
                        std::vector<double>(static_cast<std::size_t>(runs.size()), std::nan(""))});
      rows[found->second].values[static_cast<std::size_t>(at)] =
          record.value.value_or(std::nan(""));
    }
  }
  return rows;
}

}  // namespace

CompareView::CompareView(Desk& desk, QWidget* parent)
    : QTreeView(parent), desk_(desk), model_(new CompareModel(this)) {
  setModel(model_);
  setAccessibleName(tr("Chosen runs side by side"));
  setFrameShape(QFrame::NoFrame);
  setUniformRowHeights(true);
  setItemDelegate(new RoomyRows(this));
  connect(model_, &QAbstractItemModel::modelReset, this, &CompareView::unfold);
}

void CompareView::setRuns(const QStringList& runs) {
  const QStringList some = runs.mid(0, kMostCompared);
  if (some == runs_) return;
  runs_ = some;
  stale_ = true;
  if (isVisible()) read();
}

void CompareView::showEvent(QShowEvent* event) {
  QTreeView::showEvent(event);
  if (stale_) read();
}

void CompareView::read() {
  stale_ = false;
  if (runs_.size() < 2) return model_->setRuns({}, {});
  QStringList titles;
  for (const QString& run : runs_) {
    const RunRecord* record = desk_.session.index().findRun(run);
    titles << (record ? tr("%1 · seed %2")
                            .arg(QString::fromStdString(record->info.arm))
                            .arg(record->info.seed)
                      : run);
  }
  model_->setRuns(titles, runs_);
  for (int column = 0; column <= runs_.size(); ++column)
    setColumnWidth(column, column == 0 ? 260 : 170);
  readSettings();
  readResults();
}

void CompareView::readSettings() {
  std::vector<RunFolder> folders;
  for (const QString& run : runs_) folders.push_back(desk_.session.runFolder(run));
  const auto compare = [folders] {
    std::vector<std::string> recipes;
    for (const RunFolder& folder : folders) recipes.push_back(recipeText(folder));
    return settingDifferences(recipes);
  };
  inBackground(this, compare,
               [this, asked = runs_](const std::vector<SettingDifference>& differences) {
                 if (asked == runs_) model_->setSettings(differences);
               });
}

void CompareView::readResults() {
  desk_.session.ask(
      this, [asked = runs_](Workspace& workspace) { return measuredRows(workspace, asked); },
      [this, asked = runs_](std::vector<MeasuredRow> rows) {
        if (asked == runs_) model_->setResults(std::move(rows));
      });
}

void CompareView::unfold() {
  for (int section = 0; section < model_->rowCount(); ++section) {
    setFirstColumnSpanned(section, {}, true);
    expand(model_->index(section, 0));
  }
}

}  // namespace warmstart
