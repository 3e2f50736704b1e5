// Fusion with boxes that can be seen: its frame around a check box or a radio button is a darker
// shade of the window, which is black on a dark one. Set by look::apply().
#pragma once
#include <QProxyStyle>

namespace warmstart::look {

class Style : public QProxyStyle {
 public:
  Style();
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
};

}  // namespace warmstart::look
