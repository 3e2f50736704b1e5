// Writes a table behind the window's work, with a line that says how far it is and a button that
// ends it. One table at a time; another one waits for its turn. Part of the Live panel.
#pragma once
#include <QTimer>
#include <QWidget>
#include <deque>
#include <memory>

#include "core/base/error.h"
#include "views/desk/desk.h"
#include "views/live/csv_table.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace warmstart::live {

class TableExport : public QWidget {
  Q_OBJECT
 public:
  explicit TableExport(Desk& desk, QWidget* parent = nullptr);  ///< hidden
  ~TableExport() override;
  void start(CsvTable table, const QString& file);
  void cancel();  ///< the one that is being written; no file is left
  bool busy() const { return !waiting_.empty(); }

 private:
  struct Job {
    CsvTable table;
    QString file;
  };
  void next();
  void tell(const QString& file, bool whole, const std::optional<Error>& error);
  void showProgress();
  Desk& desk_;
  std::deque<Job> waiting_;  ///< the first is being written
  std::shared_ptr<CsvProgress> progress_;
  QLabel* text_;
  QProgressBar* bar_;
  QPushButton* cancel_;
  QTimer clock_;
};

}  // namespace warmstart::live
