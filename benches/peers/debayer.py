#!/usr/bin/env python3
"""Debayer speed beside LibRaw (rawpy), one thread each, processor time, the same 4608x3164 mosaic in the same run.

    cargo build --release --no-default-features
    python3 benches/peers/debayer.py [--passes 5] [target/release/prelight]

Where `cargo build --release --manifest-path benches/peers/rawler/Cargo.toml` was done, rawler's PPG is measured too. Needs rawpy
and numpy from PyPI. LibRaw has no call that interpolates and does nothing else: it is timed over its whole
processing, to linear camera RGB of 16 bits, less what the same takes at half size, which interpolates nothing. That leaves
too little rather than too much on its side: at half size the steps around the interpolation see a quarter of the pixels, so
part of them is counted as interpolation. Both columns are printed; prelight's time is all of code values to linear RGB.
"""
import argparse, json, os, resource, struct, subprocess, tempfile

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
import rawpy

W, H, WHITE = 4608, 3164, 4095
HERE = os.path.dirname(os.path.abspath(__file__))
RAWLER = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "rawler/target")), "release/debayer-peer")


def mosaic():
    """Smooth shapes, fine texture and noise, in 12 bits."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    light = 0.2 + 0.15 * np.sin(x / 37) * np.cos(y / 53) + 0.1 * np.sin(x * y / 90000)
    light += 0.02 * rng.standard_normal((H, W)).astype(np.float32)
    return np.clip(light * WHITE, 0, WHITE).astype("<u2")


def dng(path, samples, white=WHITE, cfa="RGGB"):
    """An uncompressed DNG of one strip, with the tags that LibRaw asks for."""
    height, width = samples.shape
    pattern = bytes("RGB".index(c) for c in cfa)
    data = samples.tobytes()
    srational = lambda values: b"".join(struct.pack("<ii", round(v * 10000), 10000) for v in values)
    tags = [
        (254, 4, 1, struct.pack("<I", 0)), (256, 4, 1, struct.pack("<I", width)), (257, 4, 1, struct.pack("<I", height)),
        (258, 3, 1, struct.pack("<HH", 16, 0)), (259, 3, 1, struct.pack("<HH", 1, 0)), (262, 3, 1, struct.pack("<HH", 32803, 0)),
        (271, 2, 5, b"Test\0"), (272, 2, 5, b"Test\0"), (273, 4, 1, None), (274, 3, 1, struct.pack("<HH", 1, 0)),
        (277, 3, 1, struct.pack("<HH", 1, 0)), (278, 4, 1, struct.pack("<I", height)), (279, 4, 1, struct.pack("<I", len(data))),
        (33421, 3, 2, struct.pack("<HH", 2, 2)), (33422, 1, 4, pattern), (50706, 1, 4, bytes([1, 4, 0, 0])),
        (50708, 2, 5, b"Test\0"), (50717, 4, 1, struct.pack("<I", white)),
        (50721, 10, 9, srational([1, 0, 0, 0, 1, 0, 0, 0, 1])), (50728, 5, 3, srational([1, 1, 1])),
        (50778, 3, 1, struct.pack("<HH", 21, 0)),
    ]
    extra = 8 + 2 + 12 * len(tags) + 4
    start = extra + sum(len(v) + len(v) % 2 for *_, v in tags if v and len(v) > 4)
    entries, blob = b"", b""
    for tag, kind, count, value in tags:
        value = struct.pack("<I", start) if value is None else value
        if len(value) > 4:
            value, place = value + b"\0" * (len(value) % 2), struct.pack("<I", extra + len(blob))
            blob += value
        else:
            place = value.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, kind, count) + place
    with open(path, "wb") as f:
        f.write(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + blob + data)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def libraw(path, passes, **options):
    """Seconds of the quickest of several."""
    times = []
    for _ in range(passes):
        with rawpy.imread(path) as raw:
            raw.raw_image  # unpacked
            before = cpu()
            raw.postprocess(output_bps=16, gamma=(1, 1), no_auto_bright=True, output_color=rawpy.ColorSpace.raw, user_wb=[1, 1, 1, 1], **options)
            times.append(cpu() - before)
    return min(times)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary", nargs="?", default="target/release/prelight")
    args.add_argument("--passes", type=int, default=5)
    args = args.parse_args()
    samples = mosaic()
    with tempfile.TemporaryDirectory() as folder:
        raw, out, file = (os.path.join(folder, name) for name in ("in.u16", "out.f32", "in.dng"))
        samples.tofile(raw)
        dng(file, samples)
        speeds = {}
        for tier in ("bilinear", "mhc", "fusion", "mlri2", "half-premium", "half", "quarter"):
            call = [args.binary, "debayer-raw", "--tier", tier, raw, out, str(W), str(H), "RGGB", "--white", str(WHITE), "--kind", "linear"]
            best = 0
            for _ in range(args.passes):
                printed = subprocess.run(call + ["--bench", "3", "--threads", "1"], check=True, stdout=subprocess.PIPE).stdout
                best = max(best, json.loads(printed)["cpu_mpix_per_s"])
            speeds[tier] = best
            print(f"prelight {tier:14s} {best:8.1f} Mpix/s")
        if os.path.exists(RAWLER):
            printed = subprocess.run([RAWLER, raw, str(W), str(H), str(WHITE), str(args.passes)], check=True, stdout=subprocess.PIPE).stdout
            speed = json.loads(printed)["cpu_mpix_per_s"]
            print(f"rawler   PPG            {speed:8.1f} Mpix/s: fusion is {speeds['fusion'] / speed:.1f} x, MHC {speeds['mhc'] / speed:.1f} x")
        rest = libraw(file, args.passes, half_size=True)
        for name in ("LINEAR", "PPG", "AHD"):
            whole = libraw(file, args.passes, demosaic_algorithm=rawpy.DemosaicAlgorithm[name])
            speed = W * H / (whole - rest) / 1e6
            print(f"LibRaw   {name:14s} {speed:8.1f} Mpix/s ({W * H / whole / 1e6:.1f} whole): fusion is {speeds['fusion'] / speed:.1f} x, MHC {speeds['mhc'] / speed:.1f} x")


if __name__ == "__main__":
    main()
