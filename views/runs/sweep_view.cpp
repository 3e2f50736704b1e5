#include "views/runs/sweep_view.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>

#include "core/base/files.h"
#include "views/desk/action_book.h"
#include "views/desk/background.h"
#include "views/desk/empty_state.h"
#include "views/desk/notices.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/look/picture_file.h"
#include "views/look/theme.h"
#include "views/runs/sweep_plot.h"

namespace warmstart {
namespace {

constexpr qsizetype kMostSwept = 500;  ///< runs
constexpr int kDataRole = Qt::UserRole, kMetricRole = Qt::UserRole + 1;

std::vector<std::string> plainNames(const QStringList& names) {
  std::vector<std::string> plain;
  for (const QString& name : names) plain.push_back(name.toStdString());
  return plain;
}

std::shared_ptr<const Value> recipeOf(const RunFolder& folder) {
  try {
    const std::string file = folder.recipe().string();
    return std::make_shared<const Value>(parse_yaml(read_file(folder.recipe(), 1 << 20), file));
  } catch (const Error&) {
    return std::make_shared<const Value>();  // taken away or damaged: no settings are known
  }
}

/// Item of a combo box that has this text, else the first.
void choose(QComboBox& box, const QString& text) {
  box.setCurrentIndex(std::max(0, box.findText(text, Qt::MatchExactly)));
}

}  // namespace

SweepView::SweepView(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      metrics_(new QComboBox(this)),
      settings_(new QComboBox(this)),
      log_x_(new QCheckBox(tr("Log &x"), this)),
      log_y_(new QCheckBox(tr("Log &y"), this)),
      pages_(new QStackedWidget(this)),
      empty_(new EmptyState(this)),
      plot_(new SweepPlot(this)) {
  addActions();
  auto* content = new QWidget(this);
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(makeBar());
  column->addWidget(plot_, 1);
  pages_->addWidget(empty_);
  pages_->addWidget(content);
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(pages_);
  log_x_->setChecked(true);
  connect(metrics_, &QComboBox::activated, this, [this] {
    wanted_metric_ = metrics_->currentText();
    readValues();
  });
  connect(settings_, &QComboBox::activated, this, [this] {
    wanted_setting_ = settings_->currentText();
    drawLines();
  });
  connect(log_x_, &QCheckBox::clicked, this, &SweepView::drawLines);
  connect(log_y_, &QCheckBox::clicked, this, &SweepView::drawLines);
  connect(&desk_.session, &Session::indexChanged, this, &SweepView::readAgain);
}

QWidget* SweepView::makeBar() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(look::kGrid, look::kGrid / 2, look::kGrid, look::kGrid / 2);
  row->setSpacing(look::kGrid);
  const auto add = [&](QComboBox* box, const QString& text, const QString& name) {
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(16);
    auto* label = new QLabel(text, bar);
    label->setBuddy(box);
    row->addWidget(label);
    row->addWidget(box, 1);
  };
  add(metrics_, tr("&Metric"), tr("Metric"));
  add(settings_, tr("a&gainst"), tr("Setting along the horizontal axis"));
  auto* save = new QToolButton(bar);
  save->setDefaultAction(desk_.actions.find(QStringLiteral("runs.saveSweep")));
  save->setAutoRaise(true);
  for (QWidget* part : std::initializer_list<QWidget*>{log_x_, log_y_, save}) row->addWidget(part);
  return bar;
}

void SweepView::addActions() {
  desk_.actions.add({.id = QStringLiteral("runs.saveSweep"),
                     .menu = QStringLiteral("Run"),
                     .text = tr("Save s&weep..."),
                     .tip = tr("Save the plot of the metric against the setting, or its numbers"),
                     .shortcut = {},
                     .icon = QStringLiteral("save")},
                    this, [this] { askForFile(); });
}

void SweepView::setRuns(const QStringList& runs) {
  const QStringList some = runs.mid(0, kMostSwept);
  if (some == runs_) return;
  runs_ = some;
  stale_ = true;
  if (isVisible()) read();
}

void SweepView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) read();
}

std::size_t SweepView::endings() const {
  std::size_t all = 0;
  for (const QString& run : runs_) {
    const RunRecord* record = desk_.session.index().findRun(run);
    if (record != nullptr)
      all = qHashMulti(all, std::hash<std::string>()(record->state), record->ended);
  }
  return all;
}

void SweepView::readAgain() {
  // Every answer makes the session read its index again: without this the two would chase.
  if (endings() == seen_) return;
  stale_ = true;
  if (isVisible()) read();
}

void SweepView::read() {
  stale_ = false;
  seen_ = endings();
  ++asked_;
  if (runs_.size() < 2) return askForRuns();
  ++reading_;
  desk_.session.ask(
      this,
      [runs = plainNames(runs_)](Workspace& workspace) { return metric_names(workspace, runs); },
      [this, asked = asked_](const std::vector<MetricName>& names) {
        --reading_;
        if (asked == asked_) takeNames(names);
      },
      [this](const Error& error) {
        --reading_;
        showEmpty(QString::fromUtf8(error.what()));
      });
}

void SweepView::takeNames(const std::vector<MetricName>& names) {
  const QSignalBlocker quiet(metrics_);
  metrics_->clear();
  std::map<std::string, int> entries;
  const auto add = [this](const QString& text, const std::string& data, const std::string& metric) {
    metrics_->addItem(text);
    metrics_->setItemData(metrics_->count() - 1, QString::fromStdString(data), kDataRole);
    metrics_->setItemData(metrics_->count() - 1, QString::fromStdString(metric), kMetricRole);
  };
  for (const MetricName& name : names) {
    add(QString::fromStdString(name.data + "." + name.metric), name.data, name.metric);
    ++entries[name.metric];
  }
  for (const auto& [metric, count] : entries) {
    if (count > 1) add(tr("%1 on each data").arg(QString::fromStdString(metric)), "", metric);
  }
  if (names.empty())
    return showEmpty(
        tr("The chosen runs have measured nothing yet. Choose runs that are done, or wait."));
  choose(*metrics_, wanted_metric_);
  readValues();
}

void SweepView::readValues() {
  ++asked_;
  ++reading_;
  const std::string data = metrics_->currentData(kDataRole).toString().toStdString();
  const std::string metric = metrics_->currentData(kMetricRole).toString().toStdString();
  desk_.session.ask(
      this,
      [runs = plainNames(runs_), data, metric](Workspace& workspace) {
        std::vector<MeasuredValue> values = measured_values(workspace, runs, metric);
        if (!data.empty())
          std::erase_if(values, [&](const MeasuredValue& value) { return value.data != data; });
        return values;
      },
      [this, asked = asked_](const std::vector<MeasuredValue>& values) {
        --reading_;
        if (asked == asked_) findSettings(values);
      },
      [this](const Error& error) {
        --reading_;
        showEmpty(QString::fromUtf8(error.what()));
      });
}

void SweepView::findSettings(const std::vector<MeasuredValue>& values) {
  std::vector<SweepSample> samples;
  std::vector<std::string> stages;
  std::map<std::string, RunFolder> folders;  // of runs whose recipe was not read yet
  for (const MeasuredValue& value : values) {
    const QString run = QString::fromStdString(value.run);
    const RunRecord* record = desk_.session.index().findRun(run);
    if (record == nullptr) continue;
    samples.push_back({value.run,
                       record->info.recipe,
                       record->info.arm,
                       value.data,
                       record->info.seed,
                       value.value,
                       {}});
    stages.push_back(value.stage);
    if (!trees_.contains(value.run)) folders[value.run] = desk_.session.runFolder(run);
  }
  ++reading_;
  inBackground(
      this,
      [samples = std::move(samples), stages = std::move(stages), folders = std::move(folders),
       trees = trees_]() mutable {
        for (const auto& [run, folder] : folders) trees[run] = recipeOf(folder);
        for (std::size_t i = 0; i < samples.size(); ++i)
          samples[i].settings =
              settingsBehind(*trees.at(samples[i].run), samples[i].arm, stages[i], samples[i].data);
        const auto kept = std::make_shared<const std::vector<SweepSample>>(std::move(samples));
        return Found{kept, sweptSettings(*kept), std::move(trees)};
      },
      [this, asked = asked_](const Found& found) {
        --reading_;
        if (asked == asked_) takeSettings(found);
      });
}

void SweepView::takeSettings(const Found& found) {
  trees_ = found.trees;
  samples_ = found.samples;
  const QSignalBlocker quiet(settings_);
  settings_->clear();
  for (const std::string& key : found.settings)
    settings_->addItem(settingTitle(key), QString::fromStdString(key));
  if (found.settings.empty())
    return showEmpty(
        tr("The chosen runs differ in no number behind %1. Queue the recipe again with "
           "other values, for example of the samples or the width.")
            .arg(metrics_->currentText()),
        tr("Open Set-up"), [this] { emit desk_.selection.panelWanted(QStringLiteral("setup")); });
  choose(*settings_, wanted_setting_);
  pages_->setCurrentIndex(1);
  drawLines();
}

void SweepView::drawLines() {
  if (!samples_ || settings_->count() == 0) return;
  ++reading_;
  const std::string key = settings_->currentData().toString().toStdString();
  inBackground(
      this, [samples = samples_, key] { return std::pair(samples, sweepLines(*samples, key)); },
      [this, key](const std::pair<Samples, std::vector<SweepLine>>& made) {
        --reading_;
        if (made.first != samples_ || settings_->currentData().toString().toStdString() != key)
          return;
        lines_ = made.second;
        for (auto [box, axis] :
             {std::pair(log_x_, SweepPlot::Axis::kX), std::pair(log_y_, SweepPlot::Axis::kY)}) {
          box->setEnabled(SweepPlot::canBeLog(lines_, axis));
          box->setToolTip(box->isEnabled() ? QString() : tr("Some numbers are not above zero"));
        }
        plot_->setLines(lines_, {settings_->currentText(), metrics_->currentText(),
                                 log_x_->isChecked(), log_y_->isChecked()});
      });
}

void SweepView::showEmpty(const QString& sentence, const QString& button,
                          std::function<void()> act) {
  samples_.reset();
  lines_.clear();
  plot_->setLines({}, {});
  empty_->setContent(QStringLiteral("chart"), sentence, button, std::move(act));
  pages_->setCurrentIndex(0);
}

QString SweepView::emptySentence() const {
  return pages_->currentIndex() == 0 ? empty_->sentence() : QString();
}

void SweepView::askForRuns() {
  const QString sentence =
      tr("Choose runs in the table that differ in a number, such as labelled samples, width or "
         "steps: hold Ctrl or Shift.");
  const RunRecord* one = desk_.session.index().findRun(runs_.value(0));
  if (one == nullptr) return showEmpty(sentence);
  showEmpty(sentence, tr("Choose all runs of its recipe"),
            [this, recipe = one->info.recipe, profile = one->info.profile] {
              QStringList all;
              for (const RunRecord& run : desk_.session.index().runs) {
                if (run.info.recipe == recipe && run.info.profile == profile)
                  all += QString::fromStdString(run.info.run);
              }
              desk_.selection.setRuns(all);
            });
}

void SweepView::save(const QString& file) {
  if (!look::isTable(file))
    return look::savePicture(look::pictureOf(*plot_, metrics_->currentText()), file);
  const QByteArray csv = sweepCsv(lines_, settings_->currentData().toString().toStdString(),
                                  metrics_->currentText().toStdString());
  write_atomically(Path(file.toStdString()),
                   std::string_view(csv.constData(), static_cast<std::size_t>(csv.size())));
}

void SweepView::askForFile() {
  if (lines_.empty())
    return desk_.notices.fail(tr("There is no sweep to save"),
                              tr("Choose runs that differ in a number, and open Sweep below the "
                                 "table of runs."));
  const QString file = QFileDialog::getSaveFileName(
      this, tr("Save sweep"), metrics_->currentText() + QStringLiteral(".png"),
      look::pictureFileFilter());
  if (file.isEmpty()) return;
  try {
    save(file);
    desk_.notices.tell(tr("Saved %1").arg(file));
  } catch (const Error& error) {
    desk_.notices.fail(error);
  }
}

QVariantMap SweepView::state() const {
  return {{QStringLiteral("metric"), wanted_metric_},
          {QStringLiteral("setting"), wanted_setting_},
          {QStringLiteral("logX"), log_x_->isChecked()},
          {QStringLiteral("logY"), log_y_->isChecked()}};
}

void SweepView::setState(const QVariantMap& state) {
  wanted_metric_ = state.value(QStringLiteral("metric")).toString();
  wanted_setting_ = state.value(QStringLiteral("setting")).toString();
  log_x_->setChecked(state.value(QStringLiteral("logX"), true).toBool());
  log_y_->setChecked(state.value(QStringLiteral("logY"), false).toBool());
}

}  // namespace warmstart
