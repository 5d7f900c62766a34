// Judges: numbers for sounds that need a network or another program. A command that speaks JSON lines, or a plugin of the kind
// `judge`; to a comparison both are the same.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ab/metrics.h"
#include "core/graph/plan.h"
#include "core/report/error.h"

namespace syrinx::ab {

struct JudgeInfo {
  std::string name, version;
  std::string digest;          // "sha256:...": of its command and script, or of its library
  int sample_rate = 0;         // Hz it wants sounds at; 0: their own
  bool float_samples = false;  // else 16 bits
  bool deterministic = false;  // as it says itself
  std::vector<Metric> metrics;
};

struct JudgeRequest {
  std::string audio;            // path of a WAV file
  std::string text, language;   // what should be heard
  std::string reference_audio;  // path of a recording of the text, or empty
};

struct JudgeAnswer {
  std::map<std::string, double> values;  // by names of measures, and of the sums that make their ratios
  std::string hypothesis;                // what a recogniser heard
  std::string error;                     // why there are no values
};

class Judge {
 public:
  virtual ~Judge() = default;
  const JudgeInfo& info() const { return info_; }
  // Hands an answer out for every request, once, in any order, as they come; leaves early when `stopped` says so. A judge
  // that is broken answers the rest with the reason.
  using Got = std::function<void(size_t request, JudgeAnswer answer)>;
  virtual void ask(const std::vector<JudgeRequest>& requests, const Got& got, const std::function<bool()>& stopped) = 0;

 protected:
  JudgeInfo info_;
};

// Starts a command by /bin/sh and waits for its first line:
//   {"ab_judge":1,"name":"asr","version":"1.2","sample_rate":16000,"sample_format":"s16","deterministic":true,
//    "metrics":[{"name":"wer","unit":"ratio","direction":"lower","ratio":["errors","words"]}]}
// It answers each {"id","audio","text","reference_audio","lang"} with {"id","values":{...},"hypothesis":"..."} or {"id","error"}, in any
// order; the end of its input means: finish. One that crashes, is silent for `timeout_s` or prints something else is started
// once more for all its life. E0507 if no first line comes, or it does not fit.
core::Result<std::unique_ptr<Judge>> start_command_judge(const std::string& command, double timeout_s);

// A plan whose first stage takes the sound and whose last is of the kind `judge` (judge.h of the border). Which measures it
// has is known when it has judged a second of silence; E0507 if that fails.
core::Result<std::unique_ptr<Judge>> start_plugin_judge(core::Plan plan, double timeout_s);

// Where a judge says what it heard, the words are counted here, by one rule for all judges: fills the sums of its ratios, and
// the ratios.
void score_answer(const JudgeInfo& info, const std::string& text, const std::string& language, JudgeAnswer& answer);

// A measure as a judge describes it, in either form; E0507 without a name, or with a direction that is none.
core::Result<Metric> judge_metric(const core::Json& described, const std::string& judge);

}  // namespace syrinx::ab
