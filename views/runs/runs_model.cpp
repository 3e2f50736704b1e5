#include "views/runs/runs_model.h"

#include <QFont>
#include <QHash>
#include <cmath>
#include <numeric>

#include "views/look/theme.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

QString groupTitle(const RunRow& row, RunsModel::Grouping grouping) {
  const QString tail = QStringLiteral(" · ") + row.arm + QStringLiteral(" · ") + row.profile;
  if (grouping == RunsModel::Grouping::kRecipe) return row.recipe + tail;
  return (row.experiment > 0 ? RunsModel::tr("Experiment %1").arg(row.experiment)
                             : RunsModel::tr("No experiment")) +
         QStringLiteral(" · ") + row.recipe.section(QLatin1Char('/'), -1) + tail;
}

struct Spread {
  int count = 0;
  double mean = kNoValue, deviation = kNoValue;
};

/// Over the defined values; the deviation is that of a sample (n - 1).
Spread spreadOf(const std::vector<double>& all) {
  Spread spread;
  double sum = 0, squares = 0;
  for (const double value : all) {
    if (std::isnan(value)) continue;
    ++spread.count;
    sum += value;
  }
  if (spread.count == 0) return spread;
  spread.mean = sum / spread.count;
  for (const double value : all) {
    if (!std::isnan(value)) squares += (value - spread.mean) * (value - spread.mean);
  }
  if (spread.count > 1) spread.deviation = std::sqrt(squares / (spread.count - 1));
  return spread;
}

QString csvCell(QString text, QChar separator) {
  static const QRegularExpression special(QStringLiteral("[\"\n\r]"));
  if (!text.contains(separator) && !text.contains(special)) return text;
  return QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) +
         QLatin1Char('"');
}

}  // namespace

QString MetricColumn::title() const {
  const QString name = data + QLatin1Char('.') + metric;
  switch (pick) {
    case MetricPick::kMean:
      return RunsModel::tr("%1 (mean)").arg(name);
    case MetricPick::kLowest:
      return RunsModel::tr("%1 (lowest)").arg(name);
    case MetricPick::kHighest:
      return RunsModel::tr("%1 (highest)").arg(name);
    default:
      return name;
  }
}

void RunsModel::setRows(std::vector<RunRow> rows) {
  const bool same = std::equal(
      rows.begin(), rows.end(), rows_.begin(), rows_.end(), [](const RunRow& a, const RunRow& b) {
        return a.id == b.id && a.state == b.state && a.step == b.step && a.tags == b.tags &&
               a.note == b.note && a.claim_text == b.claim_text && a.ended == b.ended &&
               a.total == b.total && a.error == b.error && a.device == b.device &&
               a.started == b.started;
      });
  if (same) return;
  beginResetModel();
  rows_ = std::move(rows);
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::vector<double>& values = values_[column];
    values.assign(rows_.size(), kNoValue);
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const auto found = by_run_[column].find(rows_[row].id.toStdString());
      if (found != by_run_[column].end()) values[row] = found->second;
    }
  }
  arrange();
  endResetModel();
}

void RunsModel::setFilter(const QString& text) {
  if (text == filter_) return;
  beginResetModel();
  filter_ = text;
  arrange();
  endResetModel();
}

void RunsModel::setGrouping(Grouping grouping) {
  if (grouping == grouping_) return;
  beginResetModel();
  grouping_ = grouping;
  arrange();
  endResetModel();
}

void RunsModel::setMetricColumns(std::vector<MetricColumn> columns) {
  if (columns == columns_) return;
  beginResetModel();
  std::vector<std::map<std::string, double>> by_run(columns.size());
  std::vector<std::vector<double>> values(columns.size(),
                                          std::vector<double>(rows_.size(), kNoValue));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto known = std::find(columns_.begin(), columns_.end(), columns[i]);
    if (known == columns_.end()) continue;
    const auto at = static_cast<std::size_t>(known - columns_.begin());
    by_run[i] = std::move(by_run_[at]);
    values[i] = std::move(values_[at]);
  }
  columns_ = std::move(columns);
  by_run_ = std::move(by_run);
  values_ = std::move(values);
  if (sort_column_ >= columnCount()) sort_column_ = kCreated;
  arrange();
  endResetModel();
}

void RunsModel::setMetricValues(const MetricColumn& column,
                                const std::map<std::string, double>& values) {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) return;
  const auto at = static_cast<std::size_t>(found - columns_.begin());
  if (by_run_[at] == values) return;
  by_run_[at] = values;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const auto value = values.find(rows_[row].id.toStdString());
    values_[at][row] = value == values.end() ? kNoValue : value->second;
  }
  const int section = kFixedColumns + static_cast<int>(at);
  if (sort_column_ == section) {
    sort(sort_column_, sort_order_);
  } else if (rowCount() > 0) {
    emit dataChanged(index(0, section), index(rowCount() - 1, section));
  }
}

void RunsModel::arrange() {
  const RunQuery query(filter_);
  shown_.clear();
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (query.matches(rows_[row])) shown_.push_back(static_cast<int>(row));
  }
  sortShown();
  groupShown();
}

void RunsModel::sortShown() {
  const bool up = sort_order_ == Qt::AscendingOrder;
  if (isNumber(sort_column_)) {
    std::vector<double> keys(rows_.size());
    for (const int row : shown_) keys[static_cast<std::size_t>(row)] = number(row, sort_column_);
    std::stable_sort(shown_.begin(), shown_.end(), [&](int a, int b) {
      const double x = keys[static_cast<std::size_t>(a)], y = keys[static_cast<std::size_t>(b)];
      if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);  // always last
      return up ? x < y : x > y;
    });
    return;
  }
  std::vector<QString> keys(rows_.size());
  for (const int row : shown_)
    keys[static_cast<std::size_t>(row)] = text(rows_[static_cast<std::size_t>(row)], sort_column_);
  std::stable_sort(shown_.begin(), shown_.end(), [&](int a, int b) {
    const int order = keys[static_cast<std::size_t>(a)].compare(keys[static_cast<std::size_t>(b)],
                                                                Qt::CaseInsensitive);
    return up ? order < 0 : order > 0;
  });
}

void RunsModel::groupShown() {
  groups_.clear();
  if (grouping_ == Grouping::kNone) return;
  QHash<QString, std::size_t> places;
  for (const int row : shown_) {
    const QString title = groupTitle(rows_[static_cast<std::size_t>(row)], grouping_);
    const auto known = places.constFind(title);
    if (known == places.constEnd()) {
      places.insert(title, groups_.size());
      groups_.push_back({title, {row}});
    } else {
      groups_[*known].rows.push_back(row);
    }
  }
}

void RunsModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= columnCount()) return;
  emit layoutAboutToBeChanged();
  const QModelIndexList before = persistentIndexList();
  std::vector<int> numbers;
  for (const QModelIndex& index : before) numbers.push_back(rowNumber(index));
  sort_column_ = column;
  sort_order_ = order;
  sortShown();
  groupShown();
  QModelIndexList after;
  for (int i = 0; i < before.size(); ++i) {
    const int number = numbers[static_cast<std::size_t>(i)];
    const QModelIndex now =
        number < 0 ? QModelIndex() : indexOfRun(rows_[static_cast<std::size_t>(number)].id);
    after << (now.isValid() ? now.siblingAtColumn(before[i].column()) : QModelIndex());
  }
  changePersistentIndexList(before, after);
  emit layoutChanged();
}

int RunsModel::rowNumber(const QModelIndex& index) const {
  if (!index.isValid()) return -1;
  const auto row = static_cast<std::size_t>(index.row());
  if (index.internalId() > 0) return groups_[index.internalId() - 1].rows[row];
  return grouping_ == Grouping::kNone ? shown_[row] : -1;
}

const RunRow* RunsModel::row(const QModelIndex& index) const {
  const int number = rowNumber(index);
  return number < 0 ? nullptr : &rows_[static_cast<std::size_t>(number)];
}

QModelIndex RunsModel::indexOfRun(const QString& run) const {
  const auto is = [&](int row) { return rows_[static_cast<std::size_t>(row)].id == run; };
  if (grouping_ == Grouping::kNone) {
    const auto found = std::find_if(shown_.begin(), shown_.end(), is);
    return found == shown_.end() ? QModelIndex()
                                 : index(static_cast<int>(found - shown_.begin()), 0);
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const auto found = std::find_if(groups_[group].rows.begin(), groups_[group].rows.end(), is);
    if (found != groups_[group].rows.end())
      return index(static_cast<int>(found - groups_[group].rows.begin()), 0,
                   index(static_cast<int>(group), 0));
  }
  return {};
}

QModelIndex RunsModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column,
                     parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex RunsModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == 0) return {};
  return createIndex(static_cast<int>(child.internalId() - 1), 0, quintptr{0});
}

int RunsModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid())
    return static_cast<int>(grouping_ == Grouping::kNone ? shown_.size() : groups_.size());
  if (grouping_ == Grouping::kNone || parent.internalId() != 0 || parent.column() != 0) return 0;
  return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].rows.size());
}

int RunsModel::columnCount(const QModelIndex&) const {
  return kFixedColumns + static_cast<int>(columns_.size());
}

bool RunsModel::isNumber(int column) {
  return column == kSeed || column == kCreated || column == kDuration || column == kSteps ||
         column >= kFixedColumns;
}

double RunsModel::number(int row, int column) const {
  const RunRow& run = rows_[static_cast<std::size_t>(row)];
  switch (column) {
    case kSeed:
      return static_cast<double>(run.seed);
    case kCreated:
      return run.created;
    case kDuration:
      return run.duration(now_seconds());
    case kSteps:
      return static_cast<double>(run.step);
    default:
      return values_[static_cast<std::size_t>(column - kFixedColumns)]
                    [static_cast<std::size_t>(row)];
  }
}

QString RunsModel::text(const RunRow& row, int column) const {
  switch (column) {
    case kState:
      return stateText(row.state);
    case kRecipe:
      return row.recipe.section(QLatin1Char('/'), -1);
    case kArm:
      return row.arm;
    case kSeed:
      return QString::number(row.seed);
    case kCreated:
      return agoText(row.created, now_seconds());
    case kDuration:
      return durationText(row.duration(now_seconds()));
    case kSteps:
      return row.total > 0 && row.step != row.total ? tr("%L1 / %L2").arg(row.step).arg(row.total)
                                                    : tr("%L1").arg(row.step);
    case kClaim:
      return stateText(row.claim);
    case kTags:
      return row.tags.join(QStringLiteral(", "));
    case kNote:
      return QString(row.note).replace(QLatin1Char('\n'), QLatin1Char(' '));
    case kProfile:
      return row.profile;
    case kDevice:
      return row.device;
    default:
      return {};
  }
}

QVariant RunsModel::toolTip(const RunRow& row, int column) const {
  switch (column) {
    case kCreated:
      return timeText(row.created);
    case kClaim:
      return row.claim_text;
    case kState:
      return row.error.isEmpty() ? stateText(row.state) : row.error;
    case kNote:
      return row.note;
    default:
      return row.title + QLatin1Char('\n') + row.id;
  }
}

QVariant RunsModel::runData(int number_of_row, int column, int role) const {
  const RunRow& row = rows_[static_cast<std::size_t>(number_of_row)];
  switch (role) {
    case Qt::DisplayRole:
      return column >= kFixedColumns ? valueText(number(number_of_row, column)) : text(row, column);
    case Qt::EditRole:
      return column == kNote ? row.note : text(row, column);
    case Qt::ToolTipRole:
      return toolTip(row, column);
    case Qt::ForegroundRole:
      if (column == kState) return look::stateColour(row.state);
      if (column == kClaim) return look::stateColour(row.claim);
      return {};
    default:
      return {};
  }
}

QVariant RunsModel::groupData(const Group& group, int column, int role) const {
  if (role == Qt::FontRole) {
    QFont font;
    font.setWeight(QFont::DemiBold);
    return font;
  }
  if (column == 0 && (role == Qt::DisplayRole || role == Qt::ToolTipRole))
    return tr("%1   n = %2").arg(group.title).arg(group.rows.size());
  if (column < kFixedColumns || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) return {};
  std::vector<double> values;
  for (const int row : group.rows) values.push_back(number(row, column));
  const Spread spread = spreadOf(values);
  if (role == Qt::ToolTipRole) return tr("mean ± standard deviation over n = %1").arg(spread.count);
  return spreadText(spread.mean, spread.deviation);
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) |
                            Qt::AlignVCenter);
  const int number_of_row = rowNumber(index);
  if (number_of_row >= 0) return runData(number_of_row, index.column(), role);
  return groupData(groups_[static_cast<std::size_t>(index.row())], index.column(), role);
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const RunRow* run = row(index);
  if (run == nullptr || role != Qt::EditRole) return false;
  if (index.column() == kNote) {
    if (value.toString() != run->note) emit noteEdited(run->id, value.toString());
    return true;
  }
  if (index.column() != kTags) return false;
  QStringList tags;
  for (const QString& part : value.toString().split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const QString tag = part.trimmed();
    if (!tag.isEmpty() && !tags.contains(tag)) tags << tag;
  }
  tags.sort();
  if (tags != run->tags) emit tagsEdited(run->id, tags);
  return true;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) |
                            Qt::AlignVCenter);
  if (role != Qt::DisplayRole && role != Qt::ToolTipRole) return {};
  if (section >= kFixedColumns)
    return columns_[static_cast<std::size_t>(section - kFixedColumns)].title();
  const char* const titles[] = {QT_TR_NOOP("State"), QT_TR_NOOP("Recipe"),  QT_TR_NOOP("Arm"),
                                QT_TR_NOOP("Seed"),  QT_TR_NOOP("Created"), QT_TR_NOOP("Duration"),
                                QT_TR_NOOP("Steps"), QT_TR_NOOP("Claim"),   QT_TR_NOOP("Tags"),
                                QT_TR_NOOP("Note"),  QT_TR_NOOP("Profile"), QT_TR_NOOP("Device")};
  return tr(titles[section]);
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  if (row(index) == nullptr) return Qt::ItemIsEnabled;
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
  if (index.column() == kTags || index.column() == kNote) flags |= Qt::ItemIsEditable;
  return flags;
}

QString RunsModel::asCsv(QChar separator) const {
  QStringList cells{QStringLiteral("run")}, lines;
  for (int column = 0; column < columnCount(); ++column)
    cells << csvCell(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), separator);
  lines << cells.join(separator);
  for (const int row : shown_) {
    const RunRow& run = rows_[static_cast<std::size_t>(row)];
    cells = {run.id};
    for (int column = 0; column < columnCount(); ++column) {
      const double value = isNumber(column) ? number(row, column) : kNoValue;
      const QString plain = column == kState     ? run.state
                            : column == kRecipe  ? run.recipe
                            : column == kClaim   ? run.claim
                            : column == kCreated ? QString::fromStdString(utc_text(run.created))
                            : !isNumber(column)  ? text(run, column)
                            : std::isnan(value)  ? QString()
                                                 : QString::number(value, 'g', 17);
      cells << csvCell(plain, separator);
    }
    lines << cells.join(separator);
  }
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace warmstart
