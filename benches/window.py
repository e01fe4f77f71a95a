#!/usr/bin/env python3
"""What the window itself measures, and what the system says of it: time to the first picture, steps, passes, playback, idle
processor time, memory.

    cargo build --release
    benches/window.py [--binary target/release/prelight] [--cpu] CLIP [MORE...]

Runs on the DISPLAY there is, or on an Xvfb of its own. Each run is a process of its own with a state of its own; a line a run.
"""

import argparse, json, os, pathlib, shutil, subprocess, sys, tempfile, time

FILES = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
FILES.add_argument("--binary", default=str(pathlib.Path(__file__).resolve().parent.parent / "target/release/prelight"))
FILES.add_argument("--cpu", action="store_true", help="the picture of the engine that renders, not the GPU's")
FILES.add_argument("--runs", type=int, default=3, help="runs to the first picture; the median is reported")
FILES.add_argument("--idle", type=float, default=10.0, help="seconds to watch the window stand still")
FILES.add_argument("clips", nargs="+")


class Window:
    """A window on clips, with actions; its passes as JSON once it is closed."""

    def __init__(self, args, actions, leave_open=False):
        self.folder = tempfile.TemporaryDirectory()
        self.times = pathlib.Path(self.folder.name) / "times.json"
        os.chmod(self.folder.name, 0o700)
        env = dict(os.environ, PRELIGHT_STATE=self.folder.name, XDG_RUNTIME_DIR=self.folder.name)
        before = ['View/Engine "cpu"'] if args.cpu else []
        line = [args.binary, "open", "--size", "1280x800", "--frame-times", str(self.times)]
        for action in before + actions:
            line += ["--do", action]
        self.process = subprocess.Popen(line + ([] if leave_open else ["--exit"]), env=env, stderr=subprocess.DEVNULL)

    def wait(self):
        code = self.process.wait(timeout=600)
        if code:
            sys.exit(f"the window ended with {code}")
        return json.loads(self.times.read_text())

    def ticks(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def memory(self):
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return {k: int(v.split()[0]) // 1024 for k, v in (l.split(":") for l in lines) if k in ("VmHWM", "VmRSS")}


def passes(name, t):
    if t["count"]:
        print(f"{name:34} {t['count']:6} median {t['median']:8.2f} p95 {t['p95']:8.2f} p99 {t['p99']:8.2f} worst {t['worst']:8.1f} ms, {t['over_8_ms']} over 8 ms")


def moving(args, add):
    steps = [f"Play/Step {s}" for s in [1, -1] * 12]
    got = Window(args, [add, "Play/Step 1", "Play/Step -1", "View/ForgetFrameTimes"] + steps).wait()
    passes("step to a cached frame", got["step"])
    got = Window(args, [add, "View/ForgetFrameTimes", "Play/Loop", "Play/Toggle"]).wait()
    passes("playing, pass to pass", got["between_while_playing"])
    passes("playing: the window's own time", got["work"])


def main(args):
    add = "Show/Add " + json.dumps([str(pathlib.Path(c).resolve()) for c in args.clips])
    firsts, last = [], None
    for _ in range(args.runs):
        got = Window(args, [add]).wait()
        firsts.append(got["first_picture"]["worst"])
        last = got
    print(f"{'open to first picture':34} {sorted(firsts)[len(firsts) // 2]:.0f} ms (of {', '.join(f'{f:.0f}' for f in firsts)})")
    passes("opening: the window's own time", last["work"])
    passes("opening: the whole pass", last["whole"])
    for slow in last["slowest"][:3]:
        print(f"    {slow['ms']:8.2f} ms: " + ", ".join(f"{k} {v:.2f}" for k, v in slow["of_it"]))

    said = subprocess.run([args.binary, "inspect", "--json", args.clips[0]], stdout=subprocess.PIPE, check=True).stdout
    if json.loads(said)["entries"][0]["frames"]["count"] > 1:
        moving(args, add)

    idle = Window(args, [add], leave_open=True)
    last, since, deadline = None, time.time(), time.time() + 300
    while time.time() - since < 3 and time.time() < deadline:  # at rest once it has used no time for three seconds
        now = idle.ticks()
        last, since = (now, time.time()) if last is None or now - last > 2 else (last, since)
        time.sleep(0.25)
    before, begun = idle.ticks(), time.time()
    time.sleep(args.idle)
    used = (idle.ticks() - before) / os.sysconf("SC_CLK_TCK") / (time.time() - begun)
    memory = idle.memory()
    idle.process.terminate()
    idle.process.wait()
    print(f"{'standing still':34} {used * 100:.2f} % of a processor")
    print(f"{'memory':34} {memory['VmRSS']} MiB, at most {memory['VmHWM']} MiB")


if __name__ == "__main__":
    arguments = FILES.parse_args()
    server = None
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        if not shutil.which("Xvfb"):
            sys.exit("neither a DISPLAY nor Xvfb is there")
        read, write = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.environ["DISPLAY"] = ":" + os.read(read, 16).decode().strip()
    try:
        main(arguments)
    finally:
        if server:
            server.terminate()
