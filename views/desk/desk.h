// What every panel is given: the open workspace and what the panels share. Made once by the main
// window, outlives every panel.
#pragma once
#include <QUndoGroup>

namespace warmstart {

class ActionBook;
class Notices;
class Program;
class RunFeeds;
class Selection;
class Session;

struct Desk {
  Session& session;  ///< the workspace: runs, jobs, claims; reads and changes off the GUI thread
  Selection& selection;  ///< run, compared runs, step and sample that all panels show
  Program& program;      ///< asks `warmstart` to do what needs torch: validate, export, dry run
  RunFeeds& feeds;       ///< what runs measure, live
  ActionBook& actions;   ///< every command: menus, palette and shortcuts are made of it
  Notices& notices;      ///< messages to the user
  QUndoGroup& undo;      ///< panels add their stacks and make them active when they have the focus
};

}  // namespace warmstart
