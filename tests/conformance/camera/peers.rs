//! What we say of each file of the corpus, beside what ExifTool and MediaInfo say. They run where they are installed (with
//! `CI=true` they have to be). Every difference is explained in a table here; a difference that is not, or an explanation
//! that nothing needs any more, fails.

use crate::corpus;
use prelight::camera::{self, Metadata};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf, process::Command};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    ExifTool,
    MediaInfo,
}
use Peer::{ExifTool, MediaInfo};

/// How values are held to be the same.
#[derive(Clone, Copy)]
enum As {
    /// Whatever their case and the space around them.
    Text,
    /// To one part in 2000: peers print three or four digits.
    Number,
    /// Seconds, of which peers print three decimals.
    Seconds,
    /// The fourteen digits of year to second, however separated.
    Date,
}
use As::{Date, Number, Seconds, Text};

/// A field, how it is compared, and the peer's keys, the first that is there.
type Row = (&'static str, As, Peer, &'static [&'static str]);

/// Keys are `group:name` for ExifTool (`-G1 -n`), `track:name` for MediaInfo.
const ROWS: &[Row] = &[
    ("make", Text, ExifTool, &["IFD0:Make", "OpenEXR:CameraMake", "CanonRaw:Make"]),
    ("model", Text, ExifTool, &["IFD0:Model", "OpenEXR:CameraModel", "CanonRaw:Model", "GoPro:Model"]),
    ("serial", Text, ExifTool, &["IFD0:CameraSerialNumber", "ExifIFD:SerialNumber", "CanonRaw:SerialNumber"]),
    ("firmware", Text, ExifTool, &["UserData:FirmwareVersion", "Canon:CanonFirmwareVersion", "CanonRaw:CanonFirmwareVersion"]),
    ("lens", Text, ExifTool, &["ExifIFD:LensModel", "IFD0:LensModel", "OpenEXR:LensModel"]),
    ("lens_serial", Text, ExifTool, &["ExifIFD:LensSerialNumber", "UserData:LensSerialNumber"]),
    ("exposure_index", Number, ExifTool, &["ExifIFD:ISO", "IFD0:ISO", "OpenEXR:ISO"]),
    ("exposure_time", Number, ExifTool, &["ExifIFD:ExposureTime", "IFD0:ExposureTime", "OpenEXR:ExposureTime", "GoPro:ExposureTimes"]),
    ("f_number", Number, ExifTool, &["ExifIFD:FNumber", "IFD0:FNumber", "OpenEXR:Aperture"]),
    ("focal_length", Number, ExifTool, &["ExifIFD:FocalLength", "IFD0:FocalLength", "OpenEXR:EffectiveFocalLength", "Canon:FocalLength"]),
    ("focus_distance", Number, ExifTool, &["ExifIFD:SubjectDistance", "IFD0:SubjectDistance"]),
    ("t_stop", Number, ExifTool, &["IFD0:TStop"]),
    ("reel", Text, ExifTool, &["IFD0:ReelName"]),
    ("camera_label", Text, ExifTool, &["IFD0:CameraLabel", "OpenEXR:CameraLabel"]),
    ("frame_rate", Number, ExifTool, &["IFD0:FrameRate", "Track1:VideoFrameRate"]),
    ("duration", Seconds, ExifTool, &["Track1:MediaDuration"]),
    (
        "date_time",
        Date,
        ExifTool,
        &["ExifIFD:DateTimeOriginal", "IFD0:DateTimeOriginal", "OpenEXR:CapDate", "CanonRaw:DateTimeOriginal", "QuickTime:CreateDate"],
    ),
    ("software", Text, ExifTool, &["IFD0:Software", "OpenEXR:Software"]),
    ("resolution", Text, ExifTool, &["display", "size"]),
    ("bit_depth", Number, ExifTool, &["depth"]),
    ("codec", Text, ExifTool, &["compression"]),
    ("squeeze", Number, ExifTool, &["OpenEXR:PixelAspectRatio", "IFD0:DefaultScale"]),
    ("resolution", Text, MediaInfo, &["size"]),
    ("bit_depth", Number, MediaInfo, &["Video:BitDepth", "Image:BitDepth"]),
    ("codec", Text, MediaInfo, &["codec"]),
    ("frame_rate", Number, MediaInfo, &["Video:FrameRate"]),
    ("frame_count", Number, MediaInfo, &["Video:FrameCount"]),
    ("duration", Seconds, MediaInfo, &["Video:Duration"]),
    ("start_timecode", Text, MediaInfo, &["Other:TimeCode_FirstFrame"]),
    ("date_time", Date, MediaInfo, &["Video:Encoded_Date", "Image:Encoded_Date", "General:Encoded_Date"]),
    ("matrix", Text, MediaInfo, &["Video:matrix_coefficients"]),
    ("gamut", Text, MediaInfo, &["Video:colour_primaries"]),
    ("transfer", Text, MediaInfo, &["General:com_arri_camera_ColorGammaSxS", "Video:transfer_characteristics"]),
    ("signal_range", Text, MediaInfo, &["Video:colour_range"]),
    ("reel", Text, MediaInfo, &["General:com_apple_proapps_reel"]),
    ("clip_name", Text, MediaInfo, &["General:com_apple_proapps_clipID"]),
    ("exposure_index", Number, MediaInfo, &["General:com_arri_camera_ExposureIndexAsa"]),
    ("shutter_angle", Number, MediaInfo, &["General:com_arri_camera_ShutterAngle"]),
    ("white_balance", Number, MediaInfo, &["General:com_arri_camera_WhiteBalanceKelvin"]),
    ("software", Text, MediaInfo, &["General:encoder", "General:Encoded_Application_Name"]),
];

/// Formats of other readers that are not here yet, by extension: their values are compared and differences printed, no more.
/// Whoever lands the reader takes its line out and explains what remains.
const TO_COME: &[&str] = &[];

/// Why a value differs: part of the file name, field, peer, reason.
type Explained = (&'static str, &'static str, Peer, &'static str);

const EXPLAINED: &[Explained] = &[
    ("canon_kissx4", "resolution", ExifTool, "the stored mosaic; ours is its ActiveArea, what the FDL canvas has to equal"),
    ("canon_kissx4", "resolution", MediaInfo, "the stored mosaic; ours is its ActiveArea"),
    ("exiftool_DNG.dng", "resolution", ExifTool, "the stored mosaic; ours is its ActiveArea"),
    ("exiftool_DNG.dng", "resolution", MediaInfo, "MediaInfo describes the thumbnail of IFD0; ours is the mosaic in the SubIFD"),
    ("exiftool_DNG.dng", "bit_depth", MediaInfo, "of the thumbnail"),
    ("exiftool_DNG.dng", "firmware", ExifTool, "from the camera's own maker note in DNGPrivateData, which is not read"),
    ("nikon_d500_lossy", "resolution", MediaInfo, "MediaInfo describes the preview of IFD0"),
    ("nikon_d500_lossy", "date_time", MediaInfo, "when the file was converted (DateTime); ours is DateTimeOriginal, as ExifTool has it"),
    (
        "cdng_lossy12_dct_cfa",
        "codec",
        ExifTool,
        "tag 259 says lossless JPEG; the payload is a DCT JPEG (SOF1), as Blackmagic's cameras write it",
    ),
    (".cr3", "resolution", ExifTool, "the picture meant to be shown: our crop. Ours is the active area of the mosaic"),
    (".cr3", "resolution", MediaInfo, "the first track, a JPEG; ours is the active area of the mosaic"),
    (".cr3", "bit_depth", ExifTool, "of the JPEG that IFD0 describes; ours is the mosaic's (CMP1)"),
    (".cr3", "frame_rate", ExifTool, "tracks of one sample and one second: a still has no rate"),
    (".cr3", "frame_rate", MediaInfo, "a still has no rate"),
    (".cr3", "duration", ExifTool, "a still has no duration"),
    (".cr3", "duration", MediaInfo, "a still has no duration"),
    ("ft_fixture.cr3", "date_time", MediaInfo, "the movie header, in UTC; ours is DateTimeOriginal, eight hours ahead, as ExifTool has it"),
    (
        "gpmf_karma.mp4",
        "start_timecode",
        MediaInfo,
        "counts at the 29 frames a second of the sample entry; the track runs at 30000/1001, of which 30 make a second: 19:26:48:04, as FFmpeg \
         has it, a minute before the file's creation time",
    ),
    (
        "gpmf_karma.mp4",
        "signal_range",
        MediaInfo,
        "of the container; the stream says full, which MediaInfo lists as the original and FFmpeg goes by",
    ),
    ("nikon_d500", "codec", ExifTool, "the name of the tag's value; ours says of which process the stream is"),
    ("ft_fixture.mxf", "matrix", MediaInfo, "BT.470 System B/G: the coefficients of BT.601 by their older name"),
    ("ft_fixture.mxf", "gamut", MediaInfo, "BT.601 PAL: BT.601 of 625 lines"),
    ("ft_fixture.mxf", "transfer", MediaInfo, "BT.470 System B/G: gamma 2.8"),
    ("ft_fixture.mxf", "codec", MediaInfo, "MPEG Video: another name of MPEG-2"),
    (".mxf", "software", MediaInfo, "the product alone; ours is company, product and version"),
    ("photon_app5", "codec", MediaInfo, "the labels by their numbers"),
    ("photon_app5", "gamut", MediaInfo, "ACES: another name of the AP0 primaries of ACES2065-1"),
    ("photon_j2k", "date_time", MediaInfo, "with milliseconds"),
    ("photon_j2k", "gamut", MediaInfo, "Display P3: the same primaries and white; the label says P3-D65"),
    ("slog3_avcintra", "codec", MediaInfo, "AVC: the family; the label says AVC-Intra"),
    ("slog3_dnxhr", "codec", MediaInfo, "VC-3 by its standard's name alone"),
];

fn run(program: &str, args: &[&str], files: &[PathBuf]) -> Option<Value> {
    match Command::new(program).args(args).args(files).output() {
        // ExifTool counts warnings as failure: what it prints decides.
        Ok(output) => Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{program}: {e}"))),
        Err(e) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{program} is not installed: {e}");
            eprintln!("skipped: {program} is not installed");
            None
        }
    }
}

/// Values of a file, by key; of a key that comes twice, the first.
type Values = BTreeMap<String, String>;

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.trim().to_owned()).filter(|s| !s.is_empty()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// Compression by number, as TIFF and OpenEXR have it, and our name of it.
const TIFF: &[(&str, &str)] = &[("1", "uncompressed"), ("7", "lossless JPEG"), ("9", "VC-5"), ("34892", "lossy JPEG")];
const OPENEXR: &[(&str, &str)] =
    &[("0", "uncompressed"), ("1", "RLE"), ("2", "ZIPS"), ("3", "ZIP"), ("4", "PIZ"), ("5", "PXR24"), ("6", "B44")];

fn named(table: &[(&str, &str)], number: &str) -> Option<String> {
    table.iter().find(|row| row.0 == number).map(|row| row.1.to_owned())
}

fn exiftool(files: &[PathBuf]) -> Option<Vec<Values>> {
    let all = run("exiftool", &["-j", "-n", "-G1", "-q"], files)?;
    let of_file = |v: &Value| -> Values {
        let mut values: Values = v.as_object().unwrap().iter().filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect();
        // The picture is the largest of the directories, or the track.
        let number = |group: &str, name: &str| values.get(&format!("{group}:{name}")).and_then(|v| v.parse::<u64>().ok());
        let groups = ["IFD0", "SubIFD", "SubIFD1", "SubIFD2", "Track1", "File", "CanonRaw"];
        let size = |g: &&str| Some((number(g, "ImageWidth")?, number(g, "ImageHeight")?));
        let largest = groups.iter().rev().filter_map(|g| Some((size(g)?, *g))).max_by_key(|((w, h), _)| w * h);
        if let Some(((w, h), group)) = largest {
            values.insert("size".into(), format!("{w}x{h}"));
            let bits = values.get(&format!("{group}:BitsPerSample")).and_then(|b| Some(b.split(' ').next()?.to_owned()));
            let compression = values.get(&format!("{group}:Compression")).and_then(|c| named(TIFF, c));
            bits.map(|bits| values.insert("depth".into(), bits));
            compression.map(|name| values.insert("compression".into(), name));
        }
        if let Some(name) = values.get("OpenEXR:Compression").and_then(|c| named(OPENEXR, c)) {
            values.insert("compression".into(), name);
        }
        // A plate is as large as it is meant to be shown, whatever is stored of it.
        let window = values.get("OpenEXR:DisplayWindow").map(|w| w.split(' ').filter_map(|n| n.parse::<i64>().ok()).collect::<Vec<_>>());
        if let Some([x0, y0, x1, y1]) = window.as_deref() {
            values.insert("display".into(), format!("{}x{}", x1 - x0 + 1, y1 - y0 + 1));
        }
        values
    };
    Some(all.as_array().unwrap().iter().map(of_file).collect())
}

fn mediainfo(files: &[PathBuf]) -> Option<Vec<Values>> {
    let all = run("mediainfo", &["--Output=JSON"], files)?;
    let of_file = |v: &Value| -> Values {
        let mut values = Values::new();
        for track in v["media"]["track"].as_array().into_iter().flatten() {
            let kind = track["@type"].as_str().unwrap_or_default();
            let extra = track["extra"].as_object().into_iter().flatten();
            for (key, value) in track.as_object().into_iter().flatten().chain(extra) {
                if let Some(value) = text(value) {
                    values.entry(format!("{kind}:{key}")).or_insert(value);
                }
            }
        }
        for kind in ["Video", "Image"] {
            let get = |name: &str| values.get(&format!("{kind}:{name}")).cloned();
            if let (Some(w), Some(h)) = (get("Width"), get("Height")) {
                values.entry("size".into()).or_insert(format!("{w}x{h}"));
            }
        }
        // Of stills it tells the container; ExifTool has their coding.
        let get = |name: &str| values.get(&format!("Video:{name}")).cloned();
        if let Some(format) = get("Format") {
            let profile = get("Format_Profile").unwrap_or_default();
            values.insert("codec".into(), if format == "ProRes" { format!("{format} {profile}") } else { format });
        }
        values
    };
    Some(all.as_array().unwrap().iter().map(of_file).collect())
}

/// Value of a field, as far as it is comparable: the unit taken off.
fn ours(m: &Metadata, field: &str) -> Option<String> {
    let shown = m.rows().into_iter().find(|r| r.name == field)?.value;
    let info = Metadata::FIELDS.iter().find(|f| f.name == field).unwrap();
    let value = shown.trim_end_matches(info.unit).trim();
    Some(match field {
        // Ratios as decimals.
        "frame_rate" => m.frame_rate.as_ref()?.value.to_f64().to_string(),
        _ => value.to_owned(),
    })
}

/// Names that are the same thing: theirs to ours.
const SAME: &[(&str, &str)] = &[("AVC", "H.264"), ("Limited", "legal"), ("CRAW", "Canon RAW (CRX)")];

fn same(how: As, ours: &str, theirs: &str) -> bool {
    let theirs = theirs.trim_start_matches("Firmware Version ");
    let digits = |s: &str| s.chars().filter(char::is_ascii_digit).take(14).collect::<String>();
    match how {
        Text => ours.eq_ignore_ascii_case(theirs) || SAME.contains(&(theirs, ours)),
        Date => digits(ours) == digits(theirs),
        Number | Seconds => match (ours.parse::<f64>(), theirs.split(' ').next().unwrap_or_default().parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= 5e-4 * if matches!(how, Seconds) { 1.0 } else { a.abs().max(b.abs()) },
            _ => false,
        },
    }
}

#[test]
fn values_agree_with_exiftool_and_mediainfo() {
    let Some(root) = corpus("camera") else { return };
    let mut files: Vec<PathBuf> = vec![];
    for folder in ["real", "synthetic"] {
        files.extend(std::fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()));
    }
    files.sort();
    let (exif, info) = (exiftool(&files), mediainfo(&files));
    let (mut compared, mut unexplained, mut needed) = (0, vec![], vec![false; EXPLAINED.len()]);
    for (i, file) in files.iter().enumerate() {
        let to_come = file.extension().is_some_and(|e| TO_COME.iter().any(|t| e == *t));
        let clip = match camera::open_single(file) {
            Ok(clip) => clip,
            Err(e) => {
                assert!(to_come, "{e}");
                eprintln!("not read yet: {}", file.display());
                continue;
            }
        };
        for (field, how, peer, keys) in ROWS {
            let values = match peer {
                ExifTool => exif.as_ref(),
                MediaInfo => info.as_ref(),
            };
            let Some(values) = values.map(|v| &v[i]) else { continue };
            let Some(theirs) = keys.iter().find_map(|k| values.get(*k)) else { continue };
            let ours = ours(clip.metadata(), field);
            // Peers print zeros for what is not known.
            if ours.is_none() && theirs.chars().all(|c| matches!(c, '0' | '.' | ':' | '-' | ' ')) {
                continue;
            }
            if ours.as_deref().is_some_and(|o| same(*how, o, theirs)) {
                compared += 1;
                continue;
            }
            let name = file.file_name().unwrap().to_str().unwrap();
            let reason = EXPLAINED.iter().position(|(part, f, p, _)| name.contains(part) && f == field && p == peer);
            match reason {
                Some(at) => needed[at] = true,
                None if to_come => eprintln!("{}", difference(name, field, *peer, ours.as_deref(), theirs)),
                None => unexplained.push(difference(name, field, *peer, ours.as_deref(), theirs)),
            }
        }
    }
    assert!(unexplained.is_empty(), "{} values agree; without explanation:\n{}", compared, unexplained.join("\n"));
    if exif.is_none() || info.is_none() {
        return;
    }
    // Many values were there to agree on.
    assert!(compared > 200, "{compared}");
    let unused: Vec<_> = EXPLAINED.iter().zip(&needed).filter(|(_, n)| !**n).map(|(e, _)| e).collect();
    assert!(unused.is_empty(), "nothing differs there any more: {unused:?}");
}

fn difference(name: &str, field: &str, peer: Peer, ours: Option<&str>, theirs: &str) -> String {
    format!("{name}: {field}: {} here, {theirs} by {peer:?}", ours.unwrap_or("nothing"))
}
