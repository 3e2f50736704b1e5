#include "core/run/detached_runner.h"

#include "core/base/error.h"
#include "core/run/process.h"
#include "core/run/serve_lock.h"

namespace warmstart {

void start_detached_runner(const Path& program, const Path& workspace) {
  SpawnRequest request;
  request.arguments = {program.string(), "serve", "--workspace",
                       std::filesystem::absolute(workspace).string()};
  request.output = workspace / "serve.log";
  request.new_session = true;
  ChildProcess runner = ChildProcess::spawn(request);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (ServeLock::holder(workspace)) return;
    if (runner.poll()) break;
    wait_for_any({runner.lease()}, std::chrono::milliseconds(50));
  }
  throw Error("the runner did not start", request.output.string(), "its last lines there say why",
              ErrorKind::kMachine);
}

}  // namespace warmstart
