#include "views/queue/queue_model.h"

#include <QDateTime>
#include <QIODevice>
#include <QLocale>
#include <QMimeData>

#include "views/look/theme.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

const QString kJobMime = QStringLiteral("application/x-warmstart-jobs");

QString jobTitle(const Job& job) {
  const QString recipe = QString::fromStdString(job.recipe).section(QLatin1Char('/'), -1);
  return QueueModel::tr("#%1  %2 · seed %3 · %4")
      .arg(job.id)
      .arg(QString::fromStdString(job.arm))
      .arg(job.seed)
      .arg(recipe);
}

constexpr double kGibibyte = 1024.0 * 1024 * 1024;
constexpr double kNewestSeconds = 120;  ///< what a worker said longer ago does not hold now

bool isNumberColumn(int column) {
  return column == QueueModel::kRate || column == QueueModel::kLeft ||
         column == QueueModel::kMemory || column == QueueModel::kPriority;
}

bool isNew(const LiveProgress& live) {
  return static_cast<double>(QDateTime::currentSecsSinceEpoch()) - live.looked < kNewestSeconds;
}

}  // namespace

void QueueModel::setLanes(std::vector<QueueLane> lanes) {
  if (!sameShape(lanes)) {
    beginResetModel();
    lanes_ = std::move(lanes);
    endResetModel();
    return;
  }
  lanes_ = std::move(lanes);
  for (int lane = 0; lane < rowCount(); ++lane) {
    const QModelIndex header = index(lane, 0);
    emit dataChanged(header, index(lane, kColumns - 1));
    if (const int jobs = rowCount(header))
      emit dataChanged(index(0, 0, header), index(jobs - 1, kColumns - 1, header));
  }
}

bool QueueModel::sameShape(const std::vector<QueueLane>& lanes) const {
  return std::equal(lanes.begin(), lanes.end(), lanes_.begin(), lanes_.end(),
                    [](const QueueLane& a, const QueueLane& b) {
                      return a.kind == b.kind && a.device == b.device &&
                             std::equal(a.jobs.begin(), a.jobs.end(), b.jobs.begin(), b.jobs.end(),
                                        [](const Job& x, const Job& y) { return x.id == y.id; });
                    });
}

void QueueModel::setLive(const QString& run, const LiveProgress& live) {
  live_.insert(run, live);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    for (std::size_t row = 0; row < lanes_[lane].jobs.size(); ++row) {
      if (QString::fromStdString(lanes_[lane].jobs[row].run) != run) continue;
      const QModelIndex header = index(static_cast<int>(lane), 0);
      emit dataChanged(index(static_cast<int>(row), kProgress, header),
                       index(static_cast<int>(row), kMemory, header));
      tellLane(static_cast<int>(lane));
    }
  }
}

void QueueModel::tellLane(int lane) { emit dataChanged(index(lane, 0), index(lane, kColumns - 1)); }

void QueueModel::setStarts(QHash<qint64, std::optional<double>> starts) {
  starts_ = std::move(starts);
  const QModelIndex waiting = indexOfLane(QueueLane::Kind::kWaiting);
  if (const int jobs = rowCount(waiting); waiting.isValid() && jobs > 0)
    emit dataChanged(index(0, kLeft, waiting), index(jobs - 1, kLeft, waiting));
}

void QueueModel::setMachine(const QString& text) {
  machine_ = text;
  tellDevices();
}

void QueueModel::setGpus(QHash<QString, GpuUse> uses) {
  gpus_ = std::move(uses);
  tellDevices();
}

void QueueModel::tellDevices() {
  for (int lane = 0; lane < rowCount(); ++lane) {
    if (lanes_[static_cast<std::size_t>(lane)].kind == QueueLane::Kind::kDevice) tellLane(lane);
  }
}

const Job* QueueModel::job(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == 0) return nullptr;
  return &lanes_[index.internalId() - 1].jobs[static_cast<std::size_t>(index.row())];
}

QModelIndex QueueModel::indexOfJob(std::int64_t id) const {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    for (std::size_t row = 0; row < lanes_[lane].jobs.size(); ++row) {
      if (lanes_[lane].jobs[row].id == id)
        return index(static_cast<int>(row), 0, index(static_cast<int>(lane), 0));
    }
  }
  return {};
}

QModelIndex QueueModel::indexOfLane(QueueLane::Kind kind) const {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    if (lanes_[lane].kind == kind) return index(static_cast<int>(lane), 0);
  }
  return {};
}

QModelIndex QueueModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column,
                     parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex QueueModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == 0) return {};
  return createIndex(static_cast<int>(child.internalId() - 1), 0, quintptr{0});
}

int QueueModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(lanes_.size());
  if (!isLane(parent) || parent.column() != 0) return 0;
  return static_cast<int>(lanes_[static_cast<std::size_t>(parent.row())].jobs.size());
}

int QueueModel::columnCount(const QModelIndex&) const { return kColumns; }

LiveProgress QueueModel::progressOf(const Job& job) const {
  LiveProgress progress = live_.value(QString::fromStdString(job.run));
  if (!atWork(job)) progress.rate = 0;
  if (progress.total <= 0 || !atWork(job)) {
    progress.step = job.step;
    progress.total = job.total_steps;
  }
  return progress;
}

/// As this program found it, else as the newest of the lane's jobs did.
GpuUse QueueModel::useOf(const QueueLane& lane) const {
  if (const auto found = gpus_.find(lane.device); found != gpus_.end()) return *found;
  LiveProgress newest;
  for (const Job& job : lane.jobs) {
    const LiveProgress live = live_.value(QString::fromStdString(job.run));
    if (isNew(live) && live.looked > newest.looked) newest = live;
  }
  return {newest.gpu_share, newest.gpu_memory_gib};
}

/// How busy the device is.
QString QueueModel::loadOf(const QueueLane& lane) const {
  if (lane.kind != QueueLane::Kind::kDevice) return {};
  if (!lane.gpu) return lane.device.startsWith(QLatin1String("cpu")) ? machine_ : QString();
  const GpuUse use = useOf(lane);
  QStringList words;
  if (use.share) words << tr("GPU %1 % busy").arg(qRound(*use.share * 100));
  if (use.memory_gib) {
    const QString used = bytesText(*use.memory_gib * kGibibyte);
    words << (lane.memory > 0 ? tr("memory %1 of %2").arg(used, bytesText(lane.memory))
                              : tr("memory %1").arg(used));
  } else if (lane.memory > 0) {
    words << bytesText(lane.memory);
  }
  return words.join(QStringLiteral(" · "));
}

QVariant QueueModel::laneData(const QueueLane& lane, int column, int role) const {
  if (column != 0) return {};
  QString detail = lane.detail;
  const QString load = loadOf(lane);
  if (!load.isEmpty()) detail += (detail.isEmpty() ? QString() : QStringLiteral(" · ")) + load;
  if (role == Qt::DisplayRole) return lane.title;
  if (role == Qt::UserRole) return detail;
  if (role == Qt::AccessibleTextRole || role == Qt::ToolTipRole)
    return detail.isEmpty() ? lane.title : lane.title + QStringLiteral(", ") + detail;
  return {};
}

/// Until a running job ends, or a waiting one starts.
QString QueueModel::leftText(const Job& job) const {
  if (const auto start = starts_.find(job.id);
      job.state == JobState::kQueued && start != starts_.end()) {
    if (!*start) return tr("unknown");
    return **start > 0 ? tr("in %1").arg(durationText(**start)) : tr("now");
  }
  const LiveProgress progress = progressOf(job);
  if (!atWork(job) || progress.rate <= 0) return {};
  return durationText(static_cast<double>(progress.total - progress.step) / progress.rate);
}

QString QueueModel::memoryText(const Job& job) const {
  const LiveProgress live = live_.value(QString::fromStdString(job.run));
  if (!atWork(job) || !live.resident_gib || !isNew(live)) return {};
  return bytesText(*live.resident_gib * kGibibyte);
}

QVariant QueueModel::jobText(const Job& job, const QString& why, int column) const {
  const LiveProgress progress = progressOf(job);
  const bool live = atWork(job) && progress.rate > 0;
  switch (column) {
    case kJob:
      return jobTitle(job);
    case kState:
      return stateText(QString::fromLatin1(job_state_name(job.state)));
    case kProgress:
      return progress.total > 0 ? tr("%L1 / %L2").arg(progress.step).arg(progress.total)
                                : QString();
    case kRate:
      return live ? valueText(progress.rate) : QString();
    case kLeft:
      return leftText(job);
    case kMemory:
      return memoryText(job);
    case kDevice:
      return QString::fromStdString(job.device.empty() ? job.device_wanted : job.device);
    case kPriority:
      return QLocale().toString(static_cast<qlonglong>(job.priority));
    default:
      return QString(why).replace(QLatin1Char('\n'), QLatin1Char(' '));
  }
}

QString QueueModel::toolTip(const Job& job, const QString& why) const {
  QStringList lines{QString::fromStdString(job.title), QString::fromStdString(job.run)};
  lines
      << tr("profile %1, restarts: %2").arg(QString::fromStdString(job.profile)).arg(job.restarts);
  if (job.created > 0) lines << tr("submitted %1").arg(timeText(job.created));
  if (job.started > 0) lines << tr("started %1").arg(timeText(job.started));
  if (job.ended > 0) lines << tr("ended %1").arg(timeText(job.ended));
  const LiveProgress progress = progressOf(job);
  if (progress.rate > 0 && progress.total > progress.step) {
    const double left = static_cast<double>(progress.total - progress.step) / progress.rate;
    lines << tr("done at about %1")
                 .arg(QLocale().toString(
                     QDateTime::currentDateTime().addSecs(static_cast<qint64>(left)),
                     QLocale::ShortFormat));
  }
  if (!why.isEmpty()) lines << why;
  return lines.join(QLatin1Char('\n'));
}

QVariant QueueModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (isLane(index))
    return laneData(lanes_[static_cast<std::size_t>(index.row())], index.column(), role);
  const QueueLane& lane = lanes_[index.internalId() - 1];
  const auto row = static_cast<std::size_t>(index.row());
  const Job& job = lane.jobs[row];
  const bool number = isNumberColumn(index.column());
  switch (role) {
    case Qt::DisplayRole:
      return jobText(job, lane.why[row], index.column());
    case Qt::ToolTipRole:
      return toolTip(job, lane.why[row]);
    case Qt::TextAlignmentRole:
      return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
      if (index.column() == kState)
        return look::stateColour(QString::fromLatin1(job_state_name(job.state)));
      return index.column() == kNote ? QVariant(look::faint()) : QVariant();
    case kShareRole: {
      const LiveProgress progress = progressOf(job);
      if (index.column() != kProgress || progress.total <= 0) return -1.0;
      return std::clamp(static_cast<double>(progress.step) / static_cast<double>(progress.total),
                        0.0, 1.0);
    }
    case kJobRole:
      return QVariant::fromValue(static_cast<qint64>(job.id));
    default:
      return {};
  }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  const bool number = isNumberColumn(section);
  if (role == Qt::TextAlignmentRole)
    return static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role == Qt::ToolTipRole && section == kLeft)
    return tr("time that the steps left will take; of a waiting job, when it is likely to start");
  if (role == Qt::ToolTipRole && section == kMemory)
    return tr("main memory of the job's worker; memory of a GPU stands at the device");
  if (role == Qt::ToolTipRole && section == kPriority) return tr("higher starts first");
  if (role != Qt::DisplayRole) return {};
  switch (section) {
    case kJob:
      return tr("Job");
    case kState:
      return tr("State");
    case kProgress:
      return tr("Progress (steps)");
    case kRate:
      return tr("Steps/s");
    case kLeft:
      return tr("Left / start");
    case kMemory:
      return tr("Memory");
    case kDevice:
      return tr("Device");
    case kPriority:
      return tr("Priority");
    default:
      return tr("Note");
  }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const bool waiting_lane = isLane(index) && lanes_[static_cast<std::size_t>(index.row())].kind ==
                                                 QueueLane::Kind::kWaiting;
  if (isLane(index))
    return Qt::ItemIsEnabled | (waiting_lane ? Qt::ItemIsDropEnabled : Qt::NoItemFlags);
  Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
  if (canMove(*job(index))) flags |= Qt::ItemIsDragEnabled;
  return flags;
}

QStringList QueueModel::mimeTypes() const { return {kJobMime}; }

QMimeData* QueueModel::mimeData(const QModelIndexList& indexes) const {
  QList<int> rows;
  for (const QModelIndex& index : indexes) {
    if (job(index) != nullptr && canMove(*job(index)) && !rows.contains(index.row()))
      rows << index.row();
  }
  std::sort(rows.begin(), rows.end());
  const QModelIndex lane = indexOfLane(QueueLane::Kind::kWaiting);
  QByteArray bytes;
  QDataStream out(&bytes, QIODevice::WriteOnly);
  for (const int row : rows)
    out << static_cast<qint64>(
        lanes_[static_cast<std::size_t>(lane.row())].jobs[static_cast<std::size_t>(row)].id);
  auto* data = new QMimeData;
  data->setData(kJobMime, bytes);
  return data;
}

bool QueueModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int,
                              const QModelIndex& parent) {
  if (action != Qt::MoveAction || !data->hasFormat(kJobMime) || !isLane(parent)) return false;
  std::vector<std::int64_t> moved;
  QDataStream in(data->data(kJobMime));
  for (qint64 id = 0; !in.atEnd();) {
    in >> id;
    moved.push_back(id);
  }
  const std::vector<Job>& jobs = lanes_[static_cast<std::size_t>(parent.row())].jobs;
  // Dropped on the lane's own line: to the front.
  std::int64_t after = 0;
  for (int i = 0; i < row; ++i) {
    const std::int64_t id = jobs[static_cast<std::size_t>(i)].id;
    if (std::find(moved.begin(), moved.end(), id) == moved.end()) after = id;
  }
  if (!moved.empty()) emit moveWanted(moved, after);
  // The view must not take the rows away: the index brings their new places.
  return false;
}

}  // namespace warmstart
