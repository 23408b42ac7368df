#!/bin/sh
# Builds noise.tar: static, for linux on x86_64. Nothing, --check or --record, see ../static-image.sh.
set -eu
cd "$(dirname "$0")"
program=noise
standard=gnu11
sources='noise.c'
. ../static-image.sh
