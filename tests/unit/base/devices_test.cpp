#include "core/run/devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/faults/queue_bench.h"

namespace warmstart {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::vector<Device> devices_from(const std::string& text) {
  TemporaryFolder folder;
  write_atomically(folder.path() / "devices.yaml", text);
  return find_devices(folder.path(), {});
}

TEST(Devices, ReadsWhatTheWorkspaceSays) {
  const std::vector<Device> devices =
      devices_from("devices:\n  - {name: big, kind: cuda, index: 1, slots: 2}\n  - {kind: cpu}\n");
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name, "big");
  EXPECT_EQ(devices[0].argument(), "cuda:1");
  EXPECT_EQ(devices[0].places, 2);
  EXPECT_EQ(devices[1].name, "cpu");
  EXPECT_EQ(devices[1].places, 1);
}

TEST(Devices, AJobMayAskByKindNameOrArgument) {
  const Device device = devices_from("devices: [{name: big, kind: cuda, index: 1}]").front();
  for (const char* wanted : {"", "cuda", "big", "cuda:1"})
    EXPECT_TRUE(device.accepts(wanted)) << wanted;
  for (const char* wanted : {"cpu", "cuda:0", "bi"}) EXPECT_FALSE(device.accepts(wanted)) << wanted;
}

TEST(Devices, ReportsEveryProblemOfTheFileAtOnce) {
  try {
    devices_from(
        "devices:\n  - {name: a, kind: tpu}\n  - {name: a, kind: cpu, slots: 0}\n  - {kind: cuda, "
        "slot: 1}\n");
    FAIL() << "accepted";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_THAT(text, HasSubstr("devices.0.kind"));
    EXPECT_THAT(text, HasSubstr("devices.1.slots"));
    EXPECT_THAT(text, HasSubstr("devices.1.name"));
    EXPECT_THAT(text, HasSubstr("devices.2.slot"));
  }
}

TEST(Devices, RefusesAFileWithoutDevices) {
  EXPECT_THROW(devices_from("devices: []\n"), Error);
  EXPECT_THROW(devices_from("slots: 3\n"), Error);
}

TEST(Devices, FallsBackToTheProcessorWithoutGpus) {
  TemporaryFolder folder;
  const std::vector<Device> devices = find_devices(folder.path(), {.use_cuda = false, .places = 3});
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].argument(), "cpu");
  EXPECT_EQ(devices[0].places, 3);
  EXPECT_GE(cpu_device(0).places, 1);
}

TEST(Devices, AreNotedInTheIndex) {
  TemporaryFolder folder;
  Workspace workspace = Workspace::open(folder.path());
  record_devices(workspace, {cpu_device(2)});
  record_devices(workspace, {cpu_device(4)});
  Statement row = workspace.database().query("SELECT name, slots FROM devices");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.integer(1), 4);
  EXPECT_FALSE(row.next());
}

}  // namespace
}  // namespace warmstart
