// How busy the GPUs of this machine are, whoever uses them: asked of the driver's library on
// another thread, since its first call may take seconds. Owned by the queue panel, which asks while
// it is shown.
#pragma once
#include <QObject>
#include <memory>

#include "views/queue/queue_model.h"

namespace warmstart {

class GpuLoad : public QObject {
  Q_OBJECT
 public:
  explicit GpuLoad(QObject* parent);
  /// Looks at those of the runner's devices that are GPUs as the driver here knows them by name,
  /// model and memory; one that devices.yaml has given a name of its own is not among them.
  void read(const std::vector<Device>& devices);

 signals:
  void found(const QHash<QString, GpuUse>& uses);  ///< by the device's name

 private:
  class Driver;
  std::shared_ptr<Driver> driver_;  ///< of the one look at a time
  bool at_work_ = false;
};

}  // namespace warmstart
