#include "views/look/theme.h"

#include <QApplication>
#include <QEvent>
#include <array>

#include "core/base/label_colours.h"
#include "views/look/style.h"

namespace warmstart::look {
namespace {

struct PaletteColours {
  QRgb window, base, alternate, button, text, disabled, tooltip, placeholder, highlight, link;
};
constexpr PaletteColours kLightColours{0xfff3f4f6, 0xffffffff, 0xfff7f8fa, 0xfffbfbfc, 0xff1d2127,
                                       0xff8f96a1, 0xffffffff, 0xff6b727d, 0xff1f6fc4, 0xff1a5fab};
constexpr PaletteColours kDarkColours{0xff23262b, 0xff1a1c20, 0xff1f2226, 0xff2d3137, 0xffe6e8eb,
                                      0xff7d848e, 0xff2d3137, 0xff979ea8, 0xff2f7dd1, 0xff6cb0f2};

QPalette paletteOf(const PaletteColours& colours) {
  QPalette palette{QColor(colours.window)};
  palette.setColor(QPalette::Window, colours.window);
  palette.setColor(QPalette::Base, colours.base);
  palette.setColor(QPalette::AlternateBase, colours.alternate);
  palette.setColor(QPalette::Button, colours.button);
  for (const auto role :
       {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, colours.text);
    palette.setColor(QPalette::Disabled, role, colours.disabled);
  }
  palette.setColor(QPalette::ToolTipBase, colours.tooltip);
  palette.setColor(QPalette::PlaceholderText, colours.placeholder);
  palette.setColor(QPalette::Highlight, colours.highlight);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, colours.link);
  return palette;
}

/// Of all roles but the shadow. That one stays the system's, which nobody can tell: Qt tells of
/// another palette of the system only where a role is left to it.
QPalette openPaletteOf(const PaletteColours& colours) {
  const QPalette full = paletteOf(colours);
  QPalette palette;
  for (int role = 0; role < QPalette::NColorRoles; ++role) {
    const auto which = static_cast<QPalette::ColorRole>(role);
    if (which == QPalette::Shadow || which == QPalette::NoRole) continue;
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled})
      palette.setBrush(group, which, full.brush(group, which));
  }
  return palette;
}

/// Keeps the palette light or dark as the system's is, also when that changes while the program
/// runs.
class SystemColours : public QObject {
 public:
  explicit SystemColours(QApplication& app) : QObject(&app), app_(app) {}
  void follow(bool on) {
    app_.removeEventFilter(this);
    if (!on) return;
    read();
    app_.installEventFilter(this);
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    const bool palette = event->type() == QEvent::ApplicationPaletteChange && watched == &app_;
    if (!reading_ && (palette || event->type() == QEvent::ThemeChange)) read();
    return QObject::eventFilter(watched, event);
  }

 private:
  void read() {
    reading_ = true;  // what follows tells of other palettes too
    app_.setPalette(QPalette());
    const bool is_dark = dark();
    app_.setPalette(openPaletteOf(is_dark ? kDarkColours : kLightColours));
    reading_ = false;
  }
  QApplication& app_;
  bool reading_ = false;
};

QColor mixed(const QColor& a, const QColor& b, double share) {
  const auto part = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
  return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

}  // namespace

void apply(QApplication& app, Scheme scheme) {
  static auto* const system = new SystemColours(app);
  app.setStyle(new Style);
  system->follow(scheme == Scheme::kSystem);
  if (scheme != Scheme::kSystem)
    app.setPalette(paletteOf(scheme == Scheme::kDark ? kDarkColours : kLightColours));
}

bool dark() { return QApplication::palette().color(QPalette::Window).lightness() < 128; }

QColor accent() { return QApplication::palette().color(QPalette::Highlight); }
QColor good() { return dark() ? QColor(0x4c, 0xc3, 0x8a) : QColor(0x0b, 0x7a, 0x4b); }
QColor warning() { return dark() ? QColor(0xe6, 0xb4, 0x50) : QColor(0x9a, 0x62, 0x00); }
QColor bad() { return dark() ? QColor(0xf0, 0x85, 0x7d) : QColor(0xb8, 0x2c, 0x24); }
QColor faint() { return QApplication::palette().color(QPalette::PlaceholderText); }

QColor line() {
  const QPalette palette = QApplication::palette();
  return mixed(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.16);
}

QColor surface() { return QApplication::palette().color(QPalette::Base); }

QColor category(int index) {
  // Okabe and Ito (2008), "Color Universal Design". Black and yellow lack contrast on one of the
  // two grounds, so they come last and follow the palette.
  static constexpr std::array<QRgb, 7> kColours{0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7,
                                                0xff56b4e9, 0xffe69f00, 0xfff0e442};
  const int place = index % 8;
  if (place == 7) return QApplication::palette().color(QPalette::WindowText);
  QColor colour(kColours.at(static_cast<std::size_t>(place)));
  if (place == 6 && !dark()) colour = colour.darker(140);
  if (place == 0 && dark()) colour = QColor(0x3d, 0x9b, 0xd9);
  return colour;
}

QColor label(int index) {
  static_assert(kLabelColours == warmstart::kLabelColours);
  if (index <= 0) return Qt::transparent;
  const auto [red, green, blue] = label_colour(index);
  return QColor(red, green, blue);
}

QFont heading(const QFont& base) {
  QFont font(base);
  font.setPointSizeF(base.pointSizeF() * 1.25);
  font.setWeight(QFont::DemiBold);
  return font;
}

QColor stateColour(const QString& state) {
  if (state == QLatin1String("running") || state == QLatin1String("starting")) return accent();
  if (state == QLatin1String("done") || state == QLatin1String("holds")) return good();
  if (state == QLatin1String("failed")) return bad();
  if (state == QLatin1String("paused") || state == QLatin1String("interrupted") ||
      state == QLatin1String("not_shown"))
    return warning();
  return faint();
}

}  // namespace warmstart::look
