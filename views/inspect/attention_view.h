// Captures of kind "attention": all heads as small pictures, and the chosen head, mean or rollout
// as a matrix, as arcs between tokens, over the picture whose patches are the tokens, and as
// numbers a head.
#pragma once
#include <deque>

#include "views/inspect/attention_stack.h"
#include "views/inspect/background.h"
#include "views/inspect/capture_view.h"
#include "views/inspect/matrix_canvas.h"
#include "views/inspect/matrix_model.h"

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QScrollArea;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace warmstart {

class HeadGrid;
class PatchPicture;
class TokenArcs;

class AttentionView : public CaptureView {
  Q_OBJECT
 public:
  enum Page { kMatrix, kTokens, kPicture, kHeads };
  explicit AttentionView(QWidget* parent = nullptr);
  void setCapture(const CapturePtr& capture, int sample, const QStringList& classes) override;
  bool canSubtract() const override { return true; }
  void setReference(const Reference& reference) override { reference_ = reference; }
  QVariantMap state() const override;
  void setState(const QVariantMap& state) override;
  QWidget* picture() override;
  QByteArray csv() const override;
  bool settled() const override { return !digesting_.busy() && !weighing_.busy(); }
  void setPage(Page page);
  void choose(const AttentionChoice& choice);
  const AttentionChoice& choice() const { return choice_; }
  MatrixCanvas* canvas() const { return canvas_; }
  HeadGrid* heads() const { return heads_; }
  TokenArcs* arcs() const { return arcs_; }
  PatchPicture* patches() const { return patches_; }
  QTableView* table() const { return table_; }
  MatrixModel& metrics() { return metrics_; }
  QString readOut() const;

 private:
  struct Weighed {
    AttentionStack stack;
    MatrixPtr weights;
    QImage image;
    bool difference = false;
  };
  void buildBar(QHBoxLayout* bar);
  void buildPages();
  void connectParts();
  void fillPickers();
  void markHead();
  void weigh();
  void digest();
  void showDigest(const AttentionDigest& digest);
  void showWeights(const Weighed& weighed);
  void colour();
  void readCell(const std::optional<Cell>& cell);
  void readToken(int token);
  void readPatch(int token);
  AttentionStack stack_;
  Reference reference_;
  AttentionChoice choice_;
  Background<AttentionDigest> digesting_;
  Background<Weighed> weighing_;
  std::deque<AttentionDigest> digests_;  ///< of the latest steps, so that playing again is at once
  Weighed shown_;
  MatrixModel metrics_;
  HeadGrid* heads_;
  QTabBar* tabs_;
  QComboBox *layer_, *head_, *side_, *map_;
  QCheckBox* logarithmic_;
  QStackedWidget* pages_;
  MatrixCanvas* canvas_;
  TokenArcs* arcs_;
  PatchPicture* patches_;
  QTableView* table_;
  QLabel* read_out_;
};

}  // namespace warmstart
