// What an empty panel shows: one sentence that says what to do next, and one button that does it.
#pragma once
#include <QLabel>
#include <QPushButton>
#include <QWidget>
#include <functional>

namespace warmstart {

class EmptyState : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyState(QWidget* parent = nullptr);
  /// `button` "" = no button.
  void setContent(const QString& icon, const QString& sentence, const QString& button = {},
                  std::function<void()> act = {});
  QString sentence() const { return sentence_->text(); }

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fitSentence();
  void paintIcon();
  QString icon_name_;
  QLabel* icon_;
  QLabel* sentence_;
  QPushButton* button_;
  std::function<void()> act_;
};

}  // namespace warmstart
