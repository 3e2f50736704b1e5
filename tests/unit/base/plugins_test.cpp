#include "core/catalog/plugins.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace warmstart {
namespace {

namespace fs = std::filesystem;

// A folder of plugins made for one test. Each library leaves a mark when any of its code runs.
class Plugins : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("c++ --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no compiler";
    root_ = fs::temp_directory_path() / ("warmstart_plugins_" + std::to_string(getpid()));
    fs::remove_all(root_);
    fs::create_directories(root_);
    fs::permissions(root_, fs::perms(0755));
    setenv("WARMSTART_PLUGIN_PATH", root_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("WARMSTART_PLUGIN_PATH");
    if (!root_.empty()) fs::remove_all(root_);
  }

  void make(const std::string& name, const std::string& manifest,
            const std::string& abi = kPluginAbi) {
    const fs::path folder = root_ / name;
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms(0755));
    std::ofstream(folder / "plugin.json") << manifest;
    const fs::path source = root_ / (name + ".cpp");
    std::ofstream(source) << "#include <cstdio>\nstatic int mark = [] { std::fclose(std::fopen(\""
                          << ran(name).string() << "\", \"w\")); return 0; }();\n"
                          << (abi.empty()
                                  ? ""
                                  : "extern \"C\" const char* warmstart_plugin_abi() { return \"" +
                                        abi + "\"; }\n");
    const std::string library = (folder / "lib.so").string();
    ASSERT_EQ(std::system(("c++ -shared -fPIC -o " + library + " " + source.string()).c_str()), 0);
    fs::permissions(library, fs::perms(0755));
  }
  fs::path ran(const std::string& name) const { return root_ / (name + ".ran"); }
  static std::string manifest(const std::string& name, const std::string& abi = kPluginAbi,
                              const std::string& library = "lib.so") {
    return Json({{"name", name},
                 {"version", "2.1"},
                 {"abi", abi},
                 {"summary", "s"},
                 {"library", library}})
        .dump();
  }
  PluginStatus load(const std::string& name) {
    for (const PluginStatus& status : load_plugins(std::vector<std::string>{name})) {
      if (status.name == name) return status;
    }
    return {};
  }
  void expect_refused(const std::string& name, const std::string& reason) {
    const PluginStatus status = load(name);
    EXPECT_EQ(status.state, "failed");
    EXPECT_NE(status.error.find(reason), std::string::npos) << status.error;
    EXPECT_FALSE(fs::exists(ran(name))) << "its code ran";
  }

  fs::path root_;
};

TEST_F(Plugins, LoadOnceAndOnlyWhenAskedFor) {
  make("fine", manifest("fine"));
  EXPECT_EQ(load_plugins(std::vector<std::string>{})[0].state, "disabled");
  EXPECT_FALSE(fs::exists(ran("fine")));
  const PluginStatus status = load("fine");
  EXPECT_EQ(status.state, "loaded") << status.error;
  EXPECT_EQ(status.version, "2.1");
  EXPECT_EQ(status.to_json()["state"], "loaded");
  EXPECT_TRUE(fs::remove(ran("fine")));
  EXPECT_EQ(load("fine").state, "loaded");
  EXPECT_FALSE(fs::exists(ran("fine"))) << "loaded twice";
}

TEST_F(Plugins, AreRefusedBeforeAnyOfTheirCodeRuns) {
  make("old", manifest("old", "0"));
  expect_refused("old", "it is made for contract \"0\", this program has \"1\"");
  make("silent", R"({"name": "silent", "library": "lib.so"})");
  expect_refused("silent", "it is made for contract \"\"");
  make("renamed", manifest("other"));
  expect_refused("renamed", "its name \"other\" is not its folder's name");
  make("outside", manifest("outside", kPluginAbi, "../fine/lib.so"));
  expect_refused("outside", "must be the name of a file in the plugin's folder");
  make("missing", manifest("missing", kPluginAbi, "none.so"));
  expect_refused("missing", "the plugin's library is missing");
  make("garbled", "{\"name\": ");
  expect_refused("garbled", "plugin.json is no JSON object");
  expect_refused("absent", "not installed");
}

TEST_F(Plugins, InFoldersThatOthersMayWriteAreRefused) {
  make("shared", manifest("shared"));
  fs::permissions(root_ / "shared", fs::perms(0775));
  expect_refused("shared", "other users may change it");
  fs::permissions(root_ / "shared", fs::perms(0755));
  fs::permissions(root_ / "shared/lib.so", fs::perms(0757));
  expect_refused("shared", "other users may change it");
  fs::permissions(root_ / "shared/lib.so", fs::perms(0755));
  fs::permissions(root_, fs::perms(0777));
  expect_refused("shared", "other users may change it");
}

TEST_F(Plugins, WhoseCodeDisagreesWithTheManifestFail) {
  make("liar", manifest("liar"), "0");
  EXPECT_NE(load("liar").error.find("its code is made for contract \"0\""), std::string::npos);
  make("mute", manifest("mute"), "");
  EXPECT_NE(load("mute").error.find("it has no entry point"), std::string::npos);
  make("broken", manifest("broken"));
  std::ofstream(root_ / "broken/lib.so") << "no library";
  EXPECT_EQ(load("broken").state, "failed");
}

TEST_F(Plugins, AreNotSoughtInRelativeFolders) {
  setenv("WARMSTART_PLUGIN_PATH", "plugins:/abs/one:.:/abs/two", 1);
  const std::vector<fs::path> path = plugin_search_path();
  EXPECT_EQ(path[0], "/abs/one");
  EXPECT_EQ(path[1], "/abs/two");
  for (const fs::path& folder : path) EXPECT_TRUE(folder.is_absolute());
}

TEST_F(Plugins, AreNamedByTheComponentsOfARecipe) {
  const Value tree = parse_yaml(
      "title: medical.x and audio.y\n"
      "data: {d: {dataset: medical.image_pairs, root: a.b, transforms: [vision.flip, {type: "
      "text.crop}]}}\n"
      "model: unet\n"
      "stages: {s: {objective: {type: graph.link, ratio: 0.5}, from: models/a.ckpt, optimizer: "
      "sgd}}\n"
      "measure: [{on: d, metrics: [satellite.iou, dice], inference: none}]\n"
      "capture: [{inspector: science.map}]\n"
      "claim: {better: a.d.dice, than: b.d.dice}\n",
      "r.yaml");
  EXPECT_EQ(plugins_named_in(tree), (std::vector<std::string>{"graph", "medical", "satellite",
                                                              "science", "text", "vision"}));
}

}  // namespace
}  // namespace warmstart
