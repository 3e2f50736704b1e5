// The commands of the Inspect panel, and what it keeps between starts.
#include <QComboBox>
#include <QFileDialog>
#include <QKeyEvent>
#include <QSettings>
#include <QToolButton>

#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/inspect/capture_export.h"
#include "views/inspect/inspect_panel.h"
#include "views/look/icons.h"

namespace warmstart {
namespace {

struct InspectCommand {
  const char* id;
  QString text, tip, key, icon;
};

QAction* addInspectCommand(Desk& desk, QWidget* owner, const InspectCommand& command,
                           std::function<void()> act) {
  return desk.actions.add({.id = QLatin1String("inspect.") + QLatin1String(command.id),
                           .menu = QStringLiteral("Inspect"),
                           .text = command.text,
                           .tip = command.tip,
                           .shortcut = QKeySequence(command.key),
                           .icon = command.icon},
                          owner, std::move(act), Qt::WidgetWithChildrenShortcut);
}

}  // namespace

void InspectPanel::addActions() {
  addStepActions();
  addCompareActions();
  addViewActions();
  connect(play_, &QToolButton::clicked, this,
          [this] { timeline_->setPlaying(!timeline_->playing()); });
  connect(timeline_, &Timeline::playingChanged, this, [this](bool playing) {
    play_->setIcon(look::icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
  });
  connect(previous_, &QToolButton::clicked, this, [this] { moveSample(-1); });
  connect(next_, &QToolButton::clicked, this, [this] { moveSample(1); });
}

void InspectPanel::addStepActions() {
  const auto add = [this](const InspectCommand& command, std::function<void()> act) {
    return addInspectCommand(desk_, this, command, std::move(act));
  };
  add({"play", tr("&Play or pause"), tr("Play the captures one after another"),
       QStringLiteral("Space"), QStringLiteral("play")},
      [this] { timeline_->setPlaying(!timeline_->playing()); });
  QAction* loop = add({"loop", tr("&Loop"), tr("Playing begins again after the last capture (L)"),
                       QStringLiteral("L"), QStringLiteral("loop")},
                      [] {});
  loop->setCheckable(true);
  connect(loop, &QAction::toggled, timeline_, &Timeline::setLooping);
  add({"before", tr("Capture &before"), tr("The capture before this one"), QStringLiteral(","), {}},
      [this] { moveStep(-1); });
  add({"after", tr("Capture &after"), tr("The capture after this one"), QStringLiteral("."), {}},
      [this] { moveStep(1); });
  add({"sample_before", tr("Sample before"), tr("The watched sample before this one"),
       QStringLiteral("PgUp"), QStringLiteral("up")},
      [this] { moveSample(-1); });
  add({"sample_after", tr("&Next sample"), tr("The watched sample after this one"),
       QStringLiteral("PgDown"), QStringLiteral("down")},
      [this] { moveSample(1); });
}

void InspectPanel::addCompareActions() {
  QAction* pin = addInspectCommand(
      desk_, this,
      {"pin", tr("P&in this step"), tr("Keep this step to compare others with it (P)"),
       QStringLiteral("P"), QStringLiteral("pin")},
      [this] { togglePin(); });
  pin->setCheckable(true);
  const auto add = [this](const InspectCommand& command, Compare compare) {
    addInspectCommand(desk_, this, command, [this, compare] {
      if (stage_->offers(compare)) stage_->setCompare(compare);
    });
  };
  add({"show_pinned",
       tr("Show the pinned step or other run"),
       tr("What this step is compared with, alone"),
       QStringLiteral("A"),
       {}},
      Compare::kOther);
  add({"show_current",
       tr("Show this step"),
       tr("The step of the timeline alone"),
       QStringLiteral("B"),
       {}},
      Compare::kCurrent);
  add({"show_difference",
       tr("Show the &difference"),
       tr("This step minus the pinned one or the other run's"),
       QStringLiteral("D"),
       {}},
      Compare::kDifference);
  add({"show_both",
       tr("Show both side by side"),
       tr("The pinned step or other run first, then this one"),
       QStringLiteral("C"),
       {}},
      Compare::kSideBySide);
  addInspectCommand(desk_, this,
                    {"compare_with",
                     tr("Compare with another run..."),
                     tr("Choose the run whose capture stands beside this one"),
                     {},
                     {}},
                    [this] {
                      if (partners_->isVisible()) partners_->showPopup();
                    });
}

void InspectPanel::addViewActions() {
  addInspectCommand(desk_, this,
                    {"arrays",
                     tr("&View of its kind, or arrays"),
                     tr("Change between the view of the capture's kind and its arrays"),
                     QStringLiteral("V"),
                     {}},
                    [this] {
                      stage_->setAsArrays(!stage_->asArrays());
                      showComparison();
                    });
  addInspectCommand(desk_, this,
                    {"save", tr("&Save view..."), tr("As picture, vector picture or table"),
                     QStringLiteral("Ctrl+E"), QStringLiteral("export")},
                    [this] { saveView(); });
  addInspectCommand(desk_, this,
                    {"copy", tr("&Copy view"), tr("Picture and numbers to the clipboard"),
                     QStringLiteral("Ctrl+Alt+C"), QStringLiteral("copy")},
                    [this] { copyView(); });
}

void InspectPanel::saveView() {
  if (!capture_ || !view()) return desk_.notices.tell(tr("There is nothing to save yet."));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save view"),
      QStringLiteral("%1-step-%2.png").arg(inspectors_->currentText()).arg(capture_->step()),
      captureFileFilter(*view()));
  if (file.isEmpty()) return;
  try {
    saveCaptureView(*view(), file);
    desk_.notices.tell(tr("Saved %1").arg(file));
  } catch (const Error& error) {
    desk_.notices.fail(error);
  }
}

void InspectPanel::copyView() {
  if (!capture_ || !view()) return;
  copyCaptureView(*view());
  desk_.notices.tell(tr("Copied the view"));
}

void InspectPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("views"), stage_->states());
  settings.setValue(QStringLiteral("loop"), timeline_->looping());
}

void InspectPanel::restoreState(QSettings& settings) {
  stage_->setStates(settings.value(QStringLiteral("views")).toMap());
  desk_.actions.find(QStringLiteral("inspect.loop"))
      ->setChecked(settings.value(QStringLiteral("loop")).toBool());
}

bool InspectPanel::event(QEvent* event) {
  // Space plays, except where it presses the button or opens the list that has the focus.
  if (event->type() == QEvent::ShortcutOverride &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
    const QWidget* focus = QApplication::focusWidget();
    if (qobject_cast<const QAbstractButton*>(focus) || qobject_cast<const QComboBox*>(focus) ||
        qobject_cast<const QAbstractItemView*>(focus))
      event->accept();
  }
  return Panel::event(event);
}

}  // namespace warmstart
