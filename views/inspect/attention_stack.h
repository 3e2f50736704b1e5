// The attention of one sample, as a capture of kind "attention" holds it: every array with the axes
// S, head, query, key is a layer. Reading and averaging take time, so it is done on any thread.
#pragma once
#include <QImage>

#include "views/inspect/capture.h"
#include "views/inspect/matrix.h"

namespace warmstart {

struct AttentionLayer {
  std::string array;
  QString title;                         ///< "layer 0"
  int heads = 0, queries = 0, keys = 0;  ///< without the padding of the sample
};

struct AttentionStack {
  CapturePtr capture;
  int sample = 0;
  QString name;  ///< of what is subtracted: "step 20"
  std::vector<AttentionLayer> layers;
  QStringList query_tokens, key_tokens;  ///< of the first layer; empty = unknown
  std::vector<int> patch_grid;           ///< rows, columns; empty = the tokens are no patches
  int class_tokens = 0;                  ///< tokens before the patches

  /// Queries and keys are the same tokens.
  bool self() const;
  std::vector<float> weights(int layer, int head) const;  ///< queries x keys, row-major
  bool sameShape(const AttentionStack& other) const;
};
AttentionStack attentionStack(const CapturePtr& capture, int sample);

/// What of the stack is drawn.
struct AttentionChoice {
  static constexpr int kMean = -1;
  static constexpr int kRollout = -2;  ///< for `layer` alone
  int layer = 0, head = 0;
  bool operator==(const AttentionChoice&) const = default;
};
/// One head, a mean, or the rollout, minus the same of `reference` where that has a capture. A mean
/// over layers takes those that have the first one's shape.
MatrixPtr attentionMatrix(const AttentionStack& stack, const AttentionStack& reference,
                          const AttentionChoice& choice);

/// What is drawn of all heads at once.
struct AttentionDigest {
  AttentionStack stack;
  std::vector<std::vector<QImage>> thumbnails;  ///< [layer][head], each scaled to its own maximum
  MatrixPtr metrics;                            ///< a row a head, layer by layer
};
AttentionDigest attentionDigest(const AttentionStack& stack);

}  // namespace warmstart
