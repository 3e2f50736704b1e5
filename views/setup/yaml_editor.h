// The recipe's text: line numbers, YAML colours, wavy lines under what is wrong with the message as
// a tool tip. It has no undo of its own: every change is a step of the draft.
#pragma once
#include <QPlainTextEdit>
#include <QSyntaxHighlighter>
#include <QTimer>

#include "views/setup/draft.h"

namespace warmstart {

class YamlHighlighter : public QSyntaxHighlighter {
  Q_OBJECT
 public:
  using QSyntaxHighlighter::QSyntaxHighlighter;

 protected:
  void highlightBlock(const QString& text) override;
};

class YamlEditor : public QPlainTextEdit {
  Q_OBJECT
 public:
  explicit YamlEditor(Draft& draft, QWidget* parent = nullptr);
  void setProblems(const std::vector<RecipeProblem>& problems);
  void goTo(int line, int column = 1);
  void paintMargin(QPaintEvent* event);
  int marginWidth() const;

 signals:
  /// The user put the cursor on another line; it has stayed there for a moment.
  void lineEntered(int line);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;
  /// Files are no text: the window that the editor stands in takes what is dropped.
  bool canInsertFromMimeData(const QMimeData* source) const override;

 private:
  void takeDraft();
  void placeMargin();
  void markProblems();
  void tellLine();
  QString problemAt(const QPoint& position) const;
  Draft& draft_;
  QWidget* margin_;
  YamlHighlighter* highlighter_;
  std::vector<RecipeProblem> problems_;
  bool taking_ = false;
  QTimer rest_;
  int line_ = 0;  ///< told last
};

}  // namespace warmstart
