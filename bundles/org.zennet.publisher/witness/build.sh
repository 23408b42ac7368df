#!/bin/bash
# Builds the publisher's witness from witness.c. With --check only tells whether the committed files are what the source gives (exit 77 where the tools are missing).
cd "$(dirname "$0")" && exec ../../../releng/static-program.sh witness.c ../src/org/zennet/publisher/internal/file/witness "$@"
