// Lanes and their jobs as a tree of two levels. Holds values only: the panel hands over lanes when
// the index changes and the live rate of what runs; a drop asks for a move and changes nothing
// here, since the next index says what became of it.
#pragma once
#include <QAbstractItemModel>
#include <QHash>
#include <optional>

#include "views/queue/queue_lanes.h"

namespace warmstart {

/// What a running job's own event log says at this moment.
struct LiveProgress {
  qint64 step = 0, total = 0;
  double rate = 0;  ///< steps a second; 0 = not known yet
  // What its worker took of the machine when it looked last.
  double looked = 0;  ///< seconds since the epoch; 0 = it has not yet
  std::optional<double> resident_gib, gpu_share, gpu_memory_gib;
};

/// What a GPU is doing, whoever uses it; none = not known.
struct GpuUse {
  std::optional<double> share, memory_gib;  ///< of the time that it is busy, 0 to 1
};

class QueueModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column {
    kJob,
    kState,
    kProgress,
    kLeft,  ///< of a waiting job: until it starts
    kNote,
    kRate,
    kMemory,
    kDevice,
    kPriority,
    kColumns
  };
  enum Role { kShareRole = Qt::UserRole, kJobRole, kSortRole };  ///< done share 0..1 or -1; job id

  using QAbstractItemModel::QAbstractItemModel;

  void setLanes(std::vector<QueueLane> lanes);
  void setLive(const QString& run, const LiveProgress& live);
  /// CPU and memory in use, shown beside the CPU's lane.
  void setMachine(const QString& text);
  /// What this program found of the GPUs of this machine, by the device's name.
  void setGpus(QHash<QString, GpuUse> uses);
  /// Seconds until each waiting job starts, by its id; see start_estimates.h.
  void setStarts(QHash<qint64, std::optional<double>> starts);
  const QHash<QString, LiveProgress>& live() const { return live_; }

  const std::vector<QueueLane>& lanes() const { return lanes_; }
  bool isLane(const QModelIndex& index) const { return index.isValid() && index.internalId() == 0; }
  const Job* job(const QModelIndex& index) const;
  QModelIndex indexOfJob(std::int64_t id) const;
  QModelIndex indexOfLane(QueueLane::Kind kind) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& child) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
  bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                    const QModelIndex& parent) override;

 signals:
  /// Put these waiting jobs, as one block, behind the job `after`; 0 = at the front.
  void moveWanted(const std::vector<std::int64_t>& jobs, std::int64_t after);

 private:
  bool sameShape(const std::vector<QueueLane>& lanes) const;
  void tellLane(int lane);
  void tellDevices();
  GpuUse useOf(const QueueLane& lane) const;
  QString loadOf(const QueueLane& lane) const;
  QString leftText(const Job& job) const;
  QString memoryText(const Job& job) const;
  QVariant laneData(const QueueLane& lane, int column, int role) const;
  QVariant jobText(const Job& job, const QString& why, int column) const;
  QString toolTip(const Job& job, const QString& why) const;
  LiveProgress progressOf(const Job& job) const;
  std::vector<QueueLane> lanes_;
  QHash<QString, LiveProgress> live_;
  QHash<qint64, std::optional<double>> starts_;
  QHash<QString, GpuUse> gpus_;
  QString machine_;
};

}  // namespace warmstart
