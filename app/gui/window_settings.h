// What the window remembers: an INI file below $XDG_CONFIG_HOME/warmstart, written by rename. One
// that cannot be read gives the defaults and is put aside.
#pragma once
#include <QSettings>

namespace warmstart {

class WindowSettings : public QSettings {
 public:
  WindowSettings();
  bool wasDamaged() const { return damaged_; }

 private:
  static QString path();
  bool damaged_ = false;
};

}  // namespace warmstart
