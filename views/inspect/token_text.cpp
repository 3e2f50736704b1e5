#include "views/inspect/token_text.h"

#include <algorithm>

#include "views/inspect/array_values.h"
#include "views/inspect/matrix.h"

namespace warmstart {
namespace {

constexpr QChar kWordStart(0x2581);  // SentencePiece
constexpr QChar kByteSpace(0x0120);  // byte-level tokenizers
constexpr QChar kByteLine(0x010A);

bool startsWord(const QString& piece) {
  return piece.startsWith(kWordStart) || piece.startsWith(kByteSpace);
}

/// [PAD], [CLS], <s>: no part of the text.
bool isSpecial(const QString& piece) {
  return piece.size() > 2 && ((piece.startsWith(u'[') && piece.endsWith(u']')) ||
                              (piece.startsWith(u'<') && piece.endsWith(u'>')));
}

}  // namespace

void setApart(const std::vector<ShownToken*>& tokens) {
  const auto any = [&](auto holds) {
    return std::any_of(tokens.begin(), tokens.end(),
                       [&](const ShownToken* token) { return holds(token->piece); });
  };
  const bool own_spaces = any(startsWord);
  // Characters and bytes: their spaces are tokens themselves.
  const bool letters =
      !any([](const QString& piece) { return piece.size() > 2 && !isSpecial(piece); });
  for (ShownToken* token : tokens) {
    const QString& piece = token->piece;
    token->apart = own_spaces ? startsWord(piece) || token->mark
                   : letters  ? token->mark
                              : !piece.startsWith(QLatin1String("##"));
  }
}

QString pieceText(const QString& piece) {
  if (isSpecial(piece)) return piece;
  QString text = piece;
  if (text.size() > 2 && text.startsWith(QLatin1String("##"))) text.remove(0, 2);
  text.replace(kWordStart, u' ').replace(kByteSpace, u' ').replace(kByteLine, u'\n');
  if (startsWord(piece) && text.size() > 1) text.remove(0, 1);
  return visibleText(text);
}

QString joinedPieces(const QStringList& pieces) {
  std::vector<ShownToken> tokens;
  for (const QString& piece : pieces) {
    if (!isSpecial(piece)) tokens.push_back({piece});
  }
  std::vector<ShownToken*> all;
  for (ShownToken& token : tokens) all.push_back(&token);
  setApart(all);
  QString text;
  for (const ShownToken& token : tokens) {
    if (token.apart && !text.isEmpty()) text += u' ';
    QString piece = token.piece;
    if (piece.size() > 2 && piece.startsWith(QLatin1String("##"))) piece.remove(0, 2);
    text += piece.remove(kWordStart).remove(kByteSpace).replace(kByteLine, u'\n');
  }
  return text.simplified();
}

bool endsLine(const QString& piece) { return piece.endsWith(u'\n') || piece.endsWith(kByteLine); }

QString sampleText(const Capture& capture, int sample) {
  return joinedPieces(sampleTexts(capture, "tokens", sample));
}

}  // namespace warmstart
