"""Prints the tables of `tests/conformance/camera/opcodes.rs`: opcode lists applied by a program of its own, in double precision.

    pip install rawpy imagecodecs      # LibRaw 0.22.2, libjpeg-turbo 3.1.3 when the tables were made
    python3 tests/tools/dng_opcodes.py "$PRELIGHT_CORPUS/camera"

GoPro: OpcodeList2 holds a GainMap for each site of the 2x2 pattern. Nikon: OpcodeList2 holds a MapPolynomial for each plane;
LibRaw applies these as well (to the codes less black, in 16 bits), and the difference is printed.
"""
import struct, sys
import imagecodecs, numpy as np, rawpy

root = sys.argv[1]


def directory(d, at):
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4}
    tags = {}
    for i in range(struct.unpack_from("<H", d, at)[0]):
        tag, kind, count, value = struct.unpack_from("<HHII", d, at + 2 + 12 * i)
        n = count * sizes.get(kind, 8)
        where = at + 2 + 12 * i + 8 if n <= 4 else value
        if kind in (3, 4, 13):
            tags[tag] = struct.unpack_from(f"<{count}{'H' if kind == 3 else 'I'}", d, where)
        elif kind in (1, 7):
            tags[tag] = d[where : where + n]
    return tags


def opcodes(tags):
    data = tags[51009]
    at = 4
    for _ in range(struct.unpack_from(">I", data)[0]):
        ident, _, _, n = struct.unpack_from(">IIII", data, at)
        yield ident, data[at + 16 : at + 16 + n]
        at += 16 + n


def mirrored(f, x):
    return np.where(x < 0, 2 * f(0.0) - f(-x), f(np.abs(x)))


def tags_of(name):
    d = open(f"{root}/{name}", "rb").read()
    first = directory(d, struct.unpack_from("<I", d, 4)[0])
    every = [first] + [directory(d, at) for at in first.get(330, ())]
    return d, next(i for i in every if i.get(262, (0,))[0] in (32803, 34892))


# GainMap
name = "real/gopro_hero6_GOPR0024_16bit.dng"
_, tags = tags_of(name)
with rawpy.imread(f"{root}/{name}") as raw:
    linear = raw.raw_image.astype(np.float64) / raw.white_level
height, width = linear.shape
for ident, p in opcodes(tags):
    assert ident == 9
    t, l, b, r, plane, planes, rp, cp = struct.unpack_from(">8I", p)
    pv, ph = struct.unpack_from(">2I", p, 32)
    sv, sh, ov, oh = struct.unpack_from(">4d", p, 40)
    (mp,) = struct.unpack_from(">I", p, 72)
    gains = np.frombuffer(p[76:], ">f4").astype(np.float64).reshape(pv, ph, mp)[:, :, 0]
    print(f"// GainMap {t},{l},{b},{r} pitch {rp}x{cp}, {pv}x{ph} points, spacing {sv} {sh}, origin {ov} {oh}, {gains.min():.4f}..{gains.max():.4f}", file=sys.stderr)
    rows, cols = np.arange(t, b, rp), np.arange(l, r, cp)
    v = np.clip(((rows + 0.5) / height - ov) / sv, 0, pv - 1)
    h = np.clip(((cols + 0.5) / width - oh) / sh, 0, ph - 1)
    down = np.array([np.interp(v, np.arange(pv), gains[:, j]) for j in range(ph)])  # points across x rows
    gain = np.array([np.interp(h, np.arange(ph), down[:, i]) for i in range(len(rows))])
    part = linear[t:b:rp, l:r:cp]
    linear[t:b:rp, l:r:cp] = np.minimum(part * gain, 1.0)
print("const GOPRO: &[(usize, usize, f64)] = &[")
for x, y in [(0, 0), (1, 0), (0, 1), (1, 1), (3999, 2999), (3998, 2999), (2000, 1500), (2001, 1500), (777, 2222), (3210, 123), (1234, 5), (6, 1801)]:
    print(f"    ({x}, {y}, {linear[y, x]!r}),".replace("np.float64(", "").replace("),", ",", 1) if False else f"    ({x}, {y}, {float(linear[y, x])!r}),")
print(f"];\n/// Mean over the picture.\nconst GOPRO_MEAN: f64 = {float(linear.mean())!r};")

# MapPolynomial
name = "real/nikon_d500_lossy_linear.dng"
d, tags = tags_of(name)
w, h, tw, th = tags[256][0], tags[257][0], tags[322][0], tags[323][0]
codes = np.zeros((h, w, 3))
for i, (at, n) in enumerate(zip(tags[324], tags[325])):
    x = i * tw
    codes[:, x : x + tw] = imagecodecs.jpeg8_decode(d[at : at + n])[:h, : w - x]
rgb = (codes - 51) / 204
for ident, p in opcodes(tags):
    assert ident == 8
    plane, degree = struct.unpack_from(">I", p, 16)[0], struct.unpack_from(">I", p, 32)[0]
    c = struct.unpack_from(f">{degree + 1}d", p, 36)
    print(f"// MapPolynomial plane {plane}: {c}", file=sys.stderr)
    rgb[..., plane] = np.clip(mirrored(lambda x: sum(k * x**i for i, k in enumerate(c)), rgb[..., plane]), -1, 1)
print("const NIKON: &[(usize, usize, [f64; 3])] = &[")
for x, y in [(0, 0), (599, 399), (300, 200), (303, 7), (304, 7), (123, 321)]:
    print(f"    ({x}, {y}, {[float(v) for v in rgb[y, x]]}),")
print("];")
with rawpy.imread(f"{root}/{name}") as raw:
    libraw = raw.raw_image[..., :3].astype(np.float64)
for label, v in [("(code - 51) / 204", rgb), ]:
    e = libraw - np.maximum(v, 0) * 65535
    print(f"// LibRaw - 65535 x ours: {e.min():.3f} .. {e.max():.3f}", file=sys.stderr)
x = codes / 255
full = np.stack([sum(k * x[..., q] ** i for i, k in enumerate(struct.unpack_from(">4d", p, 36))) for q, (_, p) in enumerate(opcodes(tags))], -1) * 65535
e = libraw - full
print(f"// LibRaw - 65535 x f(code / 255), without black: {e.min():.3f} .. {e.max():.3f}", file=sys.stderr)
