#!/bin/bash
# Builds the first process of containers from init.c. With --check only tells whether the committed files are what the source gives (exit 77 where the tools are missing).
cd "$(dirname "$0")" && exec ../../../releng/static-program.sh init.c ../src/org/zennet/virtualization/docker/internal/init "$@"
