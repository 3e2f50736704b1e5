#include "views/help/help_panel.h"

#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
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
  search_->setPlaceholderText(tr("Search guide and reference"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  browser_->setAccessibleName(tr("Page"));
  browser_->setFrameShape(QFrame::NoFrame);
  browser_->setOpenLinks(false);
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

QTreeWidgetItem* HelpPanel::addPage(QTreeWidgetItem* parent, const QString& page,
                                    const QString& text) {
  auto* item = new QTreeWidgetItem(parent, {firstHeading(text)});
  item->setData(0, kPageRole, page);
  pages_.insert(page, {text, item});
  return item;
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
    addKind(QFileInfo(QString::fromStdString(page)).completeBaseName(),
            QString::fromStdString(text));
  }
  reference_->setExpanded(true);
  filter(search_->text());
}

/// `text`: what holds for the kind, then a section "## NAME" for each component. Every section
/// becomes a page of its own, and the kind's page names them.
void HelpPanel::addKind(const QString& kind, const QString& text) {
  QStringList sections = text.split(QStringLiteral("\n## "));
  QString overview = sections.takeFirst();
  const QString folder = QStringLiteral("reference/") + kind;
  QTreeWidgetItem* parent = addPage(reference_, folder + QStringLiteral(".md"), overview);
  for (const QString& section : sections) {
    const QString name = section.section(QLatin1Char('\n'), 0, 0);
    const QString page = folder + QLatin1Char('/') + name + QStringLiteral(".md");
    addPage(parent, page, QStringLiteral("# ") + section);
    const QString summary = section.section(QLatin1Char('\n'), 2, 2);
    overview += QStringLiteral("\n- [%1](%2): %3").arg(name, page, summary);
  }
  pages_[folder + QStringLiteral(".md")].text = overview;
}

/// Whether the item or one below it has all words; hides it otherwise.
bool HelpPanel::filterItem(QTreeWidgetItem* item, const QStringList& words) {
  const QString& text = pages_.value(item->data(0, kPageRole).toString()).text;
  bool fits = std::all_of(words.begin(), words.end(), [&](const QString& word) {
    return text.contains(word, Qt::CaseInsensitive);
  });
  bool below = false;
  for (int i = 0; i < item->childCount(); ++i) below |= filterItem(item->child(i), words);
  fits |= below;
  item->setHidden(!fits);
  // What was found is in sight; without words every kind is closed again.
  if (item->childCount() > 0) item->setExpanded(below && !words.isEmpty());
  return fits;
}

void HelpPanel::filter(const QString& text) {
  const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  for (const QTreeWidgetItem* group : {guide_, reference_}) {
    for (int i = 0; i < group->childCount(); ++i) filterItem(group->child(i), words);
  }
  if (current_.isEmpty() || words.isEmpty()) return;
  browser_->moveCursor(QTextCursor::Start);
  browser_->find(words.first());
}

void HelpPanel::showPage(const QString& page) {
  const auto found = pages_.constFind(page);
  if (found == pages_.constEnd()) return;
  current_ = page;
  render();
  const QSignalBlocker quiet(contents_);
  contents_->setCurrentItem(found->item);
  contents_->scrollToItem(found->item);
}

/// The document is finished before anything lays it out: in place every cell of a table would cause
/// another layout of the whole page.
void HelpPanel::render() {
  auto* document = new QTextDocument(browser_);
  document->setDefaultFont(browser_->font());
  document->setDocumentMargin(3 * look::kGrid);
  document->setMarkdown(pages_.value(current_).text, QTextDocument::MarkdownDialectGitHub);
  for (QTextFrame* frame : document->rootFrame()->childFrames()) {
    auto* table = qobject_cast<QTextTable*>(frame);
    if (!table) continue;
    // Tables come without any room between their cells.
    QTextTableFormat format = table->format();
    format.setCellPadding(look::kGrid / 2.0);
    format.setBorder(0.5);
    format.setBorderCollapse(true);
    format.setBorderBrush(look::line());
    table->setFormat(format);
  }
  const QPointer<QTextDocument> before = browser_->document();  // the browser deletes its first one
  browser_->setDocument(document);
  delete before;
}

void HelpPanel::changeEvent(QEvent* event) {
  Panel::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && !current_.isEmpty()) render();
}

QStringList HelpPanel::tourStops() const {
  return {QStringLiteral("guide"), QStringLiteral("reference"), QStringLiteral("component")};
}

void HelpPanel::showTourStop(const QString& stop) {
  if (stop == QLatin1String("reference")) {
    showPage(QStringLiteral("reference/transform.md"));
  } else if (stop == QLatin1String("component")) {
    showPage(longestPage());
  } else {
    showPage(QStringLiteral("index.md"));
  }
}

/// The one that takes longest to lay out.
QString HelpPanel::longestPage() const {
  QString longest;
  qsizetype length = 0;
  for (auto page = pages_.begin(); page != pages_.end(); ++page) {
    if (page->text.size() <= length) continue;
    length = page->text.size();
    longest = page.key();
  }
  return longest;
}

const RegisteredPanel help_panel{
    {.id = "help",
     .title = QT_TRANSLATE_NOOP("Panel", "Help"),
     .icon = "help",
     .order = 90,
     .shortcut = "F1",
     .create = [](Desk& desk) -> Panel* { return new HelpPanel(desk); }}};

}  // namespace warmstart
