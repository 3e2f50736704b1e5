// What was done to a text before the model read it, as a "tokens" capture says: what became of each
// chosen token, or by which denoiser spans were hidden, and how often that happens in all watched
// samples. Made and drawn by the Token view.
#pragma once
#include <QColor>
#include <QCoreApplication>
#include <QString>
#include <array>
#include <optional>
#include <vector>

#include "views/inspect/capture.h"

namespace warmstart {

enum class TokenFate { kUntouched, kMasked, kReplaced, kKept };
constexpr std::size_t kTokenFates = 4;

struct Denoiser {
  QString mode;  ///< R, X, S or C
  double mean_span = 0, rate = 0;
  /// "R: short spans, about 3 tokens each, 15 % of the text".
  QString text() const;
};

struct Corruption {
  Q_DECLARE_TR_FUNCTIONS(Corruption)
 public:
  std::vector<TokenFate> fates;                ///< of each place; empty = not recorded
  std::array<int, kTokenFates> here{};         ///< places of the sample, by fate
  std::array<int, kTokenFates> in_all{};       ///< of all watched samples
  QString source;                              ///< of replacements: uniform, unigram, tfidf
  std::optional<Denoiser> denoiser;            ///< of the sample
  std::vector<std::pair<QString, int>> modes;  ///< how many watched samples have each

  TokenFate fateOf(std::size_t place) const {
    return place < fates.size() ? fates[place] : TokenFate::kUntouched;
  }
};

/// Throws Error where the array of fates does not fit the sample's `places`.
Corruption corruptionOf(const Capture& capture, int sample, std::int64_t places);

/// "masked"; for tables and legends.
QString fateName(TokenFate fate);
/// What tells the fates apart beside their frames' colours: "≠ " replaced, "= " kept.
QString fateSign(TokenFate fate);
QColor fateColour(TokenFate fate);
Qt::PenStyle fateLine(TokenFate fate);
/// "the whole vocabulary, evenly" for "uniform".
QString sourceText(const QString& source);

}  // namespace warmstart
