// Ids of control tokens that stages ask for by meaning. They are the same in every published ChatTTS vocabulary.
#pragma once

#include <cstdint>

namespace chattts {

constexpr int32_t kFirstControl = 21128;  // [Sasr]; everything below is word pieces
constexpr int32_t kSbreak = 21134;        // a text to be refined begins
constexpr int32_t kPbreak = 21135;        // it ends, and the refined one begins
constexpr int32_t kEbreak = 21136;        // the refined text ends
constexpr int32_t kSpkEmb = 21143;        // its embedding is replaced by the speaker's
constexpr int32_t kBreak0 = 21147;        // [break_0]: from here on tags ask for a manner and are not prosody

}  // namespace chattts
