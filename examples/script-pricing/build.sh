#!/bin/sh
# Builds night.wasm from src/ with clang, lld and wasi-libc (Debian: clang lld wasi-libc libclang-rt-14-dev-wasm32).
#
#   ./build.sh            build here
#   ./build.sh --check    build elsewhere and compare with the committed night.wasm
#                         exit 0: the same bytes, 1: other bytes, 77: not comparable here (another compiler than toolchain.txt names, or none)
set -eu
cd "$(dirname "$0")"
CLANG=${CLANG:-$(command -v clang-14 || command -v clang || true)}
if [ -z "$CLANG" ] || [ ! -f "$("$CLANG" --target=wasm32-wasi -print-file-name=crt1-command.o)" ]; then
    echo "build.sh: clang and wasi-libc are missing" >&2
    exit 77
fi
libc=$("$CLANG" --target=wasm32-wasi -print-file-name=libc.a)
tools="$("$CLANG" --version | head -n 1); libc.a $(sha256sum "$libc" | cut -d' ' -f1)"
if [ "${1:-build}" = --check ] && [ "$tools" != "$(cat toolchain.txt)" ]; then
    echo "build.sh: other tools than toolchain.txt names: $tools" >&2
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd src && "$CLANG" --target=wasm32-wasi -std=gnu11 -O2 -g0 -Wall -Wextra -Werror -o "$work/night.wasm" night.c \
    -Wl,--strip-all -Wl,-z,stack-size=65536 -Wl,--max-memory=4194304)
case ${1:-build} in
    build) cat "$work/night.wasm" > night.wasm; echo "$tools" > toolchain.txt ;;
    --check) cmp "$work/night.wasm" night.wasm || exit 1 ;;
    *) echo "build.sh: nothing or --check" >&2; exit 2 ;;
esac
echo "night.wasm: $(wc -c < night.wasm) bytes, sha256 $(sha256sum night.wasm | cut -d' ' -f1)"
