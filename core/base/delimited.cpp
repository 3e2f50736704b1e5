#include "core/base/delimited.h"

#include "core/base/error.h"

namespace warmstart {
namespace {

class TableParser {
 public:
  TableParser(const std::string& text, char separator, const std::string& where)
      : text_(text), separator_(separator), where_(where) {}

  std::vector<TableRow> rows() {
    std::vector<TableRow> rows;
    while (at_ < text_.size()) {
      if (text_[at_] == '\n') {
        next_line();
        continue;
      }
      rows.push_back(row());
      if (rows.back().fields.size() == rows.front().fields.size()) continue;
      throw Error("expected " + std::to_string(rows.front().fields.size()) + " fields, found " +
                      std::to_string(rows.back().fields.size()),
                  place(rows.back().line), "quote fields that hold the separator");
    }
    return rows;
  }

 private:
  std::string place(std::size_t line) const { return where_ + ":" + std::to_string(line); }

  void next_line() {
    ++at_;
    ++line_;
  }

  TableRow row() {
    TableRow row{line_, {}};
    while (true) {
      row.fields.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      if (at_ >= text_.size()) return row;
      if (text_[at_] == '\n') {
        next_line();
        return row;
      }
      ++at_;  // the separator
    }
  }

  std::string plain() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string quoted() {
    const std::size_t first_line = line_;
    std::string field;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '"') {
        if (c == '\n') ++line_;
        field.push_back(c);
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '"') {
        field.push_back('"');
        ++at_;
        continue;
      }
      if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
        throw Error("text after a closing quote", place(line_),
                    "write quotes inside a field twice");
      }
      return field;
    }
    throw Error("a quote is not closed", place(first_line), "close it, or write it twice");
  }

  const std::string& text_;
  char separator_;
  const std::string& where_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace

std::vector<TableRow> parse_table(const std::string& text, char separator,
                                  const std::string& where) {
  return TableParser(text, separator, where).rows();
}

}  // namespace warmstart
