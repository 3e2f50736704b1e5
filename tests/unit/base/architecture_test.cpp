// Who may include whom (see CONTRIBUTING.md), how long a file may be and what it may not be called:
// read from the sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace warmstart {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Texts = std::vector<std::string>;

constexpr int kMostLines = 500;

bool begins(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

bool begins_with_any(const std::string& text, const Texts& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const std::string& start) { return begins(text, start); });
}

bool is_qt(const std::string& header) {
  const bool qt_class =
      header.size() > 1 && header[0] == 'Q' && std::isalpha(static_cast<unsigned char>(header[1]));
  return qt_class || begins_with_any(header, {"qcustomplot", "qt", "vtk"});
}

bool is_torch(const std::string& header) {
  return begins_with_any(header, {"torch/", "ATen/", "c10/", "caffe2/"}) ||
         header == "core/base/torch_headers.h";
}

/// Every header that the text includes, without quotes or brackets.
Texts included_headers(const std::string& text) {
  Texts headers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t at = line.find_first_not_of(" \t");
    if (at == std::string::npos || line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
    const std::size_t open = line.find_first_of("\"<", at);
    if (open == std::string::npos) continue;
    headers.push_back(line.substr(open + 1, line.find_first_of("\">", open + 1) - open - 1));
  }
  return headers;
}

const Texts kBaseFolders{"core/base/", "core/recipe/", "core/catalog/",
                         "core/run/",  "core/claim/",  "core/pathway/"};
const Texts kProjectFolders{"core/", "plugins/", "views/", "app/", "tests/"};

/// One part of the program: which files it is, what it may not know, and what of the project it
/// may.
struct Part {
  Texts folders;
  bool torch, qt;
  Texts may_include;
};

/// "plugins/NAME/" of a path there, else "".
std::string plugin_of(const std::string& path) {
  if (!begins(path, "plugins/") || path.find('/', 8) == std::string::npos) return "";
  return path.substr(0, path.find('/', 8) + 1);
}

Texts joined(Texts first, const Texts& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// The rules for a file; the first part whose folders match holds.
Part part_of(const std::string& path) {
  const std::string plugin = plugin_of(path);
  const Texts plain{plugin + "io/", plugin + "geometry/"};
  const std::vector<Part> parts{
      {{"core/base/"}, false, false, {"core/base/"}},
      {kBaseFolders, false, false, kBaseFolders},
      {{"core/"}, true, false, {"core/"}},
      {plugin.empty() ? Texts{} : plain, false, false, joined(plain, kBaseFolders)},
      {plugin.empty() ? Texts{} : Texts{plugin + "views/"}, false, true,
       joined(joined(plain, kBaseFolders), {"views/", plugin + "views/"})},
      {{"plugins/"}, true, false, {"core/", plugin}},
      {{"views/"}, false, true, joined(kBaseFolders, {"views/"})},
      {{"app/gui/"}, false, true, joined(kBaseFolders, {"views/", "app/"})},
      {{"app/cli/"}, false, false, joined(kBaseFolders, {"app/"})},
      {{"app/worker/"}, true, false, {"core/", "app/"}},
      {{"app/"}, false, false, joined(kBaseFolders, {"app/"})},
  };
  for (const Part& part : parts) {
    if (begins_with_any(path, part.folders)) return part;
  }
  return {{}, true, true, kProjectFolders};  // tests
}

Texts forbidden_edges(const std::string& path, const std::string& text) {
  if (path == "core/base/torch_headers.h")
    return {};  // the list of headers to precompile; no source includes it
  const Part part = part_of(path);
  Texts found;
  for (const std::string& header : included_headers(text)) {
    const bool own = begins_with_any(header, kProjectFolders);
    const bool forbidden = (is_torch(header) && !part.torch) || (is_qt(header) && !part.qt) ||
                           (own && !begins_with_any(header, part.may_include));
    if (forbidden) found.push_back(path + " includes " + header);
  }
  return found;
}

Texts vague_names(const std::string& path) {
  std::istringstream words(std::filesystem::path(path).stem().string());
  for (std::string word; std::getline(words, word, '_');) {
    for (const char* vague : {"util", "utils", "helper", "helpers", "common", "misc", "manager"}) {
      if (word == vague) return {path + " is named '" + word + "'"};
    }
  }
  return {};
}

/// A data table, laid out by hand between the two clang-format marks, does not count.
Texts overlong(const std::string& path, const std::string& text) {
  std::int64_t lines = 0;
  bool table = false;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.find("// clang-format "
                  "off") != std::string::npos)
      table = true;
    if (line.find("// clang-format "
                  "on") != std::string::npos)
      table = false;
    lines += table ? 0 : 1;
  }
  if (lines <= kMostLines) return {};
  return {path + " has " + std::to_string(lines) + " lines"};
}

struct Source {
  std::string path, text;
};

/// Sources of the project with paths from its root.
const std::vector<Source>& sources() {
  static const std::vector<Source> all = [] {
    std::vector<Source> found;
    const std::filesystem::path root = WARMSTART_SOURCE_DIR;
    for (const char* folder : {"core", "plugins", "app", "views", "tests"}) {
      if (!std::filesystem::exists(root / folder)) continue;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cpp" && extension != ".py") continue;
        std::ostringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        found.push_back({entry.path().lexically_relative(root).string(), text.str()});
      }
    }
    return found;
  }();
  return all;
}

TEST(Architecture, NoSourceIncludesWhatItMayNotKnow) {
  ASSERT_GT(sources().size(), 100U);
  Texts found;
  for (const Source& source : sources()) {
    if (source.path.ends_with(".py")) continue;
    for (const std::string& edge : forbidden_edges(source.path, source.text)) found.push_back(edge);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Architecture, EveryOwnIncludeNamesAFile) {
  for (const Source& source : sources()) {
    for (const std::string& header :
         included_headers(source.path.ends_with(".py") ? "" : source.text)) {
      if (!begins_with_any(header, {"core/", "plugins/", "views/", "app/"})) continue;
      EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(WARMSTART_SOURCE_DIR) / header))
          << source.path << ": " << header;
    }
  }
}

TEST(Architecture, NoFileIsOverlong) {
  Texts found;
  for (const Source& source : sources()) {
    for (const std::string& text : overlong(source.path, source.text)) found.push_back(text);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Architecture, NoFileHasAVagueName) {
  Texts found;
  for (const Source& source : sources()) {
    for (const std::string& text : vague_names(source.path)) found.push_back(text);
  }
  EXPECT_THAT(found, IsEmpty());
}

TEST(Architecture, PlantedEdgesAreCaught) {
  const auto edges = [](const std::string& path, const std::string& header) {
    return forbidden_edges(path, "#pragma once\n  #  include " + header + "  // why\n").size();
  };
  EXPECT_THAT(forbidden_edges("core/base/x.cpp", "#include <string>\n#include <ATen/ATen.h>\n"),
              ElementsAre("core/base/x.cpp includes ATen/ATen.h"));
  for (const char* path :
       {"core/base/x.h", "core/recipe/x.h", "core/catalog/x.h", "core/run/x.h", "core/claim/x.h",
        "plugins/medical/io/x.h", "plugins/medical/geometry/x.h", "plugins/medical/views/x.h",
        "views/x.h", "app/gui/x.h", "app/cli/x.h", "app/options.h"}) {
    for (const char* header : {"<torch/torch.h>", "<ATen/core/Tensor.h>", "<c10/core/Device.h>",
                               "\"core/train/trainer.h\"", "\"core/base/torch_headers.h\""}) {
      EXPECT_EQ(edges(path, header), 1U) << path << " " << header;
    }
  }
  for (const char* path : {"core/base/x.h", "core/train/x.cpp", "plugins/medical/io/x.h",
                           "plugins/medical/components/x.cpp", "app/cli/x.h", "app/worker/x.cpp"}) {
    for (const char* header :
         {"<QString>", "<QtCore/QObject>", "<qcustomplot.h>", "\"views/plot.h\""}) {
      EXPECT_EQ(edges(path, header), 1U) << path << " " << header;
    }
  }
  EXPECT_EQ(edges("core/base/x.h", "\"core/run/queue.h\""), 1U) << "the base of the base";
  EXPECT_EQ(edges("core/models/x.cpp", "\"plugins/medical/io/volume.h\""), 1U);
  EXPECT_EQ(edges("core/models/x.cpp", "\"app/options.h\""), 1U);
  EXPECT_EQ(edges("plugins/audio/components/x.cpp", "\"plugins/medical/io/volume.h\""), 1U)
      << "plugins are strangers";
  EXPECT_EQ(edges("plugins/audio/components/x.cpp", "\"app/options.h\""), 1U);
}

TEST(Architecture, RightfulEdgesAreNotCaught) {
  const auto fine = [](const std::string& path, const std::string& header) {
    EXPECT_THAT(forbidden_edges(path, "#include " + header + "\n"), IsEmpty());
  };
  fine("core/run/x.cpp", "\"core/base/files.h\"");
  fine("core/train/x.cpp", "<ATen/ATen.h>");
  fine("plugins/medical/components/x.cpp", "\"plugins/medical/io/volume.h\"");
  fine("plugins/medical/views/x.cpp", "\"plugins/medical/io/volume.h\"");
  fine("plugins/medical/views/x.cpp", "<QWidget>");
  fine("views/x.cpp", "<QWidget>");
  fine("app/gui/x.cpp", "\"views/runs/list.h\"");
  fine("app/worker/x.cpp", "\"core/train/session.h\"");
  fine("core/base/x.cpp", "<sys/queue.h>");
}

TEST(Architecture, PlantedNamesAndLengthsAreCaught) {
  for (const char* name : {"core/base/util.h", "core/run/run_manager.cpp", "views/plot_helpers.h",
                           "app/misc.cpp", "core/common.h"}) {
    EXPECT_EQ(vague_names(name).size(), 1U) << name;
  }
  EXPECT_THAT(vague_names("core/base/commonly_utility.h"), IsEmpty());
  EXPECT_THAT(overlong("x.cpp", std::string(500, '\n')), IsEmpty());
  EXPECT_THAT(overlong("x.cpp", std::string(501, '\n')), ElementsAre("x.cpp has 501 lines"));
  const std::string table =
      "// clang-format "
      "off\n" +
      std::string(600, '\n') +
      "// clang-format "
      "on\n";
  EXPECT_THAT(overlong("x.cpp", table), IsEmpty());
}

}  // namespace
}  // namespace warmstart
