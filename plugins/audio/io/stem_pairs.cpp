#include "plugins/audio/io/stem_pairs.h"

#include <map>

#include "core/base/error.h"
#include "plugins/audio/io/clip_list.h"

namespace warmstart::audio {
namespace {

std::map<std::string, Clip> stems_in(const Path& folder, const std::string& group_pattern) {
  std::map<std::string, Clip> stems;
  for (Clip& clip : find_clips({.root = folder, .group_pattern = group_pattern})) {
    const auto [place, fresh] = stems.try_emplace(clip.name, clip);
    if (fresh) continue;
    throw Error("two files are called " + clip.name, folder.string(), "rename one");
  }
  return stems;
}

}  // namespace

std::vector<StemPair> find_stem_pairs(const StemPairOptions& options) {
  std::vector<StemPair> pairs;
  if (options.voice.empty() != options.song.empty()) {
    throw Error("one stem has a folder and the other has not", options.root.string(),
                "name both, or neither for stereo files");
  }
  const auto voices = stems_in(options.root / options.voice, options.group_pattern);
  if (options.voice.empty()) {
    for (const auto& [name, clip] : voices)
      pairs.push_back({name, clip.file, clip.file, clip.group});
    return pairs;
  }
  const auto songs = stems_in(options.root / options.song, options.group_pattern);
  for (const auto& [name, clip] : voices) {
    const auto song = songs.find(name);
    if (song == songs.end()) {
      throw Error("no " + options.song + " for the voice " + name, clip.file.string(),
                  "add it, or move the voice away");
    }
    pairs.push_back({name, clip.file, song->second.file, clip.group});
  }
  for (const auto& [name, clip] : songs) {
    if (voices.count(name) > 0) continue;
    throw Error("no " + options.voice + " for the song " + name, clip.file.string(),
                "add it, or move the song away");
  }
  return pairs;
}

}  // namespace warmstart::audio
