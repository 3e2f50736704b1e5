// The layers of a model by their names, with a field that finds those of a large model. The current
// layer is the one whose histograms are shown; all chosen ones are drawn as lines. Owned by the
// layers page.
#pragma once
#include <QWidget>
#include <string>
#include <vector>

class QKeyEvent;
class QLabel;
class QLineEdit;
class QListView;
class QStringListModel;

namespace warmstart::live {

class LayerList : public QWidget {
  Q_OBJECT
 public:
  explicit LayerList(QWidget* parent = nullptr);
  /// What was chosen stays chosen where its name is there again; else the first layer is.
  void setLayers(const std::vector<std::string>& names);
  int current() const;              ///< -1 = there are no layers
  std::vector<int> chosen() const;  ///< in the order of the model, also those that are not found
  void choose(int layer);           ///< this one alone
  void toggle(int layer);           ///< adds it, or takes it away unless it is the only one
  /// Moves the choice as if the key was pressed in the list.
  void passKey(QKeyEvent* event);

 signals:
  void changed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void connectParts();
  void find(const QString& text);
  void chooseFound(bool all);
  QStringListModel* model_;
  QLineEdit* search_;
  QListView* view_;
  QLabel* nothing_;
};

}  // namespace warmstart::live
