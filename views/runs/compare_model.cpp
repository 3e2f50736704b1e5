#include "views/runs/compare_model.h"

#include <QFont>
#include <algorithm>
#include <cmath>

#include "views/runs/run_settings.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

constexpr quintptr kTop = 0;  ///< id of the sections; a row's is 1 + its section

using Leaves = std::vector<std::pair<std::string, std::string>>;

Leaves leavesOfRecipe(const std::string& text) {
  try {
    return leavesOf(parse_yaml(text, "recipe.yaml"));
  } catch (const Error&) {
    return {};  // a damaged recipe has no settings to compare: its column stays empty
  }
}

std::string valueAt(const Leaves& leaves, const std::string& path) {
  const auto found = std::find_if(leaves.begin(), leaves.end(),
                                  [&](const auto& leaf) { return leaf.first == path; });
  return found == leaves.end() ? std::string() : found->second;
}

}  // namespace

std::vector<SettingDifference> settingDifferences(const std::vector<std::string>& recipes) {
  std::vector<Leaves> trees;
  for (const std::string& recipe : recipes) trees.push_back(leavesOfRecipe(recipe));
  std::vector<std::string> paths;
  for (const Leaves& tree : trees) {
    for (const auto& [path, value] : tree) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
  }
  std::vector<SettingDifference> differences;
  for (const std::string& path : paths) {
    SettingDifference difference{QString::fromStdString(path), {}};
    for (const Leaves& tree : trees)
      difference.values << QString::fromStdString(valueAt(tree, path));
    if (difference.values.count(difference.values.first()) != difference.values.size())
      differences.push_back(std::move(difference));
  }
  return differences;
}

void CompareModel::setRuns(const QStringList& titles, const QStringList& ids) {
  beginResetModel();
  titles_ = titles;
  ids_ = ids;
  settings_.clear();
  results_.clear();
  settings_known_ = results_known_ = false;
  endResetModel();
}

void CompareModel::setSettings(std::vector<SettingDifference> differences) {
  beginResetModel();
  settings_ = std::move(differences);
  settings_known_ = true;
  endResetModel();
}

void CompareModel::setResults(std::vector<MeasuredRow> rows) {
  beginResetModel();
  results_ = std::move(rows);
  results_known_ = true;
  endResetModel();
}

QModelIndex CompareModel::find(Section section, const QString& begin) const {
  const QModelIndex parent = index(section, 0);
  for (int row = 0; row < rowCount(parent); ++row) {
    const QModelIndex found = index(row, 0, parent);
    if (text(found).startsWith(begin)) return found;
  }
  return {};
}

QModelIndex CompareModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column,
                     parent.isValid() ? 1 + static_cast<quintptr>(parent.row()) : kTop);
}

QModelIndex CompareModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kTop) return {};
  return createIndex(static_cast<int>(child.internalId()) - 1, 0, kTop);
}

int CompareModel::rowsOf(int section) const {
  return static_cast<int>(section == kSettings ? settings_.size() : results_.size());
}

int CompareModel::rowCount(const QModelIndex& parent) const {
  if (parent.column() > 0) return 0;
  if (!parent.isValid()) return complete() ? kSections : 0;
  return parent.internalId() == kTop ? rowsOf(parent.row()) : 0;
}

int CompareModel::columnCount(const QModelIndex&) const {
  return 1 + static_cast<int>(titles_.size());
}

QString CompareModel::sectionText(int section) const {
  if (section == kSettings)
    return settings_.empty() ? tr("Settings: no difference") : tr("Settings that differ");
  return results_.empty() ? tr("Results: none yet")
                          : tr("Results, with the difference from the first run");
}

QString CompareModel::text(const QModelIndex& index) const {
  const auto row = static_cast<std::size_t>(index.row());
  if (index.internalId() == kTop) return index.column() == 0 ? sectionText(index.row()) : QString();
  if (index.internalId() == 1 + kSettings) {
    const SettingDifference& setting = settings_[row];
    return index.column() == 0 ? setting.path : setting.values.value(index.column() - 1);
  }
  const MeasuredRow& measured = results_[row];
  if (index.column() == 0) return measured.name;
  const double value = measured.values[static_cast<std::size_t>(index.column()) - 1];
  const double change = value - measured.values[0];
  QString text = valueText(value);
  if (index.column() > 1 && !std::isnan(change))
    text += QStringLiteral("  (%1%2)")
                .arg(change < 0 ? QStringLiteral("−") : QStringLiteral("+"),
                     valueText(std::abs(change)));
  return text;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (role == Qt::DisplayRole) return text(index);
  if (role == Qt::ToolTipRole && index.internalId() != kTop) return text(index);
  if (role == Qt::FontRole && index.internalId() == kTop) {
    QFont bold;
    bold.setWeight(QFont::DemiBold);
    return bold;
  }
  if (role == Qt::TextAlignmentRole && index.internalId() == 1 + kResults && index.column() > 0)
    return QVariant(Qt::AlignRight | Qt::AlignVCenter);
  return {};
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::DisplayRole) {
    if (titles_.isEmpty()) return tr("Choose two or more runs in the table");
    return section == 0 ? tr("What") : titles_.value(section - 1);
  }
  if (role == Qt::ToolTipRole && section > 0) return ids_.value(section - 1);
  return {};
}

}  // namespace warmstart
