#include "views/exporting/export_panel.h"

#include <QLabel>
#include <QSettings>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include "views/desk/action_book.h"
#include "views/desk/empty_state.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/exporting/export_form.h"
#include "views/exporting/export_page.h"
#include "views/exporting/predict_page.h"
#include "views/look/theme.h"
#include "views/runs/run_words.h"

namespace warmstart {
namespace {

const RegisteredPanel export_panel_card{
    {.id = "export",
     .title = QT_TRANSLATE_NOOP("Panel", "Export"),
     .icon = "export",
     .order = 70,
     .shortcut = "Ctrl+7",
     .create = [](Desk& desk) -> Panel* { return new ExportPanel(desk); }}};

}  // namespace

ExportPanel::ExportPanel(Desk& desk)
    : desk_(desk),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      title_(new QLabel(this)),
      tabs_(new QTabWidget(this)),
      export_(new ExportPage(desk, this)),
      predict_(new PredictPage(desk, this)) {
  empty_->setContent(QStringLiteral("export"),
                     tr("Choose a run in the Runs panel; its trained model is exported here."),
                     tr("Open Runs"),
                     [this] { emit desk_.selection.panelWanted(QStringLiteral("runs")); });
  tabs_->setDocumentMode(true);
  tabs_->addTab(export_, tr("Export"));
  tabs_->addTab(predict_, tr("Predict"));
  title_->setContentsMargins(2 * look::kGrid, look::kGrid, 2 * look::kGrid, look::kGrid);
  title_->setFont(look::heading(font()));
  title_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* body = new QWidget(this);
  auto* inside = new QVBoxLayout(body);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->setSpacing(0);
  inside->addWidget(title_);
  inside->addWidget(tabs_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(body);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(pages_);
  addActions();
  connect(&desk_.selection, &Selection::runChanged, this, &ExportPanel::refresh);
  connect(&desk_.session, &Session::indexChanged, this, &ExportPanel::refresh);
}

void ExportPanel::addActions() {
  const auto add = [this](const char* id, const QString& text, const QString& tip,
                          const QString& icon, std::function<void()> act) {
    desk_.actions.add({.id = QString::fromLatin1(id),
                       .menu = QStringLiteral("Run"),
                       .text = text,
                       .tip = tip,
                       .icon = icon},
                      this, std::move(act));
  };
  add("export.start", tr("E&xport model"), tr("Export the selected run's model and verify it"),
      QStringLiteral("export"), [this] {
        emit wanted();
        tabs_->setCurrentWidget(export_);
        export_->start();
      });
  add("export.predict", tr("&Predict on files"), tr("Run the selected run's model on files"),
      QStringLiteral("play"), [this] {
        emit wanted();
        tabs_->setCurrentWidget(predict_);
      });
  add("export.copyCommand", tr("Copy export as co&mmand"),
      tr("Copy the command line that does what the Export panel shows"), QStringLiteral("copy"),
      [this] {
        if (tabs_->currentWidget() == export_) {
          export_->copyAsCommand();
        } else {
          predict_->copyAsCommand();
        }
      });
  add("export.folder", tr("Open export f&older"), tr("Open the folder that the export goes to"),
      QStringLiteral("folder"), [this] { export_->openFolder(); });
  auto* corner = new QWidget(tabs_);
  auto* row = new QHBoxLayout(corner);
  row->setContentsMargins(0, 0, look::kGrid, 0);
  for (const char* id : {"export.copyCommand", "export.folder"}) {
    auto* button = new QToolButton(corner);
    button->setDefaultAction(desk_.actions.find(QString::fromLatin1(id)));
    button->setAutoRaise(true);
    row->addWidget(button);
  }
  tabs_->setCornerWidget(corner);
}

void ExportPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  refresh();
}

void ExportPanel::refresh() {
  const QString run = desk_.selection.run();
  for (const char* id : {"export.start", "export.predict", "export.copyCommand", "export.folder"})
    desk_.actions.find(QString::fromLatin1(id))->setEnabled(!run.isEmpty());
  if (!isVisible()) return;
  pages_->setCurrentIndex(run.isEmpty() ? 0 : 1);
  const RunRecord* record = desk_.session.index().findRun(run);
  title_->setText(
      record ? tr("%1 · %2 · seed %3")
                   .arg(QString::fromStdString(record->info.recipe).section(QLatin1Char('/'), -1),
                        QString::fromStdString(record->info.arm))
                   .arg(record->info.seed)
             : run);
  title_->setToolTip(run);
  export_->setRun(run);
  predict_->setRun(run);
}

QStringList ExportPanel::tourStops() const {
  return {QStringLiteral("main"), QStringLiteral("predict")};
}

void ExportPanel::showTourStop(const QString& stop) {
  tabs_->setCurrentIndex(stop == QLatin1String("predict") ? 1 : 0);
}

void ExportPanel::saveState(QSettings& settings) const {
  settings.setValue(QStringLiteral("tab"), tabs_->currentIndex());
  settings.setValue(QStringLiteral("format"), export_->form().format());
}

void ExportPanel::restoreState(QSettings& settings) {
  tabs_->setCurrentIndex(settings.value(QStringLiteral("tab"), 0).toInt());
  const QString format = settings.value(QStringLiteral("format")).toString();
  if (!format.isEmpty()) export_->form().setFormat(format);
}

}  // namespace warmstart
