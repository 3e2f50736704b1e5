// What warmstart-gui is started with, by hand or by a desktop (packaging/linux/*.desktop).
#pragma once
#include <QStringList>

namespace warmstart {

struct StartOptions {
  QString workspace;     ///< absolute
  QString tour;          ///< folder for the pictures; "" = no tour
  QStringList open;      ///< runs by their ids, files and folders by absolute paths
  int stall_limit = 50;  ///< milliseconds

  /// Ends the program with a line of its own for --help, --version and wrong options.
  static StartOptions parse(const QStringList& arguments);
};

}  // namespace warmstart
