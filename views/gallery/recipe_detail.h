// The side of the gallery that tells about one recipe: chain, summary, claims with their numbers,
// and its page (Markdown; no images, no HTML, nothing from the network).
#pragma once
#include <QTextBrowser>

#include "views/gallery/recipe_card.h"

class QLabel;

namespace warmstart {

class ChainPicture;

class RecipeDetail : public QWidget {
  Q_OBJECT
 public:
  explicit RecipeDetail(QWidget* parent = nullptr);
  void show(const RecipeCard& card, const Standing& standing);
  QString pageText() const { return page_->toPlainText(); }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void render();
  RecipeCard card_;
  Standing standing_;
  QLabel *title_, *facts_;
  ChainPicture* picture_;
  QTextBrowser* page_;
};

}  // namespace warmstart
