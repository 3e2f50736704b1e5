// Gallery: all recipes as cards, what each claims and how that stands here; run one small, or set
// up a copy.
#pragma once
#include <QFutureWatcher>

#include "views/desk/panel.h"
#include "views/gallery/recipe_card.h"

class QComboBox;
class QLineEdit;
class QListView;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace warmstart {

class Banner;
class ComponentCards;
class EmptyState;
class GalleryDelegate;
class GalleryFilter;
class GalleryModel;
class RecipeDetail;
class Submitter;

class GalleryPanel : public Panel {
  Q_OBJECT
 public:
  explicit GalleryPanel(Desk& desk);

  void reload();  ///< reads the recipe files again, in the background
  void select(const QString& recipe);
  QString selected() const;  ///< id; "" = none
  void runSmall();
  void setUpCopy();

  void saveState(QSettings& settings) const override;
  void restoreState(QSettings& settings) override;
  bool settled() const override { return loaded_; }

 protected:
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeToolRow();
  QWidget* makeSide();
  void makeView();
  void addActions();
  void connectFilters();
  void take();
  void refreshIndex();
  void showPlugins();
  void showCurrent();
  void showState();
  void fitCards();
  void fillDomains();

  Desk& desk_;
  ComponentCards* cards_;
  GalleryModel* model_;
  GalleryFilter* filter_;
  GalleryDelegate* delegate_;
  Submitter* submitter_;
  QLineEdit* search_;
  QComboBox *domain_, *standing_;
  QListView* view_;
  QSplitter* splitter_;
  QStackedWidget* stack_;
  EmptyState* empty_;
  Banner *banner_, *plugins_;
  RecipeDetail* detail_;
  QPushButton *run_, *set_up_;
  QFutureWatcher<std::vector<RecipeCard>> reading_;
  QString wanted_;  ///< card to select once it is here
  bool loaded_ = false, stale_ = true;
};

}  // namespace warmstart
