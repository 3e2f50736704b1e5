// One sample of a "tokens" capture as plain values: the text with loss and predictions at each
// place, what else the model read, and what it wrote. Made by the Token view, drawn by its parts.
#pragma once
#include <QString>
#include <cmath>
#include <vector>

#include "views/inspect/token_text.h"
#include "views/tokens/corruption.h"

namespace warmstart {

enum class TokenTask { kNext, kHidden, kTarget, kClass };

struct TokenPrediction {
  QString token;
  double probability = 0;
};

struct TokenPlace {
  ShownToken token;    ///< of the text: the input as it was read, or the target's own
  bool asked = false;  ///< whether something is predicted here
  QString target;      ///< the token or class that is asked for
  double loss = NAN;   ///< nats
  int rank = 0;        ///< of the target among all choices; 1 = the likeliest
  std::vector<TokenPrediction> predictions;  ///< likeliest first
};

struct WrittenText {
  QString prompt, text;
};

/// A token of a text with the number of the hidden span that it belongs to or stands for.
struct SpanToken {
  ShownToken token;
  int span = -1;  ///< -1 = none
};

struct TokenScene {
  TokenTask task = TokenTask::kNext;
  std::vector<TokenPlace> places;
  std::vector<SpanToken> read;  ///< the other text that the model read (kTarget alone)
  /// The text before anything was hidden: of kHidden as long as `places`; of kTarget where spans
  /// were hidden; empty = there is none.
  std::vector<SpanToken> original;
  Corruption corruption;
  std::vector<WrittenText> written;
  double even_loss = NAN;  ///< of the same probability for every choice
  int asked() const;
  double meanLoss() const;  ///< NaN where nothing is asked
};

/// `classes`: names of what a tagger predicts. Throws Error where the arrays do not fit together.
TokenScene tokenScene(const Capture& capture, int sample, const QStringList& classes);
/// A line a place: place, token, target, loss, rank, and each prediction with its probability.
QByteArray csvOf(const TokenScene& scene);

}  // namespace warmstart
