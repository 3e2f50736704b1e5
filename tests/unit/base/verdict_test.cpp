#include "core/run/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace warmstart {
namespace {

EndFacts exited(int code) {
  EndFacts facts;
  facts.status.code = code;
  facts.max_restarts = 3;
  return facts;
}

EndFacts killed(int signal) {
  EndFacts facts;
  facts.status.signal = signal;
  facts.max_restarts = 3;
  facts.tail.step = 40;
  return facts;
}

EndFacts adopted(const std::string& ending) {
  EndFacts facts;
  facts.tail.ending = ending;
  facts.max_restarts = 3;
  return facts;
}

TEST(Verdict, AWorkerThatReachedItsEndIsDoneWhateverWasAsked) {
  for (const char* request : {"", "pause", "stop", "cancel"}) {
    EndFacts facts = exited(0);
    facts.request = request;
    EXPECT_EQ(judge_end(facts).state, JobState::kDone) << request;
  }
}

TEST(Verdict, AStopBecomesWhatTheUserAskedFor) {
  EndFacts facts = exited(3);
  facts.request = "pause";
  EXPECT_EQ(judge_end(facts).state, JobState::kPaused);
  facts.request = "stop";
  EXPECT_EQ(judge_end(facts).state, JobState::kInterrupted);
  facts.request = "cancel";
  EXPECT_EQ(judge_end(facts).state, JobState::kCancelled);
  facts.request = "";
  EXPECT_EQ(judge_end(facts).state, JobState::kInterrupted);
  EXPECT_EQ(judge_end(facts).reason, "stopped from outside");
}

TEST(Verdict, AStopWithTheMachineGoesOnByItself) {
  EndFacts facts = adopted("stopped");
  facts.found_ended = true;
  EXPECT_EQ(judge_end(facts).state, JobState::kQueued);
  EXPECT_FALSE(judge_end(facts).count_restart);
}

TEST(Verdict, AFailureKeepsTheWorkersOwnWords) {
  EndFacts facts = exited(2);
  facts.log = "starting\nerror: no such file; a.nii; check the path\n";
  EXPECT_EQ(judge_end(facts).state, JobState::kFailed);
  EXPECT_EQ(judge_end(facts).reason, "error: no such file; a.nii; check the path");
  facts.tail.error = "no such file; a.nii; check the path";
  EXPECT_EQ(judge_end(facts).reason, "no such file; a.nii; check the path");
  EXPECT_EQ(judge_end(exited(9)).reason, "the worker ended with code 9");
}

TEST(Verdict, ADeathStartsAgainUntilTheLimit) {
  EndFacts facts = killed(SIGSEGV);
  Verdict verdict = judge_end(facts);
  EXPECT_EQ(verdict.state, JobState::kQueued);
  EXPECT_TRUE(verdict.count_restart);
  EXPECT_EQ(verdict.reason, "died by SIGSEGV at step 40; start 2 of 4");
  facts.restarts = 3;
  facts.log = "a\nb";
  verdict = judge_end(facts);
  EXPECT_EQ(verdict.state, JobState::kFailed);
  EXPECT_EQ(verdict.reason,
            "died by SIGSEGV at step 40, the last of 4 starts; last log lines:\na\nb");
}

TEST(Verdict, OutOfMemoryIsCalledSo) {
  EndFacts facts = killed(SIGKILL);
  EXPECT_EQ(judge_end(facts).reason, "died by SIGKILL at step 40; start 2 of 4");
  facts.out_of_memory = true;
  EXPECT_EQ(judge_end(facts).reason,
            "killed by the system: out of memory at step 40; start 2 of 4");
}

TEST(Verdict, AnAdoptedWorkersEndIsInItsEvents) {
  EXPECT_EQ(judge_end(adopted("done")).state, JobState::kDone);
  EXPECT_EQ(judge_end(adopted("failed")).state, JobState::kFailed);
  EXPECT_EQ(judge_end(adopted("")).state, JobState::kQueued);
  EXPECT_TRUE(judge_end(adopted("")).count_restart);
}

TEST(Verdict, AnOverlongJobFailsWithItsLimit) {
  EndFacts facts = exited(3);
  facts.over_time = true;
  facts.time_limit = 60;
  EXPECT_EQ(judge_end(facts).state, JobState::kFailed);
  EXPECT_EQ(judge_end(facts).reason,
            "time limit of 60 s reached; retry goes on from its last checkpoint");
}

}  // namespace
}  // namespace warmstart
