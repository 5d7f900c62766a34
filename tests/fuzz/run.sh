#!/usr/bin/env bash
# run.sh BIN SOURCE BUILD SECONDS TARGET...: every target for so long, at once; seeds are the golden tests and the shipped files.
set -uo pipefail
bin=$1 source=$2 build=$3 seconds=$4
names=("${@:5}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
for name in "${names[@]}"; do mkdir -p "$work/$name"/{seeds,found}; done
export WFST_GRAMMARS=$build/lib/syrinx/plugins/wfst
n=0
while IFS= read -r file; do cp "$file" "$work/config/seeds/$((n++))"; done < <(find "$source/tests/golden" "$source/configs" -name '*.yaml' -size -64k 2>/dev/null)
for file in "$build"/lib/syrinx/plugins/*/*.yaml; do cp "$file" "$work/manifest/seeds/$((n++))"; done
while IFS= read -r file; do cp "$file" "$work/manifest/seeds/$((n++))"; done < <(grep -rl '^manifest:' "$source/tests/golden" 2>/dev/null)
for text in 'stages.a.options.b=1' 'a={b: [1, 2], c: ~}' 'a=!replace {b: c}' 'a.b.c="x y"' 'a=&x [*x]'; do printf '%s' "$text" >"$work/set/seeds/$((n++))"; done
for text in '{"in": {"mel": {"type": "mel", "bins": [80, 100]}}, "out": {"audio": {"sample_rate": 24000, "dtype": "s16"}}, "batch": true}' \
  '{"in":{"x":{"type":"audio","dtype":"f32"}},"out":{"y":{"type":"audio","dtype":"s16"}},"splits":false,"threads":"own","latency_ms":50}'; do
  printf '%s' "$text" >"$work/ports/seeds/$((n++))"
done
# The eight bytes of a length, a header, the values.
container() { printf "\\x$(printf %02x ${#1})\\0\\0\\0\\0\\0\\0\\0%s%s" "$1" "$2"; }
for header in '{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}' '{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}' \
  '{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[0],"data_offsets":[8,8]}}'; do
  container "$header" 12345678 >"$work/safetensors/seeds/$((n++))"
done
seed() {  # TARGET FORMAT, as printf takes it
  if [ -d "$work/$1" ]; then printf "$2" >"$work/$1/seeds/$((n++))"; fi
}
seed wordpiece '\0a [Ptts]b [laugh] caf\xc3\xa9 \xe4\xbd\xa0\xe5\xa5\xbd [\xe2\x80\x8bPtts]'
seed wordpiece '{"added_tokens":[{"id":0,"content":"[UNK]"}],"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","cleanup":true},"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"##a":2}}}'
seed voice '[0.5, 1.25, -3]'
seed voice '{"spk_emb":[1,2],"dtype":"f32","spk_smp":"x","txt_smp":"y"}'
seed voice '1,2.5,3e-2\n'
seed voice '\0\200\002ctorch._utils\n_rebuild_tensor_v2\n((X\007\0\0\0storagectorch\nHalfStorage\nX\001\0\0\0000X\003\0\0\0cpuK\004tQK\0K\004\205K\001\205\211ccollections\nOrderedDict\n)RtR.'
seed speaker_string '\0\001\0\002abc\0'
seed speaker_string '\0\004\0\001\0\001\0\007\001\0\002\0\003\0\004\0\0'
seed chattts_text 'Mr. X said 3.14%% of 1,000! [laugh] a[b[c]d] \xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c12\xe4\xb8\xaa\xe3\x80\x82\n\nNext'
seed wfst_machine '1\326\375\262\176\005\000\000\000const\010\000\000\000standard\002\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000'  # no arcs at all
if [ -d "$work/wfst_chain" ]; then
  for text in '今天是2024年5月6日，气温38°C，我花了￥13.5买iPhone 15 Pro。' 'On May 6, 2024 at 5:30 p.m. it cost $13.50, call 123-123-5678.' '3〜4月(水)に12:30' \
    'a[oral_3]{b|c}1/2 a@b.com'; do
    printf '%s' "$text" | tee "$work/wfst_chain/seeds/$n" >"$work/wfst_decoder/seeds/$n"
    n=$((n + 1))
  done
  for text in 'date { year: "2024" month: "05" preserve_order: "true" } char { value: "\"" }' 'tokens { money { integer: "20" preserve_order: true } } tokens { name: "left" }'; do
    printf '%s' "$text" >"$work/wfst_tokens/seeds/$((n++))"
  done
  for text in 'let d = [0-9]' 'rule date 1.02 full = (?<! [0-9]) year:([0-9]+ (("," => "") [0-9])*) "-"? m="x" (?= "年" | edge)' 'rule a 1 x = "km"i<0.5> | any'; do
    printf '%s\n' "$text" >"$work/wfst_rules/seeds/$((n++))"
  done
  printf 'grammar zh\nrule a 1 x = v:"a"+ (?! "b")\nfallback 100 = [ab1]\n' >"$work/small.rules"
  "$bin/wfst-compile" "$work/small.rules" "$work/small.fst" >/dev/null && { printf 1; cat "$work/small.fst"; } >"$work/wfst_machine/seeds/$((n++))"
fi
failed=0 pids=()
for name in "${names[@]}"; do
  "$bin/${name}_fuzz" "$work/$name/found" "$work/$name/seeds" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 \
    -artifact_prefix="$build/fuzz-$name-" -print_final_stats=1 >"$work/$name.log" 2>&1 &
  pids[${#pids[@]}]=$!
done
i=0
for name in "${names[@]}"; do
  if wait "${pids[$i]}"; then
    echo "$name: $(grep -o 'stat::number_of_executed_units: [0-9]*' "$work/$name.log") in $seconds s, no finding"
  else
    echo "$name: a finding; the input is kept as $build/fuzz-$name-*"
    tail -n 60 "$work/$name.log"
    failed=1
  fi
  i=$((i + 1))
done
exit $failed
