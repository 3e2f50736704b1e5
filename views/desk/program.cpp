#include "views/desk/program.h"

#include <signal.h>

#include <QTimer>

#include "core/base/error.h"
#include "core/run/process.h"

namespace warmstart {

Json ProgramResult::json() const {
  return Json::parse(output.begin(), output.end(), nullptr, /*allow_exceptions=*/false);
}

QString ProgramResult::problem() const {
  const QString text = QString::fromUtf8(errors).trimmed();
  const qsizetype at = text.lastIndexOf(QStringLiteral("error: "));
  if (at >= 0) return text.mid(at + 7);
  return text.section(QLatin1Char('\n'), -1);
}

ProgramTask::ProgramTask(QString title, QObject* parent)
    : QObject(parent), title_(std::move(title)) {
  connect(&process_, &QProcess::readyReadStandardError, this, &ProgramTask::readErrors);
  connect(&process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
    finish(status == QProcess::NormalExit ? code : -1);
  });
  connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error != QProcess::FailedToStart) return;
    errors_ = "error: " + process_.errorString().toUtf8() + "; " + process_.program().toUtf8();
    finish(-1);
  });
}

ProgramTask::~ProgramTask() {
  process_.disconnect(this);
  cancel();  // so that it can put away what it has begun
  if (process_.state() == QProcess::NotRunning || process_.waitForFinished(2000)) return;
  process_.kill();
  process_.waitForFinished(1000);
}

void ProgramTask::start(const QString& program, const QStringList& arguments,
                        const QByteArray& input) {
  clock_.start();
  process_.setProgram(program);
  process_.setArguments(arguments);
  process_.start();
  process_.write(input);
  process_.closeWriteChannel();
}

void ProgramTask::cancel() {
  cancelled_ = true;
  if (process_.state() == QProcess::NotRunning) return;
  // Zero would be our own process group: it has no number while it starts.
  if (const qint64 pid = process_.processId(); pid > 0) ::kill(static_cast<pid_t>(pid), SIGINT);
  QTimer::singleShot(5000, this, [this] { process_.kill(); });
}

void ProgramTask::readErrors() {
  errors_ += process_.readAllStandardError();
  // A progress bar rewrites its line with carriage returns: the newest piece counts.
  const QString tail = QString::fromUtf8(errors_.right(400)).trimmed();
  const qsizetype cut =
      std::max(tail.lastIndexOf(QLatin1Char('\n')), tail.lastIndexOf(QLatin1Char('\r')));
  progress_ = tail.mid(cut + 1);
  emit progressed(progress_);
}

void ProgramTask::finish(int code) {
  if (finished_) return;
  finished_ = true;
  errors_ += process_.readAllStandardError();
  const ProgramResult result{code, cancelled_, process_.readAllStandardOutput(), errors_};
  if (context_ && done_) done_(result);
  emit finished();
  deleteLater();
}

Program::Program(QString workspace, QObject* parent)
    : QObject(parent), workspace_(std::move(workspace)) {}

ProgramTask* Program::start(const QString& title, const QStringList& arguments, QObject* context,
                            ProgramTask::Done done, const QByteArray& input) {
  auto* task = new ProgramTask(title, this);
  task->context_ = context;
  task->done_ = std::move(done);
  connect(context, &QObject::destroyed, task, &ProgramTask::cancel);
  if (!title.isEmpty()) {
    tasks_.push_back(task);
    connect(task, &ProgramTask::finished, this, [this, task] {
      std::erase(tasks_, task);
      emit tasksChanged();
    });
    emit tasksChanged();
  }
  QString program;
  try {
    program = QString::fromStdString(sibling_program("warmstart", "WARMSTART_PROGRAM").string());
  } catch (const Error& error) {
    task->errors_ = QByteArray("error: ") + error.what();
    QTimer::singleShot(0, task, [task] { task->finish(-1); });
    return task;
  }
  task->start(program, arguments, input);
  return task;
}

QString Program::commandLine(const QStringList& arguments) {
  QStringList words{QStringLiteral("warmstart")};
  static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=@%+,-]+$"));
  for (const QString& argument : arguments) {
    words << (plain.match(argument).hasMatch()
                  ? argument
                  : QLatin1Char('\'') +
                        QString(argument).replace(QLatin1String("'"), QLatin1String("'\\''")) +
                        QLatin1Char('\''));
  }
  return words.join(QLatin1Char(' '));
}

QStringList Program::workspaceArguments() const {
  return {QStringLiteral("--workspace"), workspace_};
}

}  // namespace warmstart
