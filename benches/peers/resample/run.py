#!/usr/bin/env python3
"""The resampler beside fast_image_resize (AVX2): the same pictures, f32 RGB, Lanczos3, one thread, output reused.

    cargo build --release --no-default-features
    cargo build --release --manifest-path benches/peers/resample/Cargo.toml
    benches/peers/resample/run.py [--passes 40] [--rounds 3]

The programs take turns; medians of source Mpix/s in processor time. `--max-error` also compares both with the filter in f64
(numpy), within the picture and at its edges: fast_image_resize renormalises there, prelight lets the edge pixel go on.
"""
import argparse, json, os, statistics, subprocess, tempfile

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(HERE, "../../../target/release/prelight")
PEER = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "target")), "release/resample-peer")
CASES = [
    ("4K to 2K", (4096, 2160), (2048, 1080)),
    ("open gate to UHD", (4608, 3164), (3840, 2160)),
    ("2x desqueeze", (2880, 2160), (5760, 2160)),
]
EDGE = 8


def speed(command):
    out = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout
    return json.loads(out.strip().splitlines()[-1])["cpu_mpix_per_s"]


def axis(picture, n, along):
    """Lanczos3 along an axis in f64, edge pixels going on."""
    picture = numpy.moveaxis(picture, along, 0)
    pixels = picture.shape[0]
    ratio = pixels / n
    stretch = max(ratio, 1)
    centre = (numpy.arange(n) + 0.5) * ratio
    first = numpy.floor(centre - 3 * stretch - 1).astype(int)
    taps = first[:, None] + numpy.arange(int(6 * stretch) + 4)
    x = (taps + 0.5 - centre[:, None]) / stretch
    weights = numpy.where(abs(x) < 3, numpy.sinc(x) * numpy.sinc(x / 3), 0)
    weights /= weights.sum(1, keepdims=True)
    out = numpy.zeros((n,) + picture.shape[1:])
    for k in range(taps.shape[1]):
        out += weights[:, k, None] * picture[taps[:, k].clip(0, pixels - 1)]
    return numpy.moveaxis(out, 0, along)


def errors(source, size, target, paths):
    w, h = size
    w2, h2 = target
    exact = axis(axis(source.reshape(h, w, 3)[..., 1].astype(float), h2, 0), w2, 1)
    for name, path in paths:
        off = abs(numpy.fromfile(path, numpy.float32).reshape(h2, w2, 3)[..., 1] - exact)
        print(f"    {name:18} off by {off[EDGE:-EDGE, EDGE:-EDGE].max():.1e} within, {off.max():.1e} with the edges")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--max-error", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        picture, ours, peer = (os.path.join(work, name) for name in ("in", "ours", "peer"))
        for name, size, target in CASES:
            source = numpy.random.default_rng(1).random(size[0] * size[1] * 3, dtype=numpy.float32)
            source.tofile(picture)
            common = [*size, *target]
            a, b, held = [], [], []
            for _ in range(args.rounds):
                ours_command = [OURS, "resample-raw", picture, ours, *common, "--threads", 1, "--bench", args.passes]
                held.append(speed([*ours_command, "--anti-ring", 1]))
                a.append(speed(ours_command))
                b.append(speed([PEER, picture, peer, *common, args.passes]))
            a, b, held = (statistics.median(v) for v in (a, b, held))
            print(f"{name:18} prelight {a:5.0f} (anti-ring {held:5.0f})  fast_image_resize {b:5.0f} Mpix/s   {a / b:.2f}x (anti-ring {held / b:.2f}x)")
            if args.max_error:
                errors(source, size, target, [("prelight", ours), ("fast_image_resize", peer)])


if __name__ == "__main__":
    main()
