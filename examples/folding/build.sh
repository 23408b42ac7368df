#!/bin/sh
# Builds fold.wasm from src/ with clang, lld and wasi-libc.
#
#   ./build.sh            build here; refuses other tools than toolchain.txt names, because the bytes would differ
#   ./build.sh --check    build elsewhere and compare with the committed fold.wasm
#                         exit 0: the same bytes, 1: other bytes, 77: cannot be compared here (says why)
#   ./build.sh --record   build here with the tools that are installed and write them down in toolchain.txt
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"
mode=${1:-build}
case $mode in
    build|--check|--record) ;;
    *) echo "build.sh: unknown argument '$mode' (nothing, --check or --record)" >&2; exit 2 ;;
esac

missing() {
    echo "build.sh: $1 is missing; on Debian: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32" >&2
    if [ "$mode" = --check ]; then exit 77; else exit 1; fi
}

first_of() { for tool in "$@"; do if command -v "$tool" 2>/dev/null; then return; fi; done; }
sum_of() { sha256sum "$1" | cut -d' ' -f1; }

CLANG=${CLANG:-$(first_of clang-14 clang)}
[ -n "$CLANG" ] || missing clang
LLD=${LLD:-$(first_of wasm-ld-14 wasm-ld)}
[ -n "$LLD" ] || missing lld
crt=$("$CLANG" --target=wasm32-wasi -print-file-name=crt1-command.o)
libc=$("$CLANG" --target=wasm32-wasi -print-file-name=libc.a)
for f in "$crt" "$libc"; do [ -f "$f" ] || missing wasi-libc; done
builtins=$("$CLANG" --target=wasm32-wasi -print-libgcc-file-name)
[ -f "$builtins" ] || missing "the wasm32 compiler-rt (libclang_rt.builtins-wasm32.a)"

# What the bytes of the module depend on besides src/.
tools() {
    "$CLANG" --version | head -n 1
    "$LLD" --version | head -n 1
    echo "crt1-command.o $(sum_of "$crt")"
    echo "libc.a $(sum_of "$libc")"
    echo "builtins $(sum_of "$builtins")"
}

if [ "$mode" != --record ] && [ "$(tools)" != "$(grep -v '^#' toolchain.txt)" ]; then
    echo "build.sh: other tools than toolchain.txt names; use them with --record. Here:" >&2
    tools >&2
    if [ "$mode" = --check ]; then exit 77; else exit 1; fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# No paths, dates or debug information go into the module, and -ffp-contract=off keeps the arithmetic the same as in any
# other build. 16 MiB is all the memory that it can ever have.
(cd src && "$CLANG" --target=wasm32-wasi -std=c11 -O2 -g0 -ffp-contract=off -Wall -Wextra -Werror \
    -o "$work/fold.wasm" \
    main.c model.c benchmarks.c prng.c pull.c remc.c result.c files.c scene.c png.c svg.c letters.c deflate.c out.c \
    -fuse-ld="$(command -v "$LLD")" \
    -Wl,--strip-all -Wl,-z,stack-size=262144 -Wl,--max-memory=16777216)

if [ "$mode" = --check ]; then
    if cmp "$work/fold.wasm" fold.wasm && [ "$(cat fold.wasm.sha256)" = "$(sum_of fold.wasm)  fold.wasm" ]; then
        echo "fold.wasm is what src/ builds: $(sum_of fold.wasm)"
        exit 0
    fi
    echo "build.sh: src/ builds other bytes than the committed fold.wasm" >&2
    exit 1
fi
cat "$work/fold.wasm" > fold.wasm
sha256sum fold.wasm > fold.wasm.sha256
if [ "$mode" = --record ]; then
    {
        echo "# The tools that built fold.wasm, written by 'build.sh --record'; the last three lines are SHA-256 sums of files"
        echo "# linked in. 'build.sh' compares the lines without #."
        dpkg-query -W -f '# package ${Package} ${Version}\n' clang-14 lld-14 wasi-libc libclang-rt-14-dev-wasm32 \
            2>/dev/null || true
        tools
    } > toolchain.txt
fi
echo "fold.wasm: $(wc -c < fold.wasm) bytes, sha256 $(cut -d' ' -f1 fold.wasm.sha256)"
