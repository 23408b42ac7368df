#!/bin/sh
# Builds kernels.wasm, which is committed beside the classes that run it. On Debian: apt-get install clang lld wasi-libc
# libclang-rt-14-dev-wasm32. With --check: builds it elsewhere and compares; exit 77 where the tools are missing.
set -eu
cd "$(dirname "$0")"
to=../src/org/zennet/benchmark/internal/container/kernels.wasm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=$(command -v clang-14 || command -v clang) || { echo "build.sh: clang is missing" >&2; exit 77; }
[ -f "$("$compiler" --target=wasm32-wasi -print-file-name=libc.a)" ] || { echo "build.sh: wasi-libc is missing" >&2; exit 77; }
"$compiler" --target=wasm32-wasi -std=c11 -O2 -g0 -ffp-contract=off -Wall -Wextra -Werror -o "$work/kernels.wasm" kernels.c \
    -Wl,--strip-all -Wl,-z,stack-size=65536
if [ "${1:-}" = --check ]; then
    cmp "$work/kernels.wasm" "$to"
else
    mkdir -p "$(dirname "$to")"
    cat "$work/kernels.wasm" > "$to"
    ls -l "$to"
fi
