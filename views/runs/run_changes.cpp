#include "views/runs/run_changes.h"

#include <QUndoCommand>

#include "core/run/run_trash.h"
#include "views/desk/session.h"

namespace warmstart {
namespace {

using RunWork = std::function<void(Workspace&)>;

class RunCommand : public QUndoCommand {
 public:
  RunCommand(const QString& text, std::function<void(bool)> act)
      : QUndoCommand(text), act_(std::move(act)) {}
  void redo() override { act_(true); }
  void undo() override { act_(false); }

 private:
  std::function<void(bool)> act_;
};

std::vector<std::string> plainTexts(const QStringList& texts) {
  std::vector<std::string> plain;
  for (const QString& text : texts) plain.push_back(text.toStdString());
  return plain;
}

RunWork changeTags(const std::string& run, const QStringList& from, const QStringList& to) {
  std::vector<std::string> added, removed;
  for (const QString& tag : to) {
    if (!from.contains(tag)) added.push_back(tag.toStdString());
  }
  for (const QString& tag : from) {
    if (!to.contains(tag)) removed.push_back(tag.toStdString());
  }
  return [run, added, removed](Workspace& workspace) {
    for (const std::string& tag : added) workspace.add_tag(run, tag);
    for (const std::string& tag : removed) workspace.remove_tag(run, tag);
  };
}

RunWork changeNote(const std::string& run, const std::string& note) {
  return [run, note](Workspace& workspace) { workspace.set_note(run, note); };
}

}  // namespace

RunChanges::RunChanges(Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
  desk_.undo.addStack(&stack_);
  desk_.session.change(this, [](Workspace& workspace) { empty_trash(workspace); });
}

void RunChanges::push(const QString& text, Work redo, Work undo) {
  stack_.push(
      new RunCommand(text, [this, redo = std::move(redo), undo = std::move(undo)](bool forward) {
        desk_.session.change(this, forward ? redo : undo,
                             [this](const Error& error) { emit refused(error); });
      }));
}

void RunChanges::setTags(const RunRow& run, const QStringList& tags) {
  const std::string id = run.id.toStdString();
  push(tr("tags of %1").arg(run.id), changeTags(id, run.tags, tags),
       changeTags(id, tags, run.tags));
}

void RunChanges::setNote(const RunRow& run, const QString& note) {
  const std::string id = run.id.toStdString();
  push(tr("note on %1").arg(run.id), changeNote(id, note.toStdString()),
       changeNote(id, run.note.toStdString()));
}

void RunChanges::remove(const QStringList& runs) {
  const std::vector<std::string> ids = plainTexts(runs);
  // Only what was deleted can come back: a refusal leaves nothing to undo.
  desk_.session.ask(
      this, [ids](Workspace& workspace) { trash_runs(workspace, ids); },
      [this, ids, runs] {
        auto first = std::make_shared<bool>(true);
        push(
            runs.size() == 1 ? tr("delete %1").arg(runs.first())
                             : tr("delete runs (%1)").arg(runs.size()),
            [ids, first](Workspace& workspace) {
              if (!std::exchange(*first, false)) trash_runs(workspace, ids);
            },
            [ids](Workspace& workspace) { restore_runs(workspace, ids); });
      },
      [this](const Error& error) { emit refused(error); });
}

}  // namespace warmstart
