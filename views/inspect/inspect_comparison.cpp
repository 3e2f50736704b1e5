// What the Inspect panel compares the shown step with: a pinned step of the run, or another run.
#include <QComboBox>
#include <QHBoxLayout>
#include <QSet>
#include <QSignalBlocker>
#include <QToolButton>
#include <array>

#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/run_name.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"
#include "views/inspect/case_table.h"
#include "views/inspect/inspect_panel.h"
#include "views/inspect/other_run.h"

namespace warmstart {
namespace {

const QString kPinnedChoice = QStringLiteral("/pinned");  ///< no run's id has a slash
constexpr int kPartnerLetters = 16;  ///< seen of a run's name while the list is closed

struct PartnerItem {
  QString run, text;
};
using PartnerItems = std::vector<PartnerItem>;

/// The runs that are likeliest to be meant first: those chosen with the shown one, those of its
/// recipe, the rest.
std::array<PartnerItems, 3> partnerGroups(const Session& session, const Selection& selection) {
  std::array<PartnerItems, 3> groups;
  auto& [chosen, same_recipe, rest] = groups;
  for (const QString& run : selection.runs()) {
    if (run != selection.run()) chosen.push_back({run, runName(session, run)});
  }
  const RunRecord* shown = session.index().findRun(selection.run());
  for (const RunRecord& record : session.index().runs) {
    const QString run = QString::fromStdString(record.info.run);
    if (selection.runs().contains(run)) continue;
    if (shown && record.info.recipe == shown->info.recipe) {
      same_recipe.push_back({run, runName(record)});
    } else {
      rest.push_back({run, QStringLiteral("%1 · %2").arg(QString::fromStdString(record.info.recipe),
                                                         runName(record))});
    }
  }
  return groups;
}

}  // namespace

void InspectPanel::buildComparison(QHBoxLayout* row) {
  partners_ = new QComboBox(this);
  partners_->setAccessibleName(tr("Compare with"));
  partners_->setToolTip(tr("A pinned step of this run, or another run, to stand beside"));
  partners_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  partners_->setMinimumContentsLength(kPartnerLetters);
  comparison_ = new QComboBox(this);
  comparison_->setAccessibleName(tr("How the two are compared"));
  comparison_->addItems({tr("This step"), QString(), tr("Difference"), tr("Side by side")});
  row->addWidget(flatButton("pin", QStringLiteral("inspect.pin")));
  row->addWidget(partners_);
  row->addWidget(comparison_);
  connect(partners_, &QComboBox::activated, this,
          [this](int place) { choosePartner(partners_->itemData(place).toString()); });
  connect(comparison_, &QComboBox::activated, this,
          [this](int compare) { stage_->setCompare(static_cast<Compare>(compare)); });
  connect(stage_, &ViewStage::compareChanged, this, &InspectPanel::showComparison);
  connect(stage_, &ViewStage::sampleMissing, this, [this](const QString& sample) {
    desk_.notices.tell(
        tr("\"%1\" is not among the watched samples of the chosen run.").arg(sample));
  });
  connect(other_, &OtherRun::changed, this, &InspectPanel::showOtherRun);
  connect(&desk_.session, &Session::indexChanged, this, &InspectPanel::fillPartners);
  connect(&desk_.selection, &Selection::runsChanged, this, &InspectPanel::fillPartners);
}

void InspectPanel::togglePin() {
  choosePartner(partnerChoice() == kPinnedChoice ? QString() : kPinnedChoice);
}

void InspectPanel::choosePartner(const QString& choice) {
  const bool pin = choice == kPinnedChoice;
  if (pin && partnerChoice() == choice) return;  // it stays the step that was pinned
  const QString run = pin ? QString() : choice;
  other_->setRun(run, run.isEmpty() ? QString() : runName(desk_.session, run));
  other_measured_.clear();
  if (!run.isEmpty()) {
    showOtherRun();
    if (capture_)
      other_->want(QString::fromStdString(capture_->path().stem().string()), capture_->step());
  } else if (pin && capture_) {
    stage_->setPartner({.capture = capture_,
                        .run = {},
                        .classes = classNames(*capture_, captures_.feed()->log()),
                        .problem = {}});
  } else {
    stage_->setPartner({});
  }
}

void InspectPanel::showOtherRun() {
  const CapturePtr& capture = other_->capture();
  stage_->setPartner({.capture = capture,
                      .run = other_->name(),
                      .classes = capture ? classNames(*capture, other_->log()) : QStringList(),
                      .problem = other_->problem()});
}

void InspectPanel::showComparison() {
  const bool other = stage_->offers(Compare::kOther);
  comparison_->setVisible(other);
  comparison_->setItemText(static_cast<int>(Compare::kOther),
                           stage_->partner().run.isEmpty() ? tr("Pinned step") : tr("Other run"));
  comparison_->setCurrentIndex(static_cast<int>(stage_->compare()));
  desk_.actions.find(QStringLiteral("inspect.pin"))->setChecked(partnerChoice() == kPinnedChoice);
  drawing_->setVisible(capture_ && hasCaptureView(capture_->kind()));
  drawing_->setCurrentIndex(stage_->asArrays() ? 1 : 0);
  if (partners_->currentData().toString() != partnerChoice()) fillPartners();
  showMeasured();  // views may have come or changed sides
}

QString InspectPanel::partnerChoice() const {
  const Partner& now = stage_->partner();
  return now.capture && now.run.isEmpty() ? kPinnedChoice : other_->run();
}

void InspectPanel::fillPartners() {
  if (!isVisible() || partners_->view()->isVisible()) return;  // not under the user's hand
  const QSignalBlocker quiet(partners_);
  partners_->clear();
  partners_->addItem(tr("Compare with..."), QString());
  const QString choice = partnerChoice();
  if (choice == kPinnedChoice)
    partners_->addItem(tr("pinned step %L1").arg(stage_->partner().capture->step()), choice);
  QSet<QString> taken;
  for (const PartnerItems& group : partnerGroups(desk_.session, desk_.selection)) {
    if (!group.empty()) partners_->insertSeparator(partners_->count());
    for (const auto& [run, name] : group) {
      // Runs that were made alike are told apart by their id.
      const QString text = taken.contains(name) ? name + QStringLiteral(" · ") + run : name;
      taken.insert(name);
      partners_->addItem(text, run);
      partners_->setItemData(partners_->count() - 1, run, Qt::ToolTipRole);
    }
  }
  if (!choice.isEmpty() && partners_->findData(choice) < 0)
    partners_->addItem(other_->name(), choice);  // chosen before, and not in the index
  partners_->setVisible(partners_->count() > 1);
  partners_->setCurrentIndex(std::max(0, partners_->findData(choice)));
}

void InspectPanel::showMeasured() {
  if (!captures_.feed() || !capture_) return;
  for (CaseTable* table : stage_->findChildren<CaseTable*>()) {
    const Partner& partner = stage_->partner();
    if (!stage_->showsPartner(table)) {
      table->setMeasured(measured_.of(captures_.feed()->log(), capture_->stage()));
    } else {
      table->setMeasured(
          other_measured_.of(partner.run.isEmpty() ? captures_.feed()->log() : other_->log(),
                             partner.capture->stage()));
    }
  }
}

}  // namespace warmstart
