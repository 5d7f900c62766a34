// A text that the user wrote, split into lines, so that every value can say where it stands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/report/error.h"

namespace syrinx::core {

// Immutable; shared by all nodes that were read from it.
class Source {
 public:
  // `name` is how messages call it: a path, or "--set". `path` is where it lies, for what is relative to it.
  Source(std::string name, std::string text, std::string path = {});

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::string& path() const { return path_; }
  size_t lines() const { return starts_.size(); }
  // Line `line` from 1, without its end; empty if there is none.
  std::string line(int line) const;
  // A place whose column is given in bytes from 0, as yaml-cpp counts; made code points from 1.
  Place at(int line, int byte_column, int length = 1) const;
  // Which byte of the text stands there.
  size_t offset(int line, int byte_column) const;
  // The place of byte `offset` of the text.
  Place at_offset(size_t offset) const;
  Place whole() const;

 private:
  std::string name_, text_, path_;
  std::vector<size_t> starts_;
};

using SourcePtr = std::shared_ptr<const Source>;

// Reads a file of at most 1 MiB. E0102 (cannot be read), E0104 (too large), E0105 (not UTF-8). `name`: for messages;
// `from`: the place that asked for it, if any.
Result<SourcePtr> read_source(const std::string& path, const std::string& name, const Error::Label* from = nullptr);

}  // namespace syrinx::core
