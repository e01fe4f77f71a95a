#!/usr/bin/env python3
"""Debayer quality on pictures that no parameter was chosen on: the figures of corpus/debayer/score.py for prelight and LibRaw.

    cargo build --release --no-default-features
    benches/peers/debayer_held_out.py [--corpus ../shared/corpus] [target/release/prelight]

Needs numpy, OpenImageIO and rawpy from PyPI. The pictures are photographs of the corpus made small enough to be free of their own
mosaic and of most of their noise: OpenEXR's by two, the mosaics of a GoPro and of a Canon by four, all by means; red and blue of
a mosaic are first moved to the centre of each 2x2 block, so that nothing is shifted. They are scene-linear, RGB balanced to a
grey mean, 1 = five times the mean, clipped four stops above: as the HDR images that the scorer has.
"""
import argparse, os, subprocess, sys, tempfile

import numpy as np

EXR = ["openexr_Cannon", "openexr_Carrots", "openexr_Rec709"]
MOSAICS = ["gopro_hero6_GOPR0024_16bit", "canon_kissx4_ml_14bit_colorchecker"]
LIBRAW = ["PPG", "AHD"]
DIFFUSE = 5.0


def box(a, n):
    h, w = (s // n * n for s in a.shape[:2])
    return a[:h, :w].reshape(h // n, n, w // n, n, -1).mean((1, 3))


def exr(path):
    import OpenImageIO

    return box(OpenImageIO.ImageBuf(path).get_pixels(OpenImageIO.FLOAT)[..., :3].astype(float), 2)


def quads(path):
    """Half the size: greens averaged, red and blue at the centres of the blocks."""
    import rawpy

    with rawpy.imread(path) as raw:
        v = raw.raw_image_visible.astype(float) - raw.black_level_per_channel[0]
        v /= raw.white_level - raw.black_level_per_channel[0]
        names = ["RGBG"[raw.raw_color(y, x)] for y in (0, 1) for x in (0, 1)]
    h, w = (s & ~1 for s in v.shape)
    sites = [v[y:h:2, x:w:2] for y in (0, 1) for x in (0, 1)]

    def centred(site):
        y, x = divmod(site, 2)
        near = np.pad(sites[site], 1, mode="edge")
        beside = near[1:-1, (2 if x == 0 else 0) :][:, : w // 2]
        far = near[(2 if y == 0 else 0) :][: h // 2]
        return (9 * near[1:-1, 1:-1] + 3 * beside + 3 * far[:, 1:-1] + far[:, (2 if x == 0 else 0) :][:, : w // 2]) / 16

    green = np.mean([s for s, n in zip(sites, names) if n == "G"], axis=0)
    return box(np.stack([centred(names.index("R")), green, centred(names.index("B"))], -1), 2)


def pfm(path, a):
    a = np.maximum(a, 0)
    a = a / a.mean((0, 1)) / DIFFUSE
    with open(path, "wb") as f:
        f.write(b"PF\n%d %d\n-1.0\n" % (a.shape[1], a.shape[0]) + a[::-1].astype("<f4").tobytes())


def libraw(method, source, out, w, h, cfa):
    """What LibRaw makes of a headerless mosaic, in its units: called by the scorer through this script."""
    import rawpy

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import debayer

    w, h = int(w), int(h)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "in.dng")
        debayer.dng(path, np.fromfile(source, "<u2").reshape(h, w), white=65535, cfa=cfa)
        with rawpy.imread(path) as raw:
            rgb = raw.postprocess(
                demosaic_algorithm=rawpy.DemosaicAlgorithm[method], output_bps=16, gamma=(1, 1), no_auto_bright=True, adjust_maximum_thr=0,
                output_color=rawpy.ColorSpace.raw, user_wb=[1, 1, 1, 1], user_flip=0,
            )
    assert rgb.shape == (h, w, 3), rgb.shape
    rgb.astype("<f4").tofile(out)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary", nargs="?", default="target/release/prelight")
    args.add_argument("--corpus", default="../shared/corpus")
    args = args.parse_args()
    real = os.path.join(args.corpus, "camera/real")
    with tempfile.TemporaryDirectory() as folder:
        for name in EXR:
            pfm(os.path.join(folder, name + ".pfm"), exr(os.path.join(real, name + ".exr")))
        for name in MOSAICS:
            pfm(os.path.join(folder, name + ".pfm"), quads(os.path.join(real, name + ".dng")))
        tail = "{in} {out} {w} {h} {cfa}"
        commands = {f"prelight {t}": f"{args.binary} debayer-raw --tier {t} {tail} --kind {{kind}}" for t in ("bilinear", "mhc", "fusion", "mlri2", "premium")}
        commands |= {f"LibRaw {m}": f"{sys.executable} {os.path.abspath(__file__)} --libraw {m} {tail}" for m in LIBRAW}
        for name, command in commands.items():
            score = [sys.executable, os.path.join(args.corpus, "debayer/score.py"), "--images", folder, "--cmd", command, "--name", name]
            subprocess.run(score, check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--libraw"]:
        libraw(*sys.argv[2:])
    else:
        main()
