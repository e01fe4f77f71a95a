#!/usr/bin/env bash
# The pictures of the README: the window on the demo show, under Xvfb. Usage: assets/pictures.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."

prelight=${1:-target/release/prelight}
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/run XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data PRELIGHT_STATE=$work/state
mkdir -m 700 "$XDG_RUNTIME_DIR"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
for n in $(seq 121 160); do
    if [ ! -e "/tmp/.X$n-lock" ]; then
        Xvfb ":$n" -screen 0 1920x1200x24 +extension GLX +render -noreset >/dev/null 2>&1 &
        pids+=($!)
        export DISPLAY=:$n
        break
    fi
done
for _ in $(seq 50); do xdotool getmouselocation >/dev/null 2>&1 && break; sleep 0.1; done
openbox >/dev/null 2>&1 &
pids+=($!)
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
