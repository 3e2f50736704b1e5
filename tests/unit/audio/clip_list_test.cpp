// Which clips there are, what they are called, and which part they belong to.
#include "plugins/audio/io/clip_list.h"

#include <set>

#include "plugins/audio/io/stem_pairs.h"
#include "sound_files.h"

namespace warmstart::audio {
namespace {

using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

TEST(ClipList, TakesClassesFromFolders) {
  const Folder folder;
  for (const char* name : {"dog/b.wav", "cat/a.flac", "dog/a.mp3", "dog/notes.txt"})
    folder.file(name, "x");
  const auto clips = find_clips({.root = folder.path()});
  ASSERT_EQ(clips.size(), 3U);
  EXPECT_EQ(clips[1].name, "dog/a");
  EXPECT_THAT(clips[1].labels, ElementsAre("dog"));
  EXPECT_THAT(class_names_of(clips), ElementsAre("cat", "dog"));
}

TEST(ClipList, TakesClassAndGroupFromNames) {
  const Folder folder;
  for (const char* name : {"10_ann_0.wav", "9_bob_0.wav", "9_ann_1.wav"}) folder.file(name, "x");
  ClipListOptions options{.root = folder.path(), .label_pattern = "^([0-9]+)_"};
  options.group_pattern = "_([a-z]+)_";
  const auto clips = find_clips(options);
  EXPECT_EQ(clips[0].group, "ann");
  EXPECT_THAT(class_names_of(clips), ElementsAre("9", "10"));
  options.label_pattern = "^([a-z]+)_";
  EXPECT_THAT(message_of([&] { find_clips(options); }),
              HasSubstr("the name does not fit label_pattern"));
  options.label_pattern = "([0-9]+";
  EXPECT_THAT(message_of([&] { find_clips(options); }), HasSubstr("is not a regular expression"));
}

TEST(ClipList, ReadsTablesAndJsonLines) {
  const Folder folder;
  const Path csv =
      folder.file("t.csv", "file,label,who,fold\na.wav,dog;rain,ann,test\nb.wav,rain,bob,train\n");
  ClipListOptions options{.root = csv, .group_column = "who", .part_column = "fold"};
  options.label_separator = ";";
  const auto clips = find_clips(options);
  EXPECT_THAT(clips[0].labels, ElementsAre("dog", "rain"));
  EXPECT_EQ(clips[1].group, "bob");
  EXPECT_EQ(clips[0].file, folder / "a.wav");
  EXPECT_THAT(clips_of_part(clips, {.part = "test"}), ElementsAre(0U));
  options.group_column = "speaker";
  EXPECT_THAT(message_of([&] { find_clips(options); }), HasSubstr("there is no column 'speaker'"));
  ClipListOptions lines{.root =
                            folder.file("t.jsonl", "{\"file\": \"a.wav\", \"label\": 3}\n{]\n")};
  EXPECT_THAT(message_of([&] { find_clips(lines); }), HasSubstr("t.jsonl:2"));
}

TEST(ClipList, NeverSplitsAGroup) {
  std::vector<Clip> clips;
  for (int i = 0; i < 400; ++i) {
    Clip clip;
    clip.name = std::to_string(i);
    clip.group = "speaker " + std::to_string(i % 40);
    clips.push_back(clip);
  }
  PartOptions options{.part = "test", .test_share = 0.3, .validation_share = 0.2};
  std::set<std::string> test_groups, train_groups;
  for (const std::size_t i : clips_of_part(clips, options)) test_groups.insert(clips[i].group);
  options.part = "train";
  for (const std::size_t i : clips_of_part(clips, options)) train_groups.insert(clips[i].group);
  EXPECT_GT(test_groups.size(), 4U);
  EXPECT_GT(train_groups.size(), 10U);
  for (const std::string& group : test_groups) EXPECT_EQ(train_groups.count(group), 0U);
  options.test_groups = {"nobody"};
  EXPECT_THAT(message_of([&] { clips_of_part(clips, options); }),
              HasSubstr("there is no group 'nobody'"));
}

TEST(StemPairs, FindTheirPartners) {
  const Folder folder;
  for (const char* name : {"vocals/a_1.wav", "vocals/b_1.wav", "accompaniment/a_1.wav"})
    folder.file(name, "x");
  StemPairOptions options;
  options.root = folder.path();
  EXPECT_THAT(message_of([&] { find_stem_pairs(options); }),
              HasSubstr("no accompaniment for the voice b_1"));
  folder.file("accompaniment/b_1.wav", "x");
  options.group_pattern = "^([a-z]+)_";
  const auto pairs = find_stem_pairs(options);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[1].song, folder / "accompaniment/b_1.wav");
  EXPECT_EQ(pairs[1].group, "b");
}

}  // namespace
}  // namespace warmstart::audio
