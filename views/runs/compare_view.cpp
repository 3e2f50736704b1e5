#include "views/runs/compare_view.h"

#include <cmath>

#include "core/recipe/value.h"
#include "views/desk/background.h"
#include "views/desk/session.h"
#include "views/look/theme.h"
#include "views/runs/roomy_rows.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

constexpr int kMostCompared = 12;

/// The leaves of a recipe's tree by path, in the order written.
class RecipeLeaves {
 public:
  explicit RecipeLeaves(const std::string& text) {
    try {
      add(parse_yaml(text, "recipe.yaml"), {});
    } catch (const Error&) {
      // A damaged recipe has no settings to compare: its column stays empty.
      leaves_.clear();
    }
  }
  const std::vector<std::pair<std::string, std::string>>& all() const { return leaves_; }
  std::string find(const std::string& path) const {
    const auto found = std::find_if(leaves_.begin(), leaves_.end(),
                                    [&](const auto& leaf) { return leaf.first == path; });
    return found == leaves_.end() ? std::string() : found->second;
  }

 private:
  void add(const Value& value, const std::string& path) {
    for (const auto& [key, member] : value.members) add(member, join_key(path, key));
    for (std::size_t i = 0; i < value.items.size(); ++i)
      add(value.items[i], join_key(path, std::to_string(i)));
    if (value.is_scalar()) leaves_.emplace_back(path, value.text);
  }
  std::vector<std::pair<std::string, std::string>> leaves_;
};

std::string recipeText(const RunFolder& folder) {
  try {
    return read_file(folder.recipe(), 1 << 20);
  } catch (const Error&) {
    return {};  // the folder was taken away while it was compared
  }
}

}  // namespace

std::vector<SettingDifference> settingDifferences(const std::vector<std::string>& recipes) {
  std::vector<RecipeLeaves> trees;
  for (const std::string& recipe : recipes) trees.emplace_back(recipe);
  std::vector<std::string> paths;
  for (const RecipeLeaves& tree : trees) {
    for (const auto& [path, value] : tree.all()) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
  }
  std::vector<SettingDifference> differences;
  for (const std::string& path : paths) {
    SettingDifference difference{QString::fromStdString(path), {}};
    for (const RecipeLeaves& tree : trees)
      difference.values << QString::fromStdString(tree.find(path));
    if (difference.values.count(difference.values.first()) != difference.values.size())
      differences.push_back(std::move(difference));
  }
  return differences;
}

CompareView::CompareView(Desk& desk, QWidget* parent) : QTreeWidget(parent), desk_(desk) {
  setAccessibleName(tr("Chosen runs side by side"));
  setFrameShape(QFrame::NoFrame);
  setUniformRowHeights(true);
  setItemDelegate(new RoomyRows(this));
  setHeaderLabels({tr("Choose two or more runs in the table")});
}

void CompareView::setRuns(const QStringList& runs) {
  const QStringList some = runs.mid(0, kMostCompared);
  if (some == runs_) return;
  runs_ = some;
  stale_ = true;
  if (isVisible()) read();
}

void CompareView::showEvent(QShowEvent* event) {
  QTreeWidget::showEvent(event);
  if (stale_) read();
}

void CompareView::read() {
  stale_ = false;
  clear();
  setColumnCount(runs_.size() + 1);
  if (runs_.size() < 2) {
    setHeaderLabels({tr("Choose two or more runs in the table")});
    return;
  }
  QStringList titles{tr("What")};
  std::vector<RunFolder> folders;
  for (const QString& run : runs_) {
    const RunRecord* record = desk_.session.index().findRun(run);
    titles << (record ? tr("%1 · seed %2")
                            .arg(QString::fromStdString(record->info.arm))
                            .arg(record->info.seed)
                      : run);
    folders.push_back(desk_.session.runFolder(run));
  }
  setHeaderLabels(titles);
  for (int column = 0; column <= runs_.size(); ++column) {
    if (column > 0) headerItem()->setToolTip(column, runs_[column - 1]);
    setColumnWidth(column, column == 0 ? 260 : 170);
  }
  const QStringList asked = runs_;
  const auto compare = [folders] {
    std::vector<std::string> recipes;
    for (const RunFolder& folder : folders) recipes.push_back(recipeText(folder));
    return settingDifferences(recipes);
  };
  inBackground(this, compare, [this, asked](const std::vector<SettingDifference>& differences) {
    if (asked == runs_) showSettings(differences);
  });
  desk_.session.ask(
      this,
      [asked](Workspace& workspace) {
        std::vector<Measured> measures;
        for (int at = 0; at < asked.size(); ++at) {
          for (const MeasureRecord& record : workspace.measures(asked[at].toStdString())) {
            const QString name = QString::fromStdString(record.data + "." + record.metric + "  (" +
                                                        record.stage + ")");
            auto found = std::find_if(measures.begin(), measures.end(),
                                      [&](const Measured& one) { return one.name == name; });
            if (found == measures.end()) {
              measures.push_back({name, std::vector<double>(asked.size(), std::nan(""))});
              found = std::prev(measures.end());
            }
            found->values[static_cast<std::size_t>(at)] = record.value.value_or(std::nan(""));
          }
          if (measures.size() > 2000) break;  // more than anybody reads
        }
        return measures;
      },
      [this, asked](const std::vector<Measured>& measures) {
        if (asked == runs_) showMeasures(measures);
      });
}

QTreeWidgetItem* CompareView::section(const QString& title) {
  auto* item = new QTreeWidgetItem(this, {title});
  item->setFirstColumnSpanned(true);
  item->setExpanded(true);
  QFont bold(font());
  bold.setWeight(QFont::DemiBold);
  item->setFont(0, bold);
  return item;
}

void CompareView::showSettings(const std::vector<SettingDifference>& differences) {
  QTreeWidgetItem* parent =
      section(differences.empty() ? tr("Settings: no difference") : tr("Settings that differ"));
  for (const SettingDifference& difference : differences) {
    auto* item = new QTreeWidgetItem(parent, QStringList{difference.path} + difference.values);
    item->setToolTip(0, difference.path);
  }
}

void CompareView::showMeasures(const std::vector<Measured>& measures) {
  QTreeWidgetItem* parent =
      section(measures.empty() ? tr("Results: none yet")
                               : tr("Results, with the difference from the first run"));
  for (const Measured& measured : measures) {
    auto* item = new QTreeWidgetItem(parent, {measured.name});
    for (std::size_t at = 0; at < measured.values.size(); ++at) {
      const int column = static_cast<int>(at) + 1;
      const double change = measured.values[at] - measured.values[0];
      QString text = valueText(measured.values[at]);
      if (at > 0 && !std::isnan(change))
        text += QStringLiteral("  (%1%2)")
                    .arg(change < 0 ? QStringLiteral("−") : QStringLiteral("+"),
                         valueText(std::abs(change)));
      item->setText(column, text);
      item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
  }
}

}  // namespace warmstart
