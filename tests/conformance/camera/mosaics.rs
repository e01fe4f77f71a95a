//! Mosaics, sample for sample as LibRaw decodes them.

use crate::corpus;
use prelight::camera::{self, Picture};

/// File, stored width and height, BLAKE3 of the samples. Printed by `tests/tools/libraw_mosaics.py` with LibRaw 0.22.2.
const LIBRAW: &[(&str, u32, u32, &str)] = &[
    ("real/canon_kissx4_ml_14bit_colorchecker.dng", 1888, 1182, "70b532e9f3b8466e5cece27b0adb66619c6dab04dc34f1287081449f53af467e"),
    ("real/gopro_hero6_GOPR0024_16bit.dng", 4000, 3000, "1bfc6c5053fd6d20dee0f1237128c22aad2c83e7f0da5ae9a8177dc04c73e0ed"),
    ("real/gopro_hero6_GOPR0024.gpr", 4000, 3000, "1bfc6c5053fd6d20dee0f1237128c22aad2c83e7f0da5ae9a8177dc04c73e0ed"),
    ("synthetic/A001_C001_seq12_000000.dng", 1920, 1080, "fd45107f08a4be67a2f90e7d8fd62525c9ddaef0c49a93644e8ccd9c2ff6c759"),
    ("synthetic/A001_C001_seq12_000001.dng", 1920, 1080, "c06c42e473aad67ab21b92d46f46f026815e5b33889c97744276d483d85fb63b"),
    ("synthetic/A001_C001_seq12_000002.dng", 1920, 1080, "415dffecc9986ddb4ec8a72c121c34039f7da17b8d18448f58e2509d2cf0f781"),
    ("synthetic/A001_C001_seq12_000003.dng", 1920, 1080, "6a67b24a57d69213dc38793a1f1e310cb7d6ec66d0512539de13fa4e1780e9a4"),
    ("synthetic/anamorphic2x_circle_12bit.dng", 1116, 2160, "3ee8f4046afdc55b100e7289ec62c11ff0a52ae60875f20a2de334d9b994c158"),
    ("synthetic/cdng_10bit_lintable.dng", 1920, 1080, "0044e00422876397b0ee554d1ab01d46b8670973268f673d4c3cb8e539069432"),
    ("synthetic/cdng_14bit_packed.dng", 1920, 1080, "cc3757f83b0ede4b5a46c3e503cba087cdc259a35673233cf7669e841dae229c"),
    ("synthetic/cdng_ljpeg12_1comp_strip.dng", 1920, 1080, "fd45107f08a4be67a2f90e7d8fd62525c9ddaef0c49a93644e8ccd9c2ff6c759"),
    ("synthetic/cdng_ljpeg12_tiled.dng", 1920, 1080, "fd45107f08a4be67a2f90e7d8fd62525c9ddaef0c49a93644e8ccd9c2ff6c759"),
    ("synthetic/cdng_ljpeg12_tiled_2comp.dng", 1920, 1080, "fd45107f08a4be67a2f90e7d8fd62525c9ddaef0c49a93644e8ccd9c2ff6c759"),
];

#[test]
fn mosaics_are_what_libraw_decodes() {
    for &(name, width, height, hash) in LIBRAW {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = camera::open_single(&path).unwrap();
        let Picture::Mosaic(mosaic) = clip.read(clip.frames().first(), &Default::default()).unwrap() else { panic!("{name} is a mosaic") };
        assert_eq!((mosaic.size.width, mosaic.size.height), (width, height), "{name}");
        let table = mosaic.linearization.as_deref();
        let bytes: Vec<u8> = mosaic.samples.iter().flat_map(|&s| table.map_or(s, |t| t[usize::from(s)]).to_le_bytes()).collect();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}

/// File, width, height, white level, black level, BLAKE3 of the samples. Printed by
/// `tests/tools/libjpeg_mosaics.py` with libjpeg-turbo 3.1.3 (8 and 12 bit, accurate integer method).
const LIBJPEG: &[(&str, u32, u32, f32, f32, &str)] = &[
    ("real/nikon_d500_lossy_linear.dng", 600, 400, 255.0, 51.0, "f7f5b26ec7169b86e144ef01b68c4d57cfc8658394ae2dbad3120b96e2a31a3e"),
    ("synthetic/cdng_lossy12_dct_cfa.dng", 1920, 1080, 4095.0, 256.0, "22d8a8271ea077fe07050eb7f74e25b9e8df2f7591a00f953341348d2e4189dc"),
];

#[test]
fn dct_streams_are_what_libjpeg_decodes() {
    for &(name, width, height, white, black, hash) in LIBJPEG {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = camera::open_single(&path).unwrap();
        let (size, samples) = match clip.read(0, &Default::default()).unwrap() {
            Picture::Mosaic(m) => (m.size, m.samples),
            // Back to the codes, of which the planes are a linear function.
            Picture::Rgb(i) => {
                let code = |v: f32| (v * (white - black) + black).round() as u16;
                let samples = (0..i.size().area()).flat_map(|at| i.planes.each_ref().map(|p| code(p[at]))).collect();
                (i.size(), samples)
            }
            Picture::Plane { .. } => panic!("whole numbers"),
        };
        assert_eq!((size.width, size.height), (width, height), "{name}");
        let bytes: Vec<u8> = samples.iter().flat_map(|s: &u16| s.to_le_bytes()).collect();
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), hash, "{name}");
    }
}
