// SentencePiece models (Kudo and Richardson 2018), byte-pair or unigram, trained here or read from
// a .model file.
#pragma once
#include <string>
#include <vector>

#include "core/base/files.h"
#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

/// Error when the bytes are no model; `where` names them.
TokenizerPointer sentencepiece(const std::string& model, const std::string& where);
TokenizerPointer sentencepiece_from_file(const Path& model);

/// `kind`: "bpe" or "unigram". Equal texts give equal models. A text is split into its lines.
/// Error when the texts cannot fill `size` pieces or have more characters than that.
TokenizerPointer train_sentencepiece(const std::vector<std::string>& texts, std::int64_t size,
                                     const std::string& kind);

}  // namespace warmstart::text
