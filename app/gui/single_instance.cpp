#include "app/gui/single_instance.h"

#include <QLocalSocket>
#include <QStandardPaths>

#include "views/desk/workspace_key.h"

namespace warmstart {
namespace {

constexpr int kMilliseconds = 2000;

QString socketName(const QString& workspace) {
  return QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation) +
         QStringLiteral("/warmstart-") + workspaceKey(workspace.toStdString());
}

}  // namespace

SingleInstance::SingleInstance(const QString& workspace, QObject* parent)
    : QObject(parent), name_(socketName(workspace)) {
  server_.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&server_, &QLocalServer::newConnection, this, [this] {
    QLocalSocket* socket = server_.nextPendingConnection();
    connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
      if (!socket->canReadLine()) return;
      const QString open = QString::fromUtf8(socket->readLine(4096)).trimmed();
      socket->write("taken\n");
      socket->flush();
      emit asked(open);
    });
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
  });
}

bool SingleInstance::handOver(const QString& open) const {
  QLocalSocket socket;
  socket.connectToServer(name_);
  if (!socket.waitForConnected(kMilliseconds)) return false;
  socket.write(open.toUtf8() + '\n');
  socket.flush();
  return socket.waitForReadyRead(kMilliseconds);
}

bool SingleInstance::listen() {
  if (server_.listen(name_)) return true;
  // Nobody answered handOver, so the socket belongs to a window that was killed.
  QLocalServer::removeServer(name_);
  return server_.listen(name_);
}

}  // namespace warmstart
