// A small sheet in which the rules of alerts are switched off and their
// thresholds set. Opened by View > Live: alerts.
#pragma once
#include <QFrame>

#include "core/run/alerts.h"

namespace warmstart::live {

class AlertRulesPopup : public QFrame {
  Q_OBJECT
 public:
  AlertRulesPopup(const AlertSettings& settings, QWidget* parent);

 signals:
  void changed(const AlertSettings& settings);

 private:
  AlertSettings settings_;
};

}  // namespace warmstart::live
