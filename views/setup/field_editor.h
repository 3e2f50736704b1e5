// One line of a form: the editor for one declared parameter at one path of the draft. What is not
// written in the recipe shows its default as a placeholder; what is written has a dot and a button
// that takes it out again. A problem of the check at this path turns it red.
#pragma once
#include <QWidget>

#include "core/base/json.h"
#include "views/setup/draft.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace warmstart {

class FieldEditor : public QWidget {
  Q_OBJECT
 public:
  /// `declaration` as Field::declaration() writes it.
  FieldEditor(Draft& draft, QString path, const Json& declaration, QWidget* parent);

  const QString& path() const { return path_; }
  void refresh();  ///< shows what the draft holds
  void setProblem(const QString& text);
  bool changed() const;  ///< written in the recipe
  void reset();          ///< takes it out of the recipe
  /// Enters a text as a user would; for tests too.
  void enter(const QString& text);

 private:
  QWidget* makeEditor();
  void makeMarks();
  bool isPath() const;
  void commit(const QString& text);
  QString shownText(const Value& value) const;
  QString defaultText() const;
  QString rangeText() const;
  QString wrongWith(const QString& text) const;
  void showProblem();
  Draft& draft_;
  QString path_, name_, type_, unit_, help_, problem_;
  Json declaration_;
  QLineEdit* line_ = nullptr;
  QComboBox* choice_ = nullptr;
  QCheckBox* check_ = nullptr;
  QLabel *dot_, *message_;
  QToolButton* reset_;
};

}  // namespace warmstart
