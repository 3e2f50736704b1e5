// A desk on a throw-away workspace, for tests of single panels: the objects that the window would
// make, by the names that the tests use.
#pragma once
#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "app/gui/desk_parts.h"

namespace warmstart {

class DeskTest : public testing::Test {
 protected:
  QTemporaryDir temporary_;
  Path root_ = temporary_.path().toStdString();
  DeskParts parts_{root_};
  Session& session_ = parts_.session;
  Selection& selection_ = parts_.selection;
  Program& program_ = parts_.program;
  ActionBook& actions_ = parts_.actions;
  Notices& notices_ = parts_.notices;
  QUndoGroup& undo_ = parts_.undo;
  Desk& desk_ = parts_.desk;
};

}  // namespace warmstart
