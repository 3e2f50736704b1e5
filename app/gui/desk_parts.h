// The objects behind Desk, in the order of their dependence. Owned by the main window.
#pragma once
#include "views/desk/action_book.h"
#include "views/desk/desk.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/desk/selection.h"
#include "views/desk/session.h"
#include "views/feed/run_feed.h"

namespace warmstart {

struct DeskParts {
  explicit DeskParts(const Path& workspace)
      : session(workspace),
        program(QString::fromStdString(workspace.string())),
        feeds(workspace / "runs"),
        desk{session, selection, program, feeds, actions, notices, undo} {}
  Session session;
  Selection selection;
  Program program;
  RunFeeds feeds;
  ActionBook actions;
  Notices notices;
  QUndoGroup undo;
  Desk desk;
};

}  // namespace warmstart
