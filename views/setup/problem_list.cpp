#include "views/setup/problem_list.h"

#include <QHeaderView>
#include <map>

#include "views/look/icons.h"
#include "views/look/theme.h"
#include "views/look/toned_item.h"

namespace warmstart {
namespace {

void setUpList(QTreeWidget& list, const QStringList& headers) {
  list.setHeaderLabels(headers);
  list.setRootIsDecorated(false);
  list.setFrameShape(QFrame::NoFrame);
  list.setUniformRowHeights(true);
  list.header()->setStretchLastSection(true);
}

/// Every leaf of a tree by its dotted path.
void collectLeaves(const Value& value, const std::string& path,
                   std::map<std::string, std::string>& leaves) {
  if (value.is_list()) {
    leaves[path] = value.to_json().dump();
  } else if (value.is_map()) {
    for (const auto& [key, member] : value.members)
      collectLeaves(member, join_key(path, key), leaves);
  } else {
    leaves[path] = value.text;
  }
}

}  // namespace

ProblemList::ProblemList(QWidget* parent) : QTreeWidget(parent) {
  setUpList(*this, {tr("line"), tr("key"), tr("problem")});
  setAccessibleName(tr("Problems of the recipe"));
  setColumnWidth(0, 7 * look::kGrid);
  setColumnWidth(1, 25 * look::kGrid);
  const auto choose = [this](QTreeWidgetItem* item) {
    emit chosen(problems_.at(static_cast<std::size_t>(indexOfTopLevelItem(item))));
  };
  connect(this, &QTreeWidget::itemClicked, this, choose);
  connect(this, &QTreeWidget::itemActivated, this, choose);
}

void ProblemList::setProblems(const std::vector<RecipeProblem>& problems) {
  problems_ = problems;
  clear();
  for (const RecipeProblem& problem : problems_) {
    auto* item = new look::TonedItem(
        this,
        {problem.line > 0 ? QString::number(problem.line) : QString(), problem.key, problem.text});
    item->setTextAlignment(0, Qt::AlignRight);
    item->setTone(2, look::bad);
    item->setToolTip(2, problem.text);
  }
}

ChangeList::ChangeList(Draft& draft, QWidget* parent) : QTreeWidget(parent), draft_(draft) {
  setUpList(*this, {tr("key"), tr("original"), tr("draft")});
  setAccessibleName(tr("Changes against the original recipe"));
  setColumnWidth(0, 32 * look::kGrid);
  setColumnWidth(1, 20 * look::kGrid);
  connect(&draft_, &Draft::changed, this, &ChangeList::refresh);
  const auto choose = [this](QTreeWidgetItem* item) { emit chosen(item->text(0)); };
  connect(this, &QTreeWidget::itemClicked, this, choose);
}

void ChangeList::showEvent(QShowEvent* event) {
  QTreeWidget::showEvent(event);
  refresh();
}

void ChangeList::refresh() {
  if (!isVisible()) return;
  clear();
  std::map<std::string, std::string> before, after;
  try {
    collectLeaves(parse_yaml(draft_.originalText().toStdString(), ""), "", before);
  } catch (const Error&) {
    return;  // an original that was broken has nothing to compare with
  }
  collectLeaves(draft_.tree(), "", after);
  std::map<std::string, int> keys;
  for (const auto& [key, value] : before) keys[key];
  for (const auto& [key, value] : after) keys[key];
  const auto text = [](const std::map<std::string, std::string>& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? tr("(none)") : QString::fromStdString(found->second);
  };
  for (const auto& [key, unused] : keys) {
    if (text(before, key) != text(after, key))
      new QTreeWidgetItem(this, {QString::fromStdString(key), text(before, key), text(after, key)});
  }
}

}  // namespace warmstart
