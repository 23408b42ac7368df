#!/bin/sh
# Builds kernels.wasm, which is committed beside the classes that run it. On Debian: apt-get install clang lld wasi-libc
# libclang-rt-14-dev-wasm32, and musl-tools for the native one. With --check: builds it elsewhere and compares; exit 77 where the tools are missing or others.
set -eu
cd "$(dirname "$0")"
to=../src/org/zennet/benchmark/internal/container/kernels.wasm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=$(command -v clang-14 || command -v clang) || { echo "build.sh: clang is missing" >&2; exit 77; }
[ -f "$("$compiler" --target=wasm32-wasi -print-file-name=libc.a)" ] || { echo "build.sh: wasi-libc is missing" >&2; exit 77; }
# what the bytes depend on besides the source
tools() {
    "$compiler" --version | head -n 1
    sha256sum < "$("$compiler" --target=wasm32-wasi -print-file-name=libc.a)" | cut -d' ' -f1
    if command -v musl-gcc >/dev/null; then gcc --version | head -n 1; sha256sum < /usr/lib/x86_64-linux-musl/libc.a | cut -d' ' -f1; fi
}
if [ "${1:-}" = --check ] && [ "$(tools 2>/dev/null)" != "$(cat toolchain.txt)" ]; then
    echo "build.sh: other tools than toolchain.txt names, the bytes would differ" >&2
    exit 77
fi
"$compiler" --target=wasm32-wasi -std=c11 -O2 -g0 -ffp-contract=off -Wall -Wextra -Werror -o "$work/kernels.wasm" kernels.c \
    -Wl,--strip-all -Wl,-z,stack-size=65536
# the native twin for backends that run the host's programs; no C library is needed where it runs
if [ "$(uname -m)" = x86_64 ] && command -v musl-gcc >/dev/null; then
    musl-gcc -std=c11 -O2 -Wall -Wextra -Werror -static -s -ffp-contract=off -Wl,--build-id=none -o "$work/kernels-x86_64" kernels.c
fi
if [ "${1:-}" = --check ]; then
    cmp "$work/kernels.wasm" "$to"
    [ ! -f "$work/kernels-x86_64" ] || cmp "$work/kernels-x86_64" "$(dirname "$to")/kernels-x86_64"
else
    [ ! -f "$work/kernels-x86_64" ] || cat "$work/kernels-x86_64" > "$(dirname "$to")/kernels-x86_64"
    mkdir -p "$(dirname "$to")"
    cat "$work/kernels.wasm" > "$to"
    tools > toolchain.txt
    ls -l "$to"
fi
