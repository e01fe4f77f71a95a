#!/usr/bin/env python3
"""Canvas templates a second beside the ASC's reference library: the same source, decision and template, parsed beforehand.

    pip install asc-fdl==1.0.2
    cargo build --release --no-default-features
    benches/peers/templates.py CORPUS [target/release/prelight]

CORPUS is the corpus folder (`../shared/corpus`). Processor time of one thread on both sides, the best of five turns. The library is
called as its users do, from Python through its C interface; it makes a whole FDL a call, where ours makes the numbers.
"""

import pathlib
import subprocess
import sys
import time

import fdl

TIMES, TURNS = 20000, 5


def paths(corpus):
    folder = pathlib.Path(corpus) / "standards/fdl/resources/FDL"
    scenario = folder / "Scenarios_For_Implementers/Scen_14_Preserving-Protection-WithMaxDim-Cropping"
    template = next(p for p in scenario.iterdir() if p.suffix == ".fdl")
    return str(folder / "Original_Source_Files/D_8640x5760_1x_10PercentSafety-FramingChart.fdl"), str(template)


def published(source, template):
    canvas = fdl.read_from_file(source).contexts[0].canvases[0]
    decision = canvas.framing_decisions[0]
    chosen = fdl.read_from_file(template).canvas_templates[0]
    times = TIMES // 100
    start = time.process_time()
    for _ in range(times):
        chosen.apply(canvas, decision, "NEW", "x")
    return times / (time.process_time() - start)


def ours(binary, source, template, mode):
    call = [binary, "fdl", "template", "--source", source, "--template", template, "--mode", mode, "--bench", str(TIMES)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    return float(done.stderr.split()[0])


def main():
    source, template = paths(sys.argv[1])
    binary = sys.argv[2] if len(sys.argv) > 2 else "target/release/prelight"
    reference = max(published(source, template) for _ in range(TURNS))
    print("| templates a second | | times asc-fdl |\n|---|---|---|")
    print(f"| asc-fdl 1.0.2 | {reference:.0f} | |")
    for mode in ["exact", "asc-main", "asc-1.0.2"]:
        speed = max(ours(binary, source, template, mode) for _ in range(TURNS))
        print(f"| prelight, {mode} | {speed:.0f} | {speed / reference:.0f} |")


if __name__ == "__main__":
    main()
