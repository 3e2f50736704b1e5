// What the gallery knows of one recipe file: read in the background from its text alone, so that
// a broken file is a card too, with the error on it.
#pragma once
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <vector>

#include "core/run/workspace.h"

namespace warmstart {

/// How a recipe's claims stand in this workspace.
enum class ClaimStanding { kNeverRun, kRun, kHolds, kNotShown, kFails };
QString claimStandingText(ClaimStanding standing);

struct RecipeCard {
  QString id, title, domain, summary, page, file;
  QString error;        ///< why the file cannot be read; "" = it can
  QStringList plugins;  ///< that its components are of
  QString blocked;      ///< why it cannot run here: a plugin does not load; "" = it can
  int seed_paper = 0;
  double minutes = 0;
  std::vector<std::pair<QString, QStringList>> arms;  ///< name -> stages
  QStringList stages;                                 ///< in the order of the file
  int seeds = 1;
  QStringList claims;         ///< in words, or "better > than by margin"
  QStringList expected_open;  ///< claims that the recipe itself calls not shown

  /// Everything that the search box looks at.
  QString searchText() const;
};

/// Reads all installed recipes. Slow: for a background thread.
std::vector<RecipeCard> readRecipeCards();
/// One file; errors end up in the card.
RecipeCard readRecipeCard(const QString& id, const Path& file);

struct Standing {
  ClaimStanding state = ClaimStanding::kNeverRun;
  QString detail;  ///< the newest numbers, one line a claim
};
/// From the index: the newest check of each claim of that recipe.
Standing standingOf(const RecipeCard& card, const std::vector<ClaimRecord>& claims,
                    const std::vector<RunRecord>& runs);

}  // namespace warmstart
