#!/bin/bash
# Makes the archive to hand out: the headless product with a Java runtime of its own that holds no more modules than it needs.
# Called by ./zennet archive, which says where product and JDK are.
# usage: releng/archive.sh PRODUCT JAVA_HOME DIRECTORY      prints the file it made
set -eu
product=$1 java=$2 out=$3
root=$(cd "$(dirname "$0")/.." && pwd -P)
say() { echo "zennet: $*" >&2; }
die() { say "$*"; exit 1; }

[ -x "$java/bin/jlink" ] || die "$java has no jlink: an archive needs a whole JDK; set ZENNET_JAVA_HOME to one"
case $(uname -s) in Linux) os=linux ;; Darwin) os=macosx ;; *) die "an archive with its own runtime is made on Linux or macOS, for the machine it is made on" ;; esac
case $(uname -m) in x86_64 | amd64) arch=x86_64 ;; aarch64 | arm64) arch=aarch64 ;; *) arch=$(uname -m) ;; esac
version=$(basename "$(ls "$product"/plugins/org.zennet.headless_*.jar)" .jar)
version=${version#org.zennet.headless_}
name=zennet-headless-$version-$os-$arch
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
dir=$stage/$name
mkdir "$dir"

cp -R "$product/plugins" "$product/zennet" "$dir/"
mkdir -p "$dir/configuration"
cp -R "$product/configuration/org.eclipse.equinox.simpleconfigurator" "$dir/configuration/"
# what only p2's own launcher would use
rm -f "$dir"/plugins/org.eclipse.equinox.launcher_*.jar
cp "$root/LICENSE" "$root/THIRD-PARTY.md" "$root/README.md" "$dir/"
cp -R "$root/docs" "$dir/docs"
rm -rf "$dir/docs/images"
cp -R "$root/product/headless/service" "$dir/service"
chmod 755 "$dir/zennet"

modules=$(grep -v '^#' "$root/releng/runtime-modules.txt" | tr '\n' ',' | sed 's/,,*/,/g; s/^,//; s/,$//')
say "a Java runtime of $(echo "$modules" | tr ',' '\n' | wc -l | tr -d ' ') modules ..."
"$java/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-6 --generate-cds-archive --output "$dir/jre" >&2 ||
  die "jlink failed; it needs a JDK that can link: one with the directory jmods, or one that was built to link from itself"
# of machines with so much memory that references aren't compressed: no such heap is used here
rm -f "$dir/jre/lib/server/classes_nocoops.jsa" "$dir/jre/lib/server/"*_coh.jsa

# the archive of classes belongs to this very runtime; where bundles are resolved to is of the place where it is unpacked
env -i PATH="$PATH" HOME="$stage" "$dir/zennet" --version >&2 </dev/null || die "what was made does not start"
[ -f "$dir/zennet.jsa" ] || die "the archive of classes was not made"
rm -rf "$dir/configuration/shared" "$dir/.prepare"

mkdir -p "$out"
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner -czf "$out/$name.tar.gz.new" "$name" 2>/dev/null ||
  tar -C "$stage" -czf "$out/$name.tar.gz.new" "$name" || die "$out/$name.tar.gz can't be written"
mv "$out/$name.tar.gz.new" "$out/$name.tar.gz"
echo "$out/$name.tar.gz"
