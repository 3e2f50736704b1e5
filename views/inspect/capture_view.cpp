#include "views/inspect/capture_view.h"

#include <algorithm>
#include <vector>

#include "views/inspect/arrays_view.h"

namespace warmstart {
namespace {

std::vector<CaptureViewCard>& registeredCaptureViews() {
  static std::vector<CaptureViewCard> cards;
  return cards;
}

}  // namespace

bool hasCaptureView(const QString& kind) {
  const auto& cards = registeredCaptureViews();
  return std::any_of(cards.begin(), cards.end(),
                     [&](const CaptureViewCard& card) { return kind == QLatin1String(card.kind); });
}

CaptureView* createCaptureView(const QString& kind) {
  for (const CaptureViewCard& card : registeredCaptureViews()) {
    if (kind == QLatin1String(card.kind)) return card.create();
  }
  return new ArraysView;
}

RegisteredCaptureView::RegisteredCaptureView(const CaptureViewCard& card) {
  registeredCaptureViews().push_back(card);
}

}  // namespace warmstart
