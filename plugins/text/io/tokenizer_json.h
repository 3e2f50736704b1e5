// Reads a Hugging Face tokenizer.json: WordPiece with BERT's rules, or BPE with byte-level
// words or with marks for spaces.
// Strict: what it does not understand is an error naming the key, never a different tokenization.
// Templates that put special tokens around a text (post_processor) are the caller's business.
#pragma once
#include "core/base/files.h"
#include "plugins/text/io/tokenizer.h"

namespace warmstart::text {

TokenizerPointer tokenizer_from_json(const Path& path);

}  // namespace warmstart::text
