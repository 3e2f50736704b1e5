#include "views/live/alert_rules_popup.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>

#include "views/look/theme.h"

namespace warmstart::live {
namespace {

struct RuleRow {
  const char* text;
  const char* suffix;  ///< "" = the rule has no threshold
  double scale;        ///< of what is shown to what is stored
  double most;
  int decimals;
};

const std::array<RuleRow, kAlertRules> kRows{
    {{QT_TR_NOOP("The loss is not a finite number"), "", 1, 1, 0},
     {QT_TR_NOOP("The validation metric does not improve over"), QT_TR_NOOP(" validations"), 1,
      1000, 0},
     {QT_TR_NOOP("The gradient norm is above its running median"), QT_TR_NOOP(" times"), 1, 10000,
      1},
     {QT_TR_NOOP("The loss is above its running median"), QT_TR_NOOP(" times"), 1, 10000, 1},
     {QT_TR_NOOP("Share of the time that waits for the loader"), " %", 0.01, 100, 0},
     {QT_TR_NOOP("Share of the disk that is free falls below"), " %", 0.01, 100, 0}}};

}  // namespace

AlertRulesPopup::AlertRulesPopup(const AlertSettings& settings, QWidget* parent)
    : QFrame(parent, Qt::Popup), settings_(settings) {
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid, 2 * look::kGrid);
  for (std::size_t rule = 0; rule < kAlertRules; ++rule) {
    const RuleRow& row = kRows[rule];
    auto* on = new QCheckBox(tr(row.text), this);
    on->setChecked(settings.on[rule]);
    grid->addWidget(on, static_cast<int>(rule), 0);
    connect(on, &QCheckBox::toggled, this, [this, rule](bool checked) {
      settings_.on[rule] = checked;
      emit changed(settings_);
    });
    if (*row.suffix == '\0') continue;
    auto* limit = new QDoubleSpinBox(this);
    limit->setDecimals(row.decimals);
    limit->setRange(1, row.most);
    limit->setSuffix(tr(row.suffix));
    limit->setValue(settings.threshold[rule] / row.scale);
    limit->setEnabled(settings.on[rule]);
    limit->setAccessibleName(tr(row.text));
    grid->addWidget(limit, static_cast<int>(rule), 1);
    connect(on, &QCheckBox::toggled, limit, &QWidget::setEnabled);
    connect(limit, &QDoubleSpinBox::valueChanged, this, [this, rule, scale = row.scale](double v) {
      settings_.threshold[rule] = v * scale;
      emit changed(settings_);
    });
  }
}

}  // namespace warmstart::live
