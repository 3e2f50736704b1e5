// Above a text in the Token view: what the frames of its chosen tokens mean, with how many there
// are of each in the sample and in all watched ones; or the denoiser of the sample and how often
// each was drawn. Hidden where nothing of that kind was recorded.
#pragma once
#include <QWidget>

#include "views/tokens/corruption.h"

class QLabel;

namespace warmstart {

class TokenFlow;

class CorruptionLegend : public QWidget {
  Q_OBJECT
 public:
  explicit CorruptionLegend(QWidget* parent = nullptr);
  void setCorruption(const Corruption& corruption);
  /// All that it says, as one line of text.
  QString text() const;

 private:
  void showFates(const Corruption& corruption);
  void showDenoiser(const Corruption& corruption);
  QLabel* words_;
  TokenFlow* frames_;
  QString names_;
};

}  // namespace warmstart
