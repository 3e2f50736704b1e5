#include "views/live/alert_rules_popup.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

struct RuleRow {
  QString text;
  QString suffix;  ///< "" = the rule has no threshold
  double scale;    ///< of what is shown to what is stored
  double most;
  int decimals;
};

std::array<RuleRow, kAlertRules> ruleRows() {
  return {{{AlertRulesPopup::tr("The loss is not a finite number"), QString(), 1, 1, 0},
           {AlertRulesPopup::tr("The validation metric does not improve over"),
            AlertRulesPopup::tr(" validations"), 1, 1000, 0},
           {AlertRulesPopup::tr("The gradient norm is above its running median"),
            AlertRulesPopup::tr(" times"), 1, 10000, 1},
           {AlertRulesPopup::tr("The loss is above its running median"),
            AlertRulesPopup::tr(" times"), 1, 10000, 1},
           {AlertRulesPopup::tr("Share of the time that waits for the loader"),
            QStringLiteral(" %"), 0.01, 100, 0},
           {AlertRulesPopup::tr("Share of the disk that is free falls below"), QStringLiteral(" %"),
            0.01, 100, 0}}};
}

}  // namespace

AlertRulesPopup::AlertRulesPopup(const AlertSettings& settings, QWidget* parent)
    : QFrame(parent, Qt::Popup), settings_(settings) {
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid);
  const auto rows = ruleRows();
  for (std::size_t rule = 0; rule < kAlertRules; ++rule) {
    const RuleRow& row = rows[rule];
    auto* on = new QCheckBox(row.text, this);
    on->setChecked(settings.on[rule]);
    grid->addWidget(on, static_cast<int>(rule), 0);
    connect(on, &QCheckBox::toggled, this, [this, rule](bool checked) {
      settings_.on[rule] = checked;
      emit changed(settings_);
    });
    if (row.suffix.isEmpty()) continue;
    auto* limit = new QDoubleSpinBox(this);
    limit->setDecimals(row.decimals);
    limit->setRange(1, row.most);
    limit->setSuffix(row.suffix);
    limit->setValue(settings.threshold[rule] / row.scale);
    limit->setEnabled(settings.on[rule]);
    limit->setAccessibleName(row.text);
    grid->addWidget(limit, static_cast<int>(rule), 1);
    connect(on, &QCheckBox::toggled, limit, &QWidget::setEnabled);
    connect(limit, &QDoubleSpinBox::valueChanged, this, [this, rule, scale = row.scale](double v) {
      settings_.threshold[rule] = v * scale;
      emit changed(settings_);
    });
  }
}

}  // namespace warmstart::live
