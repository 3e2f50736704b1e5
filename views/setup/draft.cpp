#include "views/setup/draft.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtConcurrent>

#include "core/base/files.h"
#include "views/desk/workspace_key.h"
#include "views/setup/yaml_path.h"
#include "views/setup/yaml_rewrite.h"

namespace warmstart {

class DraftStep : public QUndoCommand {
 public:
  DraftStep(Draft& draft, const QString& label, QString text, bool typed)
      : QUndoCommand(label),
        draft_(draft),
        before_(draft.text_),
        after_(std::move(text)),
        typed_(typed) {}
  void undo() override { draft_.setText(before_); }
  void redo() override { draft_.setText(after_); }
  int id() const override { return typed_ ? 1 : -1; }
  /// Letters that are typed one after the other on one line are one step.
  bool mergeWith(const QUndoCommand* other) override {
    const auto& next = *static_cast<const DraftStep*>(other);
    if (time_.elapsed() > 2000 ||
        next.after_.count(QLatin1Char('\n')) != before_.count(QLatin1Char('\n')))
      return false;
    after_ = next.after_;
    time_.restart();
    return true;
  }

 private:
  static QElapsedTimer startedClock() {
    QElapsedTimer clock;
    clock.start();
    return clock;
  }
  Draft& draft_;
  QString before_, after_;
  bool typed_;
  QElapsedTimer time_ = startedClock();
};

namespace {

QString stateFolder() {
  QString state = qEnvironmentVariable("XDG_STATE_HOME");
  if (state.isEmpty()) state = QDir::homePath() + QStringLiteral("/.local/state");
  return state + QStringLiteral("/warmstart");
}

/// Earlier versions kept one draft for all workspaces: the first that has none gets it. Of two
/// windows one wins the renaming.
void takeOver(const QString& file) {
  const QString earlier = stateFolder() + QStringLiteral("/draft.json");
  if (QFile::exists(file) || !QFile::exists(earlier)) return;
  QDir().mkpath(QFileInfo(file).path());
  if (!QFile::rename(earlier, file)) qWarning("the draft in %s is left there", qPrintable(earlier));
}

}  // namespace

Draft::Draft(const Path& workspace, QObject* parent)
    : QObject(parent),
      workspace_(canonicalPath(workspace)),
      kept_in_(stateFolder() + QStringLiteral("/drafts/%1.json").arg(workspaceKey(workspace))) {
  writer_.setMaxThreadCount(1);  // the newest text is written last
  undo_.setUndoLimit(500);
  autosave_timer_.setSingleShot(true);
  autosave_timer_.setInterval(500);
  connect(&autosave_timer_, &QTimer::timeout, this, &Draft::autosave);
  connect(&undo_, &QUndoStack::cleanChanged, this, &Draft::stateChanged);
}

Draft::~Draft() {
  if (autosave_timer_.isActive()) autosave();
  writer_.waitForDone();
  undo_.blockSignals(true);  // its end clears it, which nobody is there to hear
}

QString Draft::name() const {
  if (!file_.isEmpty()) return QFileInfo(file_).completeBaseName();
  if (!origin_.isEmpty()) return origin_.section(QLatin1Char('/'), -1) + QStringLiteral("-copy");
  return tr("untitled");
}

QString Draft::asFile() const {
  if (!file_.isEmpty()) return file_;
  const QString folder = base_.isEmpty() ? QDir::homePath() : QFileInfo(base_).path();
  return folder + QLatin1Char('/') + name() + QStringLiteral(".yaml");
}

QString Draft::recipeId() const {
  return !origin_.isEmpty() && text_ == original_ ? origin_ : name();
}

void Draft::startCopy(const QString& text, const QString& recipe, const QString& recipe_file) {
  file_.clear();
  origin_ = recipe;
  base_ = recipe_file;
  start(text);
}

void Draft::startFile(const QString& text, const QString& file) {
  file_ = base_ = file;
  origin_.clear();
  start(text);
}

void Draft::start(const QString& text) {
  original_ = text;
  restored_ = false;
  undo_.clear();
  setText(text);
  emit started();
  emit stateChanged();
}

void Draft::setSaved(const QString& file) {
  file_ = base_ = file;
  restored_ = false;
  undo_.setClean();
  autosave_timer_.start();
  emit stateChanged();
}

void Draft::setText(const QString& text) {
  text_ = text;
  try {
    tree_ = parse_yaml(text.toStdString(), "");
    problem_.reset();
  } catch (const Error& error) {
    RecipeProblem problem;
    static const QRegularExpression place(QStringLiteral(":(\\d+):(\\d+)"));
    const QString message = QString::fromStdString(error.what());
    const auto match = place.match(message);
    problem.line = match.captured(1).toInt();
    problem.column = match.captured(2).toInt();
    problem.text = QString::fromStdString(error.problem());
    if (!error.hint().empty())
      problem.text += QStringLiteral("; ") + QString::fromStdString(error.hint());
    problem_ = problem;
  }
  autosave_timer_.start();
  emit changed();
}

void Draft::type(const QString& text) {
  if (text != text_) undo_.push(new DraftStep(*this, tr("Typing"), text, true));
}

void Draft::change(const QString& label, const std::function<void(Value&)>& edit) {
  if (problem_) return;
  Value after = tree_;
  edit(after);
  const QString text = QString::fromStdString(rewrite_yaml(text_.toStdString(), tree_, after));
  if (text != text_) undo_.push(new DraftStep(*this, label, text, false));
}

void Draft::setValue(const QString& label, const QString& path, Value value) {
  change(label, [&](Value& tree) { set_path(tree, path.toStdString(), std::move(value)); });
}

void Draft::autosave() {
  const Json json{{"text", text_.toStdString()},          {"file", file_.toStdString()},
                  {"origin", origin_.toStdString()},      {"base", base_.toStdString()},
                  {"original", original_.toStdString()},  {"modified", modified()},
                  {"workspace", workspace_.toStdString()}};
  writer_.start([this, content = json.dump(), file = kept_in_] {
    QString problem;
    try {
      const Path path = file.toStdString();
      create_folders(path.parent_path());
      write_atomically(path, content);
    } catch (const Error& error) {
      qWarning("the draft is not kept: %s", error.what());
      problem = QString::fromStdString(error.what());
    }
    // The draft's end waits for the writer, and drops what it still had to say.
    QMetaObject::invokeMethod(this, [this, problem] { heardOfKeeping(problem); });
  });
}

void Draft::heardOfKeeping(const QString& problem) {
  if (!problem.isEmpty() && !told_) emit notKept(problem);
  told_ = !problem.isEmpty();
}

bool Draft::restore() {
  takeOver(kept_in_);
  QFile file(kept_in_);
  if (!file.open(QIODevice::ReadOnly)) return false;
  const QByteArray bytes = file.readAll();
  const Json json = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!json.is_object() || json.value("text", "").empty()) return false;
  const auto member = [&](const char* key) { return QString::fromStdString(json.value(key, "")); };
  file_ = member("file");
  origin_ = member("origin");
  base_ = member("base");
  start(member("text"));
  original_ = member("original");
  restored_ = json.value("modified", false);
  emit stateChanged();
  return true;
}

}  // namespace warmstart
