# Builds a static program for linux on x86_64 with musl-gcc, in an image without anything else. For scripts that are run as
#
#   ./image.sh            build here; refuses other tools than image-toolchain.txt names, because the bytes would differ
#   ./image.sh --check    build elsewhere and compare with the committed archive
#                         exit 0: the same bytes, 1: other bytes, 77: cannot be compared here (says why)
#   ./image.sh --record   build here with the tools that are installed and write them down in image-toolchain.txt
#
# They set, before they source this in their own directory:
#   program   its name: of /bin/PROGRAM in the image and of PROGRAM.tar
#   standard  the C standard, as gcc names it
#   sources   in src/
# The archive is an OCI layout and what 'docker load' reads, for the backends docker and sandbox.
LC_ALL=C
export LC_ALL
umask 022
mode=${1:-build}
archive=$program.tar
case $mode in
    build|--check|--record) ;;
    *) echo "image.sh: unknown argument '$mode' (nothing, --check or --record)" >&2; exit 2 ;;
esac

missing() {
    echo "image.sh: $1; on Debian: apt-get install musl-tools gcc tar" >&2
    if [ "$mode" = --check ]; then exit 77; else exit 1; fi
}

sum_of() { sha256sum "$1" | cut -d' ' -f1; }
size_of() { wc -c < "$1" | tr -d ' '; }

CC=${CC:-musl-gcc}
command -v "$CC" > /dev/null || missing "$CC is missing"
case $("$CC" -dumpmachine) in x86_64-*) ;; *) missing "$CC does not build for x86_64" ;; esac
tar --version 2> /dev/null | grep -q 'GNU tar' || missing "GNU tar is missing"
libc=$("$CC" -print-file-name=libc.a)
case $libc in
    /*) ;;
    *) libc=$(sed -n 's/.*-L\([^ ]*musl[^ ]*\).*/\1/p' "$(dirname "$(command -v "$CC")")/../lib/x86_64-linux-musl/musl-gcc.specs" 2> /dev/null | head -n 1)/libc.a ;;
esac
[ -f "$libc" ] || libc=/usr/lib/x86_64-linux-musl/libc.a
[ -f "$libc" ] || missing "the libc.a of musl is missing"

# What the bytes of the program depend on besides src/.
tools() {
    "$CC" --version | head -n 1
    ld --version | head -n 1
    echo "libc.a $(sum_of "$libc")"
}

if [ "$mode" != --record ] && [ "$(tools)" != "$(grep -v '^#' image-toolchain.txt)" ]; then
    echo "image.sh: other tools than image-toolchain.txt names; use them with --record. Here:" >&2
    tools >&2
    if [ "$mode" = --check ]; then exit 77; else exit 1; fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# No paths, dates, build ids or debug information; -ffp-contract=off keeps the arithmetic the same as in any other build,
# -march=x86-64 the instructions those of every machine of the kind.
mkdir -p "$work/root/bin" "$work/root/dev" "$work/root/etc" "$work/root/proc" "$work/root/sys" "$work/root/tmp" "$work/root/work"
(cd src && "$CC" "-std=$standard" -O2 -g0 -march=x86-64 -mtune=generic -ffp-contract=off -fno-ident -fno-asynchronous-unwind-tables \
    -Wall -Wextra -Werror -static -no-pie -s -Wl,--build-id=none -o "$work/root/bin/$program" \
    $sources -lm)

pack() { # directory, archive, names...
    directory=$1 packed=$2
    shift 2
    tar -C "$directory" --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rwX,go=rX -cf "$packed" "$@"
}

pack "$work/root" "$work/layer" bin dev etc proc sys tmp work
mkdir -p "$work/image/blobs/sha256"
blob() { # file: moves it to its name, tells its digest and size as a descriptor without its type
    digest=$(sum_of "$1")
    printf '"digest":"sha256:%s","size":%s' "$digest" "$(size_of "$1")"
    mv "$1" "$work/image/blobs/sha256/$digest"
}

layer=$(sum_of "$work/layer")
printf '{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Entrypoint":["/bin/%s"],"WorkingDir":"/work"},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$program" "$layer" > "$work/config"
config=$(sum_of "$work/config")
type=application/vnd.oci.image
printf '{"schemaVersion":2,"mediaType":"%s.manifest.v1+json","config":{"mediaType":"%s.config.v1+json",%s},"layers":[{"mediaType":"%s.layer.v1.tar",%s}]}' \
    $type $type "$(blob "$work/config")" $type "$(blob "$work/layer")" > "$work/manifest"
printf '{"schemaVersion":2,"mediaType":"%s.index.v1+json","manifests":[{"mediaType":"%s.manifest.v1+json",%s}]}' \
    $type $type "$(blob "$work/manifest")" > "$work/image/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' > "$work/image/oci-layout"
printf '[{"Config":"blobs/sha256/%s","RepoTags":null,"Layers":["blobs/sha256/%s"]}]' "$config" "$layer" > "$work/image/manifest.json"
pack "$work/image" "$work/$archive" blobs index.json manifest.json oci-layout

if [ "$mode" = --check ]; then
    if cmp "$work/$archive" "$archive" && [ "$(cat "$archive.sha256")" = "$(sum_of "$archive")  $archive" ]; then
        echo "$archive is what src/ builds: $(sum_of "$archive")"
        exit 0
    fi
    echo "image.sh: src/ builds other bytes than the committed $archive" >&2
    exit 1
fi
cat "$work/$archive" > "$archive"
sha256sum "$archive" > "$archive.sha256"
if [ "$mode" = --record ]; then
    {
        echo "# The tools that built $archive, written by 'image.sh --record'. 'image.sh' compares the lines without #."
        dpkg-query -W -f '# package ${Package} ${Version}\n' gcc-12 binutils musl-dev musl-tools 2>/dev/null || true
        tools
    } > image-toolchain.txt
fi
echo "$archive: $(size_of "$archive") bytes, sha256 $(cut -d' ' -f1 "$archive.sha256")"
