#!/usr/bin/env bash
# The real window under Xvfb: opens the demo show, steps frames, approves, and compares the exported hashes with
# `prelight render`. Leaves screenshots in target/window/.
set -euo pipefail
cd "$(dirname "$0")/.."
