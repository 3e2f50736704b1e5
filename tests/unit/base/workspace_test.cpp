#include "core/run/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/base/error.h"
#include "core/run/migrations.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::TemporaryFolder;

std::string problem_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

RunInfo info_of(const std::string& arm = "scratch", std::int64_t seed = 0) {
  RunInfo info;
  info.recipe = "medical/Hippo campus";
  info.title = "Hippocampus";
  info.arm = arm;
  info.seed = seed;
  return info;
}

TEST(Workspace, OpensAnEmptyFolderTwice) {
  TemporaryFolder folder;
  Workspace::open(folder.path() / "deep" / "ws");
  Workspace again = Workspace::open(folder.path() / "deep" / "ws");
  EXPECT_TRUE(std::filesystem::is_directory(again.runs_dir()));
  EXPECT_TRUE(std::filesystem::is_directory(again.cache_dir()));
  EXPECT_EQ(schema_version(again.root() / "workspace.db"), workspace_migrations().back().version);
}

TEST(Workspace, SeveralProgramsMayMakeItAtOnce) {
  for (int round = 0; round < 20; ++round) {
    TemporaryFolder folder;
    std::vector<std::string> said(4);
    std::vector<std::thread> openers;
    for (std::string& word : said) {
      openers.emplace_back(
          [&word, &folder] { word = problem_of([&] { Workspace::open(folder.path() / "ws"); }); });
    }
    for (std::thread& opener : openers) opener.join();
    EXPECT_THAT(said, Each("no error")) << "round " << round;
  }
}

TEST(Workspace, GivesRunsReadableSortableNames) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const RunFolder run = workspace.create_run(info_of("multi-stage", 3), "steps: 1\n");
  EXPECT_THAT(run.id(), MatchesRegex("[0-9]{8}-[0-9]{6}-hippo_campus-multi_stage-s3-[0-9a-z]{4}"));
}

TEST(Workspace, KeepsWhatARunWasMadeOf) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const RunFolder run = workspace.create_run(info_of("pretrained", 2), "title: x\n");
  EXPECT_EQ(read_file(run.recipe()), "title: x\n");
  const RunInfo info = read_run_info(run);
  EXPECT_EQ(info.run, run.id());
  EXPECT_EQ(info.arm, "pretrained");
  EXPECT_EQ(info.seed, 2);
  EXPECT_EQ(info.version, program_version());
  EXPECT_FALSE(info.host.empty());
  const RunRecord record = workspace.find_run(run.id());
  EXPECT_EQ(record.state, "created");
  EXPECT_EQ(record.info.recipe, "medical/Hippo campus");
  EXPECT_EQ(record.info.created, info.created);
}

TEST(Workspace, FindsARunByPrefixOrPartAndSaysWhenItIsAmbiguous) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  RunInfo first = info_of(), second = info_of();
  first.run = "20260101-000000-a-s0-aaaa";
  second.run = "20260102-000000-b-s0-bbbb";
  workspace.create_run(first, "");
  workspace.create_run(second, "");
  EXPECT_EQ(workspace.find_run("20260102").info.run, second.run);
  EXPECT_EQ(workspace.find_run("aaaa").info.run, first.run);
  EXPECT_EQ(problem_of([&] { workspace.find_run("2026"); }),
            "'2026' fits several runs; " + first.run + ", " + second.run + "; give more of the id");
  EXPECT_EQ(problem_of([&] { workspace.find_run("zzzz"); }),
            "no run 'zzzz'; " + workspace.runs_dir().string() + "; list them with: warmstart runs");
}

TEST(Workspace, ListsTheNewestFirstAndFilters) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  for (int i = 0; i < 4; ++i) {
    RunInfo info = info_of(i % 2 == 0 ? "scratch" : "pretrained", i);
    info.run = "run-" + std::to_string(i);
    info.created = "2026-01-0" + std::to_string(i + 1) + "T00:00:00Z";
    workspace.create_run(info, "");
  }
  workspace.set_run_state("run-2", "failed", "disk full");
  workspace.add_tag("run-1", "good");
  EXPECT_EQ(workspace.list_runs().front().info.run, "run-3");
  EXPECT_EQ(workspace.list_runs({.limit = 2}).size(), 2U);
  EXPECT_EQ(workspace.list_runs({.arm = "pretrained"}).size(), 2U);
  EXPECT_EQ(workspace.list_runs({.recipe = "Hippo"}).size(), 4U);
  ASSERT_EQ(workspace.list_runs({.state = "failed"}).size(), 1U);
  EXPECT_EQ(workspace.list_runs({.state = "failed"}).front().error, "disk full");
  ASSERT_EQ(workspace.list_runs({.tag = "good"}).size(), 1U);
  EXPECT_EQ(workspace.list_runs({.tag = "good"}).front().info.run, "run-1");
}

TEST(Workspace, KeepsTagsAndNotes) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const std::string run = workspace.create_run(info_of(), "").id();
  for (const char* tag : {"b", "a", "b"}) workspace.add_tag(run, tag);
  workspace.set_note(run, "first");
  workspace.set_note(run, "second; with 'quotes'");
  EXPECT_EQ(workspace.find_run(run).tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(workspace.find_run(run).note, "second; with 'quotes'");
  workspace.remove_tag(run, "a");
  EXPECT_EQ(workspace.find_run(run).tags, std::vector<std::string>{"b"});
  EXPECT_THAT(problem_of([&] { workspace.remove_tag(run, "a"); }),
              HasSubstr("the run has no tag 'a'"));
  EXPECT_THAT(problem_of([&] { workspace.add_tag(run, "x,y"); }),
              HasSubstr("'x,y' cannot be a tag"));
}

TEST(Workspace, ReadsARunWhoseProcessDiedAsInterrupted) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const std::string run = workspace.create_run(info_of(), "").id();
  workspace.set_run_state(run, "running");
  EXPECT_EQ(workspace.find_run(run).state, "running") << "we are alive";
  Lease dead = Lease::mine();
  dead.start += 1;  // our number, but another process
  workspace.database().run("UPDATE runs SET lease = ? WHERE id = ?", dead.text(), run);
  EXPECT_EQ(workspace.find_run(run).state, "interrupted");
  EXPECT_EQ(workspace.list_runs({.state = "running"}).size(), 0U);
}

TEST(Workspace, IndexesStepsAndMeasuresOfARun) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const RunFolder run = workspace.create_run(info_of(), "");
  {
    EventWriter events(run.events());
    events.write("start", {{"total_steps", 2}}, true);
    events.write("stage", {{"stage", "finetune"}, {"index", 0}, {"steps", 2}, {"global_step", 0}},
                 true);
    events.write(
        "step",
        {{"stage", "finetune"}, {"step", 2}, {"global_step", 2}, {"scalars", {{"loss", 0.5}}}},
        true);
    events.write("measure",
                 {{"on", "test"},
                  {"stage", "finetune"},
                  {"global_step", 2},
                  {"metrics", {{"dice", 0.75}, {"dice.1", {{"mean", 0.5}}}, {"hd95", nullptr}}}},
                 true);
  }
  workspace.index_run(run.id());
  workspace.index_run(run.id());  // again changes nothing
  EXPECT_EQ(workspace.find_run(run.id()).step, 2);
  EXPECT_EQ(workspace.find_run(run.id()).total_steps, 2);
  const std::vector<MeasureRecord> measures = workspace.measures(run.id());
  ASSERT_EQ(measures.size(), 3U);
  EXPECT_EQ(measures[0].data + "." + measures[0].metric, "test.dice");
  EXPECT_EQ(measures[0].value, 0.75);
  EXPECT_EQ(measures[1].value, 0.5);
  EXPECT_EQ(measures[2].value, std::nullopt);
}

TEST(Workspace, TakesInCopiedRunFoldersAndLeavesDamagedOnesOut) {
  TemporaryFolder here, there;
  Workspace source = Workspace::open(there.path());
  const std::string run = source.create_run(info_of("pretrained", 5), "").id();
  EventWriter(source.run_folder(run).events()).write("done", Json::object(), true);
  const std::string damaged = source.create_run(info_of(), "").id();
  write_atomically(source.run_folder(damaged).state(), "{\"run\": 1");
  Workspace workspace = Workspace::open(here.path());
  std::filesystem::copy(source.runs_dir(), workspace.runs_dir(),
                        std::filesystem::copy_options::recursive);
  const AdoptedFolders adopted = workspace.adopt_folders();
  EXPECT_EQ(adopted.count, 1);
  ASSERT_EQ(adopted.problems.size(), 1U);
  EXPECT_THAT(adopted.problems.front(), HasSubstr(damaged));
  EXPECT_EQ(workspace.find_run(run).state, "done");
  EXPECT_EQ(workspace.find_run(run).info.seed, 5);
  EXPECT_EQ(workspace.adopt_folders().count, 0);
}

TEST(Workspace, RecordsClaims) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  const std::int64_t experiment = workspace.create_experiment("check", "r", "t", "small");
  workspace.record_claim(
      {experiment, "r", "small", "a.test.dice > b.test.dice", "holds", {{"p", 0.02}}, 0});
  workspace.record_claim({0, "other", "small", "c", "not_shown", Json::object(), 0});
  ASSERT_EQ(workspace.list_claims("r").size(), 1U);
  EXPECT_EQ(workspace.list_claims("r").front().detail["p"], 0.02);
  EXPECT_EQ(workspace.list_claims("r").front().experiment, experiment);
  EXPECT_EQ(workspace.list_claims().size(), 2U);
}

TEST(Workspace, SaysWhatIsWrongWithADamagedDatabase) {
  TemporaryFolder folder;
  write_atomically(folder.path() / "workspace.db", std::string(4096, 'x'));
  const std::string problem = problem_of([&] { Workspace::open(folder.path()); });
  EXPECT_THAT(problem, HasSubstr((folder.path() / "workspace.db").string()));
}

constexpr Migration kOne{1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7);"};
constexpr Migration kTwo{2, "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 3;"};
constexpr Migration kBroken{2, "ALTER TABLE a ADD COLUMN y INTEGER; CREATE TABLE a (x);"};

TEST(Workspace, MigratesAnOlderSchemaAfterABackup) {
  TemporaryFolder folder;
  const Path file = folder.path() / "workspace.db";
  const std::vector<Migration> old{kOne}, now{kOne, kTwo};
  {
    Database database(file);
    migrate(database, old);
  }
  EXPECT_EQ(schema_version(file), 1);
  {
    Database database(file);
    migrate(database, now);
    Statement row = database.query("SELECT x, y FROM a");
    ASSERT_TRUE(row.next());
    EXPECT_EQ(row.integer(0), 7);
    EXPECT_EQ(row.integer(1), 3);
  }
  EXPECT_EQ(schema_version(file), 2);
  EXPECT_EQ(schema_version(file.string() + ".v1.backup"), 1);
  Database backup(file.string() + ".v1.backup", Database::Mode::kReadOnly);
  EXPECT_TRUE(backup.query("SELECT x FROM a").next());
}

TEST(Workspace, KeepsTheOldSchemaWhenAMigrationFails) {
  TemporaryFolder folder;
  Database database(folder.path() / "workspace.db");
  migrate(database, std::vector<Migration>{kOne});
  const std::vector<Migration> broken{kOne, kBroken};
  EXPECT_THROW(migrate(database, broken), Error);
  EXPECT_THROW(database.query("SELECT y FROM a"), Error) << "half of the migration stayed";
  Statement version = database.query("PRAGMA user_version");
  ASSERT_TRUE(version.next());
  EXPECT_EQ(version.integer(0), 1);
}

TEST(Workspace, RefusesANewerSchemaAndLeavesItUntouched) {
  TemporaryFolder folder;
  const Path file = folder.path() / "workspace.db";
  {
    Workspace workspace = Workspace::open(folder.path());
    workspace.database().script("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  }
  const std::string before = read_file(file);
  const std::string known = std::to_string(workspace_migrations().back().version);
  EXPECT_EQ(problem_of([&] { Workspace::open(folder.path()); }),
            "workspace has schema 99, this program knows up to " + known + "; " + file.string() +
                "; open it with the newer Warmstart that wrote it; nothing was changed");
  EXPECT_EQ(read_file(file), before);
}

}  // namespace
}  // namespace warmstart
