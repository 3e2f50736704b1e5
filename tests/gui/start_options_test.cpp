// What the window is started with, also by the entry that desktops read.
#include "app/gui/start_options.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>

namespace warmstart {
namespace {

/// The command of the desktop entry with its field code replaced, as desktops do.
QStringList commandOfEntry(const QStringList& files) {
  QFile entry(
      QStringLiteral(WARMSTART_SOURCE_DIR "/packaging/linux/org.warmstart.Warmstart.desktop"));
  EXPECT_TRUE(entry.open(QIODevice::ReadOnly));
  const QString text = QString::fromUtf8(entry.readAll());
  QStringList words = text.section(QStringLiteral("\nExec="), 1).section('\n', 0, 0).split(' ');
  const qsizetype at = words.indexOf(QStringLiteral("%F"));
  EXPECT_GE(at, 0);
  words.removeAt(at);
  for (qsizetype i = 0; i < files.size(); ++i) words.insert(at + i, files[i]);
  return words;
}

TEST(StartOptions, TheDesktopEntryStartsTheWindowWithAndWithoutFiles) {
  EXPECT_TRUE(StartOptions::parse(commandOfEntry({})).open.isEmpty());
  const QStringList files{QStringLiteral("/data/a b.yaml"), QStringLiteral("/data/t1.nii.gz")};
  EXPECT_EQ(StartOptions::parse(commandOfEntry(files)).open, files);
}

TEST(StartOptions, FilesAreMadeAbsoluteAndRunsStayIds) {
  const QString here = QDir::currentPath();
  const StartOptions options = StartOptions::parse(
      {QStringLiteral("warmstart-gui"), QStringLiteral("--workspace"), QStringLiteral("mine"),
       QStringLiteral("20261124-run-a1"), QStringLiteral("some/scan.nii")});
  EXPECT_EQ(options.workspace, here + QStringLiteral("/mine"));
  EXPECT_EQ(options.open, (QStringList{QStringLiteral("20261124-run-a1"),
                                       here + QStringLiteral("/some/scan.nii")}));
  EXPECT_TRUE(options.tour.isEmpty());
  EXPECT_EQ(options.stall_limit, 50);
}

}  // namespace
}  // namespace warmstart
