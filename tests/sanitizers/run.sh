#!/usr/bin/env bash
# run.sh PRESET SOURCE: builds what the label "toy" needs under a sanitizer, and runs it.
set -euo pipefail
preset=$1 source=$2
cd "$source"
case $preset in
  asan) flag=address ;;
  tsan) flag=thread ;;
esac
# clang makes such a build in half of the time; without it the compiler of everything else.
compiler=${CXX:-$(command -v clang++ || command -v c++)}
case $compiler in
  *clang++) c_compiler=${CC:-${compiler%++}} ;;
  *) c_compiler=${CC:-cc} ;;
esac
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
echo 'int main() { return 0; }' >"$probe/a.cc"
if ! "$compiler" -fsanitize=$flag "$probe/a.cc" -o "$probe/a" 2>/dev/null || ! "$probe/a"; then
  echo "skipped: -fsanitize=$flag does not work with $compiler here"
  exit 77
fi
mkdir -p build
cmake --preset "$preset" -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_C_COMPILER="$c_compiler" \
  -DSYRINX_SHARED_DIR="${SYRINX_SHARED_DIR:-$source/../shared}" >"build/$preset-configure.log" 2>&1 ||
  { cat "build/$preset-configure.log"; exit 1; }
cmake --build "build/$preset" --target toy-tests >"build/$preset-build.log" 2>&1 || { tail -n 60 "build/$preset-build.log"; exit 1; }
exec ctest --test-dir "build/$preset" -L toy --output-on-failure -j2
