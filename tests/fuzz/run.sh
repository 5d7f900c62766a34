#!/usr/bin/env bash
# run.sh BIN SOURCE BUILD [SECONDS]: every target for 60 seconds, at once; seeds are the golden tests and the shipped files.
set -uo pipefail
bin=$1 source=$2 build=$3 seconds=${4:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
mkdir -p "$work"/{config,set,manifest,ports,safetensors}/{seeds,found}
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
failed=0 pids=()
for name in config set manifest ports safetensors; do
  "$bin/${name}_fuzz" "$work/$name/found" "$work/$name/seeds" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=4096 \
    -artifact_prefix="$build/fuzz-$name-" -print_final_stats=1 >"$work/$name.log" 2>&1 &
  pids[${#pids[@]}]=$!
done
i=0
for name in config set manifest ports safetensors; do
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
