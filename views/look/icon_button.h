// A flat button with an icon and no text: its tip is also its accessible name.
#pragma once
#include <QToolButton>

namespace warmstart::look {

/// `icon`: see icons.h.
QToolButton* iconButton(const QString& icon, const QString& tip, QWidget* parent = nullptr);

}  // namespace warmstart::look
