#include "views/gallery/recipe_detail.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "views/gallery/gallery_delegate.h"
#include "views/look/theme.h"

namespace warmstart {

class ChainPicture : public QWidget {
 public:
  explicit ChainPicture(QWidget* parent) : QWidget(parent) { setFixedHeight(12 * look::kGrid); }
  void setCard(const RecipeCard& card) {
    card_ = card;
    setVisible(!card.arms.empty());
    QStringList chains;
    for (const auto& [arm, stages] : card.arms)
      chains << arm + QStringLiteral(": ") + stages.join(QStringLiteral(", "));
    setAccessibleName(chains.join(QStringLiteral("; ")));
    update();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawChainPicture(painter, QRectF(rect()).adjusted(1, 4, -1, -4), card_, palette());
  }

 private:
  RecipeCard card_;
};

namespace {

/// A page shows text alone: whatever a recipe file names is not opened.
class PlainPage : public QTextBrowser {
 public:
  using QTextBrowser::QTextBrowser;
  QVariant loadResource(int, const QUrl&) override { return QByteArray(""); }
};

QString factsOf(const RecipeCard& card) {
  QStringList facts{card.id};
  if (card.seed_paper > 0) facts << RecipeDetail::tr("seed paper %1").arg(card.seed_paper);
  if (card.minutes > 0)
    facts << RecipeDetail::tr("about %1 min").arg(QLocale().toString(card.minutes));
  facts << RecipeDetail::tr("%n arm(s)", nullptr, static_cast<int>(card.arms.size())) +
               QStringLiteral(", ") + RecipeDetail::tr("%n seed(s)", nullptr, card.seeds);
  return facts.join(QStringLiteral("  \u00b7  "));
}

}  // namespace

RecipeDetail::RecipeDetail(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      facts_(new QLabel(this)),
      picture_(new ChainPicture(this)),
      page_(new PlainPage(this)) {
  title_->setWordWrap(true);
  title_->setTextFormat(Qt::PlainText);
  title_->setFont(look::heading(font()));
  facts_->setWordWrap(true);
  facts_->setTextFormat(Qt::PlainText);
  page_->setOpenLinks(false);
  page_->setFrameShape(QFrame::NoFrame);
  page_->setAccessibleName(tr("About the recipe"));
  page_->viewport()->setAutoFillBackground(false);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(2 * look::kGrid, look::kGrid, look::kGrid, 0);
  column->setSpacing(look::kGrid);
  column->addWidget(title_);
  column->addWidget(facts_);
  column->addWidget(picture_);
  column->addWidget(page_, 1);
}

void RecipeDetail::show(const RecipeCard& card, const Standing& standing) {
  card_ = card;
  standing_ = standing;
  render();
}

void RecipeDetail::render() {
  title_->setText(card_.title);
  facts_->setText(factsOf(card_));
  QPalette faint = palette();
  faint.setColor(QPalette::WindowText, look::faint());
  facts_->setPalette(faint);
  picture_->setCard(card_);
  QString text = card_.summary + QStringLiteral("\n\n");
  if (!card_.error.isEmpty())
    text = tr("This file cannot be read:") + "\n\n" + card_.error + "\n\n";
  if (!card_.blocked.isEmpty()) text.prepend(card_.blocked + QStringLiteral("\n\n"));
  if (!card_.claims.isEmpty()) {
    text += QStringLiteral("#### ") + tr("Claims: %1").arg(claimStandingText(standing_.state)) +
            QStringLiteral("\n\n");
    for (const QString& claim : card_.claims) text += QStringLiteral("- ") + claim + '\n';
    if (!standing_.detail.isEmpty())
      text += QStringLiteral("\n") +
              QString(standing_.detail).replace('\n', QStringLiteral("\n\n")) +
              QStringLiteral("\n");
    text += '\n';
  }
  page_->document()->setMarkdown(
      text + card_.page, QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                             QTextDocument::MarkdownNoHTML);
  for (QTextFrame* frame : page_->document()->rootFrame()->childFrames()) {
    if (auto* table = qobject_cast<QTextTable*>(frame)) {
      QTextTableFormat format = table->format();
      format.setBorder(1);
      format.setBorderBrush(look::line());
      format.setBorderCollapse(true);
      format.setCellPadding(4);
      table->setFormat(format);
    }
  }
}

void RecipeDetail::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && !card_.id.isEmpty()) render();
}

}  // namespace warmstart
