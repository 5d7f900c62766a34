#!/usr/bin/env bash
# run.sh PRESET SOURCE: builds what the label "toy" needs under a sanitizer, and runs it.
set -euo pipefail
preset=$1 source=$2
cd "$source"
case $preset in
  asan) flag=address ;;
  tsan) flag=thread ;;
esac
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
echo 'int main() { return 0; }' >"$probe/a.cc"
if ! ${CXX:-c++} -fsanitize=$flag "$probe/a.cc" -o "$probe/a" 2>/dev/null || ! "$probe/a"; then
  echo "skipped: -fsanitize=$flag does not work with ${CXX:-c++} here"
  exit 77
fi
mkdir -p build
cmake --preset "$preset" -DSYRINX_SHARED_DIR="${SYRINX_SHARED_DIR:-$source/../shared}" >"build/$preset-configure.log" 2>&1 ||
  { cat "build/$preset-configure.log"; exit 1; }
cmake --build "build/$preset" --target toy-tests >"build/$preset-build.log" 2>&1 || { tail -n 60 "build/$preset-build.log"; exit 1; }
exec ctest --test-dir "build/$preset" -L toy --output-on-failure -j2
