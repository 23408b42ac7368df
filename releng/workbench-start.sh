#!/bin/bash
# How long the workbench takes from the start of its process to a window that is there, against the least that the platform can be (releng/bare),
# by turns and in one run, each over data of its own that a first start has made. Prints JSON.
# usage: releng/workbench-start.sh [N]      N: how often each is started (default 5); needs what releng/os-packages.sh desktop installs, xdotool and a JDK
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P)
n=${1:-5}
for p in Xvfb xdotool; do command -v $p >/dev/null || { echo "workbench-start: needs $p: apt-get install xvfb xdotool" >&2; exit 1; }; done
ZENNET_NO_BUILD=${ZENNET_NO_BUILD:-} "$root/zennet" workbench --help >/dev/null || exit 1
product=${ZENNET_DESKTOP_PRODUCT:-$root/.zennet-build/products/$(cat "$root/.zennet-build/desktop.product" 2>/dev/null)}
[ -d "$product/plugins" ] || { echo "workbench-start: no desktop product yet: './zennet workbench' builds it" >&2; exit 1; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$java" -version 2>&1 | grep -qE '"(2[5-9]|[3-9][0-9])' || java=$(ls -d /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1)
work=$(mktemp -d /tmp/zennet-start-XXXX)
pids=()
finish() { kill "${pids[@]}" 2>/dev/null; for p in "${pids[@]}"; do wait "$p" 2>/dev/null; done; rm -rf "$work"; }
trap finish EXIT

# the platform of the same product and one view: none of ours, none of what ours needs
mkdir -p "$work/bare/plugins" "$work/classes"
jars=$(ls "$product"/plugins/*.jar | tr '\n' ':')
"${java%java}javac" -nowarn -d "$work/classes" -cp "$jars" "$root"/releng/bare/src/org/zennet/bare/*.java || exit 1
cp -R "$product/configuration" "$work/bare/configuration"
cp -al "$product"/plugins/* "$work/bare/plugins/" 2>/dev/null || cp -R "$product"/plugins/* "$work/bare/plugins/"
"${java%java}jar" cfm "$work/bare/plugins/org.zennet.bare_1.0.0.jar" "$root/releng/bare/META-INF/MANIFEST.MF" -C "$work/classes" . -C "$root/releng/bare" plugin.xml || exit 1
info=$work/bare/configuration/org.eclipse.equinox.simpleconfigurator/bundles.info
grep -vE '^(org\.zennet|io\.netty|bc|com\.(h2database|fasterxml|github\.docker-java|dylibso|google)|info\.picocli|picocli|org\.(hipparchus|snakeyaml|apache\.sshd|jetbrains|sat4j|tukaani|eclipse\.(swtchart|ecf|equinox\.(p2|frameworkadmin|concurrent|security|simpleconfigurator\.manipulator)))|fr\.acinq|ch\.qos)' "$info" >"$info.new"
echo 'org.zennet.bare,1.0.0,plugins/org.zennet.bare_1.0.0.jar,4,false' >>"$info.new"
mv "$info.new" "$info"
sed -i 's/^eclipse.application=.*/eclipse.application=org.zennet.bare.application/; s/^eclipse.product=.*/eclipse.product=org.zennet.bare.product/' "$work/bare/configuration/config.ini"

Xvfb -displayfd 3 -screen 0 1280x860x24 3>"$work/display" 2>/dev/null &
pids+=($!)
for _ in $(seq 50); do [ -s "$work/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY
now() { date +%s%N; }
once() { # product, title, data: milliseconds
  local start pid
  mkdir -p "$3/configuration" "$3/workspace"
  start=$(now)
  "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -jar "$1"/plugins/org.eclipse.equinox.launcher_*.jar -nosplash \
    -install "$1" -configuration "$3/configuration" -data "$3/workspace" --data "$3/data" >"$3/out" 2>&1 &
  pid=$!
  until xdotool search --onlyvisible --name "^$2" >/dev/null 2>&1; do
    kill -0 $pid 2>/dev/null || { echo "workbench-start: $2 ended: $(tail -1 "$3/out")" >&2; return 1; }
  done
  echo $((($(now) - start) / 1000000))
  kill $pid
  wait $pid 2>/dev/null
  while xdotool search --onlyvisible --name "^$2" >/dev/null 2>&1; do :; done
  return 0
}
# the configuration of a product is shared, what a start writes is not
for which in bare zennet; do mkdir -p "$work/data-$which"; done
once "$work/bare" Bare "$work/data-bare" >/dev/null || exit 1
once "$product" Zennet "$work/data-zennet" >/dev/null || exit 1
before=$(cut -d' ' -f1 /proc/loadavg)
bare=() zennet=()
for _ in $(seq "$n"); do
  bare+=("$(once "$work/bare" Bare "$work/data-bare")") || exit 1
  zennet+=("$(once "$product" Zennet "$work/data-zennet")") || exit 1
done
median() { printf '%s\n' "$@" | sort -n | awk '{v[NR]=$1} END{print (NR%2 ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2)}'; }
list() { local IFS=,; echo "$*"; }
b=$(median "${bare[@]}") z=$(median "${zennet[@]}")
printf '{"processors": %s, "loadBefore": %s, "loadAfter": %s, "bareMillis": [%s], "workbenchMillis": [%s], "bareMedian": %s, "workbenchMedian": %s, "ratio": %s}\n' \
  "$(nproc)" "$before" "$(cut -d' ' -f1 /proc/loadavg)" "$(list "${bare[@]}")" "$(list "${zennet[@]}")" "$b" "$z" "$(awk "BEGIN{printf \"%.2f\", $z/$b}")"
