// How tokens read to people: where words begin, what is invisible made visible, and the text that a
// row of pieces makes. Used by the views that show texts.
#pragma once
#include <QStringList>
#include <vector>

#include "views/inspect/capture.h"

namespace warmstart {

/// A token with what stands around it.
struct ShownToken {
  QString piece;       ///< as the tokenizer has it
  bool apart = false;  ///< a space stands before it
  bool mark = false;   ///< it stands for something else: a mask, a sentinel, a mode token
};

/// Sets `apart` from the tokenizer's own marks of where words begin, which it tells from all tokens
/// of a text together.
void setApart(const std::vector<ShownToken*>& tokens);
/// A piece without the tokenizer's marks of word starts; spaces and line ends made visible.
QString pieceText(const QString& piece);
/// Whether a line ends behind the piece.
bool endsLine(const QString& piece);
/// The text that pieces make, in one line and without special tokens.
QString joinedPieces(const QStringList& pieces);
/// The sample's text; "" where the capture holds no tokens.
QString sampleText(const Capture& capture, int sample);

}  // namespace warmstart
