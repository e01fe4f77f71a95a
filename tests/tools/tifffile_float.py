"""Prints the table of `tests/conformance/camera/float_dng.rs`: strips of floating-point samples as tifffile and imagecodecs
write them.

    pip install tifffile imagecodecs numpy        # 2026.3.3 and 2026.3.6 when the table was made
    python3 tests/tools/tifffile_float.py

The picture has 8 x 3 pixels, the sample of pixel x, y being (37 x + 101 y - 150) / 64. A row: bits, TIFF 317 Predictor, big-endian,
the strip in hex. The first are of TIFF files that tifffile wrote; those of DNG's predictors and of 24 bits are imagecodecs' own
coders, put together as DNG 1.4 says.
"""
import io
import imagecodecs, numpy, tifffile

W, H = 8, 3
y, x = numpy.mgrid[0:H, 0:W]
picture = ((37 * x + 101 * y - 150) / 64).astype("f4")


def show(bits, predictor, big, strip):
    print(f'    ({bits}, {predictor}, {str(big).lower()}, "{strip.hex()}"),')


for bits in (16, 32):
    for big in (False, True):
        out = io.BytesIO()
        tifffile.imwrite(out, picture.astype(f"f{bits // 8}"), byteorder=">" if big else "<", compression="zlib", predictor=3)
        out.seek(0)
        with tifffile.TiffFile(out) as file:
            page = file.pages[0]
            assert page.predictor == 3 and len(page.dataoffsets) == 1
            (at,), (length,) = page.dataoffsets, page.databytecounts
            strip = file.filehandle.read_array("u1", length, offset=at).tobytes()
        show(bits, 3, big, strip)
for bits in (16, 32):
    for predictor, distance in ((34894, 2), (34895, 4)):
        coded = imagecodecs.floatpred_encode(picture.astype(f">f{bits // 8}").reshape(H, W, 1), axis=1, dist=distance)
        show(bits, predictor, False, imagecodecs.zlib_encode(numpy.ascontiguousarray(coded).tobytes()))
coded = imagecodecs.float24_encode(picture, byteorder=">")
show(24, 1, True, imagecodecs.zlib_encode(bytes(coded)))
