// The data preview with the real program: a recipe of texts and one of sounds, on the small data of
// the smoke tests.
#include <gtest/gtest.h>

#include <QComboBox>

#include "core/base/files.h"
#include "tests/gui/queue_desk.h"
#include "views/desk/banner.h"
#include "views/setup/preview_view.h"

namespace warmstart {
namespace {

class PreviewOfDataTest : public QueueDeskTest {
 protected:
  Draft draft_{root_};
  PreviewView view_{desk_, draft_};

  void preview(const char* recipe, const char* data, const char* entry) {
    const Path file =
        Path(WARMSTART_SOURCE_DIR "/resources/recipes") / (recipe + std::string(".yaml"));
    draft_.startCopy(QString::fromStdString(read_file(file, 1 << 20)), {},
                     QString::fromStdString(file.string()));
    view_.setChoice([this, data] {
      RunChoice choice;
      choice.text = draft_.text().toUtf8();
      choice.as = draft_.asFile();
      choice.data = QStringLiteral(WARMSTART_SOURCE_DIR "/tests/smoke/data/") + QLatin1String(data);
      return choice;
    });
    show(view_, {1100, 300});
    view_.entries()->setCurrentText(QLatin1String(entry));
    view_.start();
    ASSERT_TRUE(waitFor([&] { return !view_.items().empty(); }, 60000))
        << view_.findChild<Banner*>()->text().toStdString();
  }
  const PreviewItem* item(const QString& title) {
    for (const PreviewItem& one : view_.items()) {
      if (one.title == title) return &one;
    }
    return nullptr;
  }
};

TEST_F(PreviewOfDataTest, ATextIsShownAsItReadsWithItsTags) {
  preview("text/entity-tagger", "entity-tagger", "train");
  const PreviewItem* tokens = item(QStringLiteral("tokens as read and as trained"));
  ASSERT_NE(tokens, nullptr);
  EXPECT_TRUE(tokens->text.startsWith(QLatin1String("[CLS] "))) << tokens->text.toStdString();
  EXPECT_TRUE(tokens->text.contains(QLatin1String("[PAD] ("))) << tokens->text.toStdString();
  const PreviewItem* tags = item(QStringLiteral("tags as read and as trained"));
  ASSERT_NE(tags, nullptr);
  EXPECT_TRUE(tags->text.contains(QLatin1String("B-"))) << tags->text.toStdString();
  shot(view_, QStringLiteral("preview-entity-tagger"));
}

TEST_F(PreviewOfDataTest, ASoundIsShownWithItsSpectrogramAndItsClass) {
  preview("audio/panns-tagging", "panns-tagging", "test");
  const PreviewItem* wave = item(QStringLiteral("wave as read"));
  ASSERT_NE(wave, nullptr);
  EXPECT_EQ(wave->form, PreviewItem::Form::kOutline);
  EXPECT_TRUE(wave->detail.contains(QLatin1String("1 s at 8000 Hz"))) << wave->detail.toStdString();
  const PreviewItem* picture = item(QStringLiteral("image as trained"));
  ASSERT_NE(picture, nullptr);
  EXPECT_EQ(picture->image.height(), 32);
  const PreviewItem* digit = item(QStringLiteral("class as read and as trained"));
  ASSERT_NE(digit, nullptr);
  EXPECT_EQ(digit->text, QStringLiteral("0"));
  shot(view_, QStringLiteral("preview-panns-tagging"));
}

}  // namespace
}  // namespace warmstart
