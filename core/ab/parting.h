// Where two arms part inside the first stage whose outputs differ: the words, the step, the sample, and how far apart they are there.
#pragma once

#include <optional>
#include <string>

#include "core/ab/audio.h"
#include "core/ab/files.h"
#include "core/ab/speaker.h"

namespace syrinx::ab {

struct PartingPoint {
  // {"stage", "port", "type", "kind", "time_s"} and by kind:
  //   text    "index" of the first code point that differs, "a", "b": the words around it, "at": its place in them,
  //           "length_a", "length_b"
  //   steps   (integers: tokens, codes) "step", "head" and ids "a", "b" (null where that arm has ended), "steps_a", "steps_b",
  //           "agreement", "edit_distance"
  //   tensor  "frame" (the first along time that has a value outside tolerance), "element" in it, "a", "b", "near_max_abs" (largest
  //           difference within 8 frames of it), "frames_a", "frames_b"; and where the shapes are equal "apart", "max_abs", "mean_abs",
  //           "relative_l2", "cosine" over everything. Where nothing is outside tolerance: the first value that differs at all, and
  //           "within": true
  //   shape   "a", "b": shapes that cannot be laid over each other, or numbers of tensors
  //   pieces  "a", "b": how many; their contents are the same
  //   unread  a port that one arm lacks, or a dtype that is not read
  Json at = Json::object();
  std::string text;              // one line for a terminal
  std::optional<double> time_s;  // in the sound; none where the port has no rate
};

// `stage`: of arm A. None if the outputs are equal.
std::optional<PartingPoint> find_point(const StageResult& a, const StageResult& b, const core::PlannedStage& stage);

// What lies up to `around_s` before and behind a time; nothing where the sound has ended before.
Audio excerpt(const Audio& audio, double time_s, double around_s = 0.5);
// The excerpts of both arms as wav files of 16 bits. E0505.
core::Outcome write_excerpts(const Audio& a, const Audio& b, double time_s, const std::string& path_a, const std::string& path_b,
                             double around_s = 0.5);

}  // namespace syrinx::ab
