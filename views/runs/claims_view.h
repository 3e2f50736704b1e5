// What the recipes claim and whether it showed: one line an experiment, below it its sentences with
// means, spreads and p values as `warmstart check` stored them. Part of the runs panel.
#pragma once
#include <QTreeWidget>

#include "views/desk/session.h"

namespace warmstart {

class ClaimsView : public QTreeWidget {
  Q_OBJECT
 public:
  explicit ClaimsView(QWidget* parent = nullptr);
  void setClaims(const std::vector<ClaimRecord>& claims);

 private:
  std::size_t shown_ = 0;
};

}  // namespace warmstart
