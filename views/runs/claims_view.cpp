#include "views/runs/claims_view.h"

#include <QHeaderView>
#include <cmath>

#include "views/look/theme.h"
#include "views/look/toned_item.h"
#include "views/runs/roomy_rows.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

enum ClaimColumn { kVerdict, kClaim, kBetter, kThan, kDifference, kPValue, kPairs, kTime, kCount };

double claimNumber(const Json& json, const char* key) {
  const bool number = json.is_object() && json.contains(key) && json[key].is_number();
  return number ? json[key].get<double>() : std::nan("");
}

QString claimSide(const Json& detail, const char* key) {
  if (!detail.is_object() || !detail.contains(key) || !detail[key].is_object()) return {};
  return spreadText(claimNumber(detail[key], "mean"), claimNumber(detail[key], "deviation"));
}

QTreeWidgetItem* claimItem(const ClaimRecord& claim, QTreeWidgetItem* parent) {
  auto* item = new look::TonedItem(parent);
  const Json& detail = claim.detail;
  const QString state = QString::fromStdString(claim.state);
  item->setText(kVerdict,
                (state == QLatin1String("holds") ? QStringLiteral("✓ ") : QStringLiteral("✗ ")) +
                    stateText(state));
  item->setTone(kVerdict, [state] { return look::stateColour(state); });
  item->setText(kClaim, QString::fromStdString(claim.text));
  if (detail.is_object() && detail.contains("sentence") && detail["sentence"].is_string()) {
    const QString sentence = QString::fromStdString(detail["sentence"].get<std::string>());
    for (int column = 0; column < kCount; ++column) item->setToolTip(column, sentence);
  }
  item->setText(kBetter, claimSide(detail, "better"));
  item->setText(kThan, claimSide(detail, "than"));
  item->setText(kDifference, valueText(claimNumber(detail, "difference")));
  item->setText(kPValue, valueText(claimNumber(detail, "p")));
  const int cases = static_cast<int>(claimNumber(detail, "n_cases"));
  const int seeds = static_cast<int>(claimNumber(detail, "n_seeds"));
  QStringList pairs;
  if (cases > 0) pairs << ClaimsView::tr("%n case(s)", nullptr, cases);
  if (seeds > 0) pairs << ClaimsView::tr("%n seed(s)", nullptr, seeds);
  item->setText(kPairs, pairs.join(QStringLiteral(", ")));
  item->setText(kTime, agoText(claim.time, now_seconds()));
  for (const int column : {kBetter, kThan, kDifference, kPValue, kPairs})
    item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
  return item;
}

}  // namespace

ClaimsView::ClaimsView(QWidget* parent) : QTreeWidget(parent) {
  setHeaderLabels({tr("Verdict"), tr("Claim"), tr("Better"), tr("Than"), tr("Difference"), tr("p"),
                   tr("Pairs"), tr("Checked")});
  for (const int column : {kBetter, kThan, kDifference, kPValue, kPairs})
    headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
  headerItem()->setToolTip(kPValue, tr("one-sided, of the paired test over cases or seeds"));
  setAccessibleName(tr("Claims"));
  setFrameShape(QFrame::NoFrame);
  setUniformRowHeights(true);
  setItemDelegate(new RoomyRows(this));
  setColumnWidth(kVerdict, 180);
  setColumnWidth(kClaim, 320);
  setColumnWidth(kBetter, 130);
  setColumnWidth(kThan, 130);
}

void ClaimsView::setClaims(const std::vector<ClaimRecord>& claims) {
  if (claims.size() == shown_ && topLevelItemCount() > 0) return;
  shown_ = claims.size();
  clear();
  QHash<QString, QTreeWidgetItem*> groups;
  for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) {
    QString title = QString::fromStdString(claim->recipe);
    if (claim->experiment > 0) title += tr(" · experiment %1").arg(claim->experiment);
    title += QStringLiteral(" · ") + QString::fromStdString(claim->profile);
    QTreeWidgetItem*& group = groups[title];
    if (group == nullptr) {
      group = new QTreeWidgetItem(this, {title});
      group->setFirstColumnSpanned(true);
      QFont bold(font());
      bold.setWeight(QFont::DemiBold);
      group->setFont(0, bold);
    }
    claimItem(*claim, group);
  }
  expandAll();
  if (claims.empty()) {
    auto* none = new look::TonedItem(
        this, {tr("A claim is checked when all arms and seeds of its recipe are done.")});
    none->setFirstColumnSpanned(true);
    none->setTone(0, look::faint);
    none->setFlags(Qt::ItemIsEnabled);
  }
}

}  // namespace warmstart
