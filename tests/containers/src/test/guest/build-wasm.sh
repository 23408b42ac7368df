#!/bin/bash
# Builds guest.wasm from guest.c. With --check only tells whether the committed file is what the source gives (exit 77 where the
# tools are missing).
set -eu
cd "$(dirname "$0")"
command -v clang-14 >/dev/null && [ -d /usr/include/wasm32-wasi ] || { echo "build-wasm.sh: on Debian: apt-get install clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32" >&2; exit 77; }
to=guest.wasm
[ "${1:-}" = --check ] && { to=$(mktemp); trap 'rm -f "$to"' EXIT; }
clang-14 --target=wasm32-wasi -O2 -w -Wl,--strip-all -o "$to" guest.c
[ "$to" = guest.wasm ] || cmp "$to" guest.wasm
