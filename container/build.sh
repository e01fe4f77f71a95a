#!/usr/bin/env bash
# The image, without a daemon: an OCI layout that skopeo, podman, docker (load), crane and every registry take.
#   container/build.sh PROGRAM FOLDER [LIMIT]
# PROGRAM is the headless build: cargo build --release --no-default-features. FOLDER becomes the layout, its image is called `prelight`.
# Fails where the image is of LIMIT bytes or more (60 MB), unpacked and packed.
set -euo pipefail
program=$1 layout=$2 limit=${3:-60000000}
here=$(cd "$(dirname "$0")" && pwd)
command -v umoci >/dev/null || { echo "container/build.sh: needs umoci (apt-get install umoci)" >&2; exit 2; }
[ ! -e "$layout" ] || { echo "container/build.sh: $layout is there already" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/root.sh" "$program" "$work/root"
size=$(du -sb --apparent-size "$work/root" | cut -f1)

created=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%dT%H:%M:%SZ)
image=$layout:prelight
rootless=(); [ "$(id -u)" = 0 ] || rootless=(--rootless)
umoci init --layout "$layout"
umoci new --image "$image"
umoci insert "${rootless[@]}" --image "$image" --history.created "$created" --history.created_by container/root.sh "$work/root" /
umoci config --image "$image" --created "$created" --no-history \
    --config.user 65532:65532 --config.entrypoint /usr/bin/prelight --config.workingdir /tmp \
    --config.env PATH=/usr/bin --config.env HOME=/tmp --config.env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    --config.label org.opencontainers.image.title=Prelight --config.label org.opencontainers.image.licenses=Apache-2.0
umoci gc --layout "$layout"
packed=$(du -sb --apparent-size "$layout/blobs" | cut -f1)
echo "$image: $size bytes unpacked, $packed packed"
if [ "$size" -ge "$limit" ]; then
    echo "container/build.sh: the image is $size bytes; fewer than $limit were asked for" >&2
    exit 11
fi
