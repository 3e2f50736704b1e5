// The recipes as a list for the gallery: one row a card, its claim standing taken from the index.
#pragma once
#include <QAbstractListModel>
#include <QMap>
#include <QSortFilterProxyModel>
#include <optional>

#include "views/gallery/recipe_card.h"

namespace warmstart {

struct Index;

class GalleryModel : public QAbstractListModel {
  Q_OBJECT
 public:
  using QAbstractListModel::QAbstractListModel;
  enum Role { kCardRole = Qt::UserRole, kStandingRole, kSearchRole, kDomainRole };

  void setCards(std::vector<RecipeCard> cards);
  void setIndex(const Index& index);
  /// Recipes with components of these plugins cannot run; each with the reason.
  void setFailedPlugins(const QMap<QString, QString>& plugins);
  const std::vector<RecipeCard>& cards() const { return cards_; }
  const RecipeCard& card(int row) const { return cards_.at(static_cast<std::size_t>(row)); }
  const Standing& standing(int row) const { return standings_.at(static_cast<std::size_t>(row)); }
  QStringList domains() const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

 private:
  QString toolTip(int row) const;
  QString blockedText(const RecipeCard& card) const;
  std::vector<RecipeCard> cards_;
  std::vector<Standing> standings_;
  std::vector<ClaimRecord> claims_;
  std::vector<RunRecord> runs_;
  QMap<QString, QString> failed_plugins_;
};

/// Every word of the search must occur; domain and standing must match where they are set.
class GalleryFilter : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;
  void setWords(const QString& words);
  void setDomain(const QString& domain);
  void setStanding(std::optional<ClaimStanding> standing);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QStringList words_;
  QString domain_;
  std::optional<ClaimStanding> standing_;
};

}  // namespace warmstart
