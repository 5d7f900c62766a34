#!/usr/bin/env bash
# fetch_libtorch.sh [--cuda | --cuda-run] FOLDER: puts LibTorch into FOLDER, or does nothing if what is asked for is there.
#
#   (neither)    headers and the libraries for the CPU: 544 MB to fetch, 520 MB on disk
#   --cuda       and what a CUDA build compiles and links against; nothing more to fetch, 1.0 GB on disk
#   --cuda-run   and NVIDIA's libraries, without which such a build does not run: 2 GB more to fetch
#
# They come from the Python packages torch 2.11.0 (BSD-3-Clause) and nvidia-* (NVIDIA's CUDA licence), fetched by pip and pinned
# by the digests of the wheels. No Python file of them is used, so any Python will do; the wheel of one version is
# taken for all. The wheel's libraries find each other by run paths relative to themselves: its layout is kept. The licences lie beside them.
# A folder is either complete or absent: it is filled beside its place and moved there at the end.
set -euo pipefail
usage="usage: fetch_libtorch.sh [--cuda | --cuda-run] FOLDER"
level=cpu
case ${1:-} in
  --cuda | --cuda-run) level=${1#--}; shift ;;
esac
folder=${1:?$usage}
version=2.11.0
digest=7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a
# name==version sha256. The first three are the build's, as torch's own requirements pin them; the rest is loaded by libtorch_cuda.
wheels="torch==$version $digest
nvidia-cuda-runtime==13.0.96 7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
nvidia-cuda-cupti==13.0.85 4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8"
size="544 MB"
if [ "$level" = cuda-run ]; then
  size="2.5 GB"
  wheels+="
nvidia-cublas==13.1.0.3 ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171
nvidia-cufft==12.0.0.61 6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3
nvidia-cufile==1.15.1.6 08a3ecefae5a01c7f5117351c64f17c7c62efa5fffdbe24fc7d298da19cd0b44
nvidia-curand==10.4.0.35 1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc
nvidia-cusolver==12.0.4.66 0a759da5dea5c0ea10fd307de75cdeb59e7ea4fcb8add0924859b944babf1112
nvidia-cusparse==12.6.3.3 2b3c89c88d01ee0e477cb7f82ef60a11a4bcd57b6b87c33f789350b59759360b
nvidia-nvjitlink==13.0.88 13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b
nvidia-cuda-nvrtc==13.0.88 ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575
nvidia-cudnn-cu13==9.19.0.56 d20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf
nvidia-cusparselt-cu13==0.8.0 25e30a8a7323935d4ad0340b95a0b69926eee755767e8e0b1cf8dd85b197d3fd
nvidia-nccl-cu13==2.28.9 e4553a30f34195f3fa1da02a6da3d6337d28f2003943aa0a3d247bbc25fefc42
nvidia-nvshmem-cu13==3.4.5 290f0a2ee94c9f3687a02502f3b9299a9f9fe826e6d0287ee18482e78d495b80"
fi
stamp="torch $version sha256:$digest"
# What is there may be more than what is asked for.
there=$(cat "$folder/.complete" 2>/dev/null || true)
case $level/$there in
  cpu/"$stamp "* | cuda/"$stamp cuda"* | cuda-run/"$stamp cuda-run") exit 0 ;;
esac

[ "$(uname -sm)" = "Linux x86_64" ] || {
  echo "error: LibTorch is fetched for Linux on x86-64 only, not for $(uname -sm); unpack a torch $version for it into $folder" >&2; exit 5; }
command -v python3 >/dev/null || { echo "error: python3 is needed to fetch LibTorch" >&2; exit 5; }
python3 -m pip --version >/dev/null 2>&1 ||
  { echo "error: pip is needed to fetch LibTorch; on Debian: apt-get install python3-pip" >&2; exit 5; }
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
echo "==> fetching LibTorch $version ($level), $size" >&2
while read -r name sha; do printf '%s --hash=sha256:%s\n' "$name" "$sha"; done <<<"$wheels" >"$work/requirements.txt"
# --only-binary and --no-deps: no code of the packages or of others runs here.
platforms=()
for glibc in 2_28 2_27 2_25 2_18 2_17 2_12; do platforms+=(--platform "manylinux_${glibc}_x86_64"); done
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
  --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none "${platforms[@]}" --platform manylinux2014_x86_64 \
  -r "$work/requirements.txt" --dest "$work" || {
  echo "error: LibTorch could not be fetched; without a network unpack the wheels of torch $version, nvidia-cuda-runtime and nvidia-cuda-cupti into $folder" >&2
  exit 5; }
python3 - "$work" "$level" <<'PY'
import os, re, shutil, sys, zipfile
work, level = sys.argv[1:]
out = os.path.join(work, "libtorch")
wanted = [r"torch/include/", r"torch/lib/(libc10|libtorch_cpu)\.so$", r"torch/lib/libgomp[^/]*$",
          r"nvidia/cu13/lib/lib(cudart|cupti)\.so", r"[^/]+\.dist-info/licenses/"]
if level != "cpu":
    wanted += [r"torch/lib/lib(c10_cuda|torch_cuda|torch_cuda_linalg|torch_nvshmem|caffe2_nvrtc)\.so$", r"nvidia/cu13/include/"]
if level == "cuda-run":
    wanted += [r"nvidia/[^/]+/lib/[^/]+\.so"]
wanted = re.compile("|".join(wanted))
for wheel in sorted(n for n in os.listdir(work) if n.endswith(".whl")):
    with zipfile.ZipFile(os.path.join(work, wheel)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not wanted.match(entry.filename):
                continue
            path = os.path.join(out, entry.filename)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(entry) as source, open(path, "wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
    os.remove(os.path.join(work, wheel))
PY
printf '%s %s\n' "$stamp" "$level" >"$work/libtorch/.complete"
rm -rf "$folder.old"
[ -e "$folder" ] && mv "$folder" "$folder.old"
mv "$work/libtorch" "$folder"
rm -rf "$folder.old"
