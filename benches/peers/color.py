#!/usr/bin/env python3
"""The colour engine beside OpenColorIO: nanoseconds a pixel, one thread, float RGB in memory, the same picture and transforms.

    pip install opencolorio==2.6.0 numpy
    cargo build --release --no-default-features
    benches/peers/color.py [target/release/prelight]

Times are the thread's processor time on both sides, which other work on the machine disturbs least; the gain of a second thread is of
wall time. Both sides transform the picture that `prelight color bench` makes (1920x540, ten stops around grey) in place, after a warming pass; the
two programs take turns, and the median of the turns counts. OpenColorIO runs as it ships (OPTIMIZATION_DEFAULT, with approximate
powers) and with exact ones (OPTIMIZATION_LOSSLESS). prelight has one mode, which is exact. Prints a table in Markdown.
"""

import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import PyOpenColorIO as ocio

WIDTH, HEIGHT = 1920, 540
TURNS, PASSES = 5, 3
OUTPUT = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - "
DISPLAY = "DISPLAY - CIE-XYZ-D65_to_"


def picture():
    """The picture of `prelight color bench`."""
    x = np.arange(WIDTH, dtype=np.float32)[None, :]
    y = np.arange(HEIGHT, dtype=np.float32)[:, None]
    stops = 3.5 * np.sin(x / 311) * np.cos(y / 173) - 1
    channels = [0.18 * np.exp2(stops) * (1 + 0.5 * np.sin(x / 97 + c * 2.1 + y / 211)) for c in range(3)]
    return np.ascontiguousarray(np.stack(channels, axis=2), dtype=np.float32)


def builtin(*names):
    return ocio.GroupTransform([ocio.BuiltinTransform(name) for name in names])


def clf(path, nodes):
    body = "\n".join(nodes)
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<ProcessList xmlns="urn:AMPAS:CLF:v3.0" compCLFversion="3" id="bench">\n'
        + body
        + "\n</ProcessList>\n"
    )
    return str(path)


def grade_in_acescct(path):
    """ACES2065-1 to ACEScct, a CDL, and back, as a document that both sides read."""
    to_ap1 = "1.4514393161 -0.2365107469 -0.2149285693 -0.0765537734 1.1762296998 -0.0996759264 0.0083161484 -0.0060324498 0.9977163014"
    to_ap0 = "0.6954522414 0.1406786965 0.1638690622 0.0447945634 0.8596711185 0.0955343182 -0.0055258826 0.0040252103 1.0015006723"
    matrix = '<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">{}</Array></Matrix>'
    log = (
        '<Log inBitDepth="32f" outBitDepth="32f" style="{}"><LogParams base="2" logSideSlope="0.0570776255707763"'
        ' logSideOffset="0.554794520547945" linSideSlope="1" linSideOffset="0" linSideBreak="0.0078125"/></Log>'
    )
    cdl = (
        '<ASC_CDL inBitDepth="32f" outBitDepth="32f" style="FwdNoClamp"><SOPNode><Slope>1.1 0.9 1.0</Slope><Offset>0.02 -0.03 0.0</Offset>'
        "<Power>1.2 0.8 1.05</Power></SOPNode><SatNode><Saturation>1.2</Saturation></SatNode></ASC_CDL>"
    )
    nodes = [matrix.format(to_ap1), log.format("cameraLinToLog"), cdl, log.format("cameraLogToLin"), matrix.format(to_ap0)]
    return clf(path, nodes)


def cube(path, size=33):
    """A tetrahedral 33-cube: a warm, contrasty look."""
    grid = np.linspace(0, 1, size)
    r, g, b = np.meshgrid(grid, grid, grid, indexing="ij")
    look = np.stack([r**0.9 * 0.95 + 0.03 * g, g * 0.9 + 0.05 * r * b, b**1.1 * 0.85 + 0.1 * g], axis=3).reshape(-1, 3)
    rows = "\n".join(f"{x:.7f} {y:.7f} {z:.7f}" for x, y, z in look)
    node = f'<LUT3D inBitDepth="32f" outBitDepth="32f" interpolation="tetrahedral"><Array dim="{size} {size} {size} 3">\n{rows}\n</Array></LUT3D>'
    return clf(path, [node])


def cases(folder):
    """Name, prelight's spec, whether inverse, and OpenColorIO's transform."""
    aces2 = builtin(OUTPUT + "SDR-100nit-REC709_2.0", DISPLAY + "REC.1886-REC.709")
    aces2_spec = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"
    grade, look = grade_in_acescct(folder / "grade.clf"), cube(folder / "look.clf")
    return [
        ("ACES 2, Rec.709 BT.1886", aces2_spec, False, aces2),
        ("ACES 2, Rec.709 BT.1886, inverse", aces2_spec, True, aces2),
        (
            "ACES 2, P3 1000 nit, PQ",
            "aces2-p3-d65-1000nit-in-rec2100-d65-st2084",
            False,
            builtin(OUTPUT + "HDR-1000nit-P3-D65_2.0", DISPLAY + "REC.2100-PQ"),
        ),
        (
            "ACES 1.3, Rec.709 BT.1886",
            "ODT.Academy.Rec709_100nits_dim.a1.0.3",
            False,
            builtin(OUTPUT + "SDR-VIDEO_1.0", DISPLAY + "REC.1886-REC.709"),
        ),
        (
            "ACES 1.3, Rec.2020 1000 nit, PQ",
            "RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0",
            False,
            builtin(OUTPUT + "HDR-VIDEO-1000nit-15nit-REC2020lim_1.1", DISPLAY + "REC.2100-PQ"),
        ),
        ("LogC4 to ACES2065-1", "arri-logc4", False, builtin("ARRI_LOGC4_to_ACES2065-1")),
        ("S-Log3 to ACES2065-1", "sony-slog3-sgamut3", False, builtin("SONY_SLOG3-SGAMUT3_to_ACES2065-1")),
        ("CDL in ACEScct", grade, False, ocio.FileTransform(grade)),
        (
            "Reference gamut compression",
            "reference-gamut-compression",
            False,
            builtin("ACES-LMT - ACES 1.3 Reference Gamut Compression"),
        ),
        ("33-cube, tetrahedral", look, False, ocio.FileTransform(look, interpolation=ocio.INTERP_TETRAHEDRAL)),
    ]


def peer(transform, inverse, optimization, source):
    """Nanoseconds a pixel of OpenColorIO, the median of some passes."""
    direction = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD
    processor = ocio.Config.CreateRaw().getProcessor(transform, direction)
    processor = processor.getOptimizedCPUProcessor(ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, optimization)
    times = []
    for _ in range(PASSES + 1):
        work = source.copy()
        image = ocio.PackedImageDesc(work, WIDTH, HEIGHT, 3)
        start = time.thread_time()
        processor.apply(image)
        times.append(time.thread_time() - start)
    return statistics.median(times[1:]) / (WIDTH * HEIGHT) * 1e9


def ours(prelight, spec, inverse, threads=1):
    """Nanoseconds a pixel: of wall time, and of processor time."""
    command = [prelight, "color", "bench", "--transform", spec, "--threads", str(threads), "--json"]
    done = subprocess.run(command + ["--inverse"] * inverse, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    times = json.loads(done.stdout)
    return times["ns_per_pixel"], times["cpu_ns_per_pixel"]


def main():
    prelight = sys.argv[1] if len(sys.argv) > 1 else "target/release/prelight"
    source = picture()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{datetime.date.today()}, {processor_name()}, OpenColorIO {ocio.__version__}; ns a pixel, one thread, f32 RGB\n")
        print("| transform | prelight | OCIO lossless | OCIO default | times faster (lossless / default) | 2 threads |")
        print("|---|---|---|---|---|---|")
        for name, spec, inverse, transform in cases(pathlib.Path(folder)):
            turns = [
                (
                    ours(prelight, spec, inverse),
                    peer(transform, inverse, ocio.OPTIMIZATION_LOSSLESS, source),
                    peer(transform, inverse, ocio.OPTIMIZATION_DEFAULT, source),
                    ours(prelight, spec, inverse, threads=2),
                )
                for _ in range(TURNS)
            ]
            one, exact, fast, two = zip(*turns)
            exact, fast, mine = statistics.median(exact), statistics.median(fast), statistics.median(cpu for _, cpu in one)
            gain = statistics.median(wall for wall, _ in one) / statistics.median(wall for wall, _ in two)
            print(f"| {name} | {mine:.1f} | {exact:.1f} | {fast:.1f} | {exact / mine:.1f} / {fast / mine:.1f} | x {gain:.2f} |", flush=True)


def processor_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
