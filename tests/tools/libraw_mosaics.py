"""Prints the table of `tests/conformance/camera/mosaics.rs`: the mosaic of each corpus DNG as LibRaw decodes it.

    pip install rawpy blake3          # LibRaw 0.22.2 when the table was made
    python3 tests/tools/libraw_mosaics.py "$PRELIGHT_CORPUS/camera"

The hash is BLAKE3 over the samples as little-endian u16, row by row, of the whole stored picture (LibRaw's raw_image).
LibRaw applies a LinearizationTable while it decodes; the test does the same before it hashes.
"""
import sys, blake3, rawpy

FILES = """real/canon_kissx4_ml_14bit_colorchecker.dng real/gopro_hero6_GOPR0024_16bit.dng
synthetic/A001_C001_seq12_000000.dng synthetic/A001_C001_seq12_000001.dng synthetic/A001_C001_seq12_000002.dng
synthetic/A001_C001_seq12_000003.dng synthetic/anamorphic2x_circle_12bit.dng synthetic/cdng_10bit_lintable.dng
synthetic/cdng_14bit_packed.dng synthetic/cdng_ljpeg12_1comp_strip.dng synthetic/cdng_ljpeg12_tiled.dng
synthetic/cdng_ljpeg12_tiled_2comp.dng""".split()

for name in FILES:
    with rawpy.imread(f"{sys.argv[1]}/{name}") as raw:
        a = raw.raw_image
        digest = blake3.blake3(a.astype("<u2").tobytes()).hexdigest()
        print(f'("{name}", {a.shape[1]}, {a.shape[0]}, "{digest}"),')
