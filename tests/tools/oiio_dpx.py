"""Prints the tables of `tests/conformance/camera/dpx.rs`: DPX files as OpenImageIO reads and writes them.

    pip install OpenImageIO numpy blake3          # OpenImageIO 3.2.2 when the tables were made
    python3 tests/tools/oiio_dpx.py "$PRELIGHT_CORPUS/camera"

First, corpus files: name, width, height, BLAKE3 of the samples as little-endian f32, code over full scale, red plane first,
then green, blue and alpha where there is one. Then, the data that OpenImageIO writes for the test picture (7 x 3 pixels,
component c of pixel x, y has code (37 x + 101 y + 211 c + 13 x y) mod 2^bits): bits, packing, byte order, components, BLAKE3
of the bytes from the image offset on.
"""
import os, struct, sys, tempfile
import blake3, numpy
import OpenImageIO as oiio

root = sys.argv[1]
for name in ["real/oiio_nuke10.dpx", "real/oiio_nuke16.dpx", "synthetic/cineonlog_10bit_720p.dpx"]:
    i = oiio.ImageInput.open(f"{root}/{name}")
    s = i.spec()
    bits = s.getattribute("oiio:BitsPerSample") or 16
    codes = i.read_image("uint16") >> (16 - bits)
    planes = [(codes[:, :, c].astype("<f4") / numpy.float32((1 << bits) - 1)).astype("<f4") for c in range(s.nchannels)]
    digest = blake3.blake3(b"".join(p.tobytes() for p in planes)).hexdigest()
    print(f'("{name}", {s.width}, {s.height}, "{digest}"),')

W, H = 7, 3
for bits in (8, 10, 12, 16):
    for packing in ("Packed", "Filled, method A", "Filled, method B"):
        for endian in ("big", "little"):
            for n, descriptor in ((1, "Luma"), (3, "RGB"), (4, "RGBA")):
                if bits in (8, 16) and packing != "Packed":
                    continue
                x, y, c = numpy.meshgrid(numpy.arange(W), numpy.arange(H), numpy.arange(n), indexing="xy")
                codes = ((37 * x + 101 * y + 211 * c + 13 * x * y) % (1 << bits)).astype(numpy.uint32)
                wide = (codes << (16 - bits) | codes >> (2 * bits - 16 if bits > 8 else 0)).astype(numpy.uint16)
                spec = oiio.ImageSpec(W, H, n, "uint8" if bits == 8 else "uint16")
                spec.attribute("oiio:BitsPerSample", bits)
                spec.attribute("dpx:Packing", packing)
                spec.attribute("dpx:ImageDescriptor", descriptor)
                spec.attribute("oiio:Endian", endian)
                path = os.path.join(tempfile.gettempdir(), "oiio_variant.dpx")
                out = oiio.ImageOutput.create(path)
                ok = out.open(path, spec) and out.write_image(codes.astype(numpy.uint8) if bits == 8 else wide)
                out.close()
                data = open(path, "rb").read()
                order = ">" if data[:4] == b"SDPX" else "<"
                offset, = struct.unpack_from(order + "I", data, 4)
                picture = bytearray(data[offset:])
                if bits in (10, 12) and packing == "Packed":  # the bits that are over at the end of a line are not zero
                    line = (W * n * bits + 31) // 32 * 4
                    for at in range(line - 4, len(picture), line):
                        word, = struct.unpack_from(order + "I", picture, at)
                        struct.pack_into(order + "I", picture, at, word & ((1 << (W * n * bits % 32)) - 1))
                real_bits, real_packing = data[803], struct.unpack_from(order + "H", data, 804)[0]
                back = oiio.ImageInput.open(path).read_image("uint16") if ok else None
                agrees = back is not None and (back == (wide if bits > 8 else codes * 257)).all()
                if ok and agrees and real_bits == bits and real_packing == ("Packed", "Filled, method A", "Filled, method B").index(packing):
                    print(f'({bits}, {real_packing}, {"true" if order == ">" else "false"}, {n}, "{blake3.blake3(bytes(picture)).hexdigest()}"),')
                else:
                    print(f"// not by OpenImageIO: {bits} bit, {packing}, {endian}, {n}: {real_bits} bit, packing {real_packing}, reads back: {agrees} {out.geterror()}")

# What OpenImageIO does not write: filled words of 12 bits, by FFmpeg (5.1 when the table was made).
import subprocess
for order, fmt in [(">", "gbrp12be"), ("<", "gbrp12le")]:
    x, y, c = numpy.meshgrid(numpy.arange(W), numpy.arange(H), numpy.arange(3), indexing="xy")
    codes = ((37 * x + 101 * y + 211 * c + 13 * x * y) % (1 << 12)).astype(order + "u2")
    raw = b"".join(codes[:, :, k].tobytes() for k in (1, 2, 0))
    path = os.path.join(tempfile.gettempdir(), "ffmpeg_variant.dpx")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", fmt, "-s", f"{W}x{H}", "-i", "-", "-pix_fmt", fmt, path],
                   input=raw, check=True)
    data = open(path, "rb").read()
    offset, = struct.unpack_from(order + "I", data, 4)
    packed, = struct.unpack_from(order + "H", data, 804)
    picture = b"".join(data[at : at + W * 6] for at in range(offset, len(data), W * 6 + 2))  # lines start at 32-bit words
    print(f'({data[803]}, {packed}, {"true" if order == ">" else "false"}, 3, "{blake3.blake3(picture).hexdigest()}"), // FFmpeg')
