#!/usr/bin/env python3
"""The patches of the ColorChecker of the Kiss X4 as LibRaw makes them: area means of linear camera RGB, not white-balanced, 1.0 = sensor clip.

    pip install rawpy numpy
    tests/tools/libraw_chart.py ../shared/corpus/camera/real/canon_kissx4_ml_14bit_colorchecker.dng

Prints the table of tests/conformance/camera/chart.rs.
"""

import sys

import numpy as np
import rawpy

# Corners of the grid of patch centres in the active area: columns of the first and last row, rows.
TOP, BOTTOM = (494 * 1.445, 866 * 1.445), (487 * 1.445, 871 * 1.445)
ROWS = [y * 1.445 for y in (431, 500, 569, 643)]
HALF = 28
# Codes that LibRaw is told to leave below zero. It cuts off what lies below its black, which of noise is the lower end: the black patch
# came out 1 % (red) and 1.6 % (blue) too light.
PEDESTAL = 1000


def centre(row, column):
    t = (ROWS[row] - ROWS[0]) / (ROWS[3] - ROWS[0])
    left, right = (a + (b - a) * t for a, b in zip(TOP, BOTTOM))
    return round(left + (right - left) * column / 5), round(ROWS[row])


def main():
    with rawpy.imread(sys.argv[1]) as raw:
        picture = raw.postprocess(
            demosaic_algorithm=rawpy.DemosaicAlgorithm.LINEAR,
            output_color=rawpy.ColorSpace.raw,
            gamma=(1, 1),
            no_auto_bright=True,
            use_camera_wb=False,
            user_wb=[1, 1, 1, 1],
            output_bps=16,
            user_flip=0,
            adjust_maximum_thr=0,
            user_black=raw.black_level_per_channel[0] - PEDESTAL,
            # Counted from that black.
            user_sat=int(raw.white_level) - raw.black_level_per_channel[0] + PEDESTAL,
        )
        clip = int(raw.white_level) - raw.black_level_per_channel[0]
        print(picture.shape, raw.white_level, raw.black_level_per_channel, raw.sizes, file=sys.stderr)
    for row in range(4):
        for column in range(6):
            x, y = centre(row, column)
            mean = picture[y - HALF : y + HALF, x - HALF : x + HALF].reshape(-1, 3).mean(0) / 65535
            mean = (mean * (clip + PEDESTAL) - PEDESTAL) / clip
            print(f"    ([{x}, {y}], [{mean[0]:.6f}, {mean[1]:.6f}, {mean[2]:.6f}]),")


if __name__ == "__main__":
    main()
