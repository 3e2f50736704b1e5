// Which of the checkpoints that a run keeps is used: the newest unless the user says otherwise.
// Looks again whenever somebody comes near, as a run that trains has new ones. Part of the pages
// that export or predict, and of the map's strip.
#pragma once
#include <QComboBox>

#include "core/base/files.h"
#include "views/desk/desk.h"

namespace warmstart {

class CheckpointChoice : public QComboBox {
  Q_OBJECT
 public:
  explicit CheckpointChoice(Desk& desk, QWidget* parent = nullptr);
  /// Another run: its newest one, until its folder has been looked at.
  void setRun(const QString& run);
  /// As `--checkpoint` takes it: "last", "best", a stage's name, a step.
  QString checkpoint() const { return currentData().toString(); }
  QString title() const { return currentText(); }
  /// "step-40", "best", "pretrain": part of a file's name; "" = last.
  QString fileWord() const;
  /// `--checkpoint NAME`; nothing where it is the last.
  QStringList arguments() const;

 signals:
  void changed();

 protected:
  void showEvent(QShowEvent* event) override;
  void enterEvent(QEnterEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;

 private:
  void list();
  void fill(const QStringList& kept);
  Desk& desk_;
  QString run_;
  bool chosen_ = false;  ///< by the user: stays when newer ones come
};

/// The checkpoints in a run's folder as `--checkpoint` takes them, the newest first: "last" of a
/// run that is done, else its highest step; then "best", the names of finished stages and steps.
/// Reads the disk.
QStringList keptCheckpoints(const Path& folder, bool done);

}  // namespace warmstart
