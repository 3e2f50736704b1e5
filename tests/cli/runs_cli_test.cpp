#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "core/base/json.h"
#include "core/base/tensor_file.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

/// Two finished runs of the fake worker, made once for all tests that only look.
class RunsCli : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    testing::write_devices(folder_->path(), 2);
    Workspace workspace = Workspace::open(folder_->path());
    Queue queue(workspace);
    for (int seed = 0; seed < 2; ++seed) {
      runs_[static_cast<std::size_t>(seed)] =
          queue
              .submit(
                  testing::fake_job("steps: 4\nevery: " + std::to_string(seed + 2) + "\n", seed))
              .run;
    }
    testing::warmstart_command(folder_->path(), {"serve", "--until-idle"});
  }
  static void TearDownTestSuite() { delete folder_; }

  CommandResult warmstart(std::vector<std::string> arguments) {
    return testing::warmstart_command(folder_->path(), std::move(arguments));
  }
  Json json(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const CommandResult result = warmstart(arguments);
    EXPECT_EQ(result.status.code, 0) << result.errors;
    return Json::parse(result.output, nullptr, false);
  }

  static TemporaryFolder* folder_;
  static std::array<std::string, 2> runs_;
};

TemporaryFolder* RunsCli::folder_ = nullptr;
std::array<std::string, 2> RunsCli::runs_;

TEST_F(RunsCli, ListsRunsWithFilters) {
  EXPECT_EQ(json({"runs"}).size(), 2U);
  EXPECT_EQ(json({"runs", "--state", "failed"}).size(), 0U);
  EXPECT_EQ(json({"runs", "--limit", "1"}).size(), 1U);
  EXPECT_THAT(warmstart({"runs", "--recipe", "nothing"}).output, HasSubstr("no runs"));
}

TEST_F(RunsCli, ListsEachMetricButNotItsParts) {
  const std::string listed = warmstart({"runs"}).output;
  EXPECT_THAT(listed, HasSubstr("plugin.error 0.125"));
  EXPECT_THAT(listed, ::testing::Not(HasSubstr("dice.1")));
}

TEST_F(RunsCli, ShowsOneRun) {
  const CommandResult result = warmstart({"show", runs_[1]});
  EXPECT_THAT(result.output, HasSubstr("run           " + runs_[1] + "\n"));
  EXPECT_THAT(result.output, HasSubstr("seed          1\n"));
  EXPECT_THAT(result.output, HasSubstr("state         done\n"));
  EXPECT_THAT(result.output, HasSubstr("measured on  after stage  metric"));
  const Json shown = json({"show", runs_[1]});
  EXPECT_EQ(shown["measures"][0]["metric"], "dice");
  EXPECT_EQ(shown["step"], 4);
}

TEST_F(RunsCli, PrintsMetricsAsTableCsvAndJson) {
  EXPECT_THAT(warmstart({"metrics", runs_[0]}).output, HasSubstr("loss         4"));
  const std::vector<double> losses = testing::undisturbed_losses(4, 0);
  EXPECT_EQ(json({"metrics", runs_[0]})["scalars"]["loss"]["value"], Json(losses));
  const std::string csv = warmstart({"metrics", runs_[0], "--csv"}).output;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  EXPECT_THAT(csv, ::testing::StartsWith("step,stage,time,loss\n1,"));
  EXPECT_THAT(csv, HasSubstr("," + Json(losses[3]).dump() + "\n"));
}

TEST_F(RunsCli, WritesAFileForTensorBoard) {
  const Path folder = folder_->path() / "board";
  const CommandResult result = warmstart({"metrics", runs_[0], "--tensorboard", folder.string()});
  EXPECT_EQ(result.status.code, 0) << result.errors;
  const Path file = result.output.substr(0, result.output.size() - 1);
  EXPECT_GT(std::filesystem::file_size(file), 100U);
}

TEST_F(RunsCli, ComparesResultsAndSettings) {
  const Json compared = json({"compare", runs_[0], runs_[1]});
  EXPECT_EQ(compared["runs"].size(), 2U);
  EXPECT_EQ(compared["results"]["last loss"], Json({testing::undisturbed_losses(4, 0).back(),
                                                    testing::undisturbed_losses(4, 1).back()}));
  EXPECT_EQ(compared["settings"]["every"], Json({"2", "3"}));
  EXPECT_EQ(compared["settings"]["seed"], Json({0, 1}));
  EXPECT_FALSE(compared["settings"].contains("steps")) << "equal settings are left out";
  EXPECT_THAT(warmstart({"compare", runs_[0], runs_[1]}).output,
              HasSubstr("setting that differs  run 1  run 2"));
  EXPECT_EQ(warmstart({"compare", runs_[0]}).status.code, 2);
}

TEST_F(RunsCli, TagsAndNotesARun) {
  EXPECT_EQ(json({"tag", runs_[0], "good", "paper"})["tags"], Json({"good", "paper"}));
  EXPECT_EQ(json({"runs", "--tag", "good"}).size(), 1U);
  EXPECT_EQ(json({"tag", runs_[0], "good", "--remove"})["tags"], Json({"paper"}));
  json({"note", runs_[0], "first sign of it"});
  EXPECT_THAT(warmstart({"show", runs_[0]}).output, HasSubstr("note          first sign of it\n"));
}

TEST_F(RunsCli, ListsShowsAndCopiesCaptures) {
  EXPECT_THAT(warmstart({"captures", runs_[1]}).output, HasSubstr("no captures"));
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  const Path folder = folder_->path() / "runs" / runs_[0] / "captures" / "50";
  std::filesystem::create_directories(folder);
  write_tensor_file(folder / "attention.safetensors", {{"kind", "attention"}},
                    {{"weights", Dtype::kFloat32, {2, 3}, std::as_bytes(std::span(values))}});
  const Json list = json({"captures", runs_[0]});
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["step"], 50);
  EXPECT_EQ(list[0]["name"], "attention");
  EXPECT_THAT(warmstart({"capture", runs_[0], "50", "attention"}).output,
              HasSubstr("weights  F32   [2,3]"));
  const Path copy = folder_->path() / "copy.safetensors";
  EXPECT_EQ(warmstart({"capture", runs_[0], "50", "attention", "--out", copy.string()}).status.code,
            0);
  EXPECT_EQ(read_file(copy), read_file(folder / "attention.safetensors"));
  const CommandResult missing = warmstart({"capture", runs_[0], "51", "attention"});
  EXPECT_EQ(missing.status.code, 2);
  EXPECT_EQ(missing.errors, "error: no capture of 'attention' at step 51; " + runs_[0] +
                                "; list them with: warmstart captures " + runs_[0] + "\n");
}

TEST_F(RunsCli, ADamagedCaptureIsNotCopied) {
  const Path folder = folder_->path() / "runs" / runs_[0] / "captures" / "60";
  std::filesystem::create_directories(folder);
  const std::vector<float> values(64, 1.5F);
  write_tensor_file(folder / "x.safetensors", {},
                    {{"v", Dtype::kFloat32, {64}, std::as_bytes(std::span(values))}});
  std::string bytes = read_file(folder / "x.safetensors");
  bytes[bytes.size() - 9] ^= 1;
  write_atomically(folder / "x.safetensors", bytes);
  const Path copy = folder_->path() / "damaged.safetensors";
  const CommandResult result = warmstart({"capture", runs_[0], "60", "x", "--out", copy.string()});
  EXPECT_NE(result.status.code, 0);
  EXPECT_THAT(result.errors, HasSubstr("x.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(RunsCli, PrintsVersionHelpAndACompletionThatBashAccepts) {
  EXPECT_EQ(warmstart({"version"}).output, "warmstart " + program_version() + "\n");
  const CommandResult help = run_command({testing::warmstart_program().string(), "--help"});
  EXPECT_EQ(help.status.code, 0);
  for (const char* command : {"run ", "check ", "submit ", "export ", "doctor ", "metrics "})
    EXPECT_THAT(help.output, HasSubstr(command));
  const Path script = folder_->path() / "completion.bash";
  write_atomically(script, warmstart({"completion", "bash"}).output);
  const CommandResult words = run_command(
      {"bash", "-c",
       "source " + script.string() +
           "; COMP_WORDS=(warmstart submit --pri); COMP_CWORD=2; _warmstart; echo ${COMPREPLY[@]};"
           "COMP_WORDS=(warmstart ru); COMP_CWORD=1; _warmstart; echo ${COMPREPLY[@]}"});
  EXPECT_EQ(words.errors, "");
  EXPECT_EQ(words.output, "--priority\nrun runs\n");
}

}  // namespace
}  // namespace warmstart
