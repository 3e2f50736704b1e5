#include "plugins/medical/io/case_list.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"
#include "plugins/medical/io/header_check.h"

namespace warmstart::medical {
namespace {

struct Layout {
  const char* images;
  const char* labels;
};
constexpr Layout kLayouts[] = {{"images", "labels"}, {"imagesTr", "labelsTr"}};

std::vector<Path> volumes_in(const Path& folder) {
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".")) continue;  // other systems leave "._case.nii.gz" behind
    if (entry.is_directory() || has_volume_ending(name)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// "case_0001" -> 1 when it ends in underscore and four digits, else -1.
int channel_of(const std::string& stem) {
  if (stem.size() < 6 || stem[stem.size() - 5] != '_') return -1;
  int channel = 0;
  for (std::size_t i = stem.size() - 4; i < stem.size(); ++i) {
    if (!std::isdigit(static_cast<unsigned char>(stem[i]))) return -1;
    channel = channel * 10 + (stem[i] - '0');
  }
  return channel;
}

std::vector<Case> one_case_a_file(const std::vector<Path>& files) {
  std::vector<Case> cases;
  for (const Path& file : files) cases.push_back({volume_stem(file), {file}, {}});
  return cases;
}

void attach_labels(std::vector<Case>& cases, const Path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw Error("there is no folder of labels", folder.string(),
                "put the labels there, or set labelled: false");
  }
  std::map<std::string, Path> labels;
  for (const Path& file : volumes_in(folder)) labels[volume_stem(file)] = file;
  for (Case& one : cases) {
    const auto found = labels.find(one.name);
    if (found == labels.end()) {
      throw Error("case " + one.name + " has no label", folder.string(),
                  "add a label file named " + one.name + ".nii.gz, or set labelled: false");
    }
    one.label = found->second;
  }
}

// nnU-Net writes {"liver": 1}, the Decathlon {"1": "liver"}.
std::vector<std::string> names_from(const Json& labels, const Path& file) {
  std::map<int, std::string> by_value;
  for (const auto& [key, value] : labels.items()) {
    if (value.is_number_integer()) {
      by_value[value.get<int>()] = key;
    } else if (value.is_string() && !key.empty() &&
               std::all_of(key.begin(), key.end(), ::isdigit) && key.size() < 6) {
      by_value[std::stoi(key)] = value.get<std::string>();
    } else {
      throw Error("label '" + key + "' is no single class", file.string(),
                  "give each class one number");
    }
  }
  std::vector<std::string> names;
  for (const auto& [value, name] : by_value) {
    if (value != static_cast<int>(names.size())) {
      throw Error("the label numbers do not count up from 0", file.string(), "number them 0, 1, 2");
    }
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> class_names_of(const Path& root) {
  const Path file = root / "dataset.json";
  if (!std::filesystem::exists(file)) return {};
  const Json json = Json::parse(read_file(file, 16 << 20), nullptr, false);
  if (!json.is_object() || !json.contains("labels") || !json["labels"].is_object()) {
    throw Error("no readable 'labels' in it", file.string(), "repair or remove the file");
  }
  return names_from(json["labels"], file);
}

void require_equal_channels(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    if (one.images.size() == cases.front().images.size()) continue;
    throw Error("case " + one.name + " has " + std::to_string(one.images.size()) +
                    " channels, case " + cases.front().name + " has " +
                    std::to_string(cases.front().images.size()),
                one.images.front().parent_path().string(), "give every case the same channels");
  }
}

}  // namespace

std::vector<Case> group_channels(std::vector<Path> files) {
  std::sort(files.begin(), files.end());
  // Only when every file carries a channel number; otherwise "scan_2021" would lose its year.
  const bool numbered =
      std::any_of(files.begin(), files.end(),
                  [](const Path& file) { return channel_of(volume_stem(file)) == 0; }) &&
      std::all_of(files.begin(), files.end(),
                  [](const Path& file) { return channel_of(volume_stem(file)) >= 0; });
  if (!numbered) return one_case_a_file(files);
  std::map<std::string, Case> cases;
  for (const Path& file : files) {
    const std::string stem = volume_stem(file);
    const std::string name = stem.substr(0, stem.size() - 5);
    Case& one = cases[name];
    one.name = name;
    if (channel_of(stem) != static_cast<int>(one.images.size())) {
      throw Error("case " + name + " lacks channel " + std::to_string(one.images.size()),
                  file.parent_path().string(), "number the channels _0000, _0001, ...");
    }
    one.images.push_back(file);
  }
  std::vector<Case> list;
  for (auto& [name, one] : cases) list.push_back(std::move(one));
  return list;
}

CaseFolder find_cases(const Path& root, bool labelled) {
  if (!std::filesystem::is_directory(root)) {
    throw Error("there is no such folder", root.string(),
                "give the folder of the data set as root");
  }
  for (const Layout& layout : kLayouts) {
    if (!std::filesystem::is_directory(root / layout.images)) continue;
    CaseFolder folder;
    folder.cases = group_channels(volumes_in(root / layout.images));
    if (folder.cases.empty()) {
      throw Error("no volumes in this folder", (root / layout.images).string(),
                  "put .nii.gz, .nii, .nrrd or .mha files there");
    }
    require_equal_channels(folder.cases);
    if (labelled) attach_labels(folder.cases, root / layout.labels);
    folder.class_names = class_names_of(root);
    return folder;
  }
  throw Error("neither images/ nor imagesTr/ in this folder", root.string(),
              "arrange it as images/ and labels/ with equal names, or as imagesTr/ and labelsTr/");
}

std::vector<std::string> read_split(const Path& split_file, const std::string& split) {
  const Json json = Json::parse(read_file(split_file, 64 << 20), nullptr, false);
  if (!json.is_object()) {
    throw Error("not a split file", split_file.string(),
                R"(write it as {"train": ["case_1"], "test": ["case_2"]})");
  }
  std::string known;
  std::map<std::string, std::string> where;
  for (const auto& [name, list] : json.items()) {
    if (!list.is_array()) continue;  // "how"
    known += (known.empty() ? "" : ", ") + name;
    for (const Json& one : list) {
      if (one.is_string() && where.emplace(one.get<std::string>(), name).second) continue;
      throw Error("entry " + one.dump() + " of '" + name + "' is no name or stands there twice",
                  split_file.string(), "list every case once");
    }
  }
  if (!json.contains(split) || !json[split].is_array()) {
    throw Error("there is no split '" + split + "'", split_file.string(), "it has: " + known);
  }
  return json[split].get<std::vector<std::string>>();
}

std::vector<Case> pick_cases(const std::vector<Case>& cases, const std::vector<std::string>& names,
                             const Path& root) {
  std::map<std::string, const Case*> by_name;
  for (const Case& one : cases) by_name[one.name] = &one;
  std::vector<Case> picked;
  for (const std::string& name : names) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      throw Error("the split names case " + name + ", which is not in the data", root.string(),
                  "give the folder that the split file was made for");
    }
    picked.push_back(*found->second);
  }
  return picked;
}

}  // namespace warmstart::medical
