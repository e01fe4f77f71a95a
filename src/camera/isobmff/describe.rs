//! What a movie says of itself, in the normalised schema.

use super::{MAX_FRAMES, Movie, Track, Visual, codec, gopro, keys, track::timecode};
use crate::{
    camera::{Field, Metadata, Rational, h273},
    error::{Error, Result},
    image::Rect,
};

/// A movie, its pictures and its metadata.
pub struct Described<'a> {
    pub movie: Movie<'a>,
    /// Of the picture track.
    pub visual: Visual<'a>,
    pub metadata: Metadata,
    /// Number of pictures; 0 where the file is in fragments.
    pub frame_count: u32,
}

/// Reads the structure of a movie file and everything it says of itself: container, timecode track, QuickTime keys of the
/// makers, user data. Fields that cannot be read are noted among the unmapped ones. No picture is decoded; of samples,
/// only the first of the timecode track and of known metadata tracks is looked at.
///
/// Errors: no movie box, no picture track, or tables that contradict themselves.
pub fn describe(file: &[u8]) -> Result<Described<'_>> {
    let mut movie = Movie::read(file)?;
    let mut metadata = Metadata::default();
    gopro::describe(&movie, &mut metadata);
    let (visual, frame_count) = fill(&mut movie, &mut metadata)?;
    Ok(Described { movie, visual, metadata, frame_count })
}

/// Fills what is absent in `m`, so a maker's own reader comes first. Items that nobody takes go among the unmapped ones.
pub fn fill<'a>(movie: &mut Movie<'a>, m: &mut Metadata) -> Result<(Visual<'a>, u32)> {
    let video = movie.video().ok_or_else(|| Error::unsupported("no picture track").field("moov"))?;
    let visual = video.visual()?;
    let frame_count = video.samples.count();
    if frame_count > MAX_FRAMES {
        return Err(Error::unsupported(format!("more than {MAX_FRAMES} pictures")).field("stsz sample count").value(frame_count));
    }
    container(movie, video, frame_count, m);
    of_visual(&visual, m);
    match movie.timecode_track().map(|track| timecode::read(track, movie.file)) {
        Some(Ok(Some(start))) => {
            absent(&mut m.start_timecode, || Field::stated(start.timecode, "tmcd"));
            m.keep("tmcd rate", start.rate.to_string());
            if let Some(frames) = start.odd_base {
                m.keep("tmcd number of frames", frames.to_string());
            }
            if let Some(reel) = start.reel {
                absent(&mut m.reel, || Field::assumed(reel, "tmcd source name"));
            }
        }
        Some(Err(e)) => m.keep("tmcd", format!("unreadable: {e}")),
        Some(Ok(None)) | None => {}
    }
    let mut items = std::mem::take(&mut movie.items);
    if let Some(video) = movie.tracks.iter_mut().find(|t| t.is_video()) {
        items.append(&mut video.items);
    }
    keys::take(&mut items, m, keys::QUICKTIME);
    for item in items {
        m.keep(item.key, item.value.to_string());
    }
    created(movie, m);
    m.derive_shutter();
    Ok((visual, frame_count))
}

fn absent<T>(slot: &mut Option<Field<T>>, field: impl FnOnce() -> Field<T>) {
    slot.get_or_insert_with(field);
}

fn container(movie: &Movie, video: &Track, frame_count: u32, m: &mut Metadata) {
    if movie.fragmented {
        m.keep("mvex", "the movie is in fragments: its pictures are not counted");
    } else {
        absent(&mut m.frame_count, || Field::stated(frame_count.into(), "stsz"));
    }
    if let Some(rate) = rate(video) {
        absent(&mut m.frame_rate, || rate);
    }
    if video.timescale > 0 && video.duration > 0 {
        absent(&mut m.duration, || Field::stated(video.duration as f64 / f64::from(video.timescale), "mdhd"));
    }
    // The whole of the media, from its start: the usual edit, of which there is nothing to tell.
    let whole = |e: &super::Edit| {
        let shown = u128::from(e.duration) * u128::from(video.timescale);
        let stored = u128::from(video.duration) * u128::from(movie.timescale);
        e.media_time == 0 && shown.abs_diff(stored) <= u128::from(video.timescale)
    };
    if !matches!(video.edits.as_slice(), []) && !matches!(video.edits.as_slice(), [one] if whole(one)) {
        let list: Vec<String> = video.edits.iter().take(8).map(|e| format!("{} from {}", e.duration, e.media_time)).collect();
        m.keep("elst", list.join(", "));
    }
    if video.entries > 1 {
        m.keep("stsd", format!("{} sample entries: the first is described", video.entries));
    }
    let brands: Vec<String> = movie.brand.iter().chain(&movie.compatible).map(ToString::to_string).collect();
    if !brands.is_empty() {
        m.keep("ftyp", brands.join(" "));
    }
    if movie.compatible.iter().chain(&movie.brand).any(|b| *b == b"ARRI") {
        absent(&mut m.make, || Field::assumed("ARRI".into(), "ftyp brand"));
    }
    if let Some(xml) = movie.xml {
        m.keep("meta xml", format!("{} bytes", xml.len()));
    }
    let others: Vec<String> = movie.tracks.iter().filter(|t| t.id != video.id).filter_map(|t| Some(t.codec()?.to_string())).collect();
    if !others.is_empty() {
        m.keep("other tracks", others.join(" "));
    }
}

/// The rate of pictures: time scale over duration, where all but the last are as long as each other; else their mean.
fn rate(track: &Track) -> Option<Field<Rational>> {
    let (mut count, mut time, mut runs) = (0u64, 0u128, 0u32);
    let mut first = None;
    let mut last = 0;
    for (n, delta) in track.samples.durations().filter(|(n, _)| *n > 0) {
        count += u64::from(n);
        time += u128::from(n) * u128::from(delta);
        if first.is_none_or(|f| f != delta) && first.is_some() {
            runs += 1;
            last = n;
        }
        first.get_or_insert(delta);
    }
    let delta = first.filter(|_| track.timescale > 0)?;
    let even = runs == 0 || runs == 1 && last == 1;
    let (num, den) =
        if even { (u128::from(track.timescale), u128::from(delta)) } else { (u128::from(count) * u128::from(track.timescale), time) };
    let divisor = gcd(num, den);
    if den == 0 || divisor == 0 {
        return None;
    }
    let rate = Rational::new(i64::try_from(num / divisor).ok()?, i64::try_from(den / divisor).ok()?)?;
    Some(if even { Field::derived(rate, "mdhd, stts") } else { Field::derived(rate, "mdhd, stts (mean: durations differ)") })
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn of_visual(visual: &Visual, m: &mut Metadata) {
    let key = |part: &str| format!("stsd {}{part}", visual.codec);
    absent(&mut m.resolution, || Field::stated(visual.size, key("")));
    absent(&mut m.codec, || Field::stated(codec::name(visual.codec), key("")));
    if let Some((bits, says)) = visual.bit_depth {
        absent(&mut m.bit_depth, || if says == "sample entry" { Field::derived(bits, key("")) } else { Field::stated(bits, says) });
    }
    if !visual.compressor.is_empty() {
        m.keep("compressor name", visual.compressor.clone());
    }
    if let Some(aspect) = visual.pixel_aspect {
        absent(&mut m.squeeze, || Field::stated(aspect.to_f64(), "pasp"));
    }
    if let Some(clean) = visual.clean {
        let edge = |size: u32, clean: f64, offset: f64| (f64::from(size) - clean) / 2.0 + offset;
        let (x, y) = (edge(visual.size.width, clean.width, clean.x), edge(visual.size.height, clean.height, clean.y));
        let rect = Rect::new(x.round() as i32, y.round() as i32, clean.width.round() as u32, clean.height.round() as u32);
        if Rect::of(visual.size).contains(rect) {
            let exact = [x, y, clean.width, clean.height].iter().all(|v| v.fract() == 0.0);
            absent(&mut m.crop, || if exact { Field::stated(rect, "clap") } else { Field::derived(rect, "clap (rounded)") });
        } else {
            m.keep("clap", format!("{}x{} at {x} {y}: outside the picture", clean.width, clean.height));
        }
    }
    if let Some(color) = visual.color {
        let mut put = |slot: &mut Option<Field<String>>, name: Option<&str>, code: u16, what: &str| match name {
            Some(name) => absent(slot, || Field::stated(name.to_owned(), format!("colr {what} {code}"))),
            None if code != 2 => m.keep(format!("colr {what}"), code.to_string()),
            None => {}
        };
        // Code points are what the pictures are signalled as; a log camera's own keys say more and go first.
        let (mut transfer, mut gamut, mut matrix) = (None, None, None);
        put(&mut transfer, h273::transfer(color.transfer), color.transfer, "transfer");
        put(&mut gamut, h273::primaries(color.primaries), color.primaries, "primaries");
        put(&mut matrix, h273::matrix(color.matrix), color.matrix, "matrix");
        m.matrix = m.matrix.take().or(matrix);
        m.transfer = m.transfer.take().or(transfer);
        m.gamut = m.gamut.take().or(gamut);
        if let Some(full) = color.full_range {
            let name = if full { "full" } else { "legal" };
            absent(&mut m.signal_range, || Field::stated(name.to_owned(), "colr full_range_flag"));
        }
    }
}

/// Seconds from 1904-01-01 to 1970-01-01.
const MAC_EPOCH: i64 = 2_082_844_800;

/// The creation time of the movie, where nothing better says when it was recorded. By the standard it is UTC; cameras
/// write their local time into it.
fn created(movie: &Movie, m: &mut Metadata) {
    let seconds = i64::try_from(movie.created).ok().filter(|&s| s > 0).and_then(|s| s.checked_sub(MAC_EPOCH));
    let Some(time) = seconds.and_then(|s| time::OffsetDateTime::from_unix_timestamp(s).ok()) else { return };
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    if let Ok(text) = time.format(format) {
        absent(&mut m.date_time, || Field::assumed(text, "mvhd creation time"));
    }
}
