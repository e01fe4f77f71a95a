//! JPEG XL: streams of libjxl 0.11.2, printed by `tests/tools/jpeg_xl_fixtures.py`, inside DNG files made here.

use super::{
    builder::{Dng, V},
    open_bytes,
};
use prelight::{ErrorKind, Result, camera::Picture};

pub const GREY_12: &str = "\
    ff0ac16150b408080401007c034b128b345028e47d2b08420a6c648cc123631015c9c88a2dd4b26d5dc39a08d0384c809d67180c80403c11214a0148\
    212c8648180ee720412db304cd02268da340f92847f954805303815f924020f82b20620e081cb2b7703080402010b4a30a0e0a3fbe2c171054503303\
    5b408000ba520507f55fa836082c7b01419205bfe7030247bdc1bf04c3e372f57620d8130379f01ff82d725e66509f82701868e6512f013fc0fae54f\
    587f4c0044d76720dd25cef9fa09fc801ffa40102028e0b2eb7770768279273d6e1010451604f04b28be2d8b7d007e7e207840e067dc0101\
";
const GREY_16: &str = "\
    0000000c4a584c200d0a870a00000014667479706a786c20000000006a786c20000000096a786c6c0a000001066a786c63ff0ac1f103142d02080401\
    00c0034b12e91b14f88f77411052a003c618cc61242345aa685bdb764419638c9131929122a32600240120681862e719262800102f4482520021258b\
    216a89c23948506b50414c7cd03909ca1fa840a102e42861c526984685e1424cc6013570061cc54c32485ef4bd520a2036cc655562780e48f6754105\
    1433c65a7c24a1f265db424d1d000b335e2c846071e33c4008eac1363033c64d1ec251330f349480e1f5b3c3b82b03811f68c0af1a08dc3303028140\
    2010b82d0304822e18b8f83f4604d482c390991f4e6441c61b7a14a2bc01c926a63bada4001008fcea40d518201008040281a0c240201074007b868d\
    3b0401\
";
const RGB_14_BOX: &str = "\
    0000000c4a584c200d0a870a00000014667479706a786c20000000006a786c20000000096a786c6c0a000001b56a786c63ff0a41700350b408080401\
    007c064b3842f5323df848dc7ea38282598c700fbd5e8cf1c8330ca0b80b041020001100400c480a13ec8697b3613bda11129ccd31287c559c310249\
    1cdbbcd89049b62e61557f5d851274fb843c1ce60f9a20fb08a53a6f6762f166213889d8796bb7182f4d90be879819d2027b87286b16799980929bb3\
    8d0a0322434ce0eeec70c02042f871792a958085600bf6c80c4e0824a3b1c319586ee30ce13763b8770ead841cc2f1ff9643b3e3372deeb22b939c58\
    6658c418feafb292ba5794ee53f21006c4fd80853cef2873f8654641739f7b24859e63f22fde7172a6d58b613b07114b7272a40c51ccfe3968fffb9c\
    24f407b4310c181b5156f6bd481503821e82120322ac97197bf65847e198fdc3b720f064f34918c96f503d96c4b346216f286c6a915108024b3cd20a\
    5ba684d039098dd4a2072be03b2de4d66140e5f41fd00a526f9acc7063c5007268fb8cfcf55f909b13d4bb1801be8effbd0fc81b25a1cfc5f0e09f5e\
    1f6195f9340d902f798527d5ab5d7270c5e1e6865a76cab3eb9dd7392776c93a3bbfe3c9b6a17be9458c4018c69cb7f0344fd22afd8ae0e3b721\
";
const LOSSY: &str = "\
    ff0ac16152b40800130801002c02671328010050a132cab8c1cbb99e2f3f74584cdbb8ced056db16963036db0b838484b306c2dd1cb881e040125448\
    61e2bcdb87c0ac22971e33bf808f92dba404bf5308d48d38c9fb3d1e790bd5931cc5e92be88156b5709972d3c51c2f042e7393db14daa8cf5a074755\
    056c7e2d2d62439b9e5eaf0db096e3b090f34d32f109c9b08a50b7ea157c218006\
";

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

/// The samples that were encoded.
fn samples(n: u32, mask: u32) -> Vec<u16> {
    (0..n).map(|i| ((i * 37 + i * i * 11) & mask) as u16).collect()
}

/// A mosaic of one tile of 16 x 8.
pub fn mosaic(bits: u16, stream: &str) -> Dng {
    Dng::mosaic(16, 8, bits, vec![bytes(stream)]).with(259, V::Short(vec![52546])).tiled(16, 8)
}

fn read(dng: &Dng) -> Result<Picture> {
    let (_dir, clip) = open_bytes(&dng.build());
    clip?.read(0, &Default::default())
}

fn stored(dng: &Dng) -> Vec<u16> {
    match read(dng).unwrap() {
        Picture::Mosaic(m) => m.samples,
        _ => panic!("a mosaic"),
    }
}

#[test]
fn lossless_mosaics_are_exact() {
    assert_eq!(stored(&mosaic(12, GREY_12)), samples(128, 4095));
    assert_eq!(stored(&mosaic(16, GREY_16)), samples(128, 65535));
}

#[test]
fn lossless_rgb_is_exact() {
    let dng = Dng::mosaic(8, 8, 14, vec![bytes(RGB_14_BOX)])
        .with(259, V::Short(vec![52546]))
        .with(262, V::Short(vec![34892]))
        .with(277, V::Short(vec![3]))
        .with(258, V::Short(vec![14; 3]))
        .with(50714, V::Short(vec![0]))
        .with(50717, V::Long(vec![16384; 3]))
        .tiled(8, 8);
    let Picture::Rgb(image) = read(&dng).unwrap() else { panic!("RGB") };
    let want: Vec<f32> = samples(192, 16383).into_iter().map(|s| f32::from(s) / 16384.0).collect();
    assert!((0..3).all(|c| image.planes[c].iter().eq(want.iter().skip(c).step_by(3))));
}

#[test]
fn tiles_that_stick_out_of_the_picture() {
    let dng = Dng::mosaic(20, 6, 12, vec![bytes(GREY_12); 2]).with(259, V::Short(vec![52546])).tiled(16, 8);
    let (out, tile) = (stored(&dng), samples(128, 4095));
    for y in 0..6 {
        assert_eq!(out[y * 20..][..16], tile[y * 16..][..16]);
        assert_eq!(out[y * 20 + 16..][..4], tile[y * 16..][..4]);
    }
}

#[test]
fn interleaved_fields_are_put_in_order() {
    // Two fields each way: a quarter of the stored picture for each site of the pattern.
    let dng = mosaic(12, GREY_12).with(50975, V::Short(vec![2])).with(52547, V::Short(vec![2]));
    let (out, stored) = (stored(&dng), samples(128, 4095));
    for y in 0..8 {
        for x in 0..16 {
            assert_eq!(out[y * 16 + x], stored[(y % 2 * 4 + y / 2) * 16 + x % 2 * 8 + x / 2], "{x},{y}");
        }
    }
}

#[test]
fn what_is_not_exact_is_refused() {
    let e = read(&mosaic(12, LOSSY)).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Unsupported);
    assert!(e.to_string().contains("JPEG XL") && e.to_string().contains("lossy"), "{e}");
    let e = read(&mosaic(14, GREY_12)).unwrap_err();
    assert!(e.to_string().contains("JPEG XL bit depth = 12"), "{e}");
    let e = read(&mosaic(12, GREY_12).tiled(32, 8)).unwrap_err();
    assert!(e.to_string().contains("does not fill"), "{e}");
}
