// A listening session: trials, sounds, and the key that says which sound is of which arm. The form is ab-session/1.
//
// Orders and sides follow from the seed, the session's name and the rater's code, so that what a page showed can be
// computed again. The key in a page is a curtain, not a lock: it is XORed with a stream that the seed names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ab/audio.h"
#include "core/ab/files.h"

namespace syrinx::ab {

struct SessionKey {
  std::map<std::string, std::string> arms;                 // stimulus: arm
  std::map<std::string, std::optional<std::string>> expected;  // catch trial: stimulus; none: "no difference"
};

struct SessionTrial {
  std::string id, item, kind;  // test, training, catch, repeat
  std::vector<std::string> stimuli;
  std::string reference, text;
};

struct Session {
  std::string name, mode, language = "en";
  uint64_t seed = 0;
  std::vector<SessionTrial> trials;
  std::map<std::string, double> seconds;  // of each stimulus
  std::optional<SessionKey> key;          // if it was sealed in
  Json document;                          // what is written into a page
};

// E0506 for what is no session: names the member and what would fit.
core::Result<Session> parse_session(Json document, const std::string& file);

std::string seal(const SessionKey& key, uint64_t seed, const std::string& name);
core::Result<SessionKey> unseal(const std::string& sealed, uint64_t seed, const std::string& name);

// The page: the template with the session in it.
std::string make_page(const std::string& page_template, const Session& session);

// As a rater gets them.
std::vector<std::string> trial_order(const Session& session, const std::string& rater);
std::vector<std::string> sides(const Session& session, const SessionTrial& trial, const std::string& rater);

// How a session is made of sounds. `items`: for each text the arms' sounds; of MUSHRA also the recording.
struct SessionItem {
  std::string id, text;
  std::vector<std::pair<std::string, Audio>> arms;
  std::optional<Audio> recording;
};
struct SessionWish {
  std::string name, mode = "preference", language = "en", question;
  uint64_t seed = 1;
  int catches = 0, repeats = 0;  // preference, ABX, CMOS
  bool allow_none = true, keep_position = false, loop = false;
  bool with_key = true;
};
core::Result<Session> make_session(const std::vector<SessionItem>& items, const SessionWish& wish);

// A low-passed copy: anchors and known answers. Linear phase, no delay.
Audio low_passed(const Audio& audio, double cutoff_hz);

}  // namespace syrinx::ab
