// A worker without torch that keeps the real one's contract: reads its run folder, resumes from the
// newest valid checkpoint, logs a loss each step, obeys control.jsonl and SIGTERM, exits 0, 2, 3
// or 4. Its "training" is a recurrence whose every value depends on all before, so that a wrong
// resume shows in the series. recipe.yaml of such a run holds plain lines "key: value": steps,
// every (steps a checkpoint), delay_ms, fail_at, segfault_at, deaf (1: ignores SIGTERM and
// control), silent_at (stops writing for 100 s).
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <thread>

#include "core/base/error.h"
#include "core/run/run_folder.h"
#include "core/run/workspace.h"

namespace warmstart {
namespace {

std::atomic<bool> terminated{false};

struct FakeRecipe {
  std::map<std::string, long> values{{"steps", 20},    {"every", 5},        {"delay_ms", 1},
                                     {"fail_at", -1},  {"segfault_at", -1}, {"deaf", 0},
                                     {"silent_at", -1}};
  long at(const std::string& key) const { return values.at(key); }
};

FakeRecipe read_fake_recipe(const RunFolder& folder) {
  FakeRecipe recipe;
  std::istringstream in(read_file(folder.recipe()));
  std::string key;
  for (long value = 0; in >> key >> value;) {
    key.pop_back();
    if (!recipe.values.contains(key))
      throw Error("unknown key " + key, folder.recipe().string(), "remove it");
    recipe.values[key] = value;
  }
  return recipe;
}

struct FakeState {
  long step = 0;
  double loss = 1.0;
};

std::string checkpoint_text(const FakeState& state) {
  char text[64];
  std::snprintf(text, sizeof text, "%ld %.17g end", state.step, state.loss);
  return text;
}

void save_state(const RunFolder& folder, const FakeState& state) {
  write_atomically(folder.checkpoints() / ("step-" + std::to_string(state.step) + ".ckpt"),
                   checkpoint_text(state));
}

/// The newest that is whole.
FakeState load_state(const RunFolder& folder) {
  FakeState newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder.checkpoints())) {
    if (entry.path().extension() != ".ckpt") continue;
    FakeState state;
    std::string end;
    std::istringstream in(read_file(entry.path()));
    if (in >> state.step >> state.loss >> end && end == "end" && state.step > newest.step)
      newest = state;
  }
  return newest;
}

/// Two workers on one run at the same time would be the queue's worst fault.
bool alone(const RunFolder& folder) {
  const int fd = open((folder.root / "alone.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  write_atomically(folder.root / "twice.txt", "two workers at once");
  return false;
}

bool asked_to_stop(EventReader& control) {
  bool stop = terminated;
  for (const Json& command : control.poll()) {
    stop =
        stop || command.value("command", "") == "stop" || command.value("command", "") == "pause";
  }
  return stop;
}

void misbehave(const FakeRecipe& recipe, long step) {
  if (step == recipe.at("segfault_at")) {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer has its own
    raise(SIGSEGV);
  }
  if (step == recipe.at("fail_at"))
    throw Error("loss is not finite", "step " + std::to_string(step), "lower the learning rate",
                ErrorKind::kMachine);
  if (step == recipe.at("silent_at")) std::this_thread::sleep_for(std::chrono::seconds(100));
}

int train(const RunFolder& folder, const std::string& device) {
  const FakeRecipe recipe = read_fake_recipe(folder);
  const RunInfo info = read_run_info(folder);
  const long steps = recipe.at("steps") + info.extra_steps;
  EventReader control(folder.control());
  control.poll();
  EventWriter events(folder.events());
  FakeState state = load_state(folder);
  events.write(state.step == 0 ? "start" : "resume",
               {{"stage", "main"},
                {"step", state.step},
                {"global_step", state.step},
                {"total_steps", steps},
                {"device", device}},
               true);
  while (state.step < steps) {
    ++state.step;
    state.loss =
        0.9 * state.loss + 0.001 * static_cast<double>((state.step * 7919 + info.seed) % 101);
    events.write("step", {{"stage", "main"},
                          {"step", state.step},
                          {"global_step", state.step},
                          {"scalars", {{"loss", state.loss}}}});
    events.flush();  // to the system, not to the disk: kills do not lose it, and tests stay quick
    misbehave(recipe, state.step);
    if (state.step % recipe.at("every") == 0) save_state(folder, state);
    std::this_thread::sleep_for(std::chrono::milliseconds(recipe.at("delay_ms")));
    if (recipe.at("deaf") == 0 && asked_to_stop(control)) {
      save_state(folder, state);
      events.write("stopped", {{"stage", "main"}}, true);
      return 3;
    }
  }
  save_state(folder, state);
  events.write("measure",
               {{"on", "test"},
                {"stage", "main"},
                {"global_step", state.step},
                {"metrics", {{"dice", 1 - state.loss}, {"dice.1", 0.25}, {"plugin.error", 0.125}}}},
               true);
  events.write("done", Json::object(), true);
  return 0;
}

int work(const RunFolder& folder, const std::string& device) {
  if (!alone(folder)) return 4;
  std::signal(SIGTERM, [](int) { terminated = true; });
  try {
    return train(folder, device);
  } catch (const Error& error) {
    EventWriter(folder.events()).write("failed", {{"error", error.what()}}, true);
    std::cerr << "error: " << error.what() << std::endl;
    return static_cast<int>(error.kind());
  }
}

/// What the real `resolve` prints, for a recipe file of plain lines.
int resolve(const std::string& recipe, int argc, char** argv) {
  if (!std::filesystem::exists(recipe)) {
    std::cerr << "error: no recipe '" << recipe << "'; recipes; see warmstart recipes\n";
    return 2;
  }
  Json seeds = Json::array(), arms = {"main"};
  for (int i = 3; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--seed") == 0) seeds.push_back(std::stol(argv[i + 1]));
    if (std::strcmp(argv[i], "--arm") == 0) arms = {argv[i + 1]};
  }
  if (seeds.empty()) seeds = {0, 1};
  std::cout << Json{{"recipe", "test/fake"}, {"title", "A recurrence"}, {"arms", arms},
                    {"seeds", seeds},        {"profile", "small"},      {"text", read_file(recipe)}}
                   .dump()
            << "\n";
  return 0;
}

}  // namespace
}  // namespace warmstart

int main(int argc, char** argv) {
  const std::string command = argc > 2 ? argv[1] : "";
  if (command == "work" && argc > 4) return warmstart::work({argv[2]}, argv[4]);
  if (command == "resolve") return warmstart::resolve(argv[2], argc, argv);
  for (int i = 1; i < argc; ++i) std::cout << argv[i] << "\n";  // shows what was handed over
  return 7;
}
