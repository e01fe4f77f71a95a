//! The show as a whole: the same bytes everywhere, readable files, and a folder that is never harmed.

use super::{clips::CLIPS, *};
use crate::error::ErrorKind;
use std::collections::BTreeMap;

/// One frame as its file, made as [`shoot`] makes it.
fn file_of(clip: &ClipSpec, frame: FrameNumber, seed: u64) -> Vec<u8> {
    let size = clip.framing.canvas;
    let scene = Scene::new(clip);
    let sensor = Sensor::new(clip.light);
    let (moving, _) = scene.moving(clip, frame);
    let electrons = sensor.expose(&[&scene.still, &moving], Rect::of(size), clip.framing.squeeze);
    dng::frame(clip, &sensor, frame, &sensor::read_out(&electrons, size, NoiseKey::new(seed, clip, frame), 0.0))
}

/// The entries of a TIFF directory: tag to (type, count, offset of the entry's value field).
fn directory(file: &[u8], at: usize) -> BTreeMap<u16, (u16, u32, usize)> {
    let short = |i: usize| u16::from_le_bytes([file[i], file[i + 1]]);
    let count = usize::from(short(at));
    let entries: Vec<usize> = (0..count).map(|i| at + 2 + 12 * i).collect();
    assert!(entries.windows(2).all(|w| short(w[0]) < short(w[1])), "tags ascend");
    entries.into_iter().map(|e| (short(e), (short(e + 2), long(file, e + 4), e + 8))).collect()
}

fn long(file: &[u8], i: usize) -> u32 {
    u32::from_le_bytes(file[i..i + 4].try_into().unwrap())
}

#[test]
fn a_frame_is_the_same_bytes_on_every_machine_and_for_any_number_of_threads() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let clip = &CLIPS[1];
    let file = one.install(|| file_of(clip, 5, 1));
    assert!(file == three.install(|| file_of(clip, 5, 1)));
    assert!(file != one.install(|| file_of(clip, 5, 2)));
    // Changes only with the chart, the sensor or the file layout; then `expected::VERSION` is raised too.
    assert_eq!(blake3::hash(&file).to_hex().as_str(), FRAME_HASH);
}
const FRAME_HASH: &str = "fefd2e52c290ad2fa551f3e058f01db4a24a6c078f46d8ae5a1b6cff35ed1aee";

#[test]
fn a_frame_is_a_tiff_whose_parts_lie_within_it() {
    let clip = &CLIPS[1];
    let sensor = Sensor::new(clip.light);
    let codes: Vec<u16> = (0..clip.framing.canvas.area()).map(|i| (i % 4096) as u16).collect();
    let file = dng::frame(clip, &sensor, 0, &codes);
    assert_eq!(&file[..8], b"II*\0\x08\0\0\0");
    let main = directory(&file, 8);
    let exif = directory(&file, long(&file, main[&34665].2) as usize);
    for (tag, (kind, count, at)) in main.iter().chain(&exif) {
        let bytes = count * [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8][usize::from(*kind)];
        assert!(bytes <= 4 || (long(&file, *at) + bytes) as usize <= file.len(), "{tag}");
    }
    let (strip, length) = (long(&file, main[&273].2) as usize, long(&file, main[&279].2) as usize);
    assert_eq!((strip + length, length), (file.len(), 1440 * 1080 * 3 / 2));
    assert_eq!(file[strip..strip + 6], [0x00, 0x00, 0x01, 0x00, 0x20, 0x03]);
    let timecode = long(&file, main[&51043].2) as usize;
    assert_eq!(file[timecode..timecode + 4], [0x00, 0x40, 0x21, 0x10]);
    let later = dng::frame(clip, &sensor, 7, &codes);
    assert_eq!(file.iter().zip(&later).filter(|(a, b)| a != b).count(), 1, "only the timecode's frames differ");
}

#[test]
fn painting_what_moves_into_the_still_part_is_painting_the_whole() {
    let dir = tempfile::tempdir().unwrap();
    let clip = &CLIPS[2];
    shoot(clip, dir.path(), 9).unwrap();
    let name = dir.path().join(clip.file_name(5));
    assert!(fs::read(name).unwrap() == file_of(clip, 5, 9));
    assert!(!dir.path().join(clip.file_name(3)).exists());
}

#[test]
fn the_planted_faults_are_in_the_expected_results_and_nowhere_else() {
    let checks: Vec<Vec<String>> =
        CLIPS.iter().map(|c| ExpectedClip::new(c, &[]).findings.into_iter().map(|f| f.check).collect()).collect();
    let planted: [&[&str]; 7] = [
        &[],
        &[],
        &["MHL-01", "MHL-02", "MHL-08", "META-02", "META-04", "COL-03", "COL-24", "FDL-02"],
        &["RAW-03", "RAW-04", "RAW-06", "RAW-07"],
        &["RAW-05", "RAW-06"],
        &["RAW-01", "RAW-02", "COL-01", "COL-02", "EXR-06"],
        &["MHL-03", "META-07", "FDL-03", "FDL-05", "REF-02", "REF-03"],
    ];
    assert_eq!(checks, planted);
    assert!(clips::clips(true).iter().all(|c| ExpectedClip::new(c, &[]).findings.is_empty()));
    assert!(plates::plates(true).iter().all(|p| p.expected().findings.is_empty()));
    let of_plates: usize = plates::PLATES.iter().map(|p| p.expected().findings.len()).sum();
    assert!(planted.iter().map(|p| p.len()).sum::<usize>() + of_plates >= 20);
    let jumps: Vec<u64> = (1..FRAMES)
        .map(|f| {
            CLIPS[2].recorded_timecode(f).to_frame_count(clips::rate()) - CLIPS[2].recorded_timecode(f - 1).to_frame_count(clips::rate())
        })
        .collect();
    assert_eq!(jumps, [1, 1, 1, 1, 1, 49, 1]);
}

#[test]
fn a_folder_is_written_whole_found_again_and_never_harmed() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("show");
    let still = |request: StillRequest| {
        assert!(request.amf.exists() && request.clip.frames.contains(&request.frame) && request.clip.still.is_some());
        Ok(::image::RgbImage::from_pixel(16, 9, ::image::Rgb([118, 118, 118])))
    };
    let options = Options::default();
    let show = write(&dir, &options, Some(&still)).unwrap();
    let only = || fs::read_dir(parent.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>() == ["show"];
    assert!(only(), "no temporary folder is left");
    let expected = show.read_expected().unwrap();
    // Frames, sidecars, four stills, a manifest and its chain a roll; the cuts, the litter; plates, three receipts and an FDL.
    assert_eq!(expected.files.len(), 55 + 7 * 3 + 4 + 7 * 2 + 2 + 1 + 19 + 3 + 1);
    assert!(expected.files.values().map(|f| f.bytes).sum::<u64>() < 100_000_000);
    for clip in &show.clips {
        assert!(clip.first_frame.exists() && clip.fdl.exists() && clip.cdl.exists() && clip.still.as_ref().is_none_or(|s| s.exists()));
    }

    let refuse = |_: StillRequest| -> Result<::image::RgbImage> { panic!("an unchanged show is not made again") };
    assert_eq!(write(&dir, &options, Some(&refuse)).unwrap(), show);

    let amf = fs::read_to_string(&show.clips[0].amf).unwrap();
    fs::write(&show.clips[0].amf, amf.replace("1.004", "1.005")).unwrap();
    let error = write(&dir, &options, Some(&still)).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Usage, Some(&*show.clips[0].amf)));

    let note = dir.join("note.txt");
    fs::write(&note, "mine").unwrap();
    let anew = Options { replace: true, ..options };
    assert_eq!(write(&dir, &anew, Some(&still)).unwrap_err().path(), Some(&*note));
    fs::remove_file(&note).unwrap();

    write(&dir, &anew, Some(&still)).unwrap();
    assert_eq!(fs::read_to_string(&show.clips[0].amf).unwrap(), amf);
    // The exr crate writes attributes in no order: other bytes, the same pictures.
    let but_plates = |mut e: Expected| {
        e.files.iter_mut().filter(|(path, _)| path.ends_with(".exr")).for_each(|(_, mark)| mark.blake3.clear());
        e
    };
    assert_eq!(but_plates(show.read_expected().unwrap()), but_plates(expected));
    assert!(only());

    let other = parent.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("film.mov"), "").unwrap();
    assert_eq!(write(&other, &anew, None).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_failing_still_leaves_nothing_behind() {
    let parent = tempfile::tempdir().unwrap();
    let fail = |_: StillRequest| Err(Error::unsupported("no pipeline"));
    assert!(write(&parent.path().join("show"), &Options::default(), Some(&fail)).is_err());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

/// The findings that fail of the tests of camera D and of the plates, beside those that have to.
fn tests_and_plates(clean: bool) -> Vec<(String, Vec<String>, Vec<String>)> {
    use crate::{
        check::{self, Found, Outcome, Profile, Severity, Subject},
        pipeline::{Plan, Settings, Sidecars, Stage},
        progress::Progress,
    };
    let dir = tempfile::tempdir().unwrap();
    let show = Show::at(dir.path(), true, clean);
    let still = |request: StillRequest| {
        let clip = crate::camera::open(&request.clip.folder)?;
        let plan = Plan::new(&*clip, &Sidecars::default().with_amf(request.amf), &Settings::default())?;
        let display = plan.picture(&*clip, request.frame, Stage::Display)?;
        let size = display.size();
        Ok(::image::RgbImage::from_raw(size.width, size.height, display.to_rgb8()).unwrap())
    };
    let specs: Vec<ClipSpec> = clips::clips(clean).into_iter().filter(|c| c.name.starts_with('D')).collect();
    let mut expected = make_clips(&show, &specs, 1, Some(&still)).unwrap();
    for (spec, (_, folder)) in plates::plates(clean).iter().zip(&show.plates) {
        spec.write(folder, 1).unwrap();
        expected.push(spec.expected());
    }
    let judge = |wanted: ExpectedClip| {
        let clip = crate::camera::open(&dir.path().join(&wanted.folder)).unwrap();
        let sidecars = Sidecars::discover(&*clip);
        let plan = Plan::new(&*clip, &sidecars, &Settings::default());
        let (profile, found) = (Profile::neutral(), Found::default());
        let subject = Subject { name: &wanted.name, clip: &*clip, sidecars: &sidecars, plan: &plan, profile, found };
        let findings = check::run(&subject, &Progress::default()).unwrap();
        let mut planted: Vec<String> = wanted.findings.into_iter().map(|f| f.check).collect();
        // What informs is no fault unless it was planted: the chart has colours that are meant to lie outside of every gamut.
        let is_fault = |f: &check::Finding| f.outcome == Outcome::Fail && (f.severity > Severity::Inform || planted.contains(&f.id));
        let mut failed: Vec<String> = findings.into_iter().filter(is_fault).map(|f| f.id).collect();
        failed.sort();
        planted.sort();
        (wanted.name, failed, planted)
    };
    expected.into_iter().map(judge).collect()
}

#[test]
fn every_planted_fault_of_the_tests_and_plates_is_found_and_nothing_else() {
    for (name, failed, planted) in tests_and_plates(false) {
        assert_eq!(failed, planted, "{name}");
    }
}

#[test]
fn clean_tests_and_plates_show_nothing() {
    for (name, failed, _) in tests_and_plates(true) {
        assert_eq!(failed, [""; 0], "{name}");
    }
}
