/* syrinx/judge.h: what a judge writes.
 *
 * A judge scores audio for comparisons. It is an ordinary flow stage: it takes `audio` and, if it wants, the `text`
 * that was to be spoken, and emits on its port `scores` (type bytes, media application/json) one JSON object for each
 * utterance, in the item's text:
 *   {"judge": "asr", "version": "1.0.0",
 *    "scores": [{"name": "wer", "value": 0.05, "better": "lower", "unit": "1", "min": 0}]}
 * `better` is "lower", "higher" or "none". A score that could not be had is left out, with a reason in
 * "missing": {"wer": "no speech found"}, or stands there without a value, which still says that the judge has it: before
 * anything is compared, the host lets it judge a second of silence, to learn the names.
 *
 * A recogniser leaves the counting of words to the host, which scores all of them by one rule: it writes what it heard
 * as "hypothesis": "...", and its score names the two sums instead of a value:
 *   {"name": "wer", "better": "lower", "unit": "ratio", "ratio": ["errors", "words"]}
 */
#ifndef SYRINX_JUDGE_H_
#define SYRINX_JUDGE_H_

#include "syrinx/flow.h"

#define SYX_JUDGE_KIND "judge"
#define SYX_JUDGE_PORT "scores"
#define SYX_JUDGE_MEDIA "application/json"
#define SYX_JUDGE_LOWER "lower"
#define SYX_JUDGE_HIGHER "higher"
#define SYX_JUDGE_NONE "none"

#endif /* SYRINX_JUDGE_H_ */
