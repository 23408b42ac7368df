#!/bin/bash
# static-program.sh NAME.c DIRECTORY [--check]   builds a program that needs no library, for both processors, as DIRECTORY/NAME-x86_64 and
# DIRECTORY/NAME-aarch64. With --check only tells whether the committed files are what the source gives.
# Headers that programs share are in static/, their own ones beside NAME.c.
# Exit 77 where the tools are missing: the bytes are those of one version of them.
set -eu
[ $# -ge 2 ] && [ -f "$1" ] && [ -d "$2" ] || { echo "use: $(basename "$0") NAME.c DIRECTORY [--check]" >&2; exit 2; }
case ${3:-} in '' | --check) ;; *) echo "$(basename "$0"): unknown option $3, there is only --check" >&2; exit 2 ;; esac
for p in clang-14 ld.lld-14; do command -v $p >/dev/null || { echo "$(basename "$0"): $p is missing; on Debian: apt-get install clang-14 lld-14" >&2; exit 77; }; done
source=$1 name=$(basename "$1" .c) out=$2
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
for arch in x86_64 aarch64; do
  clang-14 --target=$arch-linux-gnu -Os -ffreestanding -fno-builtin -fno-stack-protector -fno-pic -fno-asynchronous-unwind-tables -mno-red-zone -Wall -Wextra -Werror -I "$(dirname "$source")" -I "$(cd "$(dirname "$0")" && pwd)/static" \
    $([ $arch = aarch64 ] && echo -mno-outline-atomics -Wno-unused-command-line-argument) -c "$source" -o "$built/$name.o"
  ld.lld-14 -static -nostdlib --no-rosegment -z noseparate-code -z norelro --build-id=none --gc-sections -e _start -s "$built/$name.o" -o "$built/$name-$arch"
done
for arch in x86_64 aarch64; do
  if [ "${3:-}" = --check ]; then
    cmp "$built/$name-$arch" "$out/$name-$arch"
  else
    install -m 755 "$built/$name-$arch" "$out/$name-$arch"
  fi
done
