#!/usr/bin/env bash
# The real window under Xvfb, by keyboard and pointer: opens the demo show, steps frames, is killed and goes on, takes a dropped card,
# compares, pairs and undoes, waives, approves and signs, and compares the golden hashes it exported with what `prelight render` makes of the recipe.
# Screenshots go to target/window/.
set -euo pipefail
cd "$(dirname "$0")/.."

prelight=${1:-target/debug/prelight}
shots=$PWD/target/window
mkdir -p "$shots"
source tests/display.sh 1920x1080
# A software GPU is not begun with of its own accord, and the preview is what is tried here.
export PRELIGHT_PREVIEW=gpu

# start NAME [ARGUMENT]...: the window, once it is there. $window is its process, $id its window on the screen.
start() {
    "$prelight" "${@:2}" >"$work/$1.log" 2>&1 &
    window=$!
    pids+=("$window")
    id=$(timeout 120 xdotool search --sync --onlyvisible --name '^Prelight' | head -n 1)
    xdotool windowactivate --sync "$id"
}

# close: asks the window to, and waits until it has.
close() {
    xdotool key --window "$id" ctrl+q
    for _ in $(seq 50); do kill -0 "$window" 2>/dev/null || return 0; sleep 0.2; done
    echo "the window did not close on Ctrl-Q" >&2
    exit 1
}

"$prelight" demo "$work/show" >/dev/null

echo "-- keyboard: three steps forward, one back, and the window says frame 2"
start window open "$work/show" --size 1600x960
sleep 8
for key in Right Right Right Left; do
    xdotool key --window "$id" "$key"
    sleep 1
done
sleep 4
import -window "$id" "$shots/keyboard.png"
idle_before=$(awk '{print $14 + $15}' "/proc/$window/stat")
close
[ "$idle_before" -gt 0 ]

echo "-- killed in the middle, it goes on where it was"
start killed open "$work/show/A001" --size 1600x960
sleep 6
xdotool key --window "$id" Right
sleep 1
xdotool key --window "$id" Right
sleep 4
kill -9 "$window"
wait "$window" 2>/dev/null || true
python3 - "$PRELIGHT_STATE" "$work/show/A001" <<'PY'
import json, sys
state = json.load(open(f"{sys.argv[1]}/last.prelight"))
paths = [clip["path"] for clip in state["document"]["clips"]]
assert len(paths) == 1 and paths[0].startswith(sys.argv[2]), paths
assert list(state["view"]["frames"].values()) == [2], state["view"]
PY
start restored
sleep 10
import -window "$id" "$shots/restored.png"
xdotool key --window "$id" Right
sleep 5
close
python3 - "$PRELIGHT_STATE" <<'PY'
import json, sys
state = json.load(open(f"{sys.argv[1]}/last.prelight"))
assert list(state["view"]["frames"].values()) == [3], state["view"]
print("restored on frame 2, and one frame on from there")
PY

echo "-- by hand: a card is dropped, compared, given a sidecar and back; a check of the other clip is waived; the dropped one is approved and signed"
# A pass takes long where a processor draws: what is pressed next is for the window as it is after it.
keys() { for key in "$@"; do xdotool key --window "$id" "$key"; sleep 1; done; }
say() { xdotool type --window "$id" --delay 40 "$1"; sleep 1; }
# kept WHAT EXPRESSION: waits until it is true of the `show` as the window keeps it, clips by the name of their card.
kept() {
    python3 - "$PRELIGHT_STATE/last.prelight" "$1" "$2" <<'PY'
import json, pathlib, sys, time
path, what, expression = sys.argv[1:]
for _ in range(120):
    show = json.loads(pathlib.Path(path).read_text())
    clips = {card: clip for clip in show["document"]["clips"] for card in ["A001", "C001"] if f"/{card}/" in clip["path"]}
    if len(clips) == 2 and eval(expression):
        print(f"   {what}")
        sys.exit()
    time.sleep(0.5)
sys.exit(f"never: {what}; {json.dumps(show)}")
PY
}
# What file dialogs answer: they are zenity where there is no portal.
mkdir "$work/bin" "$work/approved"
printf '#!/bin/sh\ncat "%s/answer"\n' "$work" >"$work/bin/zenity"
chmod +x "$work/bin/zenity"
"$prelight" recipe key "$work/key.pem" >/dev/null
cat >"$work/trust.toml" <<TOML
schema = "prelight-trust/1"
[[signer]]
name = "A. Colourist"
roles = ["colourist"]
key = "key.pem.pub"
TOML
PATH=$work/bin:$PATH DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent \
    start journey open "$work/show/C001" --size 1600x960
sleep 6
timeout 60 /usr/bin/python3 tests/drop.py "$id" "$work/show/A001"
sleep 8
# In the Bench, the dropped clip is in view: zoomed by the wheel, dragged, compared with its ACES stage.
xdotool mousemove --window "$id" 760 450 click 4 click 4
sleep 1
xdotool mousedown 1 mousemove_relative 60 30 mouseup 1
sleep 3
import -window "$id" "$shots/dropped.png"
keys w
sleep 3
import -window "$id" "$shots/compared.png"
# Another clip's FDL is given to it, and taken back.
find "$work/show/B001" -name '*.fdl' | head -n 1 >"$work/answer"
keys shift+x ctrl+shift+a
kept "given a sidecar" '"/B001/" in str(clips["A001"].get("sidecars"))'
keys ctrl+z
kept "and that is undone" '"sidecars" not in clips["A001"]'
# Evidence: the first rule that fails of the other clip, waived with a name and a reason; undone, and done again.
keys Up e Down w
say "A. Colourist"
keys Tab
say "the camera was tested"
keys Tab space
kept "waived" '[w["name"] for w in clips["C001"].get("waivers", [])] == ["A. Colourist"]'
keys ctrl+z
kept "not waived" '"waivers" not in clips["C001"]'
keys ctrl+shift+z
kept "waived again" '[w["reason"] for w in clips["C001"].get("waivers", [])] == ["the camera was tested"]'
# The clean clip is approved: from the name, which is there, to role, note, folder.
keys ctrl+F2 Down ctrl+e Tab
say colourist
printf '%s\n' "$work/approved" >"$work/answer"
keys Tab Tab space
sleep 4
import -window "$id" "$shots/approving.png"
keys Tab space
recipe=$work/approved/A001C001_261121_PRLT.recipe
for _ in $(seq 60); do [ -e "$recipe/recipe.json" ] && break; sleep 0.5; done
sleep 2
printf '%s\n' "$work/key.pem" >"$work/answer"
keys Escape ctrl+shift+p
say "sign the recipe"
keys Return
for _ in $(seq 60); do ls "$recipe/attest/"*.dsse.json >/dev/null 2>&1 && break; sleep 0.5; done
sleep 1
import -window "$id" "$shots/signed.png"
close
"$prelight" recipe verify "$recipe" --trust "$work/trust.toml"
kept "dropped, approved and signed by hand" '[w["name"] for w in clips["C001"]["waivers"]] == ["A. Colourist"]'

echo "-- approve in the window, then render the recipe without one"
clips=("$work/show/A001" "$work/show/B001")
recipe=$work/window.recipe
timeout 300 "$prelight" open "${clips[@]}" --size 1600x960 \
    --do 'Play/Step 2' --do 'View/Stage "aces"' --do 'View/Stage "display"' --do 'Check/Run' \
    --do "Recipe/Export {\"dir\": \"$recipe\", \"name\": \"A. Colourist\", \"role\": \"colourist\", \"note\": \"window test\"}" \
    --do "Recipe/Sign \"$work/key.pem\"" \
    --screenshot "$shots/approved.png" --exit
[ -s "$shots/approved.png" ]
"$prelight" recipe verify "$recipe" --trust "$work/trust.toml"
"$prelight" recipe show "$recipe" --json >"$work/recipe.json"
for clip in "${clips[@]}"; do
    folder=$(find "$clip" -mindepth 1 -maxdepth 1 -type d ! -name ascmhl)
    "$prelight" render --recipe "$recipe" --clip "$folder" --out "$work/out" --trust "$work/trust.toml" --json >"$work/$(basename "$folder").receipt"
done
python3 - "$work" <<'PY'
import glob, json, sys
work = sys.argv[1]
recipe = json.load(open(f"{work}/recipe.json"))
compared = 0
for clip in recipe["clips"]:
    receipt = json.load(open(f"{work}/{clip['name']}.receipt"))
    rendered = {f["frame"]: f["pixels"] for f in receipt["frames"]}
    for golden in clip["golden"]:
        assert rendered[golden["frame"]] == golden["plate"], (clip["name"], golden)
        compared += 1
assert compared >= 6, compared
print(f"{compared} golden frames: window and renderer agree to the bit")
PY
echo "tests/window.sh: passed; screenshots in $shots"
