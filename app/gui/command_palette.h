// Ctrl+K: every action, recipe and run by a few letters of its name. A frame over the window,
// keyboard only if one likes: type, arrows, Enter, Escape.
#pragma once
#include <QFrame>
#include <QPointer>
#include <functional>
#include <vector>

#include "views/desk/action_book.h"

class QLineEdit;
class QListView;

namespace warmstart {

/// How well `pattern` fits `text`: all its letters in order, ignoring case; letters that follow one
/// another and beginnings of words count more. -1 = does not fit. `places` gets the matched
/// indices.
int fuzzyScore(const QString& pattern, const QString& text, std::vector<int>* places = nullptr);

class PaletteModel;

class CommandPalette : public QFrame {
  Q_OBJECT
 public:
  CommandPalette(const ActionBook& actions, QWidget* window);
  void open();
  /// What is listed now, best first.
  QStringList shown() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void collect();
  void filter(const QString& pattern);
  void run();
  const ActionBook& actions_;
  QLineEdit* input_;
  QListView* list_;
  PaletteModel* model_;
  QPointer<QWidget> focus_before_;
};

}  // namespace warmstart
