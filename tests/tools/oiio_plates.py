"""Prints the table of `tests/conformance/camera/openexr.rs`: corpus plates as OpenImageIO reads them.

    pip install OpenImageIO numpy blake3          # OpenImageIO 3.2.2 when the table was made
    python3 tests/tools/oiio_plates.py "$PRELIGHT_CORPUS/camera"

File, data window (x, y, width, height), display window, pixel aspect, BLAKE3 of the samples as little-endian f32, red plane
first, then green, blue and alpha where there is one. Signalling NaNs are made quiet, as the conversion instructions of
processors do (AllHalfValues.exr holds every half there is).
"""
import glob, os, sys, blake3, numpy
import OpenImageIO as oiio

root = sys.argv[1]
for path in sorted(glob.glob(f"{root}/*/*.exr")):
    i = oiio.ImageInput.open(path)
    s, a = i.spec(), i.read_image("float")
    names = list(s.channelnames)
    planes = [numpy.ascontiguousarray(a[:, :, names.index(n)]).astype("<f4").view("<u4") for n in "RGBA" if n in names]
    for p in planes:
        p[(p & 0x7FFFFFFF) > 0x7F800000] |= 0x00400000
    digest = blake3.blake3(b"".join(p.tobytes() for p in planes)).hexdigest()
    aspect = s.get_float_attribute("PixelAspectRatio", 1.0)
    print(f'("{os.path.relpath(path, root)}", ({s.x}, {s.y}, {s.width}, {s.height}), '
          f'({s.full_x}, {s.full_y}, {s.full_width}, {s.full_height}), {aspect:.6}, "{digest}"),')
