#include "app/gui/status_area.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

#include "views/desk/program.h"
#include "views/desk/session.h"
#include "views/look/icon_button.h"
#include "views/look/theme.h"

namespace warmstart {

StatusArea::StatusArea(Desk& desk, QWidget* parent)
    : QWidget(parent),
      desk_(desk),
      workspace_(new QLabel(this)),
      runner_(new QLabel(this)),
      start_(new QPushButton(tr("Start"), this)),
      task_(new QLabel(this)),
      cancel_(look::iconButton(QStringLiteral("cancel"), tr("End this task"), this)) {
  const QString folder = QString::fromStdString(desk.session.root().string());
  workspace_->setText(folder.section(QLatin1Char('/'), -2));
  workspace_->setToolTip(folder);
  workspace_->setAccessibleName(tr("Workspace %1").arg(folder));
  start_->setToolTip(
      tr("Start a runner: it executes the queued jobs, also after this window is closed"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(look::kGrid, 0, look::kGrid, 0);
  row->setSpacing(2 * look::kGrid);
  row->addWidget(workspace_);
  row->addWidget(runner_);
  row->addWidget(start_);
  row->addStretch(1);
  row->addWidget(task_);
  row->addWidget(cancel_);
  clock_.setInterval(1000);
  connect(&clock_, &QTimer::timeout, this, &StatusArea::showTasks);
  connect(start_, &QPushButton::clicked, this, [this] { desk_.session.startRunner(); });
  connect(cancel_, &QToolButton::clicked, this, [this] {
    if (!desk_.program.tasks().empty()) desk_.program.tasks().back()->cancel();
  });
  connect(&desk.session, &Session::indexChanged, this, &StatusArea::showRunner);
  connect(&desk.session, &Session::problemChanged, this, &StatusArea::showRunner);
  connect(&desk.program, &Program::tasksChanged, this, &StatusArea::showTasks);
  showTasks();
  showRunner();
}

void StatusArea::showRunner() {
  const Index& index = desk_.session.index();
  const auto count = [&](JobState state) {
    return std::count_if(index.jobs.begin(), index.jobs.end(),
                         [state](const Job& job) { return job.state == state; });
  };
  const auto running = static_cast<int>(count(JobState::kRunning) + count(JobState::kStarting));
  const auto waiting = static_cast<int>(count(JobState::kQueued));
  const bool idle_queue = !index.runner && waiting > 0;
  QString text = tr("%1 running, %2 waiting").arg(running).arg(waiting);
  if (idle_queue) text += tr(": nobody executes jobs");
  const QString& problem = desk_.session.problem();
  if (!problem.isEmpty()) {
    text = desk_.session.readOnly() ? tr("Read only") : tr("This workspace cannot be used");
  } else if (!desk_.session.ready()) {
    text = tr("Reading the workspace");
  }
  runner_->setText(text);
  runner_->setToolTip(problem);
  start_->setVisible(idle_queue && problem.isEmpty());
}

void StatusArea::showTasks() {
  const auto& tasks = desk_.program.tasks();
  task_->setVisible(!tasks.empty());
  cancel_->setVisible(!tasks.empty());
  if (tasks.empty()) {
    clock_.stop();
    return;
  }
  const ProgramTask& task = *tasks.back();
  QString text = task.title();
  if (!task.progressLine().isEmpty()) text += QStringLiteral(": ") + task.progressLine().left(60);
  text += tr(" (%1 s)").arg(task.milliseconds() / 1000);
  if (tasks.size() > 1) text += tr(" and %1 more").arg(tasks.size() - 1);
  task_->setText(text);
  clock_.start();
}

QString StatusArea::runnerText() const { return runner_->text(); }

QString StatusArea::taskText() const { return task_->isHidden() ? QString() : task_->text(); }

}  // namespace warmstart
