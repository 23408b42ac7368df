#!/bin/bash
# How long the lists of the workbench keep the UI thread with very many rows: each thing that a reader does, and the longest turn of the event
# loop in it. Prints JSON.
# usage: releng/workbench-scroll.sh [ROWS]      default 100000; needs what releng/os-packages.sh desktop installs and a JDK
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P)
command -v xvfb-run >/dev/null || { echo "workbench-scroll: needs xvfb-run: apt-get install xvfb" >&2; exit 1; }
ZENNET_NO_BUILD=${ZENNET_NO_BUILD:-} "$root/zennet" workbench --help >/dev/null || exit 1
product=${ZENNET_DESKTOP_PRODUCT:-$root/.zennet-build/products/$(cat "$root/.zennet-build/desktop.product" 2>/dev/null)}
[ -d "$product/plugins" ] || { echo "workbench-scroll: no desktop product yet: './zennet workbench' builds it" >&2; exit 1; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -version 2>&1 | grep -qE '"(2[5-9]|[3-9][0-9])' || java=$(ls -d /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1)
jars=$(ls "$product"/plugins/*.jar | tr '\n' ':')
exec xvfb-run -a "$java" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED -cp "$jars" "$root/releng/WorkbenchScroll.java" "${1:-100000}"
