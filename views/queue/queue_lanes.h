// The queue as it is drawn: one lane a device with what runs there, then what waits in the order it
// would start, what is held, and what has ended. Made from the index alone, so that no job is shown
// in a state that the workspace does not hold. Pure; called by QueueModel.
#pragma once
#include <QString>
#include <vector>

#include "views/desk/session.h"

namespace warmstart {

struct QueueLane {
  enum class Kind { kDevice, kWaiting, kHeld, kEnded };
  Kind kind = Kind::kDevice;
  QString device;  ///< name; "" for the others
  QString title;
  QString detail;  ///< "2 of 2 places used"
  bool gpu = false;
  double memory = 0;  ///< of a GPU, bytes; 0 = not known
  std::vector<Job> jobs;
  std::vector<QString> why;  ///< for each job: why it waits, how it ended; may be empty
};

/// Lanes without a job are left out, but for devices and the waiting ones.
std::vector<QueueLane> arrangeLanes(const Index& index);

bool atWork(const Job& job);  ///< running or starting

/// Jobs that need somebody to execute them: waiting, starting or running.
int openJobs(const Index& index);

// What the user may ask of a job, as Queue allows it.
bool canPause(const Job& job);
bool canResume(const Job& job);
bool canStop(const Job& job);
bool canCancel(const Job& job);
bool canRetry(const Job& job);
bool canExtend(const Job& job);
bool canMove(const Job& job);

}  // namespace warmstart
