/* The C library from plain C: loads, speaks, cancels, and reports what is wrong. Exit code 0 if all held. */
#include <stdio.h>
#include <string.h>

#include "syrinx.h"

static int failures = 0;
#define CHECK(what)                                                  \
  do {                                                               \
    if (!(what)) {                                                   \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      ++failures;                                                    \
    }                                                                \
  } while (0)

struct heard {
  uint64_t frames;
  int64_t next;
  uint32_t rate;
  int ends, how;
  char message[4096];
};

static void on_audio(void* data, const syrinx_audio* audio) {
  struct heard* heard = data;
  CHECK(audio->offset == heard->next);
  CHECK(audio->channels == 1);
  heard->frames += audio->frames;
  heard->next = audio->offset + (int64_t)audio->frames;
  heard->rate = audio->sample_rate;
}

static void on_end(void* data, int32_t how, const char* message) {
  struct heard* heard = data;
  ++heard->ends;
  heard->how = how;
  strncpy(heard->message, message, sizeof(heard->message) - 1);
}

static syrinx_pipeline* load(const char* config, const char* set, char** error) {
  syrinx_load_args args = {sizeof(args), config, &set, set ? 1u : 0u, 0};
  return syrinx_load(&args, error);
}

static struct heard speak(syrinx_pipeline* p, const char* text, const char* options) {
  struct heard heard = {0};
  char* error = NULL;
  const syrinx_callbacks calls = {sizeof(calls), &heard, on_audio, NULL, on_end};
  const syrinx_request request = {sizeof(request), text, "id", options, 1, 1, 0};
  CHECK(syrinx_speak(p, &request, &calls, &error) != 0);
  CHECK(error == NULL);
  syrinx_wait(p);
  CHECK(heard.ends == 1);
  return heard;
}

int main(void) {
  char* error = NULL;
  CHECK(strcmp(syrinx_version(), "") != 0);

  CHECK(load("no-such-pipeline.yaml", NULL, &error) == NULL);
  CHECK(error && strstr(error, "no-such-pipeline.yaml"));
  syrinx_free(error);
  error = NULL;
  CHECK(load("toy", "stages.vocoder.options.lwo=1", &error) == NULL);
  CHECK(error && strstr(error, "lwo"));
  syrinx_free(error);
  error = NULL;

  syrinx_pipeline* p = load("toy", NULL, &error);
  if (!p) {
    fprintf(stderr, "%s", error);
    return 1;
  }
  const struct heard a = speak(p, "some words", NULL), b = speak(p, "some words", "{\"max_new_token\": 5}");
  CHECK(a.how == SYRINX_OK && a.rate == 24000 && a.frames > 0);
  CHECK(b.frames == 5 * 480);
  const struct heard bad = speak(p, "some words", "{\"no_such_option\": 5}");
  CHECK(bad.how == SYRINX_FAILED && strstr(bad.message, "no_such_option"));

  struct heard none = {0};
  const syrinx_callbacks calls = {sizeof(calls), &none, on_audio, NULL, on_end};
  const syrinx_request malformed = {sizeof(malformed), "x", NULL, "[1]", 0, 0, 0};
  CHECK(syrinx_speak(p, &malformed, &calls, &error) == 0);
  CHECK(error && strstr(error, "JSON object"));
  syrinx_free(error);
  CHECK(none.ends == 0);
  syrinx_close(p);

  p = load("toy", "stages.generator.options={min_new_token: 100000, max_new_token: 100000}", &error);
  CHECK(p != NULL);
  if (p) {
    struct heard endless = {0};
    const syrinx_callbacks stop = {sizeof(stop), &endless, on_audio, NULL, on_end};
    const syrinx_request request = {sizeof(request), "endless", NULL, NULL, 0, 0, 0};
    const uint64_t ticket = syrinx_speak(p, &request, &stop, &error);
    syrinx_cancel(p, ticket, 0);
    syrinx_wait(p);
    CHECK(endless.ends == 1 && endless.how == SYRINX_CANCELLED);
    syrinx_close(p);
  }
  syrinx_close(NULL);
  return failures != 0;
}
