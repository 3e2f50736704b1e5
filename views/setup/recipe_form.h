// One section of the recipe as a form made from the component declarations: experiment, data,
// model, training, one stage, measures. It is built anew when its shape changes (another component,
// a list grew); otherwise its fields are refreshed in place.
#pragma once
#include <QScrollArea>

#include "views/setup/component_cards.h"
#include "views/setup/draft.h"
#include "views/setup/field_editor.h"

class QHBoxLayout;
class QVBoxLayout;

namespace warmstart {

class RecipeForm : public QScrollArea {
  Q_OBJECT
 public:
  enum class Section { kExperiment, kData, kModel, kTraining, kStage, kMeasures };
  RecipeForm(Draft& draft, ComponentCards& cards, QWidget* parent = nullptr);

  void show(Section section, const QString& stage = {});
  Section section() const { return section_; }
  void setProblems(const std::vector<RecipeProblem>& problems);
  FieldEditor* field(const QString& path) const;  ///< nullptr when it is not on this page
  void focusField(const QString& path);
  /// Scrolls to it; the focus stays where it is.
  void revealField(const QString& path);

 private:
  struct Kind {
    QString kind, type_key = QStringLiteral("type");
    QStringList kept;  ///< keys beside it that are not the component's: "transforms", "every"
  };
  void refresh();
  void build();
  std::string shape() const;
  QVBoxLayout* page_layout() const;
  void buildExperiment();
  void buildData();
  void buildTraining(const QString& prefix);
  void buildStage();
  void buildMeasures();
  void buildCaptures();
  void buildClaims();
  /// The row that the title stands in: buttons may follow it.
  QHBoxLayout* heading(const QString& text, const QString& note = {});
  void addField(const QString& path, const Json& declaration);
  void addFields(const QString& path, const Json& declarations);
  QHBoxLayout* addComponent(const QString& path, const Kind& kind, const QString& title,
                            bool optional);
  void addChooser(const QString& path, const Kind& kind, const QString& now, bool optional,
                  QVBoxLayout* into);
  void choose(const QString& path, const Kind& kind, const QString& name);
  void addList(const QString& path, const Kind& kind, const QString& title);
  void addItemButtons(const QString& path, int index, int count, QLayout* into);
  void addAppendButton(const QString& path, const Kind& kind, const QString& title);
  /// A list of things to add; `add` puts the chosen one into the tree.
  void addAdder(const QString& path, const QString& title, const QStringList& choices,
                std::function<void(Value&, const QString&)> add);
  static void appendTo(Value& tree, const QString& path, Value item);
  void addDataButtons(const QString& name, QHBoxLayout* into);
  void renameData(const QString& from);
  QStringList measuredNames() const;
  FieldEditor* fieldFor(const QString& path) const;
  QString typeAt(const QString& path, const Kind& kind) const;
  QStringList memberNames(const QString& path) const;
  Draft& draft_;
  ComponentCards& cards_;
  Section section_ = Section::kExperiment;
  QString stage_;
  std::string shape_;
  std::vector<RecipeProblem> problems_;
  std::vector<FieldEditor*> fields_;
};

}  // namespace warmstart
