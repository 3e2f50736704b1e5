// The guide and the reference, offline: Markdown pages of resources/help, and a page about every
// component under one for its kind, made from the components themselves.
#pragma once
#include <QHash>

#include "core/base/json.h"
#include "views/desk/panel.h"

class QLineEdit;
class QTextBrowser;
class QTreeWidget;
class QTreeWidgetItem;

namespace warmstart {

class HelpPanel : public Panel {
  Q_OBJECT
 public:
  explicit HelpPanel(Desk& desk);

  /// "queue.md", "reference/objective.md", or "reference/objective/cross_entropy.md".
  void showPage(const QString& page);
  QString currentPage() const { return current_; }
  QStringList tourStops() const override;
  void showTourStop(const QString& stop) override;
  bool settled() const override { return components_asked_ == components_here_; }

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void readGuide();
  void askComponents();
  void addReference(const Json& components);
  void addKind(const QString& kind, const QString& text);
  QTreeWidgetItem* addPage(QTreeWidgetItem* parent, const QString& page, const QString& text);
  bool filterItem(QTreeWidgetItem* item, const QStringList& words);
  void filter(const QString& text);
  void render();
  QString longestPage() const;
  QTreeWidget* contents_;
  QLineEdit* search_;
  QTextBrowser* browser_;
  QTreeWidgetItem* guide_;
  QTreeWidgetItem* reference_;
  struct Page {
    QString text;  ///< Markdown
    QTreeWidgetItem* item;
  };
  QHash<QString, Page> pages_;  ///< by name
  QString current_;
  bool components_asked_ = false, components_here_ = false;
  Desk& desk_;
};

}  // namespace warmstart
