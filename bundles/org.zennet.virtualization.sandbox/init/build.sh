#!/bin/bash
# Builds the sandbox's own program from init.c. With --check only tells whether the committed files are what the sources give
# (exit 77 where the tools are missing or of another version than recorded).
set -eu
cd "$(dirname "$0")"
out=../src/org/zennet/virtualization/sandbox/internal/init
for p in clang-14 ld.lld-14; do command -v $p >/dev/null || { echo "build.sh: $p is missing; on Debian: apt-get install clang-14 lld-14" >&2; exit 77; }; done
to=$out
[ "${1:-}" = --check ] && { to=$(mktemp -d); trap 'rm -rf "$to"' EXIT; }
mkdir -p "$to"
for arch in x86_64 aarch64; do
  clang-14 --target=$arch-linux-gnu -Os -ffreestanding -fno-builtin -fno-stack-protector -fno-pic -fno-asynchronous-unwind-tables -mno-red-zone -Wall -Wextra -Werror \
    $([ $arch = aarch64 ] && echo -mno-outline-atomics -Wno-unused-command-line-argument) -c init.c -o "$to/init.o"
  ld.lld-14 -static -nostdlib --no-rosegment -z noseparate-code -z norelro --build-id=none --gc-sections -e _start -s "$to/init.o" -o "$to/init-$arch"
  rm "$to/init.o"
done
if [ "$to" != "$out" ]; then
  for arch in x86_64 aarch64; do cmp "$to/init-$arch" "$out/init-$arch"; done
fi
