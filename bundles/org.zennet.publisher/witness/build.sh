#!/bin/bash
# Builds the publisher's witness from witness.c. With --check only tells whether the committed files are what the sources give
# (exit 77 where the tools are missing or of another version than recorded).
set -eu
cd "$(dirname "$0")"
out=../src/org/zennet/publisher/internal/file/witness
for p in clang-14 ld.lld-14; do command -v $p >/dev/null || { echo "build.sh: $p is missing; on Debian: apt-get install clang-14 lld-14" >&2; exit 77; }; done
to=$out
[ "${1:-}" = --check ] && { to=$(mktemp -d); trap 'rm -rf "$to"' EXIT; }
mkdir -p "$to"
for arch in x86_64 aarch64; do
  clang-14 --target=$arch-linux-gnu -Os -ffreestanding -fno-builtin -fno-stack-protector -fno-pic -fno-asynchronous-unwind-tables -mno-red-zone -Wall -Wextra -Werror \
    $([ $arch = aarch64 ] && echo -mno-outline-atomics -Wno-unused-command-line-argument) -c witness.c -o "$to/witness.o"
  ld.lld-14 -static -nostdlib --no-rosegment -z noseparate-code -z norelro --build-id=none --gc-sections -e _start -s "$to/witness.o" -o "$to/witness-$arch"
  rm "$to/witness.o"
done
if [ "$to" != "$out" ]; then
  for arch in x86_64 aarch64; do cmp "$to/witness-$arch" "$out/witness-$arch"; done
fi
