#include "views/help/help_panel.h"

#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSplitter>
#include <QTextBrowser>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "core/catalog/reference.h"
#include "core/recipe/recipe.h"
#include "views/desk/action_book.h"
#include "views/desk/notices.h"
#include "views/desk/program.h"
#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kPageRole = Qt::UserRole;

QString firstHeading(const QString& markdown) {
  static const QRegularExpression heading(QStringLiteral("^#\\s+(.+)$"),
                                          QRegularExpression::MultilineOption);
  return heading.match(markdown).captured(1).trimmed();
}

/// The order of the links on the first page is the order of the guide.
QStringList guideOrder(const QString& index) {
  static const QRegularExpression link(QStringLiteral("\\]\\(([a-z-]+\\.md)\\)"));
  QStringList order{QStringLiteral("index.md")};
  for (auto match = link.globalMatch(index); match.hasNext();) {
    const QString page = match.next().captured(1);
    if (!order.contains(page)) order << page;
  }
  return order;
}

}  // namespace

HelpPanel::HelpPanel(Desk& desk)
    : contents_(new QTreeWidget(this)),
      search_(new QLineEdit(this)),
      browser_(new QTextBrowser(this)),
      desk_(desk) {
  contents_->setHeaderHidden(true);
  contents_->setAccessibleName(tr("Contents"));
  contents_->setFrameShape(QFrame::NoFrame);
  guide_ = new QTreeWidgetItem(contents_, {tr("Guide")});
  reference_ = new QTreeWidgetItem(contents_, {tr("Reference")});
  search_->setPlaceholderText(tr("Search the guide"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  browser_->setAccessibleName(tr("Page"));
  browser_->setFrameShape(QFrame::NoFrame);
  browser_->setOpenLinks(false);
  browser_->document()->setDocumentMargin(3 * look::kGrid);
  auto* left = new QWidget(this);
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(look::kGrid, look::kGrid, 0, 0);
  column->addWidget(search_);
  column->addWidget(contents_);
  auto* split = new QSplitter(this);
  split->addWidget(left);
  split->addWidget(browser_);
  split->setStretchFactor(1, 1);
  split->setSizes({28 * look::kGrid, 90 * look::kGrid});
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(split);
  connect(search_, &QLineEdit::textChanged, this, &HelpPanel::filter);
  connect(contents_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
    if (item && !item->data(0, kPageRole).isNull()) showPage(item->data(0, kPageRole).toString());
  });
  connect(browser_, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
    if (pages_.contains(link.path())) {
      showPage(link.path());
    } else {
      QDesktopServices::openUrl(link);
    }
  });
}

void HelpPanel::readGuide() {
  const QDir folder(QString::fromStdString((resource_dir() / "help").string()));
  const auto read = [&](const QString& name) {
    QFile file(folder.filePath(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
  };
  browser_->setSearchPaths({folder.path()});  // of the pages' pictures
  for (const QString& page : guideOrder(read(QStringLiteral("index.md")))) {
    const QString text = read(page);
    if (!text.isEmpty()) addPage(guide_, page, text);
  }
  if (pages_.isEmpty())
    addPage(guide_, QStringLiteral("index.md"),
            tr("# No guide\n\nThe pages are missing: %1").arg(folder.path()));
  guide_->setExpanded(true);
  showPage(QStringLiteral("index.md"));
}

void HelpPanel::addPage(QTreeWidgetItem* parent, const QString& page, const QString& text) {
  pages_.insert(page, text);
  auto* item = new QTreeWidgetItem(parent, {firstHeading(text)});
  item->setData(0, kPageRole, page);
}

void HelpPanel::showEvent(QShowEvent* event) {
  Panel::showEvent(event);
  if (components_asked_) return;
  readGuide();
  askComponents();
}

void HelpPanel::askComponents() {
  components_asked_ = true;
  desk_.program.start({}, {QStringLiteral("components"), QStringLiteral("--json")}, this,
                      [this](const ProgramResult& result) {
                        components_here_ = true;
                        const Json components = result.json();
                        if (!result.good() || !components.is_array()) {
                          desk_.notices.warn(tr("The reference pages cannot be made."),
                                             result.problem());
                          return;
                        }
                        addReference(components);
                      });
}

void HelpPanel::addReference(const Json& components) {
  for (const auto& [page, text] : reference_pages(components)) {
    if (page == "index.md") continue;  // the tree beside the page is the index
    addPage(reference_, QStringLiteral("reference/") + QString::fromStdString(page),
            QString::fromStdString(text));
  }
  reference_->setExpanded(true);
  filter(search_->text());
}

void HelpPanel::filter(const QString& words) {
  const QStringList wanted = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  for (QTreeWidgetItem* group : {guide_, reference_}) {
    for (int i = 0; i < group->childCount(); ++i) {
      QTreeWidgetItem* item = group->child(i);
      const QString text = pages_.value(item->data(0, kPageRole).toString());
      const bool fits = std::all_of(wanted.begin(), wanted.end(), [&](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
      });
      item->setHidden(!fits);
    }
  }
  if (current_.isEmpty() || wanted.isEmpty()) return;
  browser_->moveCursor(QTextCursor::Start);
  browser_->find(wanted.first());
}

void HelpPanel::showPage(const QString& page) {
  if (!pages_.contains(page)) return;
  current_ = page;
  render();
  for (QTreeWidgetItem* group : {guide_, reference_}) {
    for (int i = 0; i < group->childCount(); ++i) {
      QTreeWidgetItem* item = group->child(i);
      if (item->data(0, kPageRole).toString() != page) continue;
      const QSignalBlocker quiet(contents_);
      contents_->setCurrentItem(item);
    }
  }
}

void HelpPanel::render() {
  browser_->document()->setMarkdown(pages_.value(current_), QTextDocument::MarkdownDialectGitHub);
  // Tables come without any room between their cells. One edit, so that the page is laid out once.
  QTextCursor edit(browser_->document());
  edit.beginEditBlock();
  for (QTextFrame* frame : browser_->document()->rootFrame()->childFrames()) {
    auto* table = qobject_cast<QTextTable*>(frame);
    if (!table) continue;
    QTextTableFormat format = table->format();
    format.setCellPadding(look::kGrid / 2.0);
    format.setBorder(0.5);
    format.setBorderCollapse(true);
    format.setBorderBrush(look::line());
    table->setFormat(format);
  }
  edit.endEditBlock();
}

void HelpPanel::changeEvent(QEvent* event) {
  Panel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && !current_.isEmpty()) render();
}

QStringList HelpPanel::tourStops() const {
  return {QStringLiteral("guide"), QStringLiteral("reference")};
}

void HelpPanel::showTourStop(const QString& stop) {
  showPage(stop == QLatin1String("reference") ? QStringLiteral("reference/transform.md")
                                              : QStringLiteral("index.md"));
}

const RegisteredPanel help_panel{
    {.id = "help",
     .title = QT_TRANSLATE_NOOP("Panel", "Help"),
     .icon = "help",
     .order = 90,
     .shortcut = "F1",
     .create = [](Desk& desk) -> Panel* { return new HelpPanel(desk); }}};

}  // namespace warmstart
