#!/usr/bin/env bash
# The image renders what was approved: no network, no root, nothing to write to but /tmp and the place of delivery, no state. What it makes
# is what is made outside, byte for byte: but for where things lay (statement) and when (history).
#   tests/container.sh PROGRAM [LIMIT]     a headless build of the profile image or release; another is larger than LIMIT allows
set -euo pipefail
program=$(readlink -f "$1")
limit=${2:-60000000}
here=$(cd "$(dirname "$0")/.." && pwd)
for tool in umoci bwrap; do
    command -v "$tool" >/dev/null || { echo "tests/container.sh: needs $tool (apt-get install umoci bubblewrap)" >&2; exit 2; }
done
if ! bwrap --unshare-all --ro-bind / / true 2>/dev/null; then
    echo "tests/container.sh: this machine lets nobody make user namespaces (kernel.unprivileged_userns_clone, AppArmor)" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
say() { printf -- '-- %s\n' "$*"; }
fail() { echo "tests/container.sh: $*" >&2; exit 1; }

"$here/container/build.sh" "$program" "$work/image" "$limit"
say "the same program makes the same image"
"$here/container/build.sh" "$program" "$work/again" "$limit" >/dev/null
cmp "$work/image/index.json" "$work/again/index.json"

rootless=(); [ "$(id -u)" = 0 ] || rootless=(--rootless)
umoci unpack "${rootless[@]}" --image "$work/image:prelight" "$work/bundle"
root=$work/bundle/rootfs

say "the demo show, approved outside"
"$program" demo "$work/show" --clean >/dev/null
clip=$work/show/A001/A001C001_261121_PRLT
"$program" recipe new "$work/show/A001" --out "$work/a.recipe" --name 'Container test' --role test >/dev/null
"$program" render --recipe "$work/a.recipe" --clip "$clip" --out "$work/outside" >/dev/null
mkdir "$work/inside"
chmod 777 "$work/inside"

# Runs the program as a container runs it: its own root, read-only, its own user, no network.
inside() {
    bwrap --unshare-net --unshare-user --unshare-pid --unshare-ipc --unshare-uts --die-with-parent --new-session --clearenv \
        --setenv PATH /usr/bin --setenv HOME /tmp --uid 65532 --gid 65532 \
        --ro-bind "$root" / --proc /proc --dev /dev --tmpfs /tmp \
        --ro-bind "$work/a.recipe" /tmp/a.recipe --ro-bind "$clip" "/tmp/${clip##*/}" --bind "$work/inside" /tmp/out \
        --chdir /tmp -- /usr/bin/prelight "$@"
}
say "rendered inside"
inside render --recipe a.recipe --clip "${clip##*/}" --out out
# But for the records of when each frame was made.
diff -r -x .prelight -x ascmhl -x "*.provenance.json" "$work/outside" "$work/inside" || fail "the plates of the container are others"
inside verify out --recipe a.recipe

say "again: what is there is kept"
inside render --recipe a.recipe --clip "${clip##*/}" --out out | grep -q '8 were already there' || fail "a second run does not keep the plates"

say "what may not be done, is not"
code=0; inside render --recipe a.recipe --clip "${clip##*/}" --out /etc/out 2>"$work/said" || code=$?
[ "$code" = 20 ] || fail "it writes to its root (exit code $code)"
code=0; inside render --recipe a.recipe --clip "${clip##*/}" --out out --frames 90-99 2>"$work/said" || code=$?
[ "$code" = 2 ] || fail "frames that are not there end with exit code $code"

say "golden frames, here and in the container"
"$program" recipe validate "$work/a.recipe" --clip "$clip" --container "$work/bundle" --json >"$work/said"
python3 - "$work/said" <<'PYTHON'
import json, sys
found = {f["id"]: f for f in json.load(open(sys.argv[1]))["findings"]}
for rule in "ENG-01 ENG-02 ENG-03 ENG-04".split():
    assert found[rule]["outcome"] == "pass", found[rule]
print(found["ENG-04"]["measured"], "-", found["ENG-04"]["evidence"])
PYTHON

say "a container whose program cannot be run is told of"
printf 'no program' >"$root/usr/bin/prelight"
code=0; "$program" recipe validate "$work/a.recipe" --clip "$clip" --container "$work/bundle" >"$work/said" 2>&1 || code=$?
[ "$code" = 10 ] || fail "it ends with exit code $code"
echo "tests/container.sh: passed"
