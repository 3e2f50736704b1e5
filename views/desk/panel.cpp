#include "views/desk/panel.h"

#include <algorithm>

namespace warmstart {
namespace {

std::vector<PanelCard>& registeredPanels() {
  static std::vector<PanelCard> cards;
  return cards;
}

}  // namespace

std::vector<PanelCard> panelCards() {
  std::vector<PanelCard> cards = registeredPanels();
  std::sort(cards.begin(), cards.end(),
            [](const PanelCard& a, const PanelCard& b) { return a.order < b.order; });
  return cards;
}

RegisteredPanel::RegisteredPanel(const PanelCard& card) { registeredPanels().push_back(card); }

}  // namespace warmstart
