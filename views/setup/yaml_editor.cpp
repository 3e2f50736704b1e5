#include "views/setup/yaml_editor.h"

#include <QHelpEvent>
#include <QMimeData>
#include <QPainter>
#include <QTextBlock>
#include <QToolTip>
#include <QUrl>

#include "views/look/theme.h"

namespace warmstart {
namespace {

constexpr int kCursorMilliseconds = 150;  ///< that it rests before the form follows

class YamlMargin : public QWidget {
 public:
  explicit YamlMargin(YamlEditor* editor) : QWidget(editor), editor_(*editor) {}

 protected:
  void paintEvent(QPaintEvent* event) override { editor_.paintMargin(event); }

 private:
  YamlEditor& editor_;
};

}  // namespace

void YamlHighlighter::highlightBlock(const QString& text) {
  static const QRegularExpression key(QStringLiteral("(?:^|[{,]|-\\s)\\s*([\\w.-]+)(?=:(\\s|$))"));
  static const QRegularExpression number(
      QStringLiteral("(?<![\\w.])-?\\d[\\d.]*(e[+-]?\\d+)?(?![\\w.])"));
  static const QRegularExpression word(QStringLiteral("\\b(true|false|null)\\b"));
  static const QRegularExpression quoted(QStringLiteral("\"[^\"]*\"|'[^']*'"));
  static const QRegularExpression comment(QStringLiteral("(^|\\s)#.*$"));
  const auto colour = [&](const QRegularExpression& what, const QColor& with, int group) {
    for (auto it = what.globalMatch(text); it.hasNext();) {
      const auto match = it.next();
      setFormat(static_cast<int>(match.capturedStart(group)),
                static_cast<int>(match.capturedLength(group)), with);
    }
  };
  colour(number, look::category(1), 0);
  colour(word, look::category(3), 0);
  colour(key, look::category(0), 1);
  colour(quoted, look::good(), 0);
  colour(comment, look::faint(), 0);
}

YamlEditor::YamlEditor(Draft& draft, QWidget* parent)
    : QPlainTextEdit(parent),
      draft_(draft),
      margin_(new YamlMargin(this)),
      highlighter_(new YamlHighlighter(document())) {
  setUndoRedoEnabled(false);
  setLineWrapMode(NoWrap);
  setTabChangesFocus(true);
  QFont mono(QStringLiteral("monospace"));
  mono.setStyleHint(QFont::Monospace);
  mono.setPointSizeF(font().pointSizeF());
  setFont(mono);
  setAccessibleName(tr("Recipe text"));
  connect(this, &QPlainTextEdit::textChanged, this, [this] {
    if (!taking_) draft_.type(toPlainText());
  });
  connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlEditor::placeMargin);
  connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect& area, int scrolled) {
    if (scrolled != 0) {
      margin_->scroll(0, scrolled);
    } else {
      margin_->update(0, area.y(), margin_->width(), area.height());
    }
  });
  connect(this, &QPlainTextEdit::cursorPositionChanged, this, &YamlEditor::markProblems);
  rest_.setSingleShot(true);
  rest_.setInterval(kCursorMilliseconds);
  connect(&rest_, &QTimer::timeout, this, [this] {
    if (hasFocus()) tellLine();
  });
  connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
    if (hasFocus() && !taking_) rest_.start();
  });
  connect(&draft_, &Draft::changed, this, &YamlEditor::takeDraft);
  placeMargin();
  takeDraft();
}

// Only what differs is replaced, so that cursor and scroll position stay.
void YamlEditor::takeDraft() {
  const QString now = toPlainText(), &wanted = draft_.text();
  if (now == wanted) return;
  qsizetype head = 0, tail = 0;
  const qsizetype most = std::min(now.size(), wanted.size());
  while (head < most && now[head] == wanted[head]) ++head;
  while (tail < most - head && now[now.size() - 1 - tail] == wanted[wanted.size() - 1 - tail])
    ++tail;
  taking_ = true;
  QTextCursor cursor(document());
  cursor.setPosition(static_cast<int>(head));
  cursor.setPosition(static_cast<int>(now.size() - tail), QTextCursor::KeepAnchor);
  cursor.insertText(wanted.mid(head, wanted.size() - tail - head));
  taking_ = false;
}

void YamlEditor::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Undo)) {
    draft_.undoStack().undo();
  } else if (event->matches(QKeySequence::Redo)) {
    draft_.undoStack().redo();
  } else if (event->key() == Qt::Key_Return && event->modifiers() == Qt::NoModifier) {
    const QString line = textCursor().block().text();
    qsizetype indent = 0;
    while (indent < line.size() && line[indent] == QLatin1Char(' ')) ++indent;
    if (line.trimmed().endsWith(QLatin1Char(':'))) indent += 2;
    insertPlainText(QLatin1Char('\n') + QString(indent, QLatin1Char(' ')));
    ensureCursorVisible();
  } else {
    QPlainTextEdit::keyPressEvent(event);
  }
}

void YamlEditor::setProblems(const std::vector<RecipeProblem>& problems) {
  problems_ = problems;
  markProblems();
  margin_->update();
}

void YamlEditor::markProblems() {
  QList<QTextEdit::ExtraSelection> marks;
  QTextEdit::ExtraSelection line;
  QColor tint = look::accent();
  tint.setAlpha(22);
  line.format.setBackground(tint);
  line.format.setProperty(QTextFormat::FullWidthSelection, true);
  line.cursor = textCursor();
  line.cursor.clearSelection();
  marks << line;
  for (const RecipeProblem& problem : problems_) {
    const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
    if (problem.line < 1 || !block.isValid()) continue;
    QTextEdit::ExtraSelection mark;
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(look::bad());
    mark.cursor = QTextCursor(block);
    const int column = std::clamp(problem.column - 1, 0, std::max(0, block.length() - 2));
    mark.cursor.setPosition(block.position() + column);
    mark.cursor.movePosition(QTextCursor::EndOfWord, QTextCursor::KeepAnchor);
    if (!mark.cursor.hasSelection()) mark.cursor.select(QTextCursor::LineUnderCursor);
    marks << mark;
  }
  setExtraSelections(marks);
}

QString YamlEditor::problemAt(const QPoint& position) const {
  const int line = cursorForPosition(position).blockNumber() + 1;
  QStringList texts;
  for (const RecipeProblem& problem : problems_) {
    if (problem.line == line)
      texts << (problem.key.isEmpty() ? problem.text
                                      : problem.key + QStringLiteral(": ") + problem.text);
  }
  return texts.join(QLatin1Char('\n'));
}

bool YamlEditor::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), problemAt(viewport()->mapFrom(this, help->pos())), this);
    return true;
  }
  if (event->type() == QEvent::PaletteChange) {
    highlighter_->rehighlight();
    markProblems();
  }
  return QPlainTextEdit::event(event);
}

bool YamlEditor::canInsertFromMimeData(const QMimeData* source) const {
  const QList<QUrl> urls = source->urls();
  const bool files =
      std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
  return !files && QPlainTextEdit::canInsertFromMimeData(source);
}

void YamlEditor::tellLine() {
  const int line = textCursor().blockNumber() + 1;
  if (std::exchange(line_, line) != line) emit lineEntered(line);
}

void YamlEditor::goTo(int line, int column) {
  line_ = line;
  const QTextBlock block = document()->findBlockByNumber(std::max(0, line - 1));
  if (!block.isValid()) return;
  QTextCursor cursor(block);
  cursor.setPosition(block.position() + std::clamp(column - 1, 0, std::max(0, block.length() - 1)));
  setTextCursor(cursor);
  centerCursor();
}

int YamlEditor::marginWidth() const {
  const int digits = std::max(3, static_cast<int>(QString::number(blockCount()).size()));
  return fontMetrics().horizontalAdvance(QLatin1Char('9')) * digits + 2 * look::kGrid;
}

void YamlEditor::placeMargin() {
  setViewportMargins(marginWidth(), 0, 0, 0);
  margin_->setGeometry(
      QRect(contentsRect().topLeft(), QSize(marginWidth(), contentsRect().height())));
}

void YamlEditor::resizeEvent(QResizeEvent* event) {
  QPlainTextEdit::resizeEvent(event);
  placeMargin();
}

void YamlEditor::paintMargin(QPaintEvent* event) {
  QPainter painter(margin_);
  painter.fillRect(event->rect(), palette().color(QPalette::AlternateBase));
  painter.setFont(font());
  QTextBlock block = firstVisibleBlock();
  double top = blockBoundingGeometry(block).translated(contentOffset()).top();
  while (block.isValid() && top <= event->rect().bottom()) {
    const double height = blockBoundingRect(block).height();
    const int line = block.blockNumber() + 1;
    const bool wrong = std::any_of(problems_.begin(), problems_.end(),
                                   [&](const RecipeProblem& p) { return p.line == line; });
    painter.setPen(wrong ? look::bad() : look::faint());
    painter.drawText(QRectF(0, top, margin_->width() - look::kGrid, height), Qt::AlignRight,
                     QString::number(line));
    if (wrong) painter.fillRect(QRectF(0, top, 3, height), look::bad());
    block = block.next();
    top += height;
  }
}

}  // namespace warmstart
