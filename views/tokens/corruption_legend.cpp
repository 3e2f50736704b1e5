#include "views/tokens/corruption_legend.h"

#include <QLabel>
#include <QVBoxLayout>
#include <numeric>

#include "views/look/theme.h"
#include "views/tokens/token_flow.h"

namespace warmstart {

CorruptionLegend::CorruptionLegend(QWidget* parent)
    : QWidget(parent), words_(new QLabel(this)), frames_(new TokenFlow(this)) {
  words_->setIndent(look::kGrid);
  words_->setWordWrap(true);
  words_->setAccessibleName(tr("What was done to the text"));
  frames_->setFocusPolicy(Qt::NoFocus);
  frames_->setAttribute(Qt::WA_TransparentForMouseEvents);
  frames_->setAccessibleName(tr("Legend of the frames"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(words_);
  column->addWidget(frames_);
}

void CorruptionLegend::setCorruption(const Corruption& corruption) {
  names_.clear();
  const bool fates = !corruption.fates.empty();
  frames_->setVisible(fates);
  if (fates) showFates(corruption);
  if (corruption.denoiser) showDenoiser(corruption);
  setVisible(fates || corruption.denoiser);
}

void CorruptionLegend::showFates(const Corruption& corruption) {
  const int all = std::accumulate(corruption.in_all.begin() + 1, corruption.in_all.end(), 0);
  std::vector<TokenChip> chips;
  QStringList names;
  for (const TokenFate fate : {TokenFate::kMasked, TokenFate::kReplaced, TokenFate::kKept}) {
    const auto at = static_cast<std::size_t>(fate);
    const QString name = tr("%1%2: %L3 here, %L4 in all samples (%5 %)")
                             .arg(fateSign(fate), fateName(fate))
                             .arg(corruption.here[at])
                             .arg(corruption.in_all[at])
                             .arg(all > 0 ? 100.0 * corruption.in_all[at] / all : 0.0, 0, 'f', 1);
    chips.push_back({.text = name,
                     .apart = true,
                     .framed = true,
                     .frame = fateColour(fate),
                     .line = fateLine(fate)});
    names += name;
  }
  frames_->setChips(std::move(chips));
  names_ = names.join(QStringLiteral("; "));
  frames_->setAccessibleDescription(names_);
  words_->setText(
      tr("The chosen tokens; replacements are drawn from %1:").arg(sourceText(corruption.source)));
}

void CorruptionLegend::showDenoiser(const Corruption& corruption) {
  QStringList modes;
  for (const auto& [mode, count] : corruption.modes)
    modes += QStringLiteral("%1 %L2").arg(mode).arg(count);
  words_->setText(tr("Denoiser of this sample: %1. Drawn for the watched samples: %2.")
                      .arg(corruption.denoiser->text(), modes.join(QStringLiteral(", "))));
}

QString CorruptionLegend::text() const {
  return names_.isEmpty() ? words_->text() : words_->text() + QLatin1Char(' ') + names_;
}

}  // namespace warmstart
