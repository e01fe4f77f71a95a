#!/usr/bin/env python3
"""A DNG to a half-float ACES2065-1 EXR: prelight beside rawpy (LibRaw) and OpenImageIO, CPU seconds and ratios.

    pip install rawpy numpy OpenImageIO
    cargo build --release --no-default-features
    benches/peers/raw_to_aces.py FILE.dng [--runs 3]

Both decode, debayer, go to ACES2065-1 and write uncompressed half EXR, on one thread. Prelight also runs its checks when the
recipe is made; that is not part of the timed render.
"""
import argparse, os, resource, statistics, subprocess, sys, tempfile
import numpy, rawpy, OpenImageIO as oiio

os.environ["OMP_NUM_THREADS"] = "1"
oiio.attribute("threads", 1)
TOOL = os.path.join(os.path.dirname(__file__), "../../target/release/prelight")


def cpu(kind):
    usage = resource.getrusage(kind)
    return usage.ru_utime + usage.ru_stime


def libraw(path, out, algorithm):
    before = cpu(resource.RUSAGE_SELF)
    with rawpy.imread(path) as raw:
        rgb = raw.postprocess(demosaic_algorithm=algorithm, output_color=rawpy.ColorSpace.ACES, gamma=(1, 1), output_bps=16,
                              no_auto_bright=True, use_camera_wb=True)
    pixels = rgb.astype(numpy.float32) / 65535
    h, w, _ = pixels.shape
    spec = oiio.ImageSpec(w, h, 3, "half")
    spec.attribute("compression", "none")
    file = oiio.ImageOutput.create(out)
    file.open(out, spec)
    file.write_image(pixels)
    file.close()
    return cpu(resource.RUSAGE_SELF) - before


def prelight(recipe, path, out):
    before = cpu(resource.RUSAGE_CHILDREN)
    subprocess.run([TOOL, "render", "--recipe", recipe, "--clip", path, "--out", out, "--threads", "1"], check=True, stdout=subprocess.DEVNULL)
    return cpu(resource.RUSAGE_CHILDREN) - before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        recipe = os.path.join(work, "bench.recipe")
        waive = ["--waive", "META-07=bench", "--waive", "REF-02=bench"]
        subprocess.run([TOOL, "recipe", "new", args.file, "--out", recipe, "--name", "bench", "--role", "bench", *waive], check=True,
                       stdout=subprocess.DEVNULL)
        ours = statistics.median(prelight(recipe, args.file, os.path.join(work, f"o{i}")) for i in range(args.runs))
        print(f"prelight, fusion         {ours:7.3f} s")
        for name, algorithm in [("linear", rawpy.DemosaicAlgorithm.LINEAR), ("AHD", rawpy.DemosaicAlgorithm.AHD)]:
            theirs = statistics.median(libraw(args.file, os.path.join(work, "peer.exr"), algorithm) for _ in range(args.runs))
            print(f"LibRaw {name:7} + OIIO   {theirs:7.3f} s   {theirs / ours:5.2f}x ours")


if __name__ == "__main__":
    main()
