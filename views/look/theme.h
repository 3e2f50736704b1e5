// How everything looks: colours by meaning, the 8-pixel grid, fonts. All colours follow the palette
// at the time of the call, so ask again after QEvent::PaletteChange. See the design, section 11.
#pragma once
#include <QColor>
#include <QFont>
#include <QPalette>
#include <vector>

class QApplication;

namespace warmstart::look {

constexpr int kGrid = 8;  ///< device-independent pixels; spacings are multiples of it

enum class Scheme { kSystem, kLight, kDark };
/// Sets style and palette; kSystem follows the desktop's palette, also while the program runs.
/// Called at start and by the View menu.
void apply(QApplication& app, Scheme scheme);
bool dark();  ///< of the present palette

QColor accent();
QColor good();  ///< a claim that holds, a run that is done
QColor warning();
QColor bad();
QColor faint();    ///< secondary text
QColor line();     ///< frames, grid lines of plots
QColor surface();  ///< cards and banners on the window
/// Okabe-Ito, in an order that keeps neighbours apart; repeats after eight.
QColor category(int index);
/// The colour of a class in every view, by the number that stands for it in the data's own files
/// (views/inspect/stored_classes); 0 is background (transparent). Repeats after kLabelColours.
QColor label(int index);
constexpr int kLabelColours = 36;
QFont heading(const QFont& base);  ///< panel and card titles
/// Colour of a run or job state word.
QColor stateColour(const QString& state);

}  // namespace warmstart::look
