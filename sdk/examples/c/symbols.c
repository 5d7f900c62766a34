/* symbols/normalizer: says the symbols that a voice would pass over: "50% off @ Smith & Sons"
 * becomes "50 percent off at Smith and Sons".
 *
 * A whole plugin in plain C11: one file, the C headers of the border, the C library. Read from the
 * bottom: the entry returns the plugin, the plugin lists its components, a component makes stages,
 * a stage answers `query` with the table of functions that text flows through. */
#include <stdlib.h>
#include <string.h>
#include <syrinx/ext/manifest.h>
#include <syrinx/flow.h>

/* A session speaks one utterance at a time and collects its text. */
struct syx_session {
  char* text;
  uint64_t size, room;
  int after_word; /* the last thing written is a word in place of a symbol */
};

static const struct {
  char symbol;
  const char* word;
} words[] = {{'&', "and"},  {'%', "percent"}, {'@', "at"},
             {'+', "plus"}, {'=', "equals"},  {'#', "number"}};

static const char* word_of(char symbol) {
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); ++i)
    if (words[i].symbol == symbol) return words[i].word;
  return NULL;
}

static int append(syx_session* session, syx_str text) {
  if (text.size > session->room - session->size) {
    const uint64_t room = 2 * session->room + text.size;
    char* grown = realloc(session->text, room);
    if (!grown) return 0;
    session->text = grown;
    session->room = room;
  }
  if (text.size) memcpy(session->text + session->size, text.data, text.size);
  session->size += text.size;
  return 1;
}

/* A word stands between spaces, whatever the symbol stood between. */
static int append_byte(syx_session* session, const char* byte) {
  const char* word = word_of(*byte);
  if (!word) {
    if (session->after_word && *byte != ' ' && !append(session, SYX_S(" "))) return 0;
    session->after_word = 0;
    return append(session, (syx_str){byte, 1});
  }
  const int spaced = session->size == 0 || session->text[session->size - 1] == ' ';
  session->after_word = 1;
  return (spaced || append(session, SYX_S(" "))) && append(session, (syx_str){word, strlen(word)});
}

static syx_status no_memory(syx_call* call) {
  return call->fail(call, SYX_E_OUT_OF_MEMORY, SYX_S("out of memory"), SYX_S(""));
}

/* ---- syrinx.flow/1 ---- */

static syx_status open_session(syx_call* call, syx_stage* stage, syx_session** out) {
  (void)stage;
  *out = calloc(1, sizeof(**out));
  return *out ? SYX_OK : no_memory(call);
}

static syx_status begin(syx_call* call, syx_session* session, const syx_begin* given) {
  (void)call, (void)given;
  session->size = 0;
  session->after_word = 0;
  return SYX_OK;
}

static syx_status push(syx_call* call, syx_session* session, uint32_t port, const syx_item* item) {
  (void)port;
  for (uint64_t i = 0; i < item->text.size; ++i)
    if (!append_byte(session, item->text.data + i)) return no_memory(call);
  return SYX_OK;
}

static syx_status finish(syx_call* call, syx_session* session, uint32_t port, uint32_t sequence) {
  (void)port;
  syx_item item = {0};
  item.struct_size = sizeof(item);
  item.sequence = sequence;
  item.flags = SYX_ITEM_LAST;
  item.text.data = session->text;
  item.text.size = session->size;
  return call->emit(call, 0, &item);
}

static void end(syx_call* call, syx_session* session, uint32_t sequence, uint32_t how) {
  (void)call, (void)session, (void)sequence, (void)how;
}

static void close_session(syx_session* session) {
  free(session->text);
  free(session);
}

/* ---- The stage, its component, the plugin ---- */

static const void* query_stage(syx_stage* stage, const char* interface_id) {
  static const syx_flow_v1 flow = {
      .struct_size = sizeof(flow),
      .open = open_session,
      .begin = begin,
      .push = push,
      .finish = finish,
      .end = end,
      .close = close_session, /* no step: it works in finish */
  };
  (void)stage;
  return strcmp(interface_id, SYX_FLOW_V1) == 0 ? &flow : NULL;
}

static void destroy(syx_stage* stage) { free(stage); }

static syx_status describe(syx_call* call, syx_str options, syx_str inputs, syx_write write,
                           void* sink) {
  (void)call, (void)options, (void)inputs;
  write(
      sink,
      SYX_S(
          "{\"in\": {\"text\": {\"type\": \"text\"}}, \"out\": {\"text\": {\"type\": \"text\"}}}"));
  return SYX_OK;
}

static syx_status create(syx_call* call, const syx_create* given, syx_stage** out) {
  (void)given;
  syx_stage* stage = calloc(1, sizeof(*stage));
  if (!stage) return no_memory(call);
  stage->struct_size = sizeof(*stage);
  stage->query = query_stage;
  stage->destroy = destroy;
  *out = stage;
  return SYX_OK;
}

static const void* query_plugin(const char* interface_id) {
  static const char manifest[] =
      "{\"components\": {\"normalizer\": {\"summary\": \"Says symbols as words.\"}}}";
  return strcmp(interface_id, SYX_MANIFEST_V1) == 0 ? manifest : NULL;
}

SYX_EXPORT const syx_plugin* syx_plugin_v0(void) {
  static const syx_component normalizer = {
      .struct_size = sizeof(normalizer),
      .name = "normalizer",
      .kind = "normalizer",
      .schema = "{\"type\": \"object\", \"properties\": {}}", /* no options */
      .describe = describe,
      .create = create,
  };
  static const syx_component* const components[] = {&normalizer};
  static const syx_plugin plugin = {
      .struct_size = sizeof(plugin),
      .abi_minor = SYX_ABI_MINOR,
      .abi_oldest = SYX_ABI_OLDEST,
      .component_count = 1,
      .components = components,
      .id = "org.example.symbols",
      .version = "0.1.0",
      .build = "C",
      .query = query_plugin,
  };
  return &plugin;
}
