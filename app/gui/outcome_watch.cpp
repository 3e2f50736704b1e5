#include "app/gui/outcome_watch.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QWidget>

#include "app/gui/window_settings.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"

namespace warmstart {
namespace {

const QString kAnnounceKey = QStringLiteral("window/announce");
constexpr int kMostSingle = 3;  ///< more that end at once are said in one sentence

QString runWords(const RunRecord& run) {
  const RunInfo& info = run.info;
  return QStringLiteral("%1 · %2 · %3")
      .arg(QString::fromStdString(info.title.empty() ? info.recipe : info.title),
           QString::fromStdString(info.arm), OutcomeWatch::tr("seed %1").arg(info.seed));
}

bool isOutcome(const QString& state) {
  return state == QLatin1String("done") || state == QLatin1String("failed");
}

}  // namespace

OutcomeWatch::OutcomeWatch(Desk& desk, QWidget* window, Announce announce)
    : QObject(window), desk_(desk), window_(window), announce_(std::move(announce)) {
  connect(&desk.session, &Session::indexChanged, this, &OutcomeWatch::look);
  connect(&desk.notices, &Notices::told, this, &OutcomeWatch::passOn);
}

void OutcomeWatch::passOn(const Notice& notice) {
  if (notice.level == Notice::Level::kWarning && notice.act) announce(notice.text, notice.detail);
}

void OutcomeWatch::announce(const QString& title, const QString& text) {
  if (!window_->isActiveWindow() && announcesOnDesktop()) announce_(title, text);
}

void OutcomeWatch::look() {
  tellRuns();
  tellClaims();
  first_ = false;
}

void OutcomeWatch::tellRuns() {
  std::vector<const RunRecord*> ended;
  QHash<QString, QString> states;
  for (const RunRecord& run : desk_.session.index().runs) {
    const QString id = QString::fromStdString(run.info.run);
    const QString state = QString::fromStdString(run.state);
    states.insert(id, state);
    // A run that nobody saw before was brought here, not trained here.
    if (isOutcome(state) && states_.contains(id) && states_.value(id) != state)
      ended.push_back(&run);
  }
  states_ = std::move(states);
  if (ended.size() > kMostSingle) {
    say(tr("%n run(s) ended", nullptr, static_cast<int>(ended.size())), {}, true,
        [this] { emit desk_.selection.panelWanted(QStringLiteral("runs")); });
    return;
  }
  for (const RunRecord* run : ended) {
    const bool good = run->state == "done";
    const QString id = QString::fromStdString(run->info.run);
    say(good ? tr("Run done: %1").arg(runWords(*run)) : tr("Run failed: %1").arg(runWords(*run)),
        QString::fromStdString(run->error), good, [this, id] {
          desk_.selection.setRun(id);
          emit desk_.selection.panelWanted(QStringLiteral("live"));
        });
  }
}

void OutcomeWatch::tellClaims() {
  const std::vector<ClaimRecord>& claims = desk_.session.index().claims;
  for (std::size_t i = claims_; i < claims.size() && !first_; ++i) {
    const ClaimRecord& claim = claims[i];
    say(claim.state == "holds"
            ? tr("The claim holds: %1").arg(QString::fromStdString(claim.text))
            : tr("The claim is not shown: %1").arg(QString::fromStdString(claim.text)),
        claim.detail.is_object() ? QString::fromStdString(claim.detail.value("sentence", ""))
                                 : QString(),
        true, [this] { emit desk_.selection.panelWanted(QStringLiteral("runs")); });
  }
  claims_ = claims.size();
}

void OutcomeWatch::say(const QString& title, const QString& text, bool good,
                       const std::function<void()>& show) {
  if (good) {
    desk_.notices.tell(title, tr("Show"), show);
  } else {
    desk_.notices.fail(title, text);
  }
  announce(title, text);
}

bool announcesOnDesktop() { return WindowSettings().value(kAnnounceKey, true).toBool(); }

void setAnnouncesOnDesktop(bool on) { WindowSettings().setValue(kAnnounceKey, on); }

void announceOnDesktop(const QString& title, const QString& text) {
  QDBusMessage call = QDBusMessage::createMethodCall(
      QStringLiteral("org.freedesktop.Notifications"),
      QStringLiteral("/org/freedesktop/Notifications"),
      QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
  constexpr int kServersChoice = -1;  // how long it stays
  call << QStringLiteral("Warmstart") << 0U << QStringLiteral("org.warmstart.Warmstart") << title
       << text.toHtmlEscaped() << QStringList()
       << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("org.warmstart.Warmstart")}}
       << kServersChoice;
  QDBusConnection::sessionBus().send(call);
}

}  // namespace warmstart
