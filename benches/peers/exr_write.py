#!/usr/bin/env python3
"""Writing a plate: our encoder against OpenEXR's C++ library (by OpenImageIO), the same pixels, processor time of all threads.

    benches/peers/exr_write.py [FRAME]      needs the Python module OpenImageIO; FRAME: any camera file, else a ramp with grain

Prints a line for each compression: ours, theirs, the ratio, and the bytes of both.
"""
import json, os, subprocess, sys, tempfile, time

import OpenImageIO as oiio

PASSES = 5
NAMES = {"None": "none", "Zip": "zip", "Piz": "piz", "Dwab": "dwab"}


def theirs(pixels, spec, compression, path):
    spec = oiio.ImageSpec(spec)
    spec.attribute("compression", compression)
    best = float("inf")
    for _ in range(PASSES):
        out = oiio.ImageOutput.create(path)
        begun = time.process_time()
        if not (out.open(path, spec) and out.write_image(pixels) and out.close()):
            sys.exit(out.geterror())
        best = min(best, time.process_time() - begun)
    return best, os.path.getsize(path)


def main():
    with tempfile.TemporaryDirectory() as folder:
        frame = sys.argv[1:2]
        command = ["cargo", "bench", "--no-default-features", "--bench", "exr", "--", *(frame or []), *([folder] if frame else [])]
        ours = [json.loads(line) for line in subprocess.check_output(command, text=True).splitlines() if line.startswith("{")]
        if not frame:
            sys.exit("name a camera file: the pixels have to be the same")
        source = oiio.ImageInput.open(os.path.join(folder, "plate.exr"))
        spec, pixels = source.spec(), source.read_image("half")
        # A container of ACES is not compressed.
        for name in ("acesImageContainerFlag", "openexr:ACESContainer"):
            spec.erase_attribute(name)
        for row in ours:
            cpu, size = theirs(pixels, spec, NAMES[row["compression"]], os.path.join("/dev/shm", f"prelight-{os.getpid()}.exr"))
            print(f"{row['compression']:5} ours {row['cpu_s']:.3f} s  OpenEXR {cpu:.3f} s  ratio {row['cpu_s'] / cpu:.2f}  "
                  f"bytes {row['bytes']} / {size}")
        os.remove(os.path.join("/dev/shm", f"prelight-{os.getpid()}.exr"))


main()
