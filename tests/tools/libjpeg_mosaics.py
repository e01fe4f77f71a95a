"""Prints the table LIBJPEG of `tests/conformance/camera/mosaics.rs`: the DCT JPEG tiles of corpus DNGs as libjpeg-turbo decodes them.

    pip install imagecodecs blake3     # libjpeg-turbo 3.1.3 when the table was made
    python3 tests/tools/libjpeg_mosaics.py "$PRELIGHT_CORPUS/camera"

The hash is BLAKE3 over the samples as little-endian u16, row by row, components interleaved, no colour transform.
"""
import struct, sys
import blake3, imagecodecs, numpy as np

FILES = ["real/nikon_d500_lossy_linear.dng", "synthetic/cdng_lossy12_dct_cfa.dng"]


def directory(d, at):
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4}
    tags = {}
    for i in range(struct.unpack_from("<H", d, at)[0]):
        tag, kind, count, value = struct.unpack_from("<HHII", d, at + 2 + 12 * i)
        n = count * sizes.get(kind, 8)
        where = at + 2 + 12 * i + 8 if n <= 4 else value
        if kind in (3, 4, 13):
            tags[tag] = struct.unpack_from(f"<{count}{'H' if kind == 3 else 'I'}", d, where)
    return tags


for name in FILES:
    d = open(f"{sys.argv[1]}/{name}", "rb").read()
    ifds = [directory(d, struct.unpack_from("<I", d, 4)[0])]
    ifds += [directory(d, at) for at in ifds[0].get(330, ())]
    ifd = next(i for i in ifds if i.get(262, (0,))[0] in (32803, 34892))
    width, height = ifd[256][0], ifd[257][0]
    spp = ifd.get(277, (1,))[0]
    tw, th = ifd.get(322, (width,))[0], ifd.get(323, (height,))[0]
    offsets, counts = (ifd[324], ifd[325]) if 324 in ifd else (ifd[273], ifd[279])
    across = -(-width // tw)
    out = np.zeros((height, width, spp), np.uint16)
    for i, (at, n) in enumerate(zip(offsets, counts)):
        tile = imagecodecs.jpeg8_decode(d[at : at + n]).reshape(-1, tw, spp)
        y, x = i // across * th, i % across * tw
        out[y : y + th, x : x + tw] = tile[: height - y, : width - x]
    print(f'("{name}", {width}, {height}, {spp}, "{blake3.blake3(out.astype("<u2").tobytes()).hexdigest()}"),')
