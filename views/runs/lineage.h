// Which checkpoints and exports a run's folder holds, and where each belongs: to a stage, to a
// checkpoint. Plain values; the folder is read off the GUI thread. Used by the lineage view.
#pragma once
#include <QString>
#include <vector>

#include "core/run/run_folder.h"
#include "core/run/run_history.h"

namespace warmstart {

struct LineageFile {
  QString name;
  qint64 bytes = 0;
};

struct LineageExport {
  LineageFile file;
  QString checkpoint, stage;  ///< "best.ckpt" of "finetune"; "" = not said
  qint64 step = -1;           ///< of the weights; -1 = not said
  QString note;               ///< what an export of an earlier version says of its weights
  bool reported = false;
};

struct LineageFiles {
  std::vector<LineageFile> checkpoints;
  std::vector<LineageExport> exports;
};
/// Oldest first. Reads the folders and the reports beside the exports.
LineageFiles lineageFiles(const RunFolder& folder);

struct CheckpointPlace {
  QString stage;     ///< "" = not known
  qint64 step = -1;  ///< global; -1 = not known
};
/// By what the log says of its file, else by its name and the steps of the stages.
CheckpointPlace placeOfCheckpoint(const RunHistory& log, const QString& file);

}  // namespace warmstart
