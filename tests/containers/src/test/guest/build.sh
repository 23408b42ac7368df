#!/bin/sh
# Builds guest.wasm, which is committed beside its source. On Debian: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32.
# With --check: builds it elsewhere and compares; exit 77 where the tools are missing or others than toolchain.txt names.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
clang=$(command -v clang-14 || command -v clang) || { echo "build.sh: clang is missing" >&2; exit 77; }
libc=$("$clang" --target=wasm32-wasi -print-file-name=libc.a)
[ -f "$libc" ] || { echo "build.sh: wasi-libc is missing" >&2; exit 77; }
# what the bytes depend on besides the source
tools() { "$clang" --version | head -n 1; wasm-ld --version || wasm-ld-14 --version; sha256sum < "$libc" | cut -d' ' -f1; }
if [ "${1:-}" = --check ] && [ "$(tools)" != "$(cat toolchain.txt)" ]; then
    echo "build.sh: other tools than toolchain.txt names, the bytes would differ" >&2
    exit 77
fi
"$clang" --target=wasm32-wasi -O1 -g0 -o "$work/guest.wasm" guest.c -Wl,--strip-all -Wl,-z,stack-size=2097152
if [ "${1:-}" = --check ]; then
    cmp "$work/guest.wasm" guest.wasm
else
    cat "$work/guest.wasm" > guest.wasm
    tools > toolchain.txt
    ls -l guest.wasm
fi
