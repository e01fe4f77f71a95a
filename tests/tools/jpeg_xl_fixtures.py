"""Prints the streams of `tests/conformance/camera/jpeg_xl.rs`.

    pip install imagecodecs            # libjxl 0.11.2 when they were made
    python3 tests/tools/jpeg_xl_fixtures.py
"""
import imagecodecs, numpy as np


def samples(n, mask):
    i = np.arange(n, dtype=np.uint32)
    return ((i * 37 + i * i * 11) & mask).astype(np.uint16)


def show(name, data):
    text = data.hex()
    print(f'const {name}: &str = "\\')
    for at in range(0, len(text), 120):
        print(f"    {text[at:at + 120]}\\")
    print('";')


enc = imagecodecs.jpegxl_encode
show("GREY_12", enc(samples(16 * 8, 4095).reshape(8, 16), lossless=True, bitspersample=12, effort=4))
show("GREY_16", enc(samples(16 * 8, 65535).reshape(8, 16), lossless=True, bitspersample=16, effort=4))
show("RGB_14_BOX", enc(samples(8 * 8 * 3, 16383).reshape(8, 8, 3), lossless=True, bitspersample=14, effort=7, usecontainer=True))
show("LOSSY", enc(samples(16 * 8, 4095).reshape(8, 16), lossless=False, distance=1.0, bitspersample=12, effort=4))
