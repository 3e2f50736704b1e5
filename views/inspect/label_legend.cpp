#include "views/inspect/label_legend.h"

#include <QVBoxLayout>

#include "views/look/swatch.h"
#include "views/look/theme.h"

namespace warmstart {
LabelLegend::LabelLegend(VolumeScene& scene, QWidget* parent)
    : QWidget(parent), scene_(scene), column_(new QVBoxLayout(this)) {
  column_->setContentsMargins(0, 0, 0, 0);
  column_->setSpacing(2);
}

void LabelLegend::setLabels(const std::vector<NamedLabel>& labels) {
  if (labels == labels_) return;
  labels_ = labels;
  while (QLayoutItem* item = column_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (const auto& [label, name] : labels_) {
    auto* box = new QCheckBox(name, this);
    box->setChecked(scene_.classShown(label));
    box->setIcon(look::swatch(look::label(scene_.classes().of(label))));
    connect(box, &QCheckBox::toggled, this,
            [this, label = label](bool shown) { scene_.setClassShown(label, shown); });
    column_->addWidget(box);
  }
}

}  // namespace warmstart
