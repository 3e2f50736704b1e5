// The colours of a plot's axis, the same in every plot; asked for again after PaletteChange. Grid
// and fonts are the plot's own business.
#pragma once

class QCPAxis;

namespace warmstart::look {

void paintAxis(QCPAxis& axis);

}  // namespace warmstart::look
