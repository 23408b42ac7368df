#!/bin/sh
# Tests the folding example: native unit tests, the command line, the golden files, the rebuilt module and image, and the
# module under Chicory and the program of the image against the native program. What cannot run here is skipped by name. Last line: N passed, N failed, N skipped.
#
#   ./test.sh            CC names the native compiler, JAVA_HOME a JDK, CHICORY_CLASSPATH the jars of Chicory and ASM
#   ./test.sh --golden   writes golden/ anew from the native program
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")" || exit 1
here=$(pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); echo "ok   $1"; }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }
skip() { skipped=$((skipped + 1)); echo "SKIPPED $1"; }
check() { name=$1; shift; if "$@"; then ok "$name"; else bad "$name"; fi; }

cc=${CC:-}
for c in cc gcc clang; do [ -n "$cc" ] || cc=$(command -v $c || true); done
[ -n "$cc" ] || { echo "test.sh: no C compiler; on Debian: apt-get install gcc" >&2; exit 1; }
flags="-std=c11 -O2 -ffp-contract=off -Wall -Wextra -Werror"
parts=$(cd src && ls ./*.c | grep -v -e main.c -e pull.c | sed 's|^\./|src/|')
$cc $flags -o "$work/fold" src/*.c -lm || exit 1
fold=$work/fold

small="--sweeps 200 --replicas 3"
results() {
    for seed in 1 2 3; do "$fold" run --sequence S3D-1 --lattice 3d --seed $seed $small > "$1/seed-$seed.txt" || return 1; done
    "$fold" run --sequence CRAMBIN --seed 1 $small > "$1/crambin.txt" &&
    "$fold" run --sequence S2D-5 --seed 1 $small > "$1/s2d-5.txt" &&
    "$fold" run --sequence HHHHHHHH --lattice 2d --seed 0 $small > "$1/hp.txt" &&
    "$fold" list > "$1/list.txt" &&
    cat "$1/seed-1.txt" "$1/seed-2.txt" "$1/seed-3.txt" | "$fold" reduce > "$1/reduced.tar" &&
    (cd "$1" && tar xf reduced.tar summary.txt summary.json fold.pdb fold.svg && sha256sum reduced.tar > reduced.tar.sha256)
}
if [ "${1:-}" = --golden ]; then
    results golden && rm golden/reduced.tar && exit 0
    exit 1
fi

# ---- native ----
$cc $flags -fsanitize=address,undefined -g -o "$work/unit" test/test_fold.c $parts -lm 2>/dev/null ||
    $cc $flags -o "$work/unit" test/test_fold.c $parts -lm || exit 1
"$work/unit" "$work/packed" "$work/plain" > "$work/unit.txt" 2>&1
status=$?
while IFS= read -r line; do case $line in
    ok*) ok "unit: ${line#ok   }" ;;
    *) echo "$line" ;;
esac; done < "$work/unit.txt"
[ $status = 0 ] || bad "unit tests"

mkdir "$work/native"
check "native runs" results "$work/native"
for f in seed-1.txt seed-2.txt seed-3.txt crambin.txt s2d-5.txt hp.txt list.txt summary.txt summary.json fold.pdb fold.svg reduced.tar.sha256; do
    check "golden $f" cmp "golden/$f" "$work/native/$f"
done

# ---- misuse and wrong input: one line on stderr, nothing on stdout, the right status ----
refuses() {       # refuses STATUS MESSAGE-PART COMMAND...
    want=$1 part=$2; shift 2
    "$@" > "$work/out" 2> "$work/err"
    got=$?
    if [ $got = "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" = 1 ] && grep -q -e "$part" "$work/err"; then
        ok "refused with $want: $part"
    else
        bad "refused with $want: $part (status $got: $(cat "$work/err"))"
    fi
}
altered() { sed "$1" golden/seed-1.txt | "$fold" reduce; }
long=$(printf '%0121d' 0 | tr 0 H)
refuses 2 "what to do" "$fold"
refuses 2 "unknown command 'walk'" "$fold" walk
refuses 2 "needs --sequence" "$fold" run --seed 1
refuses 2 "needs --seed" "$fold" run --sequence S3D-1
refuses 2 "nor 3 to 120 letters" "$fold" run --seed 1 --sequence HPQ
refuses 2 "nor 3 to 120 letters" "$fold" run --seed 1 --sequence hph
refuses 2 "nor 3 to 120 letters" "$fold" run --seed 1 --sequence HP
refuses 2 "nor 3 to 120 letters" "$fold" run --seed 1 --sequence ""
refuses 2 "nor 3 to 120 letters" "$fold" run --seed 1 --sequence "$long"
refuses 2 "'?\[31mHP' is neither" "$fold" run --seed 1 --sequence "$(printf '\033[31mHP')"
refuses 2 "must be a whole number from 0 to" "$fold" run --sequence S3D-1 --seed -1
refuses 2 "must be a whole number from 0 to" "$fold" run --sequence S3D-1 --seed 9007199254740992
refuses 2 "must be a whole number from 0 to" "$fold" run --sequence S3D-1 --seed 18446744073709551617
refuses 2 "must be a whole number from 0 to" "$fold" run --sequence S3D-1 --seed ""
refuses 2 "must be a whole number from 1 to 1000000000" "$fold" run --sequence S3D-1 --seed 1 --sweeps 0
refuses 2 "must be a whole number from 1 to 16" "$fold" run --sequence S3D-1 --seed 1 --replicas 17
refuses 2 "must be 2d or 3d" "$fold" run --sequence S3D-1 --seed 1 --lattice 4d
refuses 2 "given twice" "$fold" run --sequence S3D-1 --seed 1 --seed 2
refuses 2 "needs a value" "$fold" run --sequence S3D-1 --seed
refuses 2 "unknown argument 'x'" "$fold" list x
refuses 2 "from 200 to 640" "$fold" reduce --picture 10000
refuses 1 "no result" "$fold" reduce < /dev/null
refuses 1 "result 1 does not begin" "$fold" reduce < "$0"
refuses 1 "result 1 does not begin" "$fold" reduce < fold.wasm
refuses 1 "result 1 (seed 1) claims another energy.*: -99 claimed" altered 's/^energy .*/energy -99/'
refuses 1 "result 1 has no proper energy" altered 's/^energy .*/energy -9999999999/'
refuses 1 "result 1 (seed 1) has a fold that runs into itself" altered 's/^fold \(...\)./fold RULD/'
refuses 1 "with a step that its lattice does not have" altered 's/^lattice 3d/lattice 2d/'
refuses 1 "with a step that its lattice does not have" altered 's/^fold R/fold X/'
refuses 1 "fold of another length" altered 's/^fold R/fold /'
refuses 1 "another sequence than the benchmark" altered 's/^name .*/name S3D-2/'
refuses 1 "benchmark that does not exist" altered 's/^name .*/name S3D-77/'
refuses 1 "cut off" altered '$d'
refuses 1 "no proper seed" altered 's/^seed 1/seed 01/'
cat golden/seed-1.txt golden/seed-1.txt > "$work/twice"
refuses 1 "result 2 (seed 1) has a seed that an earlier" "$fold" reduce < "$work/twice"
cat golden/seed-1.txt golden/crambin.txt > "$work/mixed"
refuses 1 "result 2 (seed 1) is for another sequence" "$fold" reduce < "$work/mixed"
[ ! -c /dev/full ] || { "$fold" list > /dev/full 2> "$work/err"; check "a full device is an error" [ $? = 1 ]; }

# The best of any order is the same; of equal energies the lowest seed wins.
cat golden/seed-3.txt golden/seed-1.txt golden/seed-2.txt | "$fold" reduce > "$work/other.tar"
tar xf "$work/other.tar" -C "$work" fold.pdb && check "reduce: the order does not matter" cmp "$work/fold.pdb" golden/fold.pdb
sed 's/^seed 1$/seed 9/' golden/seed-1.txt | cat - golden/seed-1.txt | "$fold" reduce | tar xf - -C "$work" summary.json
check "reduce: the lowest seed of equals" grep -q '^  "seed": 1,' "$work/summary.json"

if command -v python3 > /dev/null 2>&1; then
    check "archive, PDB, SVG and PNG read by python3" python3 test/check_files.py "$work/native/reduced.tar"
    "$fold" reduce --picture 200 < golden/crambin.txt > "$work/crambin.tar"
    check "the same for crambin" python3 test/check_files.py "$work/crambin.tar"
    "$fold" reduce --picture 640 < golden/s2d-5.txt > "$work/s2d.tar"
    check "the same on the square lattice" python3 test/check_files.py "$work/s2d.tar"
    "$fold" reduce < golden/hp.txt > "$work/hp.tar"
    check "the same for a plain sequence" python3 test/check_files.py "$work/hp.tar"
    check "zlib stream unpacked by python3" python3 -c '
import sys, zlib
assert zlib.decompress(open(sys.argv[1], "rb").read()) == open(sys.argv[2], "rb").read()' "$work/packed" "$work/plain"
else
    skip "archive and pictures: no python3"
fi

# ---- the module ----
check "sha256 of fold.wasm" sha256sum -c --quiet fold.wasm.sha256
./build.sh --check > "$work/build.txt" 2>&1
case $? in
    0) ok "fold.wasm rebuilt, same bytes" ;;
    77) skip "fold.wasm rebuilt: $(head -n 1 "$work/build.txt")" ;;
    *) bad "fold.wasm rebuilt: $(tail -n 1 "$work/build.txt")" ;;
esac

# ---- the image ----
check "sha256 of fold.tar" sha256sum -c --quiet fold.tar.sha256
./image.sh --check > "$work/image.txt" 2>&1
case $? in
    0) ok "fold.tar rebuilt, same bytes" ;;
    77) skip "fold.tar rebuilt: $(head -n 1 "$work/image.txt")" ;;
    *) bad "fold.tar rebuilt: $(tail -n 1 "$work/image.txt")" ;;
esac
mkdir "$work/image" "$work/of-image"
tar xf fold.tar -C "$work/image"
for blob in "$work"/image/blobs/sha256/*; do
    check "blob $(basename "$blob" | cut -c1-12) has its name's digest" [ "$(sha256sum "$blob" | cut -d' ' -f1)" = "$(basename "$blob")" ]
    tar xf "$blob" -C "$work/image" 2> /dev/null || true
done
if [ "$(uname -sm)" = "Linux x86_64" ]; then
    native=$fold
    fold=$work/image/bin/fold
    check "the program of fold.tar runs" results "$work/of-image"
    fold=$native
    for f in seed-1.txt seed-2.txt seed-3.txt crambin.txt s2d-5.txt hp.txt list.txt reduced.tar; do
        check "fold.tar and native give the same $f" cmp "$work/of-image/$f" "$work/native/$f"
    done
else
    skip "the program of fold.tar: it is for Linux on x86_64"
fi

java=${JAVA_HOME:+$JAVA_HOME/bin/java}
[ -n "$java" ] || for j in /usr/lib/jvm/*-25-*/bin/java; do [ -x "$j" ] && java=$j; done
[ -n "$java" ] || java=$(command -v java || true)
m2=${HOME:-/root}/.m2/repository
classpath=${CHICORY_CLASSPATH:-}
if [ -z "$classpath" ]; then
    for name in log wasm runtime wasi compiler; do
        jar=$m2/com/dylibso/chicory/$name/1.7.5/$name-1.7.5.jar
        [ -f "$jar" ] && classpath=$classpath:$jar
    done
    for name in asm asm-commons asm-tree asm-analysis asm-util; do
        jar=$(ls "$m2"/org/ow2/asm/$name/*/$name-*.jar 2>/dev/null | sort | tail -n 1)
        [ -n "$jar" ] && classpath=$classpath:$jar
    done
fi
if [ -z "$java" ] || ! echo "$classpath" | grep -q compiler; then
    skip "fold.wasm under Chicory: no java or no jars (set JAVA_HOME, CHICORY_CLASSPATH)"
else
    mkdir "$work/wasm"
    cat golden/seed-1.txt golden/seed-2.txt golden/seed-3.txt > "$work/in"
    {
        for seed in 1 2 3; do echo "$work/wasm/seed-$seed.txt - run --sequence S3D-1 --lattice 3d --seed $seed $small"; done
        echo "$work/wasm/crambin.txt - run --sequence CRAMBIN --seed 1 $small"
        echo "$work/wasm/s2d-5.txt - run --sequence S2D-5 --seed 1 $small"
        echo "$work/wasm/hp.txt - run --sequence HHHHHHHH --lattice 2d --seed 0 $small"
        echo "$work/wasm/list.txt - list"
        echo "$work/wasm/reduced.tar $work/in reduce"
        echo "$work/wasm/none - run --sequence HPX --seed 1"
        echo "$work/wasm/none $here/fold.wasm reduce"
    } > "$work/script"
    "$java" -cp "$classpath" test/RunWasi.java fold.wasm "$work/script" > "$work/wasm.txt" 2>&1
    check "fold.wasm runs under Chicory" [ $? = 0 ]
    for f in seed-1.txt seed-2.txt seed-3.txt crambin.txt s2d-5.txt hp.txt list.txt reduced.tar; do
        check "Chicory and native give the same $f" cmp "$work/wasm/$f" "$work/native/$f"
    done
    check "only standard WASI imports" grep -q '^imports \[wasi_snapshot_preview1.args_get, wasi_snapshot_preview1.args_sizes_get, wasi_snapshot_preview1.fd_read, wasi_snapshot_preview1.fd_write, wasi_snapshot_preview1.proc_exit\]$' "$work/wasm.txt"
    check "at most 16 MiB of memory" grep -q '^memory pages [0-9]*\.\.256$' "$work/wasm.txt"
    check "misuse exits 2 under Chicory" grep -q '^exit 2.*nor 3 to 120' "$work/wasm.txt"
    check "wrong input exits 1 under Chicory" grep -q '^exit 1.*does not begin' "$work/wasm.txt"
    [ $failed = 0 ] || cat "$work/wasm.txt"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
