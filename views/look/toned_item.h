// A row of a tree whose colours follow the palette: each is asked for when it is painted.
#pragma once
#include <QTreeWidgetItem>
#include <functional>
#include <map>

namespace warmstart::look {

class TonedItem final : public QTreeWidgetItem {
 public:
  using QTreeWidgetItem::QTreeWidgetItem;

  void setTone(int column, std::function<QColor()> tone) { tones_[column] = std::move(tone); }

  QVariant data(int column, int role) const override {
    const auto tone = tones_.find(column);
    if (role == Qt::ForegroundRole && tone != tones_.end()) return QBrush(tone->second());
    return QTreeWidgetItem::data(column, role);
  }

 private:
  std::map<int, std::function<QColor()>> tones_;
};

}  // namespace warmstart::look
