#!/bin/sh
# Asks night.c, built for this machine, and looks at its answers: the same source as night.wasm, without an engine for WebAssembly.
set -eu
cd "$(dirname "$0")"
CC=${CC:-cc}
command -v "$CC" >/dev/null || { echo "test.sh: a C compiler is missing" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$CC" -std=gnu11 -O1 -Wall -Wextra -Werror -o "$work/night" src/night.c

# ask TIME ROUND [LINE...]: 20 XEN a day, four cores, 8 GiB
ask() {
    time=$1; round=$2; shift 2
    { printf 'zennet-script 1 quote\nnow %s\nround %s\ntarget 2000000000\nutilisation 0\nresources 1000 67108864 0\nmachine 4000 8589934592 0\n' "$time" "$round"
      for line in "$@"; do printf '%s\n' "$line"; done
      printf 'unknown line of a later version\nend\n'; } | "$work/night"
}
expect() {
    if ! printf '%s\n' "$2" | grep -qx "$3"; then
        printf 'test.sh: %s: expected %s in\n%s\n' "$1" "$3" "$2" >&2; exit 1
    fi
}
noon=1767614400000
midnight=1767657600000
day=$(ask $noon 0)
expect 'by day the whole target' "$day" 'reason day, 1000/1000 of the target'
expect 'three quarters are the processor'"'"'s' "$day" 'rates 4340277778 .*'
night=$(ask $midnight 0 'setting percent 50')
expect 'half of it by night' "$night" 'rates 2170138889 .*'
last=$(ask $noon 4)
expect 'the fifth offer is the last' "$last" last
met=$(ask $noon 1 'counter 4300000000 700000 8300000 16500000 124000000 249000000 0')
expect 'a bid that reaches the step is taken' "$met" 'rates 4300000000 700000 .*'
if ask $noon 0 'setting percent 0' >/dev/null 2>&1; then echo 'test.sh: a wrong setting passed' >&2; exit 1; fi
echo "night.c answers as it should"
