// Files to texts: encodings, tables, JSON lines, tagged sentences, labelled texts.
#include "core/base/delimited.h"
#include "core/base/utf8.h"
#include "plugins/text/io/conll.h"
#include "plugins/text/io/documents.h"
#include "plugins/text/io/labelled_texts.h"
#include "plugins/text/io/text_file.h"
#include "text_files.h"

namespace warmstart::text {
namespace {

using ::testing::ElementsAre;
using testing::Folder;
using ::testing::HasSubstr;
using testing::message_of;

std::string decoded(const std::string& bytes, const std::string& encoding = "auto") {
  return decode_text(bytes, encoding, "f.txt").text;
}

TEST(TextFile, KeepsUtf8AndDropsMarkAndCarriageReturns) {
  EXPECT_EQ(decoded("\xef\xbb\xbfgr\xc3\xbc\xc3\x9f\r\ndich\r"), "gr\xc3\xbc\xc3\x9f\ndich\n");
}

TEST(TextFile, TakesWhatIsNotUtf8AsLatin1) {
  const TextFile file = decode_text("caf\xe9 no\xebl", "auto", "f.txt");
  EXPECT_EQ(file.text, "caf\xc3\xa9 no\xc3\xabl");
  EXPECT_EQ(file.encoding, "latin-1");
  EXPECT_EQ(decoded("\xc3\xa9", "latin-1"), "\xc3\x83\xc2\xa9");
}

TEST(TextFile, NamesTheFirstByteThatIsNeither) {
  EXPECT_EQ(
      message_of([] { decoded("one\ntwo \x91quoted\x92"); }),
      "the byte 0x91 at offset 8 is neither UTF-8 nor Latin-1; f.txt:2; save the file as UTF-8");
  EXPECT_THAT(message_of([] { decoded("caf\xe9", "utf-8"); }),
              HasSubstr("0xe9 at offset 3 is not UTF-8"));
  EXPECT_THAT(message_of([] {
                decoded(
                    "\xef\xbb\xbf"
                    "caf\xe9",
                    "utf-8");
              }),
              HasSubstr("0xe9 at offset 6 is not UTF-8"));
  EXPECT_THAT(message_of([] { decoded(std::string("\xff\xfeh\0", 4)); }), HasSubstr("UTF-16"));
  EXPECT_THAT(message_of([] { decoded(std::string("a\0b", 3)); }), HasSubstr("a zero byte"));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsCutOff) {
  for (const char* bad : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xe2\x82", "\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_EQ(first_invalid_utf8("ok" + std::string(bad)), 2U) << bad;
  }
  const std::string good = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
  EXPECT_EQ(first_invalid_utf8(good), std::string::npos);
  EXPECT_EQ(code_points(good), U"a\u00e9\u20ac\U0001f600\U0010ffff");
  EXPECT_EQ(utf8(code_points(good)), good);
}

TEST(Delimited, ReadsQuotesSeparatorsAndLineEndsInFields) {
  const auto rows = parse_table("a,\"b,\"\"c\"\"\",\"d\ne\"\n\n1,,3", ',', "t.csv");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0].fields, ElementsAre("a", "b,\"c\"", "d\ne"));
  EXPECT_THAT(rows[1].fields, ElementsAre("1", "", "3"));
  EXPECT_EQ(rows[1].line, 4U);
}

TEST(Delimited, SaysWhereATableIsBroken) {
  EXPECT_THAT(message_of([] { parse_table("a,b\n\"c,d\n", ',', "t.csv"); }),
              HasSubstr("a quote is not closed; t.csv:2"));
  EXPECT_THAT(message_of([] { parse_table("\"a\"b,c", ',', "t.csv"); }),
              HasSubstr("text after a closing quote; t.csv:1"));
  EXPECT_THAT(message_of([] { parse_table("a,b\nc", ',', "t.csv"); }),
              HasSubstr("expected 2 fields, found 1; t.csv:2"));
}

TEST(Conll, ReadsColumnsOfWordsAndTags) {
  const auto sentences =
      parse_conll("-DOCSTART- O\n\nEU NNP B-ORG\nrejects VBZ O\n\n \nPeter NNP B-PER\n", "t.conll");
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_THAT(sentences[0].words, ElementsAre("EU", "rejects"));
  EXPECT_THAT(sentences[0].tags, ElementsAre("B-ORG", "O"));
  EXPECT_EQ(sentences[1].line, 7U);
  EXPECT_THAT(parse_conll("New York\tB-LOC\tx\n", "t", 0, 1)[0].tags, ElementsAre("B-LOC"));
  EXPECT_EQ(message_of([] { parse_conll("a\tO\nfoo\n", "train.txt"); }),
            "expected 2 columns, found 1 ('foo'); train.txt:2; write a word and its tag on each "
            "line");
}

TEST(Documents, ReadsAFolderInOrderOfItsPaths) {
  const Folder folder;
  folder.file("b/x.jsonl", "{\"text\": \"one\"}\n\n{\"text\": \"two\"}\n");
  folder.file("a.txt", "zero");
  folder.file("picture.png", "\x89PNG");
  const auto documents = read_documents(folder.path(), "text", "auto");
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[0].text, "zero");
  EXPECT_EQ(documents[2].id, "x.jsonl:3");
  EXPECT_EQ(documents[2].text, "two");
  EXPECT_THAT(message_of([&] { read_documents(folder.path(), "body", "auto"); }),
              HasSubstr("no text in the field 'body'"));
}

TEST(LabelledTexts, ReadsEveryFormatAlike) {
  const Folder folder;
  LabelledTextOptions options;
  const auto csv = read_labelled_texts(folder.file("t.csv", "\"1\",\"a, b\"\n2,c\n"), options);
  EXPECT_EQ(csv[0].text + "|" + csv[0].label + "|" + csv[1].id, "a, b|1|t.csv:2");
  const auto lines = read_labelled_texts(folder.file("t.txt", "1 a, b\n2 c\n"), options);
  EXPECT_EQ(lines[0].text + "|" + lines[0].label, "a, b|1");
  folder.file("classes/2/x.txt", "c");
  folder.file("classes/1/y.txt", "a, b");
  const auto folders = read_labelled_texts(folder.path() / "classes", options);
  EXPECT_EQ(folders[0].text + "|" + folders[0].label, "a, b|1");
  options = {.text = {"q", "a"}, .label = "y", .second = "z", .header = true};
  const auto table = read_labelled_texts(folder.file("t.tsv", "q\ta\tz\ty\n1\t2\t3\t4\n"), options);
  EXPECT_EQ(table[0].text + "|" + table[0].second + "|" + table[0].label, "1 2|3|4");
  const auto json = read_labelled_texts(
      folder.file("t.jsonl", R"({"q": "1", "a": "2", "z": "3", "y": 4})"), options);
  EXPECT_EQ(json[0].text + "|" + json[0].second + "|" + json[0].label, "1 2|3|4");
}

TEST(LabelledTexts, NamesColumnsThatAreMissing) {
  const Folder folder;
  const Path file = folder.file("t.csv", "a,b\n1,2\n");
  LabelledTextOptions options{.text = {"c"}, .header = true};
  EXPECT_THAT(message_of([&] { read_labelled_texts(file, options); }),
              HasSubstr("there is no column 'c'"));
  EXPECT_THAT(message_of([&] { read_labelled_texts(folder.file("t.txt", "word\n"), {}); }),
              HasSubstr("expected a label and a text, found 'word'"));
}

}  // namespace
}  // namespace warmstart::text
