# Sourced with the size of the screen: a display with a window manager, and folders of the program's own below $work. All of it is
# gone at the end; what else is to be stopped then goes into pids.
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/run XDG_CACHE_HOME=$work/cache XDG_DATA_HOME=$work/data XDG_CONFIG_HOME=$work/config PRELIGHT_STATE=$work/state
mkdir -m 700 "$XDG_RUNTIME_DIR"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

# The first number that is free.
for n in $(seq 81 120); do
    if [ ! -e "/tmp/.X$n-lock" ]; then
        Xvfb ":$n" -screen 0 "$1x24" +extension GLX +render -noreset >"$work/xvfb.log" 2>&1 &
        pids+=($!)
        export DISPLAY=:$n
        break
    fi
done
[ "${#pids[@]}" -gt 0 ] || { echo "no display number is free" >&2; exit 1; }
for _ in $(seq 50); do xdotool getmouselocation >/dev/null 2>&1 && break; sleep 0.1; done
openbox >/dev/null 2>&1 &
pids+=($!)
