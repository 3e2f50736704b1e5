// Where the points of a scalar series stand: the step lines of a run are the rows of one LineAxis,
// and each series knows which rows carry it. Steps and times so stand in memory once a line, not
// once a scalar. Rows lie in blocks that copies share, so a copy of a series costs little and may
// be read by another thread while the log goes on. Used by RunHistory and its reader.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace warmstart {

struct LineBlock {
  static constexpr std::size_t kRows = 512;
  std::array<double, kRows> step, time;
};
using LineBlocks = std::vector<std::shared_ptr<LineBlock>>;

/// Steps and times by row; steps ascend.
class LineAxis {
 public:
  std::size_t size() const { return size_; }
  const LineBlocks& blocks() const { return blocks_; }
  void add(double step, double time);
  /// Rows later than `step` go. The block that is written next is a new one: copies keep the old.
  void cut_after(double step);

 private:
  LineBlocks blocks_;
  std::size_t size_ = 0;
};

/// An ascending set of rows; one without gaps costs no memory.
class RowSet {
 public:
  std::size_t size() const { return count_; }
  std::size_t operator[](std::size_t i) const { return sparse_.empty() ? first_ + i : sparse_[i]; }
  std::size_t back() const { return (*this)[count_ - 1]; }
  void add(std::size_t row);
  /// The rows of `newer`, each moved up by `base`.
  void append(const RowSet& newer, std::size_t base);
  void resize(std::size_t count);  ///< to fewer

 private:
  void become_sparse();
  std::size_t first_ = 0, count_ = 0;
  std::vector<std::uint32_t> sparse_;
};

}  // namespace warmstart
