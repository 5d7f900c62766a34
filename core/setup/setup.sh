# Shell functions behind ./run and ./test: install what is missing, fetch the voice, configure, build.
# Sourced, not run. Every step says what it does, does nothing when it was done before, and prints the commands it runs.

SYRINX_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SYRINX_PRESET=${SYRINX_PRESET:-release}
SYRINX_BUILD=$SYRINX_ROOT/build/$SYRINX_PRESET
SYRINX_DATA=${XDG_DATA_HOME:-$HOME/.local/share}/syrinx
SYRINX_VOICES_DIR=${SYRINX_VOICES_DIR:-$SYRINX_DATA/voices}
SYRINX_LIBTORCH_DIR=${SYRINX_LIBTORCH_DIR:-$SYRINX_DATA/libtorch/2.11.0}

# What a build needs, as Debian packages; and what the tests need besides.
build_packages=(g++ cmake ninja-build pkg-config git ca-certificates python3 python3-pip
                libboost-dev libboost-program-options-dev libboost-filesystem-dev libboost-system-dev
                libyaml-cpp-dev libfmt-dev nlohmann-json3-dev libsndfile1-dev libsamplerate0-dev libkissfft-dev
                zlib1g-dev liblzma-dev libsentencepiece-dev libfst-dev libutf8proc-dev ccache)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev clang libclang-rt-14-dev sentencepiece ffmpeg binutils file python3-venv curl chromium)

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
complain() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages NAME...: those that are missing, by apt, as root or with sudo.
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | cut -c1-2)" = ii ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null ||
    complain "this system has no apt-get; install by hand what matches: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || complain "missing packages: ${missing[*]}. Run as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing: ${missing[*]}"
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Again when LibTorch was fetched since: plugins that need it were skipped.
configure() {
  [ "$SYRINX_BUILD/build.ninja" -nt "$SYRINX_LIBTORCH_DIR/.complete" ] && return
  say "cmake --preset $SYRINX_PRESET $*"
  (cd "$SYRINX_ROOT" && cmake --preset "$SYRINX_PRESET" -DSYRINX_LIBTORCH_DIR="$SYRINX_LIBTORCH_DIR" "$@" >"$SYRINX_ROOT/build/configure.log" 2>&1) || {
    cat "$SYRINX_ROOT/build/configure.log" >&2; complain "configuring failed"; }
}

# LibTorch, into the user's data folder; before configuring.
fetch_libtorch() {
  local level=()
  [ "$SYRINX_PRESET" = cuda ] && level=(--cuda)
  "$SYRINX_ROOT/plugins/chattts/fetch_libtorch.sh" "${level[@]}" "$SYRINX_LIBTORCH_DIR"
}

# A Python with what the maker of test models needs, beside the user's own.
make_test_python() {
  local folder=$SYRINX_DATA/test-python group
  "$folder/bin/python" -c 'import numpy, safetensors, scipy, playwright' 2>/dev/null && return
  say "making a Python environment for the tests: numpy, safetensors, scipy, playwright"
  # In two steps: what drives the browser may be missing where the rest is there.
  python3 -m venv "$folder" || true
  for group in "numpy==2.2.6 safetensors==0.5.3" "scipy==1.15.3 playwright==1.65.2"; do
    # shellcheck disable=SC2086
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: $group ||
      say "cannot install $group; tests that need it are skipped"
  done
}

# build [TARGET...]: quiet when there is nothing to do.
build() {
  mkdir -p "$SYRINX_ROOT/build"
  configure
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  if ninja -C "$SYRINX_BUILD" -n "$@" 2>/dev/null | grep -qvE 'Re-checking|no work to do|Entering directory'; then
    say "cmake --build $SYRINX_BUILD ${targets[*]}"
  fi
  cmake --build "$SYRINX_BUILD" "${targets[@]}" >"$SYRINX_BUILD/build.log" 2>&1 || {
    tail -n 60 "$SYRINX_BUILD/build.log" >&2; complain "the build failed; the whole log: $SYRINX_BUILD/build.log"; }
}

# The embedded voice, into the user's data folder, and compiled there.
fetch_voice() {
  SYRINX_VOICES_DIR=$SYRINX_VOICES_DIR "$SYRINX_ROOT/plugins/hibari/fetch_voice.sh" "$SYRINX_VOICES_DIR/hibari"
  if [ -x "$SYRINX_BUILD/bin/hibari-compile" ]; then
    "$SYRINX_BUILD/bin/hibari-compile" "$SYRINX_VOICES_DIR/hibari" >&2
  fi
}
