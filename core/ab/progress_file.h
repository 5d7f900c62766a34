// What a comparison has done so far: one JSON line for each finished text, timed run and judgement, so that a run that was
// killed goes on where it was.
#pragma once

#include <map>
#include <string>

#include "core/ab/files.h"

namespace syrinx::ab {

class ProgressFile {
 public:
  // `head` names the comparison; with `resume`, what the file has is taken over, if its head is the same (else E0504). A line that
  // was cut by the end of the process is left out.
  static core::Result<ProgressFile> open(const std::string& path, const Json& head, bool resume);

  // What was kept under a key, or null.
  const Json* find(const std::string& key) const;
  // Keeps a value, and makes it what a resumed run would read, so that both compute with the same numbers. E0505.
  core::Outcome add(const std::string& key, Json& value);

 private:
  std::string path_;
  std::map<std::string, Json> known_;
};

}  // namespace syrinx::ab
