#include "core/cli/commands.h"

namespace syrinx::cli {
namespace {

constexpr Option kCommon[] = {
    {"help", 'h', "", "show this help"},
    {"quiet", 'q', "", "print only results and errors"},
    {"verbose", 'v', "", "print what is done and where things are found"},
    {"json", 0, "", "results and errors as JSON on standard output"},
    {"log", 0, "text|json", "form of the log on standard error"},
    {"color", 0, "auto|always|never", "colours in messages"},
};

constexpr Option kPipeline[] = {
    {"config", 'c', "FILE", "the pipeline: a file, or the name of an installed one (default: hibari)"},
    {"with", 0, "FILE", "an overlay, merged over the configuration; may be repeated", true},
    {"set", 's', "PATH=VALUE", "change one value, e.g. stages.writer.plugin=basic/flac; may be repeated", true},
    {"device", 0, "DEVICE", "run everything on this device, e.g. cpu or cuda:0"},
    {"seed", 0, "N", "seed of all randomness (default: the configuration's)"},
    {"plugin-dir", 0, "DIR", "look for plugins here first; may be repeated", true},
};

constexpr Option kSynth[] = {
    {"input", 'i', "FILE", "read the text from a file; - is standard input, one utterance a line"},
    {"output", 'o', "FILE", "where the audio goes: .wav .flac .ogg .opus .mp3 .pcm; - is standard output"},
    {"output-dir", 'd', "DIR", "one numbered file for each utterance"},
    {"format", 'f', "NAME", "wav, flac, ogg, opus, mp3 or pcm, where the file's name does not say"},
    {"raw", 0, "", "raw samples, s16 little-endian, to standard output or the file"},
    {"option", 'p', "NAME=VALUE", "an option of this utterance, e.g. speed=1.2 or acoustic.speed=1.2", true},
    {"speed", 0, "FACTOR", "the same as -p speed=FACTOR"},
    {"voice", 0, "NAME", "the same as -p voice=NAME"},
    {"stream", 0, "", "hand audio on as it is made: first samples as early as possible"},
    {"json-input", 0, "", "each line of input is a JSON object: text, and optionally id, seed and options"},
    {"deadline", 0, "SECONDS", "finish early after this time and keep what exists"},
    {"times", 0, "", "print the time spent in each stage"},
    {"trace", 0, "DIR", "keep what every stage gives in a new folder; nothing streams then"},
    {"lock", 0, "FILE", "write down all that decided this run, and the digest of what every stage gave, for syrinx verify"},
    {"from", 0, "STAGE", "take what the stages before this one gave in an earlier run, and run from here"},
    {"cache", 0, "DIR|off", "where --from finds and keeps outputs of stages (default: the user's cache)"},
};
constexpr std::string_view kSynthExamples[] = {
    "syrinx synth \"The quick brown fox jumps over the lazy dog.\" -o fox.wav",
    "syrinx synth -i chapter.txt -o chapter.mp3 --speed 1.1",
    "syrinx synth -d lines/ < lines.txt",
    "syrinx synth \"Hello.\" --raw --stream -o - | aplay -r 24000 -f S16_LE",
    "syrinx synth \"Hello.\" --set stages.vocoder.plugin=hibari/whisper -o hello.flac",
};

constexpr Option kReplay[] = {
    {"from", 0, "STAGE", "the first stage that runs again"},
    {"output", 'o', "FILE", "where the audio goes: .wav .flac .ogg .opus .mp3 .pcm; - is standard output"},
    {"output-dir", 'd', "DIR", "one numbered file for each utterance"},
    {"format", 'f', "NAME", "wav, flac, ogg, opus, mp3 or pcm, where the file's name does not say"},
    {"raw", 0, "", "raw samples, s16 little-endian, to standard output or the file"},
    {"trace", 0, "DIR", "a trace of this run too, in a new folder"},
};
constexpr std::string_view kReplayExamples[] = {
    "syrinx synth \"Hello.\" -o hello.wav --trace hello",
    "syrinx replay hello --from vocoder --set stages.vocoder.plugin=hibari/whisper -o whisper.wav",
};

constexpr std::string_view kVerifyExamples[] = {"syrinx synth \"Hello.\" --seed 1 -o hello.wav --lock hello.lock", "syrinx verify hello.lock"};

constexpr Option kPhonemize[] = {
    {"input", 'i', "FILE", "read lines from a file; - is standard input, the default"},
    {"option", 'p', "NAME=VALUE", "an option of this utterance", true},
};
constexpr std::string_view kPhonemizeExamples[] = {
    "syrinx phonemize \"Read the record.\"",
    "syrinx phonemize < lines.txt > phonemes.txt",
};

constexpr Option kNormalize[] = {
    {"input", 'i', "FILE", "read lines from a file; - is standard input, the default"},
    {"option", 'p', "NAME=VALUE", "an option of this utterance", true},
    {"lang", 0, "LANGUAGE", "the language of every line: zh, en, ja or auto"},
    {"grammar", 0, "DIR", "compiled grammars in place of the installed ones"},
    {"explain", 0, "", "print below each line the tokens that were found: bytes, class and rule, weight, parts, spoken form"},
    {"stats", 0, "", "print a report of what was read and what was not, instead of the lines"},
};
constexpr std::string_view kNormalizeExamples[] = {
    "syrinx normalize --lang zh \"今天是2024年5月6日\"",
    "syrinx normalize --lang en --explain \"It cost $13.50.\"",
    "syrinx normalize --stats < corpus.txt",
};

constexpr std::string_view kCheckExamples[] = {"syrinx check -c mine.yaml", "syrinx check -c mine.yaml --set stages.x=~"};
constexpr std::string_view kPlanExamples[] = {"syrinx plan", "syrinx plan -c mine.yaml --json"};
constexpr Option kConfigShow[] = {{"origins", 0, "", "say behind each value which file and line it comes from"}};
constexpr std::string_view kConfigShowExamples[] = {"syrinx config show -c mine.yaml --set run.seed=7"};
constexpr std::string_view kConfigDiffExamples[] = {"syrinx config diff hibari.yaml mine.yaml"};
constexpr std::string_view kConfigSchemaExamples[] = {"syrinx config schema > pipeline.json"};
constexpr Option kPluginsList[] = {
    {"plugin-dir", 0, "DIR", "look for plugins here first; may be repeated", true},
    {"retry", 0, "ID", "try a quarantined plugin again"},
    {"kind", 'k', "KIND", "only components of this kind"},
};
constexpr Option kPluginDir[] = {{"plugin-dir", 0, "DIR", "look for plugins here first; may be repeated", true}};
constexpr std::string_view kPluginsListExamples[] = {"syrinx plugins list", "syrinx plugins list -k vocoder --json"};
constexpr std::string_view kPluginsInfoExamples[] = {"syrinx plugins info basic", "syrinx plugins info basic/sampler"};
constexpr Option kPluginsNew[] = {
    {"language", 'l', "c|cpp", "language of the template (default: cpp)"},
    {"directory", 'd', "DIR", "where to make it (default: ./NAME)"},
    {"id", 0, "ID", "reverse domain name (default: org.example.NAME)"},
};
constexpr std::string_view kPluginsNewExamples[] = {"syrinx plugins new vocoder griffin",
                                                    "syrinx plugins new normalizer shout --language c"};
constexpr std::string_view kVoicesExamples[] = {"syrinx voices", "syrinx voices install hibari"};
constexpr Option kVoicesEncode[] = {
    {"text", 't', "TEXT", "what is said in the recording, exactly"},
    {"output", 'o', "FILE", "where the voice goes (default: the recording's name with .json)"},
    {"option", 'p', "NAME=VALUE", "an option of a stage, e.g. name=Ada or licence=CC0-1.0", true},
};
constexpr std::string_view kVoicesEncodeExamples[] = {
    "syrinx voices encode ref.wav --text \"Good morning.\" --set vars.assets=DIR -o ada.json",
    "syrinx synth -c chattts --set vars.assets=DIR -p speaker.voice=ada.json \"Hello there.\" -o hello.wav",
};
constexpr std::string_view kModelsExamples[] = {"syrinx models"};
constexpr Option kModelsVerify[] = {{"model", 0, "NAME", "which model it should be (default: the one that most files belong to)"}};
constexpr std::string_view kModelsVerifyExamples[] = {"syrinx models verify ~/models/chattts"};
constexpr Option kModelsPull[] = {
    {"dir", 'd', "DIR", "where the files go (default: models/NAME in the user's data folder)"},
    {"source", 0, "URL", "where they come from (default: the catalogue's)"},
    {"accept-licence", 0, "", "accept the licence that is printed, without being asked"},
};
constexpr std::string_view kModelsPullExamples[] = {"syrinx models pull chattts", "syrinx models pull chattts -d ~/models/chattts --accept-licence"};
constexpr std::string_view kExplainExamples[] = {"syrinx explain E0301"};
constexpr std::string_view kDoctorExamples[] = {"syrinx doctor"};
constexpr Option kBench[] = {
    {"runs", 'n', "N", "counted runs (default: 10)"},
    {"text", 't', "TEXT", "what is spoken (default: three sentences of different length)"},
};
constexpr std::string_view kBenchExamples[] = {"syrinx bench", "syrinx bench host", "syrinx bench -c mine.yaml -n 50"};
constexpr Option kAbRun[] = {
    {"texts", 0, "FILE", "texts: lines, or JSON lines with id, text, lang, group, seed; may be repeated", true},
    {"text", 0, "TEXT", "one text; may be repeated", true},
    {"out", 0, "DIR", "the result folder (default: ab-DATE-DIGEST)"},
    {"resume", 0, "", "go on with an interrupted run in the folder"},
    {"force", 0, "", "begin anew in a folder that is not empty; more than 64 arms"},
    {"arm", 0, "NAME:SETS", "another arm: the first configuration with PATH=VALUE,... or @OVERLAY; may be repeated", true},
    {"swap", 0, "STAGE=FILES", "every combination of these files for a stage; may be repeated", true},
    {"sweep", 0, "PATH=VALUES", "every value for one option; may be repeated", true},
    {"with", 0, "FILE", "an overlay for all arms; may be repeated", true},
    {"set", 's', "PATH=VALUE", "change one value in all arms; may be repeated", true},
    {"device", 0, "DEVICE", "run everything on this device"},
    {"plugin-dir", 0, "DIR", "look for plugins here first; may be repeated", true},
    {"seed", 0, "N", "seed of everything (default: 1)"},
    {"seeds", 0, "N..M", "several seeds for each text"},
    {"metrics", 0, "LIST", "only these measures, separated by commas", true},
    {"primary", 0, "LIST", "the measures that are corrected together (default: by what changed)", true},
    {"align", 0, "", "compare sounds at the lag that fits best"},
    {"reference-audio", 0, "DIR", "recordings ID.wav: every arm is also compared with them"},
    {"judge", 0, "PLUGIN|FILE", "a plugin of the kind judge, or a pipeline that ends with one; may be repeated", true},
    {"judge-cmd", 0, "COMMAND", "a program that judges sounds, by JSON lines (explain E0507); may be repeated", true},
    {"judge-timeout", 0, "S", "a judge that says nothing for so long is started again, once (default: 60)"},
    {"judge-repeats", 0, "N", "how often a judge that does not say the same twice judges each sound (default: 5)"},
    {"noise", 0, "shared|independent", "whether arms draw the same random numbers (default: shared)"},
    {"forced", 0, "", "compare generators also step by step on the baseline's history"},
    {"baseline", 0, "DIR", "take the baseline from an earlier result with the same texts and seeds"},
    {"jobs", 0, "N", "texts at a time, except when timed (default: 1)"},
    {"repeats", 0, "N", "timed runs of each text and arm; 0: none (default: 3)"},
    {"warmup", 0, "N", "runs before, not counted (default: 1)"},
    {"control", 0, "N", "texts on which the baseline is compared with itself (default: 2)"},
    {"allow-nondeterminism", 0, "", "go on when the baseline does not equal itself"},
    {"alpha", 0, "P", "level of tests and intervals (default: 0.05)"},
    {"boots", 0, "N", "resamples (default: 10000)"},
    {"margin", 0, "NAME=VALUE", "differences below this do not matter; may be repeated", true},
    {"fail-if", 0, "EXPR", "a gate, e.g. 'rtf.ratio_lo > 1.05'; may be repeated", true},
    {"inconclusive", 0, "pass|warn|fail", "what a gate does that cannot be decided (default: warn)"},
    {"allow-failures", 0, "N", "texts that may fail (default: 0)"},
    {"cache", 0, "DIR|off", "where outputs of stages are kept (default: the user's cache)"},
    {"embed", 0, "", "the report as one file with all sounds in it"},
    {"blind", 0, "", "the report names no arm until asked"},
    {"pilot", 0, "DIR", "plan: the earlier result whose spread says how many texts --margin needs"},
};
constexpr std::string_view kAbRunExamples[] = {
    "syrinx ab run hibari --arm whisper:stages.vocoder.plugin=hibari/whisper --texts texts.txt --out result",
    "syrinx ab run a.yaml b.yaml --texts texts.txt --fail-if 'rtf.ratio_lo > 1.05'",
    "syrinx ab run toy --sweep stages.sampler.options.temperature=0.3,0.7 --texts texts.txt",
};
constexpr std::string_view kAbPlanExamples[] = {"syrinx ab plan a.yaml b.yaml --texts texts.txt"};
constexpr Option kAbReport[] = {
    {"embed", 0, "", "one file with all sounds in it"},
    {"blind", 0, "", "name no arm until asked"},
};
constexpr std::string_view kAbReportExamples[] = {"syrinx ab report result --embed"};
constexpr Option kAbShow[] = {{"excerpts", 0, "DIR", "write the second of sound around the place where the arms part, of both arms"}};
constexpr std::string_view kAbShowExamples[] = {"syrinx ab show result t0001", "syrinx ab show result t0001 --excerpts parting"};
constexpr Option kCache[] = {{"cache", 0, "DIR", "the folder (default: the user's cache)"}};
constexpr Option kCacheGc[] = {{"cache", 0, "DIR", "the folder (default: the user's cache)"}, {"limit", 0, "MIB", "what may stay (default: 4096)"}};
constexpr std::string_view kCacheExamples[] = {"syrinx cache stats"};
constexpr Option kAbPage[] = {
    {"output", 'o', "FILE", "where the page goes"},
    {"session", 0, "FILE", "make the page from a session file instead of a result"},
    {"mode", 'm', "MODE", "preference (default), abx, mushra, cmos or mos"},
    {"items", 'n', "N", "texts, those that differ most first (default: 20)"},
    {"seed", 0, "N", "seed of orders and sides (default: the result's)"},
    {"lang", 0, "LANG", "en (default) or zh"},
    {"question", 0, "TEXT", "what is asked"},
    {"catch", 0, "N", "trials with a known answer (default: one in eight)"},
    {"repeat", 0, "N", "trials that come again (default: one in eight)"},
    {"keep-position", 0, "", "switching goes on at the same time of the other sound"},
    {"loop", 0, "", "sounds repeat until stopped"},
    {"no-key", 0, "", "leave the key out of the page; ab rate finds it in the result"},
};
constexpr std::string_view kAbPageExamples[] = {"syrinx ab page result -o listen.html", "syrinx ab page result --mode abx --items 16 -o abx.html"};
constexpr Option kAbRate[] = {
    {"none", 0, "drop|split", "what an answer without a choice counts (default: drop)"},
    {"exact", 0, "", "Clopper and Pearson's interval too"},
    {"boots", 0, "N", "resamples (default: 10000)"},
    {"seed", 0, "N", "seed of resamples (default: 1)"},
};
constexpr std::string_view kAbRateExamples[] = {"syrinx ab rate result ratings-*.json"};
constexpr std::string_view kCompletionExamples[] = {
    "syrinx completion bash > ~/.local/share/bash-completion/completions/syrinx"};

constexpr Command kCommands[] = {
    {"synth", "[TEXT...]", "speak text",
     "The text comes from the arguments, from -i FILE, or from standard input, one utterance a line. The last line on\n"
     "standard error gives elapsed time, seconds of audio and the real-time factor.",
     kSynth, true, kSynthExamples, synth},
    {"replay", "TRACE", "go on from a stage of a traced run, with other options if they are given",
     "TRACE is a folder of synth --trace. Stages before --from are not run: what they gave is taken from the trace.", kReplay, true,
     kReplayExamples, replay},
    {"verify", "LOCK", "repeat a locked run and name the first stage that gives something else",
     "LOCK is a file of synth --lock. Exit code 0: every stage gave the same bytes. What changed of plugins and files is noted on\n"
     "standard error. Its audio is not kept.",
     {}, true, kVerifyExamples, verify},
    {"phonemize", "[TEXT...]", "print what the tokenizer of a pipeline reads: one line in, one line out",
     "Runs the stages up to the first tokenizer. With --json, one object a line: text, phonemes, ids, words.", kPhonemize,
     true, kPhonemizeExamples, phonemize},
    {"normalize", "[TEXT...]", "print the spoken form of written text: one line in, one line out",
     "Runs the normalizers that a pipeline begins with; without -c, those of the installed pipeline \"normalize\". With --json, one\n"
     "object a line: text, spoken, and with --explain tokens and segments with their bytes in the text.",
     kNormalize, true, kNormalizeExamples, normalize},
    {"check", "[FILE]", "check a configuration, its plugins and its assets, without reading weights",
     "Exit code 0 if a run would start.", {}, true, kCheckExamples, check},
    {"plan", "[FILE]", "print what would run: stages, plugins, devices, ports, copies, delays", "", {}, true, kPlanExamples,
     plan},
    {"config show", "[FILE]", "print the configuration after includes, overlays and --set", "", kConfigShow, true,
     kConfigShowExamples, config_show},
    {"config diff", "FILE FILE", "print in what two configurations differ, after includes", "", {}, false,
     kConfigDiffExamples, config_diff},
    {"config schema", "", "print the JSON Schema of configurations, with the options of installed plugins", "", kPluginDir,
     false, kConfigSchemaExamples, config_schema},
    {"plugins list", "", "list installed plugins and their components", "", kPluginsList, false, kPluginsListExamples,
     plugins_list},
    {"plugins info", "NAME", "describe a plugin or a component, with its options", "", kPluginDir, false,
     kPluginsInfoExamples, plugins_info},
    {"plugins new", "KIND NAME", "make a plugin from a template: it builds, passes the checker and runs", "", kPluginsNew,
     false, kPluginsNewExamples, plugins_new},
    {"voices", "[install NAME]", "list voices with their licences, or install one", "", {}, false, kVoicesExamples, voices},
    {"voices encode", "RECORDING", "make a voice file of a recording",
     "The pipeline reads the recording, encodes it and writes the voice; without -c it is the installed encode-voice.", kVoicesEncode, true,
     kVoicesEncodeExamples, voices_encode},
    {"models", "", "list the model files that installed configurations need, and whether they are there", "", {}, false,
     kModelsExamples, models},
    {"models verify", "DIR", "compare the files of a model with the digests of the published ones", "Exit code 0 if all are the same.", kModelsVerify,
     false, kModelsVerifyExamples, models_verify},
    {"models pull", "NAME", "fetch a published model: shows its licence, goes on where a call broke off, checks every file",
     "NAME is an installed catalogue, or the path of one. Files that are there already are not fetched. Needs the program curl.", kModelsPull,
     false, kModelsPullExamples, models_pull},
    {"explain", "CODE", "explain an error code", "", {}, false, kExplainExamples, explain},
    {"doctor", "", "print where things are looked for, what was found, and why not", "", kPluginDir, false, kDoctorExamples,
     doctor},
    {"bench", "[host|normalize]", "measure a pipeline, with `host` the cost of the host itself, with `normalize` the text normalizers", "", kBench, true, kBenchExamples,
     bench},
    {"ab run", "CONFIG [CONFIG...]", "compare configurations: numbers, intervals, where they part, pages to look at and to listen to",
     "The first configuration is the baseline. Stages before the first change run once; both arms draw the same random numbers.\n"
     "Exit codes besides the usual: 7 a gate is true, 8 a gate is undecided, 9 texts failed, 10 the baseline does not equal itself.",
     kAbRun, false, kAbRunExamples, ab_run},
    {"ab plan", "CONFIG [CONFIG...]", "what ab run would do: runs of each stage, and how many texts are needed", "", kAbRun, false, kAbPlanExamples, ab_plan},
    {"ab report", "DIR", "make the report of a result again", "", kAbReport, false, kAbReportExamples, ab_report},
    {"ab show", "DIR TEXT", "one text: stage by stage, where the arms part", "", kAbShow, false, kAbShowExamples, ab_show},
    {"ab page", "[DIR]", "make a page for blind listening: one file that needs no network",
     "Preference, ABX, MUSHRA, CMOS or MOS over the texts of a result, loudness-aligned, in orders that follow from the seed.", kAbPage, false,
     kAbPageExamples, ab_page},
    {"ab rate", "DIR|SESSION RATINGS...", "evaluate what listeners saved",
     "Screening, shares and means with intervals over raters and texts. Writes listening-SESSION.json into a result folder.", kAbRate, false,
     kAbRateExamples, ab_rate},
    {"cache stats", "", "how many outputs of stages are kept, and where", "", kCache, false, kCacheExamples, cache_stats},
    {"cache gc", "", "remove what was not used for longest", "", kCacheGc, false, kCacheExamples, cache_gc},
    {"cache clear", "", "remove all kept outputs of stages", "", kCache, false, kCacheExamples, cache_clear},
    {"completion", "bash|zsh|fish|man|markdown", "print shell completion, the man page or the reference page", "", {}, false,
     kCompletionExamples, completion},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }
std::span<const Option> pipeline_options() { return kPipeline; }
std::span<const Option> common_options() { return kCommon; }

}  // namespace syrinx::cli
