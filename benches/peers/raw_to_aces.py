#!/usr/bin/env python3
"""CinemaDNG to half-float ACES2065-1 EXR: prelight beside rawpy (LibRaw) and OpenImageIO, CPU seconds a frame and ratios.

    pip install rawpy numpy OpenImageIO
    cargo build --release --no-default-features
    benches/peers/raw_to_aces.py FILES... [--compression none|zip] [--threads 1] [--runs 3]
    benches/peers/raw_to_aces.py --synthetic 12        # frames of 4608x3164, 12 bits, made for it

All decode, debayer, go to ACES2065-1 and write half EXR. Ours is the whole process on all the frames, with its start, the hashes of
pictures and files, records and the receipt; theirs the work in a process that runs. Prelight also runs its checks when the recipe is made;
that is not part of the timed render.
"""
import argparse, os, pathlib, resource, statistics, struct, subprocess, tempfile
import numpy, rawpy, OpenImageIO as oiio

os.environ["OMP_NUM_THREADS"] = "1"
oiio.attribute("threads", 1)
TOOL = os.path.join(os.path.dirname(__file__), "../../target/release/prelight")


def cpu(kind):
    usage = resource.getrusage(kind)
    return usage.ru_utime + usage.ru_stime


def libraw(paths, out, algorithm, compression):
    before = cpu(resource.RUSAGE_SELF)
    for path in paths:
        with rawpy.imread(str(path)) as raw:
            rgb = raw.postprocess(demosaic_algorithm=algorithm, output_color=rawpy.ColorSpace.ACES, gamma=(1, 1), output_bps=16,
                                  no_auto_bright=True, use_camera_wb=True)
        pixels = rgb.astype(numpy.float32) / 65535
        h, w, _ = pixels.shape
        spec = oiio.ImageSpec(w, h, 3, "half")
        spec.attribute("compression", compression)
        file = oiio.ImageOutput.create(out)
        file.open(out, spec)
        file.write_image(pixels)
        file.close()
    return (cpu(resource.RUSAGE_SELF) - before) / len(paths)


def prelight(args, recipe, clip, count, out):
    before = cpu(resource.RUSAGE_CHILDREN)
    line = [args.binary, "render", "--recipe", recipe, "--clip", clip, "--out", out, "--threads", str(args.threads)]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
    return (cpu(resource.RUSAGE_CHILDREN) - before) / count


def synthetic(folder, count):
    """Waves of colour with noise, as a camera of 12 bits would pack them: RGGB, most significant bit first."""
    width, height = 4608, 3164
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    for number in range(count):
        wave = lambda a, b: 0.5 + 0.4 * numpy.sin(x / a + number) * numpy.cos(y / b)
        mosaic = wave(31, 41)
        mosaic[0::2, 0::2] = wave(37, 53)[0::2, 0::2]
        mosaic[1::2, 1::2] = wave(67, 29)[1::2, 1::2]
        noise = numpy.random.default_rng(number).normal(0, 8, mosaic.shape)
        code = numpy.clip(mosaic**2 * 3500 + 64 + noise, 0, 4095).astype(numpy.uint16).reshape(-1, 2)
        packed = numpy.stack([code[:, 0] >> 4, (code[:, 0] & 15) << 4 | code[:, 1] >> 8, code[:, 1] & 255], 1).astype(numpy.uint8)
        (folder / f"S001C001_{number:06}.dng").write_bytes(dng(width, height, packed.tobytes()))


def dng(width, height, data):
    short = lambda *v: (3, len(v), struct.pack(f"<{len(v)}H", *v))
    long = lambda *v: (4, len(v), struct.pack(f"<{len(v)}I", *v))
    text = lambda s: (2, len(s) + 1, s.encode() + b"\0")
    ratio = lambda kind, *v: (kind, len(v), b"".join(struct.pack("<ii", round(n * 10000), 10000) for n in v))
    tags = {254: long(0), 256: long(width), 257: long(height), 258: short(12), 259: short(1), 262: short(32803), 271: text("Bench"),
            272: text("Bench"), 273: long(4096), 274: short(1), 277: short(1), 278: long(height), 279: long(len(data)), 284: short(1),
            33421: short(2, 2), 33422: (1, 4, bytes([0, 1, 1, 2])), 50706: (1, 4, bytes([1, 4, 0, 0])),
            50707: (1, 4, bytes([1, 1, 0, 0])), 50708: text("Bench"), 50714: short(64), 50717: long(4095),
            50721: ratio(10, 0.7, -0.2, -0.1, -0.4, 1.2, 0.2, -0.05, 0.15, 0.6), 50728: ratio(5, 0.5, 1.0, 0.6), 50778: short(21),
            51044: (10, 1, struct.pack("<ii", 24, 1))}
    directory, values, at = b"", b"", 8 + 2 + 12 * len(tags) + 4
    for tag, (kind, count, value) in sorted(tags.items()):
        if len(value) > 4:
            place = struct.pack("<I", at + len(values))
            values += value + b"\0" * (len(value) % 2)
            value = place
        directory += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + directory + struct.pack("<I", 0) + values
    return head.ljust(4096, b"\0") + data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="frames of one clip, in a folder of their own")
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--compression", choices=["none", "zip"], default="none")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--binary", default=TOOL)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        if args.synthetic:
            folder = pathlib.Path(work) / "S001C001"
            folder.mkdir()
            synthetic(folder, args.synthetic)
            args.files = sorted(folder.iterdir())
        if not args.files:
            parser.error("name files, or --synthetic")
        clip = str(args.files[0] if len(args.files) == 1 else args.files[0].parent)
        recipe = os.path.join(work, "bench.recipe")
        line = [args.binary, "recipe", "new", clip, "--out", recipe, "--name", "bench", "--role", "bench"]
        line += [word for check in ["META-07", "REF-02", "EXR-06"] for word in ("--waive", f"{check}=bench")]
        if args.compression == "zip":
            line += ["--deliver", "plate-zip"]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
        render = lambda name: prelight(args, recipe, clip, len(args.files), os.path.join(work, name))
        render("first")  # Makes the golden frames, which the machine remembers.
        ours = statistics.median(render(f"o{i}") for i in range(args.runs))
        print(f"{len(args.files)} frames, {args.compression}, {args.threads} threads; CPU seconds a frame")
        print(f"prelight, fusion         {ours:7.3f} s")
        for name, algorithm in [("linear", rawpy.DemosaicAlgorithm.LINEAR), ("AHD", rawpy.DemosaicAlgorithm.AHD)]:
            peer = lambda: libraw(args.files, os.path.join(work, "peer.exr"), algorithm, args.compression)
            theirs = statistics.median(peer() for _ in range(args.runs))
            print(f"LibRaw {name:7} + OIIO   {theirs:7.3f} s   {theirs / ours:5.2f}x ours")


if __name__ == "__main__":
    main()
