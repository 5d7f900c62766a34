// Results of listening: ratings of one session, screened, with clustered intervals.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ab/bootstrap.h"
#include "core/ab/session.h"

namespace syrinx::ab {

// What is known of a session without its sounds.
struct RatedSession {
  std::string name, mode;
  SessionKey key;
  std::string baseline;                  // of two arms the other is b; empty: the first by name
  std::map<std::string, double> audio_s; // of a trial: all its sounds together
};
RatedSession rated(const Session& session);

// To and from key.json of a result folder: {"sessions": {name: ...}}.
Json to_json(const RatedSession& session);
core::Result<RatedSession> rated_from_json(const std::string& name, const Json& document);

struct RatingsFile {
  std::string file;
  Json document;
};

struct RateOptions {
  Resampling resampling;
  bool split_none = false;  // half a vote each; else dropped
  bool exact = false;       // Clopper-Pearson beside Wilson
};

// One object: "session", "mode", "raters" (screening), "used", "ignored" (file, why), "all" and "screened" (results).
// Ratings of another session are refused (E0506).
core::Result<Json> rate(const RatedSession& session, const std::vector<RatingsFile>& files, const RateOptions& options);

// A few lines for the terminal.
std::string rate_text(const Json& result);

}  // namespace syrinx::ab
