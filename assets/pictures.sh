#!/usr/bin/env bash
# The pictures of the README: the window on the demo show, under Xvfb. Usage: assets/pictures.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."

prelight=${1:-target/release/prelight}
source tests/display.sh 1920x1200
# As on a machine with a GPU.
export PRELIGHT_PREVIEW=gpu
# Out of the way of what answers to the pointer.
xdotool mousemove 1919 1199

"$prelight" demo "$work/show" >/dev/null

# picture NAME [--do ACTION]...: 255 colours are enough for a window.
picture() {
    "$prelight" open "$work/show" --size 1440x900 "${@:2}" --screenshot "$work/$1.png" --exit
    convert "$work/$1.png" -dither None -colors 255 "PNG8:assets/$1.png"
}
picture screenshot --do 'View/Scope "parade"'
picture evidence --do 'View/Room "evidence"'
picture intake --do 'View/Room "intake"'
picture compare --do 'Compare/With {"stage": "aces"}' --do 'Compare/Mode "wipe"'
picture look --do 'View/Room "look"' --do 'Look/Draft {"edits": [{"add_cdl": {"slope": [1.03, 1.0, 0.97], "offset": [0.01, 0, -0.01], "power": [1, 1, 1], "saturation": 1.1}}]}'
picture framing --do 'View/Room "framing"' --do 'Framing/Editor'
