//! MXF: ACES frames equal the OpenEXR files they were carved to, and what is only inspected agrees with MediaInfo.

use super::{
    open_bytes,
    openexr::{BlockEncoding, small},
};
use crate::corpus;
use prelight::{
    camera::{self, Clip, Encoding, Picture},
    image::Image,
};
use std::process::Command;

fn picture(clip: &dyn Clip, frame: u32) -> Image {
    match clip.read(frame, &Default::default()).unwrap() {
        Picture::Rgb(image) => image,
        _ => panic!("RGB"),
    }
}

#[test]
fn aces_frames_are_the_openexr_files() {
    let Some(path) = corpus("camera/real/photon_app5_reel1.mxf") else { return };
    let clip = camera::open(&path).unwrap();
    assert_eq!(clip.format(), "MXF");
    assert_eq!(clip.frames().present, [0, 1, 2, 3]);
    assert!(matches!(clip.encoding(), Encoding::Known { name, to_aces } if name == "ACES2065-1" && to_aces.is_empty()));
    for frame in 0..4 {
        let exr = corpus(&format!("camera/real/aces_app5_frame{frame}.exr")).unwrap();
        let expected = picture(&*camera::open_single(&exr).unwrap(), 0);
        let image = picture(&*clip, frame);
        assert_eq!(image, expected, "{frame}");
        assert_eq!((image.data_window.to_string(), image.display_window.to_string()), ("240x135+0+0".into(), "3840x2160+128+476".into()));
        assert!((image.pixel_aspect - 1.32187).abs() < 1e-5);
    }
    let m = clip.metadata();
    assert_eq!(m.frame_rate.as_ref().unwrap().value.to_string(), "24000/1001");
    assert_eq!(m.frame_count.as_ref().unwrap().value, 4);
    assert_eq!(m.resolution.as_ref().unwrap().value, clip.size());
    assert_eq!((m.transfer.as_ref().unwrap().value.as_str(), m.gamut.as_ref().unwrap().value.as_str()), ("linear", "ACES2065-1"));
    assert_eq!(clip.timecode(3).unwrap().unwrap().to_string(), "00:00:00:03");
    assert!(clip.read(4, &Default::default()).unwrap_err().to_string().contains("frame = 4"));

    let clip = camera::open(&corpus("camera/real/photon_app5_reel2.mxf").unwrap()).unwrap();
    assert_eq!(clip.frames().present.len(), 4);
    let frames: Vec<Image> = (0..4).map(|f| picture(&*clip, f)).collect();
    assert!(frames.iter().all(|f| f.size() == frames[0].size() && f.census().is_clean()));
    assert!(frames.windows(2).any(|w| w[0] != w[1]));
}

/// What MediaInfo 23.04 and the fields themselves say: file, size, rate, frames, start, codec, transfer, gamut.
#[test]
fn what_is_inspected_is_what_the_descriptors_say() {
    type Row = (&'static str, &'static str, &'static str, Option<u64>, &'static str, &'static str, &'static str);
    const ROWS: [Row; 5] = [
        ("real/ft_fixture.mxf", "720x576", "25", Some(266), "00:00:00:00", "MPEG-2", ""),
        ("synthetic/slog3_avcintra100_1080.mxf", "1920x1080", "24000/1001", Some(4), "10:00:00:00", "AVC-Intra", ""),
        ("synthetic/slog3_dnxhr_hqx.mxf", "1920x1080", "24000/1001", Some(4), "10:00:00:00", "VC-3 (DNxHD, DNxHR)", ""),
        ("real/photon_j2k_rgb48_p3pq_2160.mxf", "3840x2160", "24000/1001", Some(24), "00:00:00:00", "JPEG 2000", "PQ P3-D65"),
        ("real/exiftool_MXF.mxf", "", "", None, "00:00:00:00", "", ""),
    ];
    for (name, size, rate, count, start, codec, color) in ROWS {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let clip = super::open_natively(&path).unwrap();
        let m = clip.metadata();
        let shown = |f: Option<String>| f.unwrap_or_default();
        assert_eq!(shown(m.resolution.as_ref().map(|f| f.value.to_string())), size, "{name}");
        assert_eq!(shown(m.frame_rate.as_ref().map(|f| f.value.to_string())), rate, "{name}");
        assert_eq!(m.frame_count.as_ref().map(|f| f.value), count, "{name}");
        assert_eq!(shown(m.start_timecode.as_ref().map(|f| f.value.to_string())), start, "{name}");
        assert_eq!(shown(m.codec.as_ref().map(|f| f.value.clone())), codec, "{name}");
        let said = [&m.transfer, &m.gamut].map(|f| f.as_ref().map_or("", |f| &f.value)).join(" ");
        assert_eq!(said.trim(), color, "{name}");
        let error = clip.read(0, &Default::default()).unwrap_err();
        assert_eq!(error.exit_code(), 10);
        assert!(error.to_string().contains("inspected only"), "{error}");
        // The same by the door for other formats.
        let described = camera::mxf::describe(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!((described.resolution, described.codec), (m.resolution.clone(), m.codec.clone()));
    }
    let m = super::open_natively(&corpus("camera/real/exiftool_MXF.mxf").unwrap()).unwrap().metadata().clone();
    assert_eq!(m.software.unwrap().value, "Phil Harvey ExifTool Based on MXFLib 1.0.1(16)-Release");
    assert_eq!(m.date_time.unwrap().value, "2010-12-20 00:14:40");
}

/// MediaInfo itself, where it is installed. The ACES file is left out: MediaInfo counts its stored width as the original.
#[test]
fn values_agree_with_mediainfo() {
    for name in [
        "real/ft_fixture.mxf",
        "synthetic/slog3_avcintra100_1080.mxf",
        "synthetic/slog3_dnxhr_hqx.mxf",
        "real/photon_j2k_rgb48_p3pq_2160.mxf",
    ] {
        let Some(path) = corpus(&format!("camera/{name}")) else { return };
        let template = "--Inform=Video;%Width% %Height% %FrameRate% %FrameCount%";
        let Ok(output) = Command::new("mediainfo").arg(template).arg(&path).output() else { return };
        let line = String::from_utf8(output.stdout).unwrap();
        let Ok([width, height, rate, count]): Result<[&str; 4], _> = line.split_whitespace().collect::<Vec<_>>().try_into() else {
            panic!("{name}: {line}")
        };
        let clip = camera::open(&path).unwrap();
        let m = clip.metadata();
        assert_eq!(m.resolution.as_ref().unwrap().value.to_string(), format!("{width}x{height}"), "{name}");
        assert!((m.frame_rate.as_ref().unwrap().value.to_f64() - rate.parse::<f64>().unwrap()).abs() < 1e-3, "{name}");
        assert_eq!(m.frame_count.as_ref().unwrap().value.to_string(), count, "{name}");
    }
}

/// A small MXF file: header partition, primer, packages, a descriptor, and essence.
pub struct Mxf {
    pub coding: [u8; 16],
    pub company: &'static str,
    pub rate: [u32; 2],
    /// Frames a second of the timecode, and its drop-frame flag.
    pub timecode: (u16, u8),
    /// Key and value of what follows the header metadata.
    pub essence: Vec<([u8; 16], Vec<u8>)>,
}

const UL: [u8; 4] = [6, 14, 43, 52];

/// A label: bytes 5 to 8, then what it names.
pub fn label(version: [u8; 4], item: &[u8]) -> [u8; 16] {
    let mut label = [0; 16];
    label[..4].copy_from_slice(&UL);
    label[4..8].copy_from_slice(&version);
    label[8..8 + item.len()].copy_from_slice(item);
    label
}

pub fn klv(key: [u8; 16], value: &[u8]) -> Vec<u8> {
    [&key[..], &[0x83], &(value.len() as u32).to_be_bytes()[1..], value].concat()
}

pub const ACES_CODING: &[u8] = &[4, 1, 2, 2, 3, 4, 2, 0];

/// The key of an ACES element.
pub fn aces_key() -> [u8; 16] {
    label([1, 2, 1, 1], &[13, 1, 3, 1, 0x15, 1, 0x12, 1])
}

impl Mxf {
    pub fn new(coding: &[u8]) -> Self {
        Self { coding: label([4, 1, 1, 13], coding), company: "Company", rate: [25, 1], timecode: (25, 0), essence: vec![] }
    }

    pub fn build(&self) -> Vec<u8> {
        let item = |tag: u16, value: &[u8]| [&tag.to_be_bytes()[..], &(value.len() as u16).to_be_bytes(), value].concat();
        let text = |s: &str| s.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let id = |n: u8| [n; 16];
        let batch = |ids: &[u8]| {
            [&(ids.len() as u32).to_be_bytes()[..], &16u32.to_be_bytes(), &ids.iter().flat_map(|&n| id(n)).collect::<Vec<u8>>()].concat()
        };
        let set = |class: u8, own: u8, items: &[Vec<u8>]| {
            let value = [item(0x3c0a, &id(own)), items.concat()].concat();
            klv(label([2, 0x53, 1, 1], &[13, 1, 1, 1, 1, 1, class, 0]), &value)
        };
        let picture = label([4, 1, 1, 1], &[1, 3, 2, 2, 1]);
        let time = label([4, 1, 1, 1], &[1, 3, 2, 1, 1]);
        let rate = self.rate.map(u32::to_be_bytes).concat();
        let duration = 3u64.to_be_bytes();
        let metadata = [
            klv(label([2, 5, 1, 1], &[13, 1, 2, 1, 1, 5, 1, 0]), &[0, 0, 0, 0, 0, 0, 0, 18]),
            set(0x30, 1, &[item(0x3c01, &text(self.company)), item(0x3c02, &text("Product"))]),
            set(0x36, 2, &[item(0x4403, &batch(&[3, 4])), item(0x4405, &[7, 234, 11, 26, 10, 20, 30, 0])]),
            set(0x3b, 3, &[item(0x4b01, &rate), item(0x4803, &id(5))]),
            set(0x3b, 4, &[item(0x4b01, &rate), item(0x4803, &id(6))]),
            set(0x0f, 5, &[item(0x0201, &picture), item(0x0202, &duration)]),
            set(0x0f, 6, &[item(0x0201, &time), item(0x1001, &batch(&[7]))]),
            set(
                0x14,
                7,
                &[
                    item(0x0201, &time),
                    item(0x1501, &90_000u64.to_be_bytes()),
                    item(0x1502, &self.timecode.0.to_be_bytes()),
                    item(0x1503, &[self.timecode.1]),
                ],
            ),
            set(
                0x29,
                8,
                &[
                    item(0x3203, &1920u32.to_be_bytes()),
                    item(0x3202, &1088u32.to_be_bytes()),
                    item(0x3209, &1920u32.to_be_bytes()),
                    item(0x3208, &1080u32.to_be_bytes()),
                    item(0x320e, &[32u32.to_be_bytes(), 9u32.to_be_bytes()].concat()),
                    item(0x3201, &self.coding),
                    item(0x3401, &[b'R', 12, 0, 0]),
                ],
            ),
        ]
        .concat();
        let mut pack = vec![0; 88];
        pack[..4].copy_from_slice(&[0, 1, 0, 3]);
        pack[32..40].copy_from_slice(&(metadata.len() as u64).to_be_bytes());
        let mut file = klv(label([2, 5, 1, 1], &[13, 1, 2, 1, 1, 2, 4, 0]), &pack);
        file.extend(metadata);
        self.essence.iter().for_each(|(key, value)| file.extend(klv(*key, value)));
        file
    }
}

/// Three small ACES frames.
pub fn small_aces() -> Vec<u8> {
    let frame = small(&["R", "G", "B"], BlockEncoding::UNCOMPRESSED);
    Mxf { essence: (0..3).map(|_| (aces_key(), frame.clone())).collect(), ..Mxf::new(ACES_CODING) }.build()
}

/// A file of a coding that is only inspected, with a lens set in an ancillary packet and a camera set of its own.
pub fn small_acquisition() -> Vec<u8> {
    let set = |which: u8, items: &[u8]| klv(label([2, 0x53, 1, 1], &[12, 2, 1, 1, which, 1, 0, 0]), items);
    let lens = set(1, &[0x80, 0x08, 0, 2, 0xb0, 0]);
    let packet = [&[0x43, 5, lens.len() as u8 + 1, 1][..], &lens].concat();
    let element = [&[0, 1, 0, 9, 1, 4, 0, 0][..], &(packet.len() as u32).to_be_bytes(), &[0, 0, 0, 1], &packet].concat();
    let essence = vec![
        (label([1, 2, 1, 1], &[13, 1, 3, 1, 0x17, 1, 2, 1]), element),
        (label([2, 0x53, 1, 1], &[12, 2, 1, 1, 2, 1, 0, 0]), vec![0x81, 0x0e, 0, 2, 0x10, 0xcc]),
        (label([1, 2, 1, 1], &[13, 1, 3, 1, 0x15, 1, 5, 1]), vec![0; 200]),
    ];
    Mxf { essence, ..Mxf::new(&[4, 1, 2, 2, 1, 0x32, 0x31, 3]) }.build()
}

#[test]
fn acquisition_sets_are_found_in_both_places() {
    let (_dir, clip) = open_bytes(&small_acquisition());
    let clip = clip.unwrap();
    let m = clip.metadata();
    assert_eq!((m.t_stop.as_ref().unwrap().value, m.t_stop.as_ref().unwrap().key.as_str()), (5.66, "RDD 18 8008"));
    assert_eq!(m.white_balance.as_ref().unwrap().value, 4300.0);
    assert_eq!(m.codec.as_ref().unwrap().value, "AVC-Intra");
}

#[test]
fn a_raw_of_a_vendor_needs_an_sdk() {
    for (coding, company, words) in [
        (&[4, 1, 2, 1, 2, 1, 1, 3][..], "ARRI", "needs an SDK of ARRI"),
        (&[0x0e, 6, 13, 3, 2, 1, 0, 0], "Sony", "needs an SDK of Sony"),
        (&[0x0e, 6, 4, 1, 2, 4, 1, 1], "Sony", "needs an SDK of Sony"),
    ] {
        let (_dir, clip) = open_bytes(&Mxf { company, ..Mxf::new(coding) }.build());
        let clip = clip.unwrap();
        let error = clip.read(0, &Default::default()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        let m = clip.metadata();
        // Only ARRI's own words name the camera.
        assert_eq!(m.model.as_ref().map(|f| f.value.as_str()), (company == "ARRI").then_some("Product"));
        assert_eq!(m.start_timecode.as_ref().unwrap().value.to_string(), "01:00:00:00");
        assert_eq!((m.frame_count.as_ref().unwrap().value, m.frame_rate.as_ref().unwrap().value.to_string()), (3, "25".into()));
        assert_eq!(m.resolution.as_ref().unwrap().value.to_string(), "1920x1080");
        assert_eq!(m.squeeze.as_ref().unwrap().value, 2.0);
        assert_eq!(m.bit_depth.as_ref().unwrap().value, 12);
        assert_eq!(m.date_time.as_ref().unwrap().value, "2026-11-26 10:20:30");
        assert_eq!(clip.timecode(2).unwrap().unwrap().to_string(), "01:00:00:02");
    }
}

#[test]
fn frames_are_found_and_a_cut_file_has_those_before_the_cut() {
    let whole = small_aces();
    let (_dir, clip) = open_bytes(&whole);
    assert_eq!(clip.unwrap().frames().present.len(), 3);
    let (_dir, clip) = open_bytes(&whole[..whole.len() - 1]);
    let clip = clip.unwrap();
    assert_eq!(clip.frames().present.len(), 2);
    // The header still says three.
    assert_eq!(clip.frames().missing, [2..=2]);
    clip.read(1, &Default::default()).unwrap();
    // Up to 64 KiB may stand before the header partition.
    let (_dir, clip) = open_bytes(&[&[0x20; 100][..], &whole].concat());
    assert_eq!(clip.unwrap().frames().present.len(), 3);
    // All frames in one element.
    let mut mxf = Mxf::new(ACES_CODING);
    mxf.essence.push((label([1, 2, 1, 1], &[13, 1, 3, 1, 0x15, 1, 0x13, 1]), vec![0; 64]));
    let (_dir, clip) = open_bytes(&mxf.build());
    assert!(clip.err().unwrap().to_string().contains("clip-wrapped"));
}

#[test]
fn labels_are_dropped_at_ntsc_rates_only() {
    for (rate, base, flag, start) in [
        ([30000, 1001], 30, 1, "00:50:03;00"),
        ([60000, 1001], 60, 1, "00:25:01;32"),
        ([30000, 1001], 30, 0, "00:50:00:00"),
        // Flags that cannot be meant.
        ([30, 1], 30, 1, "00:50:00:00"),
        ([25, 1], 25, 1, "01:00:00:00"),
        ([24000, 1001], 24, 1, "01:02:30:00"),
    ] {
        let file = Mxf { rate, timecode: (base, flag), ..Mxf::new(&[4, 1, 2, 2, 1, 0x32, 0x31, 3]) }.build();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.mxf");
        std::fs::write(&path, file).unwrap();
        let clip = super::open_natively(&path).unwrap();
        assert_eq!(clip.metadata().start_timecode.as_ref().unwrap().value.to_string(), start, "{rate:?} {base} {flag}");
    }
}
