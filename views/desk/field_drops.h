// What is dropped on a line of text. A single file or folder of this machine goes into a line that
// wants a path, as its plain path in place of what stood there; any other line leaves files to what
// lies around it, in the end to the window. Words stay words. One object does it for the whole
// program; the main window makes it.
#pragma once
#include <QObject>

class QLineEdit;

namespace warmstart {

enum class WantedPath { kNone, kAny, kFolder };
/// What may be dropped on this line; without it: no files.
void setWantedPath(QLineEdit& line, WantedPath wanted);

class FieldDrops : public QObject {
  Q_OBJECT
 public:
  explicit FieldDrops(QObject* parent);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace warmstart
