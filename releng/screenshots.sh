#!/bin/bash
# Makes docs/images from the real thing: a market of processes on this machine, the workbench joined to it, the folding job run in its window.
# usage: releng/screenshots.sh      needs what releng/os-packages.sh desktop installs, and xdotool and imagemagick
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P)
images=$root/docs/images
for p in Xvfb xdotool import convert; do
  command -v $p >/dev/null || { echo "screenshots: needs $p: apt-get install xvfb xdotool imagemagick" >&2; exit 1; }
done
work=$(mktemp -d /tmp/zennet-XXXX)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null
  for p in "${pids[@]}"; do wait "$p" 2>/dev/null; done
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "screenshots: $*" >&2; tail -n 5 "$work"/*.log >&2; exit 1; }
await() { # seconds, what for, command...
  local i n=$1 what=$2
  shift 2
  for ((i = 0; i < n * 5; i++)); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  fail "no $what within $n s"
}
z=$root/zennet
start() { # name, words...: a process of its own
  local name=$1
  shift
  ZENNET_NO_BUILD=1 "$z" "$@" --data "$work/$name" >"$work/$name.log" 2>&1 &
  pids+=($!)
  await 60 "$name" grep -q 'is up' "$work/$name.log"
}

# ---- a market
"$z" --version >/dev/null || fail "the headless product does not build"
line=$("$z" network new --data "$work/node") || fail "no network"
start node node start
start miner miner start --join "$line"
for i in 1 2 3; do start "provider-$i" provider start --join "$line" --target "$((20 + 2 * i)) XEN"; done

# ---- the workbench, on a screen of its own without a window manager
Xvfb -displayfd 3 -screen 0 1200x800x24 3>"$work/display" 2>/dev/null &
pids+=($!)
await 10 display test -s "$work/display"
DISPLAY=:$(cat "$work/display")
export DISPLAY
cp -R "$root/examples/folding" "$work/folding"
open() { # theme, words...
  local theme=$1
  shift
  "$z" workbench --data "$work/ada" --theme "$theme" "$@" >"$work/workbench.log" 2>&1 &
  workbench=$!
  pids+=($workbench)
  await 300 window xdotool search --onlyvisible --name '^Zennet'
  sleep 8
  window=$(xdotool search --onlyvisible --name '^Zennet' | tail -1)
  xdotool windowsize --sync "$window" 1200 800 windowmove "$window" 0 0 windowfocus "$window"
  sleep 2
}
shut() { kill "$workbench"; wait "$workbench" 2>/dev/null; }
shoot() { # name
  xdotool mousemove 1 799
  sleep 2
  import -window root "$work/$1.png"
  convert "$work/$1.png" -strip +dither -colors 256 -define png:compression-level=9 "$images/$1.png"
  echo "docs/images/$1.png: $(wc -c <"$images/$1.png") bytes"
}
perspective() { # x of its button in the bar
  xdotool mousemove "$1" 38 click 1
  sleep 2
}
reading() { grep -qs "$1" "$work"/ada/*/logs/*.log; }

mkdir -p "$images"
open light --join "$line"
await 60 "node in the window" reading 'zennet-workbench is up'
perspective 1145
xdotool mousemove 1118 73 click 1        # Test Coins in the wallet's tool bar
sleep 6
perspective 955
xdotool key ctrl+r
sleep 3
xdotool type --delay 40 "$work/folding/job.yaml"
xdotool key Return
await 180 "end of the job" reading 'is over: DONE'
sleep 4
shoot workbench-publisher
perspective 1145
shoot workbench-wallet
shut
open dark
perspective 955
shoot workbench-dark
[ ! -s "$work/ada/workspace/.metadata/.log" ] || { cat "$work/ada/workspace/.metadata/.log" >&2; fail "the workbench logged something"; }
