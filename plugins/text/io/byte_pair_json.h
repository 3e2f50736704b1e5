// Reads the byte-pair models of a tokenizer.json: byte-level words as GPT-2, GPT-4, LLaMA 3 and
// Qwen 2 have them, or marks for spaces as LLaMA 2, Mistral and Gemma have them.
#pragma once
#include "plugins/text/io/tokenizer_file.h"

namespace warmstart::text {

/// Error naming the key where the file asks for something else.
TokenizerPointer byte_pair_from_json(const TokenizerFile& file);

}  // namespace warmstart::text
