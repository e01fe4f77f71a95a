"""R'G'B' of movie frames, computed without Prelight: ffmpeg's raw samples, and numpy in float32 for range, chroma and matrix.

    python3 tests/tools/movie_values.py CORPUS/camera [FFMPEG]

prints the table of tests/conformance/camera/movie.rs: file, frame, SHA-256 over the planes as little-endian float32.
"""

import hashlib
import subprocess
import sys

import numpy as np

F = np.float32
# file, frame, pixel format, width, height, range, (Kr, Kb), siting
FRAMES = [
    ("synthetic/A001C001_prores422hq_logc3.mov", 1, "yuv422p10le", 1920, 1080, "legal", (0.2126, 0.0722), "left"),
    ("synthetic/A001C001_prores4444xq_logc3.mov", 2, "yuv444p12le", 1920, 1080, "legal", (0.2126, 0.0722), None),
    ("synthetic/slog3_avcintra100_1080.mxf", 3, "yuv422p10le", 1920, 1080, "legal", (0.2126, 0.0722), "left"),
    ("synthetic/slog3_dnxhr_hqx.mxf", 1, "yuv422p10le", 1920, 1080, "legal", (0.2126, 0.0722), "left"),
    ("synthetic/slog3_hevc422_10.mp4", 2, "yuv422p10le", 1920, 1080, "legal", (0.2126, 0.0722), "left"),
    ("real/opf_apple-prores-422-hq.mov", 24, "yuv422p10le", 320, 240, "legal", (0.299, 0.114), "left"),
    ("real/opf_apple-prores-422-lt.mov", 12, "yuv422p10le", 320, 240, "legal", (0.299, 0.114), "left"),
    ("real/opf_apple-prores-422-proxy.mov", 7, "yuv422p10le", 320, 240, "legal", (0.299, 0.114), "left"),
    ("real/opf_apple-prores-422.mov", 0, "yuv422p10le", 320, 240, "legal", (0.299, 0.114), "left"),
    ("real/opf_jpeg2000.mov", 5, "rgba", 320, 240, "full", None, None),
    ("real/photon_j2k_rgb48_p3pq_2160.mxf", 1, "rgb48le", 3840, 2160, "full", None, None),
    ("real/gpmf_karma.mp4", 100, "yuvj420p", 854, 480, "full", (0.2126, 0.0722), "left"),
    ("real/ft_fixture.mxf", 30, "yuv420p", 720, 576, "legal", (0.299, 0.114), "left"),
]


def wide(c, width):
    """Twice the columns, colour on the even ones."""
    nxt = np.concatenate([c[:, 1:], c[:, -1:]], axis=1)
    out = np.empty((c.shape[0], 2 * c.shape[1]), F)
    out[:, 0::2] = c
    out[:, 1::2] = (c + nxt) * F(0.5)
    return out[:, :width]


def tall(c, height):
    """Twice the rows, colour midway between them."""
    up = np.concatenate([c[:1], c[:-1]])
    down = np.concatenate([c[1:], c[-1:]])
    out = np.empty((2 * c.shape[0], c.shape[1]), F)
    out[0::2] = c * F(0.75) + up * F(0.25)
    out[1::2] = c * F(0.75) + down * F(0.25)
    return out[:height]


def planes(raw, fmt, w, h, rng, k):
    if fmt == "rgba":
        px = np.frombuffer(raw, np.uint8).reshape(h, w, 4).astype(F)
        return [px[..., i] / F(255) for i in range(4)]
    if fmt == "rgb48le":
        px = np.frombuffer(raw, "<u2").reshape(h, w, 3)
        assert (px & 15 == 0).all()
        return [(px[..., i] >> 4).astype(F) / F(4095) for i in range(3)]
    bits = 12 if "12" in fmt else 10 if "10" in fmt else 8
    codes = np.frombuffer(raw, "<u2" if bits > 8 else np.uint8).astype(F)
    cw, ch = (w, h) if "444" in fmt else ((w + 1) // 2, h if "422" in fmt else (h + 1) // 2)
    y = codes[: w * h].reshape(h, w)
    cb, cr = (codes[w * h + i * cw * ch : w * h + (i + 1) * cw * ch].reshape(ch, cw) for i in (0, 1))
    if "420" in fmt:
        cb, cr = tall(cb, h), tall(cr, h)
    if "444" not in fmt:
        cb, cr = wide(cb, w), wide(cr, w)
    one = 1 << (bits - 8)
    black, span, diff = (16 * one, 219 * one, 224 * one) if rng == "legal" else (0, (1 << bits) - 1, (1 << bits) - 1)
    y = (y - F(black)) / F(span)
    cb, cr = ((c - F(128 * one)) / F(diff) for c in (cb, cr))
    kr, kb = k
    kg = 1.0 - kr - kb
    r = y + F(2 * (1 - kr)) * cr
    g = y - F(2 * kb * (1 - kb) / kg) * cb - F(2 * kr * (1 - kr) / kg) * cr
    b = y + F(2 * (1 - kb)) * cb
    return [r, g, b]


corpus, ffmpeg = sys.argv[1], (sys.argv[2:] or ["ffmpeg"])[0]
for name, frame, fmt, w, h, rng, k, _ in FRAMES:
    command = [ffmpeg, "-v", "error", "-i", f"{corpus}/{name}", "-map", "0:v:0", "-pix_fmt", fmt, "-fps_mode", "passthrough"]
    raw = subprocess.run(command + ["-frames:v", str(frame + 1), "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    size = len(raw) // (frame + 1)
    out = planes(raw[frame * size :], fmt, w, h, rng, k)
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(p, "<f4").tobytes() for p in out)).hexdigest()
    print(f'    ("{name}", {frame}, "{digest}"),', flush=True)
