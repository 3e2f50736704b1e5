#include "plugins/text/io/sentencepiece_library.h"

#include <dlfcn.h>

#include <filesystem>

#include "core/base/error.h"

namespace warmstart::text {
namespace {

constexpr const char* kSentencePieceFile = "sentencepiece.so";

/// The folder of the plugin, or WARMSTART_TEXT_LIBRARIES of a program that links the readers alone.
std::filesystem::path sentencepiece_file() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&sentencepiece_library), &info) != 0) {
    const auto beside = std::filesystem::path(info.dli_fname).parent_path() / kSentencePieceFile;
    if (std::filesystem::exists(beside)) return beside;
  }
  return std::filesystem::path(WARMSTART_TEXT_LIBRARIES) / kSentencePieceFile;
}

const SentencePieceLibrary* load_sentencepiece() {
  const std::filesystem::path file = sentencepiece_file();
  // Deep binding: the library's own protobuf comes before the one that is loaded already.
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  void* entry = handle != nullptr ? dlsym(handle, kSentencePieceEntry) : nullptr;
  if (entry == nullptr) {
    throw Error(std::string("the SentencePiece library does not load: ") + dlerror(), file.string(),
                "install it again, or use another tokenizer", ErrorKind::kMachine);
  }
  return reinterpret_cast<const SentencePieceLibrary* (*)()>(entry)();
}

}  // namespace

const SentencePieceLibrary& sentencepiece_library() {
  static const SentencePieceLibrary* const library = load_sentencepiece();
  return *library;
}

}  // namespace warmstart::text
