// The commands of volume views, made once for the window: menu Inspect, palette, editable keys.
// Each acts on the volume planes that have the focus, else on those that are shown. Panels that
// show volumes attach themselves. GUI thread.
#pragma once
#include <QObject>
#include <QPointer>
#include <functional>
#include <vector>

#include "views/inspect/volume_planes.h"

class QMenu;

namespace warmstart {

class ActionBook;
struct Desk;

class VolumeActions : public QObject {
  Q_OBJECT
 public:
  /// The one of this desk.
  static VolumeActions& of(Desk& desk);
  /// The keys work while `panel` or a child has the focus. Called once a panel, before the planes
  /// exist.
  void attach(QWidget* panel);
  /// Planes that the commands may act on, as long as they live.
  void add(VolumePlanes* planes);

 private:
  explicit VolumeActions(Desk& desk);
  VolumePlanes* target() const;
  void make(QWidget* owner);
  void toggle(const char* id, const QString& text, const QString& tip, const char* key,
              bool (VolumeScene::*get)() const, void (VolumeScene::*set)(bool));
  void overlay(const char* id, const QString& text, const QString& tip, const char* key,
               OverlayKind kind);
  void command(const char* id, const QString& text, const QString& tip, const char* key,
               std::function<void(VolumePlanes&)> act);
  void makeExports();
  void save(const QImage& image);
  void refresh();
  void showMenu(VolumePlanes* planes, const QPoint& place);
  Desk& desk_;
  QWidget* owner_ = nullptr;
  std::vector<QPointer<VolumePlanes>> planes_;
  std::vector<std::function<void(VolumePlanes*)>> updates_;  ///< of enabled and checked
  QStringList ids_;
};

/// Writes the picture as PNG. Error as write_atomically, or when the picture has no pixels.
void writePng(const QImage& image, const QString& path);

}  // namespace warmstart
