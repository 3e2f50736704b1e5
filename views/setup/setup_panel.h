// Set-up: a recipe as a draft, in three views that stay in step: the stage chains, a form made from
// the component declarations, and the text; checked while it is edited, then put into the queue.
#pragma once
#include "views/desk/panel.h"
#include "views/setup/component_cards.h"
#include "views/setup/draft.h"
#include "views/setup/recipe_form.h"

class QLabel;
class QSplitter;
class QStackedWidget;
class QTabBar;
class QTabWidget;

namespace warmstart {

class Banner;
class ChainView;
class ChangeList;
class DryRunView;
class EmptyState;
class ImportView;
class PreviewView;
class ProblemList;
class RecipeCheck;
class RunBar;
class Submitter;
class YamlEditor;

class SetupPanel : public Panel {
  Q_OBJECT
 public:
  explicit SetupPanel(Desk& desk);

  Draft& draft() { return *draft_; }
  RecipeCheck& check() { return *check_; }
  RecipeForm& form() { return *form_; }
  void openRecipe(const QString& id_or_file);
  void newDraft();
  void openFile();
  bool save();
  bool saveAs();
  void queue();

  bool accepts(const QString& path) const override;
  /// A recipe becomes the draft; a folder of data becomes what the draft runs on.
  void open(const QString& path) override;
  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  bool settled() const override;
  QStringList tourStops() const override;
  void showTourStop(const QString& stop) override;

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Loaded {
    QString text, id, file, problem;
  };
  QWidget* makeHead();
  QWidget* makeChain();
  QWidget* makeMiddle();
  QWidget* makeBottom();
  void addActions();
  void addChainActions(QWidget* row);
  void connectParts();
  void take(const Loaded& loaded);
  void guardDraft(const std::function<void()>& then);
  bool writeTo(const QString& file);
  void showTitle();
  void showCheck();
  void showPlugins();
  void showSection(int tab);
  void fitParts();
  void goTo(const QString& path, int line, int column);
  void followCursor(int line);
  void showForm(const QString& path);

  Desk& desk_;
  Draft* draft_;
  ComponentCards* cards_;
  RecipeCheck* check_;
  Submitter* submitter_;
  QLabel* title_;
  Banner *banner_, *plugins_;
  ChainView* chain_;
  QScrollArea* chain_scroll_ = nullptr;
  QTabBar* sections_;
  RecipeForm* form_;
  YamlEditor* editor_;
  QSplitter *middle_, *vertical_;
  QTabWidget* bottom_;
  ProblemList* problems_;
  DryRunView* dry_run_;
  PreviewView* preview_;
  ImportView* weights_;
  ChangeList* changes_;
  RunBar* run_;
  QStackedWidget* stack_;
  EmptyState* empty_;
};

}  // namespace warmstart
