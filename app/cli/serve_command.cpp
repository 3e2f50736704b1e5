// serve: the queue runner in the foreground, or detached.
#include <atomic>
#include <csignal>
#include <ctime>

#include "app/cli/commands.h"
#include "core/base/error.h"
#include "core/run/detached_runner.h"
#include "core/run/runner.h"

namespace warmstart {
namespace {

std::atomic<bool> serve_asked_to_stop{false};

struct ServeOptions : CommonOptions {
  bool until_idle = false, detach = false;
  std::int64_t slots = 0;
  double heartbeat = 60, grace = 10;
};

void declare_serve(CLI::App& app, ServeOptions& o) {
  declare_common(app, o);
  app.add_flag("--until-idle", o.until_idle, "end when nothing runs and nothing can start");
  app.add_flag("--detach", o.detach,
               "go on in the background; its lines go to serve.log in the workspace");
  app.add_option("--slots", o.slots, "jobs at once on the CPU, or on each GPU")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--heartbeat", o.heartbeat,
                 "seconds of silence until a job is called not responding; default 60")
      ->type_name("S");
  app.add_option("--grace", o.grace, "seconds from asking a job to end to ending it; default 10")
      ->type_name("S");
}

void stop_serving_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { serve_asked_to_stop = true; };
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void print_event(const Json& event, bool json) {
  if (json) {
    std::cout << event.dump() << std::endl;
    return;
  }
  const auto now = static_cast<std::time_t>(event.value("time", 0.0));
  std::tm parts{};
  localtime_r(&now, &parts);
  char clock[16];
  std::strftime(clock, sizeof clock, "%H:%M:%S", &parts);
  std::cout << clock << "  job " << event.value("job", 0) << "  " << event.value("event", "")
            << "  " << event.value("text", "") << "  " << event.value("run", "") << std::endl;
}

void print_places(const std::vector<Device>& devices) {
  std::cout << "serving:";
  for (const Device& device : devices) {
    std::cout << " " << device.name << " (" << device.places
              << (device.places == 1 ? " job" : " jobs") << " at once"
              << (device.description.empty() ? "" : ", " + device.description) << ")";
  }
  std::cout << std::endl;
}

int serve(const ServeOptions& options) {
  const Path folder = workspace_folder(options);
  if (options.detach) {
    if (const auto holder = ServeLock::holder(folder)) {
      throw Error("a runner is already at work here: " + *holder, folder.string(),
                  "nothing else is needed");
    }
    Workspace::open(folder);  // its problems are told here, not in a log
    start_detached_runner(this_program(), folder);
    if (!options.json)
      std::cout << "runner started; its lines: " << (folder / "serve.log").string() << "\n";
    return 0;
  }
  Workspace workspace = Workspace::open(folder);
  RunnerOptions runner_options;
  runner_options.devices = find_devices(folder, {WARMSTART_WITH_CUDA != 0, options.slots});
  runner_options.until_idle = options.until_idle;
  runner_options.heartbeat_seconds = options.heartbeat;
  runner_options.grace_seconds = options.grace;
  runner_options.say = [&](const Json& event) { print_event(event, options.json); };
  const std::vector<Device> devices = runner_options.devices;
  const Path worker = sibling_program("warmstart-worker", "WARMSTART_WORKER");
  stop_serving_on_signals();
  Runner runner(workspace, std::move(runner_options), std::make_unique<LocalExecutor>(worker));
  if (!options.json) print_places(devices);
  const std::size_t left = runner.run(serve_asked_to_stop);
  if (left > 0 && !options.json) {
    std::cout << left << (left == 1 ? " job goes" : " jobs go")
              << " on; the next `warmstart serve` takes over" << std::endl;
  }
  return 0;
}

}  // namespace

void add_serve_command(CLI::App& app, Invocation& invocation) {
  add_command<ServeOptions>(app, invocation, "serve", "run queued jobs on this machine's devices",
                            declare_serve, serve);
}

}  // namespace warmstart
