#include "views/setup/dry_run_view.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "views/desk/banner.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

double numberOf(const Json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->is_number() ? found->get<double>() : 0;
}

QString textOf(const Json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->is_string() ? QString::fromStdString(*found) : QString();
}

QString bytes(double count) {
  return count > 0 ? QLocale().formattedDataSize(static_cast<qint64>(count)) : QStringLiteral("-");
}

QString scaled(double count) {
  if (count >= 1e9) return QLocale().toString(count / 1e9, 'f', 2) + QStringLiteral(" G");
  if (count >= 1e6) return QLocale().toString(count / 1e6, 'f', 2) + QStringLiteral(" M");
  if (count >= 1e4) return QLocale().toString(count / 1e3, 'f', 1) + QStringLiteral(" k");
  return QLocale().toString(count, 'f', 0);
}

QString duration(double seconds) {
  if (seconds < 90) return DryRunView::tr("%1 s").arg(QLocale().toString(seconds, 'f', 1));
  if (seconds < 5400) return DryRunView::tr("%1 min").arg(QLocale().toString(seconds / 60, 'f', 1));
  return DryRunView::tr("%1 h").arg(QLocale().toString(seconds / 3600, 'f', 1));
}

QString shapeOf(const Json& layer) {
  QStringList parts;
  for (const Json& one : layer.value("output_shape", Json::array()))
    parts << QString::fromStdString(one.dump());
  return parts.join(QStringLiteral(" x "));
}

QTreeWidgetItem* newRow(QTreeWidgetItem* parent, const QStringList& cells) {
  auto* row = new QTreeWidgetItem(parent, cells);
  for (int i = 2; i < cells.size(); ++i) row->setTextAlignment(i, Qt::AlignRight);
  return row;
}

}  // namespace

DryRunView::DryRunView(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      banner_(new Banner(this)),
      summary_(new QLabel(
          tr("Tries each stage for a few steps and tells what the experiment costs."), this)),
      button_(new QPushButton(tr("&Dry Run"), this)),
      table_(new QTreeWidget(this)) {
  summary_->setWordWrap(true);
  summary_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  table_->setHeaderLabels({tr("arm, stage, layer"), tr("output"), tr("parameters"), tr("MACs"),
                           tr("activations"), tr("memory"), tr("time a step"), tr("time")});
  table_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
  table_->setUniformRowHeights(true);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setAccessibleName(tr("Cost of arms, stages and layers"));
  auto* row = new QHBoxLayout;
  row->addWidget(summary_, 1);
  row->addWidget(button_, 0, Qt::AlignTop);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(look::kGrid, look::kGrid, look::kGrid, 0);
  column->addWidget(banner_);
  column->addLayout(row);
  column->addWidget(table_, 1);
  connect(button_, &QPushButton::clicked, this, [this] {
    if (task_) {
      task_->cancel();
    } else {
      start();
    }
  });
}

void DryRunView::start() {
  if (task_ || !choice_) return;
  const RunChoice choice = choice_();
  banner_->clear();
  task_ = desk_.program.start(
      tr("Dry run"), choice.arguments({QStringLiteral("dryrun")}) << QStringLiteral("--json"), this,
      [this](const ProgramResult& result) { take(result); }, choice.text);
  button_->setText(tr("Cancel"));
  summary_->setText(tr("Trying the stages..."));
  connect(task_, &ProgramTask::progressed, summary_, [this](const QString& line) {
    if (!line.isEmpty()) summary_->setText(line);
  });
}

void DryRunView::take(const ProgramResult& result) {
  task_.clear();
  button_->setText(tr("&Dry Run"));
  const Json json = result.json();
  if (result.good() && json.is_object()) return show(json);
  summary_->setText(result.cancelled ? tr("Cancelled.") : tr("No estimate."));
  if (!result.cancelled)
    banner_->show(Notice::Level::kError, tr("The dry run failed: %1").arg(result.problem()));
}

void DryRunView::show(const Json& report) {
  const Json total = report.value("total", Json::object()),
             room = report.value("free", Json::object());
  summary_->setText(
      tr("%n run(s), about %1 one after the other; memory %2 of %3 free, disk %4 of %5 free",
         nullptr, static_cast<int>(numberOf(total, "runs")))
          .arg(duration(numberOf(total, "seconds")), bytes(numberOf(total, "memory_bytes")),
               bytes(numberOf(room, "memory_bytes")), bytes(numberOf(total, "disk_bytes")),
               bytes(numberOf(room, "disk_bytes"))));
  table_->clear();
  for (const Json& arm : report.value("arms", Json::array())) addArm(arm);
  QStringList warnings;
  for (const Json& one : report.value("warnings", Json::array())) {
    if (one.is_string()) warnings << QString::fromStdString(one);
  }
  if (!warnings.isEmpty()) banner_->show(Notice::Level::kWarning, warnings.join(QLatin1Char('\n')));
}

void DryRunView::addArm(const Json& arm) {
  const QString none;
  auto* top = newRow(table_->invisibleRootItem(), {textOf(arm, "arm"), none, none, none, none, none,
                                                   none, duration(numberOf(arm, "seconds"))});
  for (const Json& stage : arm.value("stages", Json::array())) {
    const Json memory = stage.value("memory", Json::object());
    auto* row = newRow(
        top, {textOf(stage, "stage"),
              tr("%n step(s)", nullptr, static_cast<int>(numberOf(stage, "steps"))),
              scaled(numberOf(stage.value("parameters", Json::object()), "total")),
              scaled(numberOf(stage, "macs")), bytes(numberOf(stage, "activation_bytes")),
              bytes(numberOf(memory, "peak_bytes")), duration(numberOf(stage, "seconds_per_step")),
              duration(numberOf(stage.value("seconds", Json::object()), "total"))});
    for (const Json& layer : stage.value("layers", Json::array())) {
      newRow(row, {textOf(layer, "path"), shapeOf(layer), scaled(numberOf(layer, "parameters")),
                   scaled(numberOf(layer, "macs")), bytes(numberOf(layer, "activation_bytes"))});
    }
  }
  top->setExpanded(true);
}

QString DryRunView::summary() const { return summary_->text(); }

}  // namespace warmstart
