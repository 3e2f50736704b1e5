#include "plugins/text/io/cache.h"

#include <cstdlib>
#include <optional>

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "core/base/tensor_file.h"

namespace warmstart::text {
namespace {

constexpr const char* kCacheVersion = "text-2";  // changes when an algorithm does

std::optional<Path> text_cache_folder() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  if (const std::string own = variable("WARMSTART_CACHE"); !own.empty()) return Path(own) / "text";
  if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty())
    return Path(xdg) / "warmstart" / "text";
  if (const std::string home = variable("HOME"); !home.empty())
    return Path(home) / ".cache" / "warmstart" / "text";
  return std::nullopt;
}

std::string key_of(const std::vector<std::string>& parts) {
  Sha256 hash;
  hash.update(kCacheVersion);
  for (const std::string& part : parts) {
    hash.update(std::to_string(part.size()) + ":");
    hash.update(part);
  }
  return hash.hex();
}

std::optional<std::string> read_cached(const Path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const TensorFile tensors = TensorFile::open(file, true);
    const Array* bytes = tensors.find("bytes");
    if (bytes == nullptr) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(bytes->data.data()), bytes->data.size());
  } catch (const Error&) {
    return std::nullopt;  // damaged: it is made anew
  }
}

void write_cached(const Path& file, const std::string& bytes) {
  try {
    create_folders(file.parent_path());
    write_tensor_file(file, {},
                      {{"bytes",
                        Dtype::kUint8,
                        {static_cast<std::int64_t>(bytes.size())},
                        std::as_bytes(std::span(bytes))}});
  } catch (const Error&) {
    // The next run makes it again.
  }
}

}  // namespace

std::string cached_bytes(const std::vector<std::string>& parts,
                         const std::function<std::string()>& make) {
  const std::optional<Path> folder = text_cache_folder();
  if (!folder) return make();
  const Path file = *folder / (key_of(parts) + ".safetensors");
  if (std::optional<std::string> known = read_cached(file)) return *std::move(known);
  std::string bytes = make();
  write_cached(file, bytes);
  return bytes;
}

}  // namespace warmstart::text
