#!/bin/bash
# Makes docs/images from the real thing: for each theme a window with a demo market, its job run, this machine offered and rented, and every
# perspective seen.
# usage: releng/screenshots.sh [THEME...]      default: light dark contrast; needs what releng/os-packages.sh desktop installs, xdotool and imagemagick
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P)
images=$root/docs/images
for p in Xvfb xdotool import convert; do
  command -v $p >/dev/null || { echo "screenshots: needs $p: apt-get install xvfb xdotool imagemagick" >&2; exit 1; }
done
work=$(mktemp -d /tmp/shot-XXXX)
pids=()
finish() {
  # the newest first and one after the other: a window whose screen goes first can't end its market
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null; done
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "screenshots: $*" >&2; tail -n 5 "$work"/*.log >&2; exit 1; }
await() { # seconds, what for, command...
  local i n=$1 what=$2
  shift 2
  for ((i = 0; i < n * 5; i++)); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  import -window root "$work/failed.png" && cp "$work/failed.png" /tmp/zennet-screenshots-failed.png
  fail "no $what within $n s"
}
z=$root/zennet

# ---- a screen of its own, without a window manager
Xvfb -displayfd 3 -screen 0 1200x800x24 3>"$work/display" 2>/dev/null &
pids+=($!)
await 10 display test -s "$work/display"
DISPLAY=:$(cat "$work/display")
export DISPLAY
cp -R "$root/examples/folding" "$work/folding"

key() { xdotool key "$@"; sleep 1; }
view() { xdotool key alt+shift+q; sleep 0.5; xdotool key "$1"; sleep 2; } # 1 to 4: a perspective; a letter: a view
find_action() { key ctrl+3; xdotool type --delay 60 "$1"; sleep 3; key Return; sleep 2; }
shoot() { # name
  xdotool mousemove 1 799
  sleep 2
  import -window root "$work/$1.png"
  convert "$work/$1.png" -strip +dither -colors 128 -define png:compression-level=9 "$images/$1.png"
  echo "docs/images/$1.png: $(wc -c <"$images/$1.png") bytes"
}
done_jobs() { [ "$(cat "$tmp"/zennet-demo-*/window/*/logs/*.log 2>/dev/null | grep -c 'is over: DONE')" -ge "$1" ]; }

fit() { # waits for the window and makes it as large as the screen
  await 300 window xdotool search --onlyvisible --name '^Zennet'
  window=$(xdotool search --onlyvisible --name '^Zennet' | tail -1)
  xdotool windowsize --sync "$window" 1200 800 windowmove "$window" 0 0 windowfocus "$window"
  sleep 2
}

mkdir -p "$images"
for theme in "${@:-light dark contrast}"; do for theme in $theme; do
  tmp=$work/$theme
  mkdir -p "$tmp"
  if [ "$theme" = light ]; then
    "$z" workbench --data "$work/first-data" --theme light >"$work/welcome.log" 2>&1 &
    pids+=($!)
    fit
    shoot workbench-welcome
    key ctrl+q
    wait "${pids[-1]}" 2>/dev/null
  fi
  ZENNET_JAVA_OPTS="-Djava.io.tmpdir=$tmp" "$z" workbench --data "$work/$theme-data" --theme "$theme" --demo >"$work/workbench.log" 2>&1 &
  workbench=$!
  pids+=($workbench)
  fit
  await 180 "end of the demo's job" done_jobs 1
  key ctrl+shift+o          # offer this machine, on the terms that the dialog shows
  sleep 2
  key Return
  await 120 "provider beside the window" grep -qs 'is up' "$tmp"/zennet-demo-*/window/provider/start.log
  view j
  key ctrl+r
  sleep 2
  xdotool type --delay 150 "$work/folding/job.yaml"
  for page in what limits forecast; do
    sleep 3
    key Return
  done
  await 180 "end of the second job" done_jobs 2
  if [ "$theme" = light ]; then
    find_action 'Run Benchmarks'
    key Tab Return
    await 60 benchmarks test -s "$(echo "$tmp"/zennet-demo-*/window/dev-*)/measurements/benchmarks.json"
    sleep 2
    view k
    shoot workbench-benchmarks
    view h
    shoot workbench-handbook
  fi
  view 1
  view j
  shoot "workbench-publisher-$theme"
  view 2
  view e
  shoot "workbench-provider-$theme"
  view 3
  shoot "workbench-wallet-$theme"
  view 4
  shoot "workbench-network-$theme"
  log=$work/$theme-data/workspace/.metadata/.log
  [ ! -s "$log" ] || { cat "$log" >&2; fail "the workbench logged something"; }
  kill "$workbench"
  wait "$workbench" 2>/dev/null || true   # it ends by the signal
done; done
