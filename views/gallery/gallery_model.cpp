#include "views/gallery/gallery_model.h"

#include "views/desk/session.h"

namespace warmstart {

void GalleryModel::setCards(std::vector<RecipeCard> cards) {
  beginResetModel();
  cards_ = std::move(cards);
  standings_.clear();
  for (const RecipeCard& card : cards_) standings_.push_back(standingOf(card, claims_, runs_));
  for (RecipeCard& card : cards_) card.blocked = blockedText(card);
  endResetModel();
}

void GalleryModel::setFailedPlugins(const QMap<QString, QString>& plugins) {
  if (std::exchange(failed_plugins_, plugins) == plugins || cards_.empty()) return;
  for (RecipeCard& card : cards_) card.blocked = blockedText(card);
  emit dataChanged(index(0), index(rowCount() - 1));
}

QString GalleryModel::blockedText(const RecipeCard& card) const {
  QStringList reasons;
  for (const QString& plugin : card.plugins) {
    if (failed_plugins_.contains(plugin))
      reasons << tr("Cannot run: the plugin %1 does not load. %2")
                     .arg(plugin, failed_plugins_.value(plugin));
  }
  return reasons.join(QLatin1Char('\n'));
}

void GalleryModel::setIndex(const Index& index) {
  claims_ = index.claims;
  runs_ = index.runs;
  for (std::size_t row = 0; row < cards_.size(); ++row) {
    Standing now = standingOf(cards_[row], claims_, runs_);
    if (now.state == standings_[row].state && now.detail == standings_[row].detail) continue;
    standings_[row] = std::move(now);
    const QModelIndex changed = this->index(static_cast<int>(row));
    emit dataChanged(changed, changed, {kStandingRole, Qt::ToolTipRole});
  }
}

QStringList GalleryModel::domains() const {
  QStringList names;
  for (const RecipeCard& card : cards_) {
    if (!names.contains(card.domain)) names << card.domain;
  }
  names.sort();
  return names;
}

int GalleryModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(cards_.size());
}

QVariant GalleryModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const RecipeCard& one = card(index.row());
  switch (role) {
    case Qt::DisplayRole:
      return one.title;
    case Qt::AccessibleTextRole:
      return tr("%1, %2, %3")
          .arg(
              one.title, one.domain,
              one.blocked.isEmpty() ? claimStandingText(standing(index.row()).state) : one.blocked);
    case Qt::ToolTipRole:
      return toolTip(index.row());
    case kSearchRole:
      return one.searchText();
    case kDomainRole:
      return one.domain;
    case kStandingRole:
      return static_cast<int>(standing(index.row()).state);
    default:
      return {};
  }
}

QString GalleryModel::toolTip(int row) const {
  const RecipeCard& one = card(row);
  if (!one.error.isEmpty()) return one.error;
  const Standing& now = standing(row);
  QStringList lines{one.id, tr("Claim: %1").arg(claimStandingText(now.state))};
  if (!now.detail.isEmpty()) lines << now.detail;
  if (!one.blocked.isEmpty()) lines << one.blocked;
  return lines.join(QLatin1Char('\n'));
}

void GalleryFilter::setWords(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  invalidateFilter();
}

void GalleryFilter::setDomain(const QString& domain) {
  domain_ = domain;
  invalidateFilter();
}

void GalleryFilter::setStanding(std::optional<ClaimStanding> standing) {
  standing_ = standing;
  invalidateFilter();
}

bool GalleryFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex index = sourceModel()->index(row, 0, parent);
  if (!domain_.isEmpty() && index.data(GalleryModel::kDomainRole).toString() != domain_)
    return false;
  if (standing_ && index.data(GalleryModel::kStandingRole).toInt() != static_cast<int>(*standing_))
    return false;
  const QString text = index.data(GalleryModel::kSearchRole).toString();
  return std::all_of(words_.begin(), words_.end(),
                     [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace warmstart
