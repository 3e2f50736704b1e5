#include "plugins/audio/io/stem_pairs.h"

#include <map>

#include "core/base/error.h"
#include "core/base/random.h"

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

std::vector<Clip> part_in(const Path& folder, const std::string& group_pattern,
                          const PartOptions& part) {
  std::vector<Clip> clips = find_clips({.root = folder, .group_pattern = group_pattern}), kept;
  for (const std::size_t i : clips_of_part(clips, part)) kept.push_back(std::move(clips[i]));
  return kept;
}

/// Each voice with a song of its part.
std::vector<StemPair> drawn_pairs(const StemPairOptions& options) {
  PartOptions song_part = options.part;  // songs have no singers to name
  song_part.test_groups.clear(), song_part.validation_groups.clear();
  const std::vector<Clip> songs = part_in(options.root / options.song, "", song_part);
  std::vector<StemPair> pairs;
  for (const Clip& voice :
       part_in(options.root / options.voice, options.group_pattern, options.part)) {
    const auto last = static_cast<std::int64_t>(songs.size()) - 1;
    const Clip& song = songs[static_cast<std::size_t>(
        Random(mix_seed(0, "audio.pair/" + voice.name)).integer(0, last))];
    pairs.push_back({voice.name, voice.file, song.file, voice.group});
  }
  return pairs;
}

std::vector<StemPair> of_part(const std::vector<StemPair>& all, const PartOptions& part) {
  std::vector<Clip> named(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    named[i].name = all[i].name, named[i].group = all[i].group;
  std::vector<StemPair> pairs;
  for (const std::size_t i : clips_of_part(named, part)) pairs.push_back(all[i]);
  return pairs;
}

}  // namespace

std::vector<StemPair> find_stem_pairs(const StemPairOptions& options) {
  if (options.drawn) return drawn_pairs(options);
  std::vector<StemPair> pairs;
  if (options.voice.empty() != options.song.empty()) {
    throw Error("one stem has a folder and the other has not", options.root.string(),
                "name both, or neither for stereo files");
  }
  const auto voices = stems_in(options.root / options.voice, options.group_pattern);
  if (options.voice.empty()) {
    for (const auto& [name, clip] : voices)
      pairs.push_back({name, clip.file, clip.file, clip.group});
    return of_part(pairs, options.part);
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
  return of_part(pairs, options.part);
}

}  // namespace warmstart::audio
