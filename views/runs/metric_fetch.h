// Keeps the metric columns of the table of runs filled: one question a column, asked again only
// when a run's step or state changed. Owned by the runs panel.
#pragma once
#include <QObject>

#include "views/desk/desk.h"
#include "views/runs/runs_model.h"

namespace warmstart {

class MetricFetch : public QObject {
  Q_OBJECT
 public:
  MetricFetch(Desk& desk, RunsModel& model, QObject* parent)
      : QObject(parent), desk_(desk), model_(model) {}
  void setColumns(const std::vector<MetricColumn>& columns);
  void indexChanged();

 private:
  void fetch(const MetricColumn& column);
  Desk& desk_;
  RunsModel& model_;
  std::size_t seen_ = 0;  ///< hash of what measures depend on
};

}  // namespace warmstart
