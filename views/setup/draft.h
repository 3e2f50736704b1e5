// The recipe that is being set up: its text is the truth, the tree is what the text last parsed to.
// Forms and graph change the tree, and the change is written into the text; the editor changes the
// text. Every change is one step of the undo stack. What is queued is a copy, never the draft.
#pragma once
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUndoStack>
#include <functional>
#include <optional>

#include "core/base/files.h"
#include "core/recipe/value.h"

namespace warmstart {

/// One thing wrong, as `warmstart validate --json` lists it.
struct RecipeProblem {
  QString key;  ///< dotted path; "" = the file
  int line = 0, column = 0;
  QString text;  ///< what was found, what is allowed, what to do
};

class Draft : public QObject {
  Q_OBJECT
 public:
  /// `workspace`: each has its draft.
  explicit Draft(const Path& workspace, QObject* parent = nullptr);
  ~Draft() override;

  bool empty() const { return text_.isEmpty(); }
  const QString& text() const { return text_; }
  const Value& tree() const { return tree_; }  ///< of the newest text that could be parsed
  /// Why the present text is no YAML; none = tree() is the text.
  const std::optional<RecipeProblem>& textProblem() const { return problem_; }
  QUndoStack& undoStack() { return undo_; }

  const QString& file() const { return file_; }      ///< "" = never saved
  const QString& origin() const { return origin_; }  ///< recipe it was copied from; "" = none
  const QString& originalText() const { return original_; }
  QString name() const;    ///< for titles
  QString asFile() const;  ///< where relative paths of the text start
  /// The recipe's id for the index: the origin while the text is its own, else the name.
  QString recipeId() const;
  bool modified() const { return !undo_.isClean() || restored_; }

  void startCopy(const QString& text, const QString& recipe, const QString& recipe_file);
  void startFile(const QString& text, const QString& file);
  void setSaved(const QString& file);

  /// The editor's text; typing in one place is one undo step.
  void type(const QString& text);
  /// A change of the tree under a name for Edit > Undo. Nothing happens while the text is no YAML.
  void change(const QString& label, const std::function<void(Value&)>& edit);
  void setValue(const QString& label, const QString& path, Value value);

  /// The draft that a crash or an end left behind in this workspace; false = there was none.
  bool restore();
  const QString& autosaveFile() const { return kept_in_; }

 signals:
  void changed();       ///< text, and tree where it parses
  void started();       ///< another draft altogether
  void stateChanged();  ///< name, file, modified
  /// The draft could not be kept; told once until it can be again.
  void notKept(const QString& problem);

 private:
  friend class DraftStep;
  void start(const QString& text);
  void setText(const QString& text);
  void autosave();
  void heardOfKeeping(const QString& problem);
  QString workspace_, kept_in_;
  QString text_, file_, origin_, original_, base_;
  Value tree_;
  std::optional<RecipeProblem> problem_;
  QUndoStack undo_;
  QTimer autosave_timer_;
  QThreadPool writer_;
  bool restored_ = false, told_ = false;
};

}  // namespace warmstart
