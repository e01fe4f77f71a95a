#!/usr/bin/env bash
# The root file system of the image: the headless program, the libraries that it was linked with, and nothing that could start another.
#   container/root.sh PROGRAM FOLDER
set -euo pipefail
program=$1 root=$2
[ -x "$program" ] || { echo "container/root.sh: no program at $program" >&2; exit 2; }
[ ! -e "$root" ] || { echo "container/root.sh: $root is there already" >&2; exit 2; }

umask 022
# Where a file system is mounted read-only, what is mounted into it has to be there.
mkdir -p "$root"/{usr/bin,etc/ssl/certs,proc,dev,sys,tmp}
chmod 1777 "$root/tmp"
install -m 755 "$program" "$root/usr/bin/prelight"
strip --strip-debug "$root/usr/bin/prelight" 2>/dev/null || echo "container/root.sh: no strip; the image is larger for it" >&2

# The loader and the libraries, at the paths where the program looks for them.
linked=$(ldd "$root/usr/bin/prelight")
if grep -q 'not found' <<<"$linked"; then
    echo "container/root.sh: $linked" >&2
    exit 20
fi
while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    install -m 755 "$(readlink -f "$library")" "$root$library"
done < <(grep -oE '/[^ ()]+' <<<"$linked" | sort -u)
# Names are looked up by these, which the C library loads when it needs them. Later ones have them built in.
for library in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
    beside=$(dirname "$(grep -oE '/[^ ]*libc\.so\.6' <<<"$linked" | head -1)")/$library
    if [ -e "$beside" ]; then install -m 755 "$(readlink -f "$beside")" "$root$beside"; fi
done

# The authorities that an object store is known by.
if [ ! -s /etc/ssl/certs/ca-certificates.crt ]; then
    echo "container/root.sh: no /etc/ssl/certs/ca-certificates.crt (package ca-certificates)" >&2
    exit 20
fi
install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'root:x:0:0::/:/nonexistent\nnonroot:x:65532:65532::/tmp:/nonexistent\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
# The same files make the same layer.
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
