// Points of series as lines of a table. The series are copies that share their numbers with the
// run, so a table of millions of points is made at once and written on another thread while the run
// grows. Used by the plots and pages of the Live panel.
#pragma once
#include <QByteArray>
#include <atomic>
#include <vector>

#include "core/base/files.h"
#include "core/run/scalar_series.h"

namespace warmstart::live {

/// How far a table is written; shared with who watches or ends it.
struct CsvProgress {
  std::atomic<std::size_t> rows = 0;
  std::atomic<bool> stop = false;
};

struct CsvTable {
  QByteArray head;  ///< first lines; the whole of a table that is short
  struct Part {
    QByteArray begin;  ///< of each line, "run,": then come step, time, value
    ScalarSeries series;
  };
  std::vector<Part> parts;

  std::size_t rows() const;  ///< of the parts
  QByteArray text() const;   ///< all of it: for tables that are short
};

/// Piece by piece, whole or not at all; false when `progress.stop` ended it. Error (kMachine) where
/// the disk does not take it. Any thread.
bool writeCsv(const CsvTable& table, const Path& file, CsvProgress& progress);

}  // namespace warmstart::live
