#include "views/inspect/capture.h"

#include "core/base/error.h"

namespace warmstart {
namespace {

QStringList stringsOf(const Json& info, const char* key) {
  QStringList strings;
  const auto found = info.find(key);
  if (found == info.end() || !found->is_array()) return strings;
  for (const Json& item : *found)
    strings += item.is_string() ? QString::fromStdString(item.get<std::string>())
                                : QString::fromStdString(item.dump());
  return strings;
}

QString memberOf(const Json& info, const char* table, const std::string& name) {
  const auto found = info.find(table);
  if (found == info.end() || !found->is_object()) return {};
  auto member = found->find(name);
  // "layer.N" describes layer.0, layer.1, ...
  const std::size_t dot = name.rfind('.');
  if (member == found->end() && dot != std::string::npos)
    member = found->find(name.substr(0, dot) + ".N");
  if (member == found->end() || !member->is_string()) return {};
  return QString::fromStdString(member->get<std::string>());
}

}  // namespace

Capture::Capture(TensorFile file, Path path) : file_(std::move(file)), path_(std::move(path)) {
  const auto found = file_.metadata().find("capture");
  if (found != file_.metadata().end()) info_ = Json::parse(found->second, nullptr, false);
  if (!info_.is_object())
    throw Error("the file does not say what it shows (no \"capture\" in its metadata)",
                path_.string(), "open a file that an inspector wrote");
  kind_ = text("kind"), stage_ = text("stage"), orientation_ = text("orientation");
  const auto step = info_.find("step");
  if (step != info_.end() && step->is_number()) step_ = step->get<qint64>();
  samples_ = stringsOf(info_, "samples");
  classes_ = stringsOf(info_, "class_names");
  for (const Array& array : file_.arrays()) bytes_ += array.data.size();
}

std::shared_ptr<const Capture> Capture::open(const Path& file) {
  return std::shared_ptr<const Capture>(new Capture(TensorFile::open(file, true), file));
}

QString Capture::text(const char* key) const {
  const auto found = info_.find(key);
  if (found == info_.end() || !found->is_string()) return {};
  return QString::fromStdString(found->get<std::string>());
}

std::optional<int> sampleIn(const Capture& other, const Capture& shown, int sample) {
  // Equal lists keep apart samples of one name.
  if (other.samples() == shown.samples()) return sample;
  if (sample < 0 || sample >= shown.samples().size()) return std::nullopt;
  const auto found = static_cast<int>(other.samples().indexOf(shown.samples()[sample]));
  return found < 0 ? std::nullopt : std::optional(found);
}

QString Capture::axes(const std::string& array) const { return memberOf(info_, "axes", array); }
QString Capture::units(const std::string& array) const { return memberOf(info_, "units", array); }

}  // namespace warmstart
