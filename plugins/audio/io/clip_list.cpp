#include "plugins/audio/io/clip_list.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>
#include <set>

#include "core/base/error.h"
#include "core/base/random.h"
#include "plugins/audio/io/clip_table.h"
#include "plugins/audio/io/sound_file.h"

namespace warmstart::audio {
namespace {

std::regex pattern_of(const std::string& pattern, const char* key) {
  try {
    std::regex compiled(pattern);
    if (compiled.mark_count() == 1) return compiled;
  } catch (const std::regex_error&) {
    throw Error("'" + pattern + "' is not a regular expression", key, "for example ^([0-9]+)_");
  }
  throw Error("'" + pattern + "' needs one group in parentheses", key, "for example ^([0-9]+)_");
}

std::string found_by(const std::regex& pattern, const Path& file, const char* key) {
  std::smatch match;
  const std::string stem = file.stem().string();
  if (std::regex_search(stem, match, pattern)) return match[1].str();
  throw Error(std::string("the name does not fit ") + key, file.string(),
              "correct the pattern, or move the file away");
}

bool is_whole(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc{} && end == text.data() + text.size();
}

void apply_patterns(std::vector<Clip>& clips, const ClipListOptions& options) {
  if (!options.label_pattern.empty()) {
    const std::regex pattern = pattern_of(options.label_pattern, "label_pattern");
    for (Clip& clip : clips) clip.labels = {found_by(pattern, clip.file, "label_pattern")};
  }
  if (!options.group_pattern.empty()) {
    const std::regex pattern = pattern_of(options.group_pattern, "group_pattern");
    for (Clip& clip : clips) clip.group = found_by(pattern, clip.file, "group_pattern");
  }
}

std::vector<Clip> clips_in_folder(const Path& root) {
  std::vector<Clip> clips;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !is_sound_name(entry.path())) continue;
    const Path below = entry.path().lexically_relative(root);
    Clip clip;
    clip.file = entry.path();
    clip.name = Path(below).replace_extension().string();
    clip.where = entry.path().string();
    if (below.has_parent_path()) clip.labels = {below.begin()->string()};
    clips.push_back(std::move(clip));
  }
  std::sort(clips.begin(), clips.end(),
            [](const Clip& a, const Clip& b) { return a.name < b.name; });
  return clips;
}

bool named(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string part_of(const Clip& clip, const PartOptions& options) {
  if (!clip.part.empty()) return clip.part;
  const std::string& group = clip.group.empty() ? clip.name : clip.group;
  if (named(options.test_groups, group)) return "test";
  if (named(options.validation_groups, group)) return "validation";
  // A group's part is a function of its name alone: the same in every data entry.
  const double place = Random(mix_seed(0, "audio.part/" + group)).uniform();
  if (place < options.test_share) return "test";
  return place < options.test_share + options.validation_share ? "validation" : "train";
}

void check_groups(const std::vector<Clip>& clips, const std::vector<std::string>& wanted) {
  std::set<std::string> groups;
  for (const Clip& clip : clips) groups.insert(clip.group);
  for (const std::string& group : wanted) {
    if (groups.count(group) > 0) continue;
    std::string known;
    for (const std::string& one : groups) known += (known.empty() ? "" : ", ") + one;
    throw Error("there is no group '" + group + "'", "audio data", "the groups are: " + known);
  }
}

}  // namespace

std::vector<Clip> find_clips(const ClipListOptions& options) {
  std::vector<Clip> clips;
  if (std::filesystem::is_directory(options.root)) {
    clips = clips_in_folder(options.root);
  } else if (std::filesystem::is_regular_file(options.root)) {
    clips = read_clip_table(options);
  } else {
    throw Error("there is no such folder or table", options.root.string(), "check the name");
  }
  if (clips.empty())
    throw Error("no sound files there", options.root.string(), "give WAV, FLAC, OGG or MP3 files");
  apply_patterns(clips, options);
  return clips;
}

std::vector<Clip> clips_of_files(const std::vector<std::string>& paths) {
  std::vector<Clip> clips;
  for (const std::string& path : paths) {
    Clip clip;
    clip.file = path;
    clip.name = clip.file.filename().string();
    clip.where = path;
    clips.push_back(std::move(clip));
  }
  return clips;
}

std::vector<std::string> class_names_of(const std::vector<Clip>& clips) {
  std::set<std::string> found;
  for (const Clip& clip : clips) found.insert(clip.labels.begin(), clip.labels.end());
  std::vector<std::string> names(found.begin(), found.end());
  if (std::all_of(names.begin(), names.end(), is_whole)) {
    std::sort(names.begin(), names.end(),
              [](const auto& a, const auto& b) { return std::stoll(a) < std::stoll(b); });
  }
  return names;
}

std::vector<std::size_t> clips_of_part(const std::vector<Clip>& clips, const PartOptions& options) {
  check_groups(clips, options.test_groups);
  check_groups(clips, options.validation_groups);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (options.part == "all" || part_of(clips[i], options) == options.part) places.push_back(i);
  }
  if (!places.empty()) return places;
  throw Error("no clip falls into the part '" + options.part + "'", "audio data",
              "name its groups, give it a share, or correct the table");
}

std::vector<Clip> few_of_each(std::vector<Clip> clips, std::int64_t per_class, std::int64_t draw) {
  const auto place = [&](const Clip& clip) {
    return Random(mix_seed(static_cast<std::uint64_t>(draw), "audio.few/" + clip.name)).bits();
  };
  std::sort(clips.begin(), clips.end(),
            [&](const Clip& a, const Clip& b) { return place(a) < place(b); });
  std::map<std::string, std::int64_t> taken;
  std::vector<Clip> few;
  for (Clip& clip : clips) {
    const std::string label = clip.labels.empty() ? "" : clip.labels.front();
    if (++taken[label] <= per_class) few.push_back(std::move(clip));
  }
  return few;
}

}  // namespace warmstart::audio
