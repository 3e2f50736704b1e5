// Every single call of the file layer fails once (and, in a second round, all from there on): what
// stood before stays valid, the error is clear, nothing is left behind.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <numeric>

#include "core/base/tensor_file.h"
#include "core/run/run_folder.h"
#include "core/run/run_history.h"
#include "tests/faults/failing_file_system.h"
#include "tests/unit/base/storage_bench.h"

namespace warmstart {
namespace {

using testing::error_of;
using testing::for_every_fault;
using testing::get_file;
using testing::ScratchFolder;
using Names = std::vector<std::string>;

/// The ways in which a call may fail.
struct Fault {
  int code;
  bool torn, for_good;
};
const std::vector<Fault> kFaults{
    {EIO, false, false}, {ENOSPC, true, false}, {EACCES, true, true}, {ENOSPC, false, true}};

void expect_clear(const std::string& error, const Fault& fault, const std::string& file) {
  const std::string reason = fault.code == ENOSPC ? "disk full: " : std::strerror(fault.code);
  EXPECT_NE(error.find(reason), std::string::npos) << error;
  EXPECT_NE(error.find(file), std::string::npos) << error;
}

void write_numbers(const Path& path, float first, std::size_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), first);
  const std::vector<std::uint8_t> flag{1};
  write_tensor_file(path, {{"first", std::to_string(first)}},
                    {{"values",
                      Dtype::kFloat32,
                      {static_cast<std::int64_t>(count)},
                      std::as_bytes(std::span(values))},
                     {"flag", Dtype::kBool, {}, std::as_bytes(std::span(flag))}});
}

float first_number(const Path& path) {
  const TensorFile file = TensorFile::open(path, true);
  float first = -1;
  std::memcpy(&first, file.find("values")->data.data(), sizeof first);
  return first;
}

TEST(StorageFaults, ATensorFileIsTheOldOneOrTheNewOne) {
  int points = 0;
  for (const Fault& fault : kFaults) {
    const ScratchFolder folder;
    const Path path = folder / "state.ckpt";
    points += for_every_fault(
        fault.code, fault.torn, fault.for_good,
        [&] {
          write_numbers(path, 1, 1000);
          write_numbers(path, 2, 1000);
        },
        [&](const std::string& error) {
          if (!error.empty()) expect_clear(error, fault, "state.ckpt");
          if (std::filesystem::exists(path)) {
            const float first = first_number(path);
            EXPECT_TRUE(first == 1 || first == 2) << error;
            if (error.empty()) {
              EXPECT_EQ(first, 2) << "success was reported";
            }
          }
          remove_stale_temporaries(folder.path());
          EXPECT_LE(folder.names().size(), 1U) << "a temporary was left";
        });
  }
  std::cout << "tensor file over a previous one: " << points << " fault points\n";
  EXPECT_GT(points, 40);
}

TEST(StorageFaults, ATextIsTheOldOneOrTheNewOne) {
  int points = 0;
  for (const Fault& fault : kFaults) {
    const ScratchFolder folder;
    testing::put_file(folder / "recipe.yaml", "old");
    points += for_every_fault(
        fault.code, fault.torn, fault.for_good,
        [&] { write_atomically(folder / "recipe.yaml", "the new text"); },
        [&](const std::string& error) {
          const std::string text = get_file(folder / "recipe.yaml");
          if (error.empty()) {
            EXPECT_EQ(text, "the new text");
          }
          if (!error.empty()) expect_clear(error, fault, "recipe.yaml");
          EXPECT_TRUE(text == "old" || text == "the new text") << text;
          EXPECT_EQ(folder.names(), Names{"recipe.yaml"});
          testing::put_file(folder / "recipe.yaml", "old");
        });
  }
  std::cout << "text: " << points << " fault points\n";
  EXPECT_GT(points, 20);
}

TEST(StorageFaults, AFailedRunCreationLeavesNothingAndCanBeRepeated) {
  int points = 0;
  for (const Fault& fault : kFaults) {
    const ScratchFolder folder;
    points += for_every_fault(
        fault.code, fault.torn, fault.for_good,
        [&] { RunFolder::create(folder / "deep/runs", "run-1"); },
        [&](const std::string& error) {
          if (!error.empty()) {
            expect_clear(error, fault, folder.path().string());
            EXPECT_FALSE(std::filesystem::exists(folder / "deep/runs/run-1")) << error;
            return;
          }
          EXPECT_TRUE(std::filesystem::is_directory(folder / "deep/runs/run-1/exports"));
          // An interrupted call is made again, so a fault may end well: the next one starts afresh.
          std::filesystem::remove_all(folder / "deep");
        });
  }
  std::cout << "run creation: " << points << " fault points\n";
  EXPECT_GE(points, 12);
}

TEST(StorageFaults, EventsAreNeitherLostNorDoubled) {
  int points = 0;
  for (const Fault& fault : kFaults) {
    if (fault.for_good) continue;  // the log can only be checked once the disk works again
    const ScratchFolder folder;
    std::vector<std::string> errors;
    const auto attempt = [&] {
      errors.clear();
      std::filesystem::remove(folder / "events.jsonl");
      EventWriter writer(folder / "events.jsonl");
      for (int i = 1; i <= 20; ++i) {
        errors.push_back(error_of([&] {
          writer.write("step", {{"global_step", i}, {"scalars", {{"loss", i}}}}, i % 4 == 0);
        }));
      }
      writer.flush();
    };
    points +=
        for_every_fault(fault.code, fault.torn, false, attempt, [&](const std::string& error) {
          std::erase(errors, "");
          if (!error.empty()) errors.push_back(error);
          EXPECT_LE(errors.size(), 1U) << "one fault, one error";
          for (const std::string& said : errors) expect_clear(said, fault, "events.jsonl");
          if (!error.empty()) return;  // the log could not be opened
          const RunHistory history = read_history({folder.path()});
          ASSERT_EQ(history.scalars.at("loss").step.size(), 20U);
          for (std::size_t i = 0; i < 20; ++i)
            EXPECT_EQ(history.scalars.at("loss").step[i], static_cast<std::int64_t>(i) + 1);
          EXPECT_LE(history.garbage_lines, 1);
        });
  }
  std::cout << "event log: " << points << " fault points\n";
  EXPECT_GE(points, 20);
}

/// Runs `body` in a child process, so that its limits and mounts are its own; its exit code.
template <class Body>
int in_child(Body body) {
  std::cout.flush();  // else the child would print it once more
  const pid_t child = fork();
  if (child == 0) {
    body();
    std::cout.flush();
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(StorageFaults, AFileSizeLimitIsAnErrorAndNoDeath) {
  const ScratchFolder folder;
  EXPECT_EQ(in_child([&] {
              signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{1 << 20, RLIM_INFINITY};
              setrlimit(RLIMIT_FSIZE, &limit);
              write_numbers(folder / "a", 1, 1000);
              const std::string error = error_of([&] { write_numbers(folder / "a", 2, 1 << 20); });
              EXPECT_EQ(error.rfind("file size limit reached: 4.0 MiB needed", 0), 0U) << error;
              EXPECT_EQ(first_number(folder / "a"), 1);
              EXPECT_EQ(folder.names(), Names{"a"});
              write_numbers(folder / "a", 3, 1000);
              EXPECT_EQ(first_number(folder / "a"), 3);
            }),
            0);
}

TEST(StorageFaults, AFullDiskIsAnErrorAndTheProgramGoesOnOnceThereIsSpace) {
  const ScratchFolder folder;
  if (mount("warmstart", folder.path().c_str(), "tmpfs", 0, "size=4m") != 0)
    GTEST_SKIP() << "may not mount a tmpfs here";
  int full = 0;
  write_numbers(folder / "a", 1, 1000);
  for (int filled = 0; filled < 30; ++filled) {
    const std::string error =
        error_of([&] { write_numbers(folder / "a", 2, (1 << 20) - 4096 + 1024 * filled); });
    if (error.empty()) continue;
    ++full;
    EXPECT_EQ(error.rfind("disk full: ", 0), 0U) << error;
    EXPECT_NO_THROW(first_number(folder / "a"));
    EXPECT_EQ(folder.names(), Names{"a"});
  }
  EXPECT_GT(full, 10);
  std::filesystem::remove(folder / "a");
  write_numbers(folder / "a", 4, 1000);
  testing::put_file(folder / "ballast", std::string(8 << 20, 'x'));
  EventWriter log(folder / "events.jsonl");
  std::string error;
  for (int i = 1; i <= 20; ++i) {
    const Json fields{{"global_step", i}, {"scalars", {{std::string(300, 'x'), i}}}};
    const std::string said = error_of([&] { log.write("step", fields, i == 20); });
    if (!said.empty()) error = said;
  }
  EXPECT_EQ(error.rfind("disk full: ", 0), 0U) << error;
  std::filesystem::remove(folder / "ballast");
  log.write("done", Json::object(), true);
  const RunHistory history = read_history({folder.path()});
  EXPECT_EQ(history.state, "done");
  EXPECT_EQ(history.scalars.at(std::string(300, 'x')).step.size(), 20U);
  write_numbers(folder / "a", 5, 1000);
  EXPECT_EQ(first_number(folder / "a"), 5);
  umount(folder.path().c_str());
}

bool eventually_newer(const Path& path, float than) {
  for (int i = 0; i < 20000; ++i, usleep(500)) {
    if (first_number(path) > than) return true;
  }
  return false;
}

TEST(StorageFaults, AProcessKilledWhileSavingLeavesAValidFile) {
  const ScratchFolder folder;
  const Path path = folder / "state.ckpt";
  write_numbers(path, 0, 20000);
  float newest = 0;
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (float i = newest + 1;; ++i) write_numbers(path, i, 20000);
    }
    // At work, then killed at some later moment of a save.
    ASSERT_TRUE(eventually_newer(path, newest));
    usleep(static_cast<useconds_t>(977 * round % 20000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    float first = -1;
    ASSERT_NO_THROW(first = first_number(path)) << round;
    EXPECT_GT(first, newest) << "an older file came back";
    newest = first;
    remove_stale_temporaries(folder.path());
    ASSERT_EQ(folder.names(), Names{"state.ckpt"}) << round;
  }
  std::cout << "50 kills between " << newest << " saves: a valid file each time\n";
}

}  // namespace
}  // namespace warmstart
