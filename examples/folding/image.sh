#!/bin/sh
# Builds fold.tar: the same program as fold.wasm. Nothing, --check or --record, see ../static-image.sh.
set -eu
cd "$(dirname "$0")"
program=fold
standard=c11
sources='main.c model.c benchmarks.c prng.c pull.c remc.c result.c files.c scene.c png.c svg.c letters.c deflate.c out.c'
. ../static-image.sh
