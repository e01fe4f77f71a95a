#!/usr/bin/env python3
"""Reading timelines: prelight beside OpenTimelineIO and its adapters, processor milliseconds a pass, in memory.

    pip install opentimelineio==0.18.1 otio-cmx3600-adapter otio-ale-adapter otio-fcp-adapter
    cargo build --release --no-default-features
    benches/peers/timeline.py FILE [--rate 24] [--passes 50]

`speed_effects.edl` of OpenTimelineIO's own tests has 548 clips.
"""
import argparse, json, os, statistics, subprocess, time
import opentimelineio as otio

TOOL = os.path.join(os.path.dirname(__file__), "../../target/release/prelight")
ADAPTERS = {".edl": "cmx_3600", ".ale": "ale", ".xml": "fcp_xml", ".otio": "otio_json"}


def theirs(path, rate, passes):
    adapter = otio.adapters.from_name(ADAPTERS[os.path.splitext(path)[1].lower()])
    text = open(path, encoding="utf-8", newline="").read()
    arguments = {"rate": rate} if adapter.name == "cmx_3600" else {}
    times = []
    for _ in range(passes):
        before = time.process_time()
        adapter.read_from_string(text, **arguments)
        times.append(time.process_time() - before)
    return statistics.median(times) * 1e3


def ours(path, rate, passes):
    command = [TOOL, "timeline", "bench", path, "--rate", str(rate), "--passes", str(passes)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["cpu_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--rate", type=float, default=24)
    parser.add_argument("--passes", type=int, default=50)
    args = parser.parse_args()
    peer = theirs(args.file, args.rate, max(3, args.passes // 10))
    mine = ours(args.file, args.rate, args.passes)
    print(f"prelight {mine:8.3f} ms   OpenTimelineIO {peer:8.1f} ms   {peer / mine:6.0f} times")


if __name__ == "__main__":
    main()
