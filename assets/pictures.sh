#!/usr/bin/env bash
# The pictures of the README: the window on the demo show, under Xvfb. Usage: assets/pictures.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."

prelight=$(realpath "${1:-target/release/prelight}")
assets=$PWD/assets
source tests/display.sh 1920x1200
# As on a machine with a GPU.
export PRELIGHT_PREVIEW=gpu
# Out of the way of what answers to the pointer.
xdotool mousemove 1919 1199

# What is written there has short names in the pictures.
cd "$work"
"$prelight" demo show >/dev/null
"$prelight" index show --db show.db --thumbnails >/dev/null

# taken NAME ARGUMENT...: 255 colours are enough for a window.
taken() {
    "$prelight" open "${@:2}" --size 1440x900 --screenshot "$1.png" --exit
    convert "$1.png" -dither None -colors 255 "PNG8:$assets/$1.png"
}
picture() {
    taken "$1" show "${@:2}"
}
picture screenshot --do 'View/Scope "parade"'
picture evidence --do 'View/Room "evidence"'
picture intake --do 'View/Room "intake"'
picture library --do 'Library/Use "show.db"' --do 'Library/Find "ei:800 -clip:sh"'
picture compare --do 'Compare/With {"stage": "aces"}' --do 'Compare/Mode "wipe"' --do 'View/Scope "parade"'
picture look --do 'View/Room "look"' --do 'Look/Draft {"edits": [{"add_cdl": {"slope": [1.03, 1.0, 0.97], "offset": [0.01, 0, -0.01], "power": [1, 1, 1], "saturation": 1.1}}]}'
picture framing --do 'View/Room "framing"' --do 'Framing/Editor'
taken recipe show/A001 show/B001 --do 'View/Room "recipe"' --do 'Recipe/AddDeliverable "prores422hq"' \
    --do 'Recipe/Export {"dir": "day 1.recipe", "name": "Ada Lovelace", "role": "colourist"}' --do 'Recipe/Render {"out": "delivery"}' --do 'Recipe/VerifyDelivery'
# As if somebody had taken frames away.
rm delivery/B001*/*.00000[3-5].exr
taken wall show/A001 show/B001 --do 'Wall/Show "delivery"' --do 'Wall/Verify'
