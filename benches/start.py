#!/usr/bin/env python3
"""How long a process takes until it has made its first frame: what a function that renders 24 frames pays before each of them.

    benches/start.py RECIPE CLIP [--binary target/release/prelight] [--passes 15]

From the moment the process is made: until it answers at all (`--version`), until the job is admitted (event `begin`: the recipe is
open, verified and holds for the clip) and until the first frame is there (event `frame`). Wall time, medians; each pass renders one frame
to an empty folder, with the golden frames that this machine remembers (`--cold` makes them again each time, as on a new machine).
Build without the window, as functions do: cargo build --release --no-default-features
"""
import argparse, json, statistics, subprocess, tempfile, time


def until_event(arguments, wanted):
    """Milliseconds to the first event of each wanted kind."""
    begun, seen = time.perf_counter(), {}
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        kind = json.loads(line)["event"]
        seen.setdefault(kind, (time.perf_counter() - begun) * 1000)
    if process.wait() != 0:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return [seen[kind] for kind in wanted]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe")
    parser.add_argument("clip")
    parser.add_argument("--binary", default="target/release/prelight")
    parser.add_argument("--frame", help="the frame to render; the clip's first where absent")
    parser.add_argument("--passes", type=int, default=15)
    parser.add_argument("--cold", action="store_true")
    asked = parser.parse_args()
    frame = asked.frame
    if frame is None:
        about = json.loads(subprocess.run([asked.binary, "inspect", asked.clip, "--json"], stdout=subprocess.PIPE, check=True).stdout)
        frame = str(about["entries"][0]["frames"]["first"])
    answers, admitted, first = [], [], []
    # The first pass leaves what this machine remembers, and brings files into memory.
    for i in range(asked.passes + 1):
        begun = time.perf_counter()
        subprocess.run([asked.binary, "--version"], stdout=subprocess.DEVNULL, check=True)
        answer = (time.perf_counter() - begun) * 1000
        with tempfile.TemporaryDirectory() as out:
            job = [asked.binary, "render", "--recipe", asked.recipe, "--clip", asked.clip, "--frames", frame, "--out", out, "--events"]
            begin, made = until_event(job + (["--no-cache"] if asked.cold else []), ["begin", "frame"])
        if i:
            answers.append(answer), admitted.append(begin), first.append(made)
    for what, times in [("answers", answers), ("job admitted", admitted), ("first frame", first)]:
        print(f"{what:14} median {statistics.median(times):8.1f} ms, of {min(times):.1f} to {max(times):.1f}")


main()
