#include "views/gallery/recipe_card.h"

#include <QCoreApplication>

#include "core/catalog/plugins.h"
#include "core/recipe/recipe.h"
#include "core/recipe/scalar.h"

namespace warmstart {
namespace {

constexpr std::uintmax_t kLargestRecipeFile = 1 << 21;

QString cardText(const Value& tree, const char* key) {
  const Value* value = tree.find(key);
  return value != nullptr && value->is_scalar() ? QString::fromStdString(value->text).trimmed()
                                                : QString();
}

QStringList cardNames(const Value& list) {
  QStringList names;
  for (const Value& item : list.items) names << QString::fromStdString(item.text);
  return names;
}

void readArms(const Value& tree, RecipeCard& card) {
  if (const Value* stages = tree.find("stages")) {
    for (const auto& [name, stage] : stages->members) card.stages << QString::fromStdString(name);
  }
  if (const Value* arms = tree.find("arms")) {
    for (const auto& [name, list] : arms->members)
      card.arms.emplace_back(QString::fromStdString(name), cardNames(list));
  } else if (!card.stages.isEmpty()) {
    card.arms.emplace_back(QStringLiteral("main"), card.stages);
  }
}

void readClaim(const Value& claim, RecipeCard& card) {
  if (!claim.is_map()) return;
  QString text = cardText(claim, "text");
  if (text.isEmpty())
    text = QStringLiteral("%1 > %2").arg(cardText(claim, "better"), cardText(claim, "than"));
  card.claims << text;
  if (cardText(claim, "state") == QLatin1String("not_shown")) card.expected_open << text;
}

// What the recipe itself calls not shown is no surprise.
bool claimExpected(const ClaimRecord& claim) {
  return claim.detail.is_object() && claim.detail.value("as_expected", false);
}

void readTree(const Value& tree, RecipeCard& card) {
  card.title = cardText(tree, "title");
  if (card.title.isEmpty()) card.title = card.id;
  card.summary = cardText(tree, "summary");
  card.page = cardText(tree, "page");
  card.seed_paper =
      static_cast<int>(parse_integer(cardText(tree, "seed_paper").toStdString()).value_or(0));
  card.minutes = parse_number(cardText(tree, "estimated_minutes").toStdString()).value_or(0);
  readArms(tree, card);
  if (const Value* seeds = tree.find("seeds"))
    card.seeds = std::max<int>(1, static_cast<int>(seeds->items.size()));
  if (const Value* claim = tree.find("claim")) {
    readClaim(*claim, card);
    for (const Value& one : claim->items) readClaim(one, card);
  }
}

}  // namespace

QString claimStandingText(ClaimStanding standing) {
  switch (standing) {
    case ClaimStanding::kNeverRun:
      return QCoreApplication::translate("Gallery", "never run");
    case ClaimStanding::kRun:
      return QCoreApplication::translate("Gallery", "run, not checked");
    case ClaimStanding::kHolds:
      return QCoreApplication::translate("Gallery", "holds");
    case ClaimStanding::kNotShown:
      return QCoreApplication::translate("Gallery", "not shown, as expected");
    case ClaimStanding::kFails:
      return QCoreApplication::translate("Gallery", "does not hold");
  }
  return {};
}

QString RecipeCard::searchText() const {
  QStringList parts{
      id, title, domain, summary, claims.join(QLatin1Char(' ')), stages.join(QLatin1Char(' '))};
  if (seed_paper > 0) parts << QStringLiteral("paper %1").arg(seed_paper);
  return parts.join(QLatin1Char('\n'));
}

RecipeCard readRecipeCard(const QString& id, const Path& file) {
  RecipeCard card;
  card.id = id;
  card.domain = id.section(QLatin1Char('/'), 0, 0);
  card.file = QString::fromStdString(file.string());
  try {
    const Value tree = parse_yaml(read_file(file, kLargestRecipeFile), file.string());
    if (!tree.is_map())
      throw Error("not a recipe: the top level is no map", file.string(),
                  "start with `warmstart: 1`");
    readTree(tree, card);
    for (const std::string& plugin : plugins_named_in(tree))
      card.plugins << QString::fromStdString(plugin);
  } catch (const Error& error) {
    card.title = id;
    card.error = QString::fromStdString(error.what());
  }
  return card;
}

std::vector<RecipeCard> readRecipeCards() {
  std::vector<RecipeCard> cards;
  for (const RecipeSummary& one : list_recipes())
    cards.push_back(readRecipeCard(QString::fromStdString(one.id), one.file));
  return cards;
}

Standing standingOf(const RecipeCard& card, const std::vector<ClaimRecord>& claims,
                    const std::vector<RunRecord>& runs) {
  const std::string id = card.id.toStdString();
  std::int64_t newest = -1;
  for (const ClaimRecord& claim : claims) {
    if (claim.recipe == id) newest = claim.experiment;  // the newest is last
  }
  Standing standing;
  QStringList lines;
  bool open = false, surprise = false;
  for (const ClaimRecord& claim : claims) {
    if (claim.recipe != id || claim.experiment != newest) continue;
    const bool holds = claim.state == "holds";
    open = open || !holds;
    surprise = surprise || (!holds && !claimExpected(claim));
    const std::string sentence =
        claim.detail.is_object() ? claim.detail.value("sentence", claim.text) : claim.text;
    lines << QString::fromStdString(sentence);
  }
  standing.detail = lines.join(QLatin1Char('\n'));
  if (newest >= 0) {
    standing.state = surprise ? ClaimStanding::kFails
                     : open   ? ClaimStanding::kNotShown
                              : ClaimStanding::kHolds;
  } else if (std::any_of(runs.begin(), runs.end(),
                         [&](const RunRecord& run) { return run.info.recipe == id; })) {
    standing.state = ClaimStanding::kRun;
  }
  return standing;
}

}  // namespace warmstart
