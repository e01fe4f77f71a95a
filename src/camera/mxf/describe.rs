//! The normalised metadata of an MXF file: packages, picture descriptor, who wrote it, and the acquisition sets of the first
//! frame. Tags as SMPTE ST 377-1 annexes A to G number them.

use super::{
    acquisition,
    klv::{Klv, Label},
    names,
    partition::{self, Partition},
    sets::{Set, Sets, number},
};
use crate::{
    camera::{Field, Metadata, Rational, Timecode},
    error::{Error, Result},
    image::{Rect, Size},
};

/// Classes of sets.
mod class {
    pub const PREFACE: u8 = 0x2f;
    pub const IDENTIFICATION: u8 = 0x30;
    pub const MATERIAL_PACKAGE: u8 = 0x36;
    pub const SOURCE_PACKAGE: u8 = 0x37;
    pub const TIMECODE: u8 = 0x14;
    pub const SEQUENCE: u8 = 0x0f;
    /// Generic, CDCI, RGBA and MPEG picture descriptors.
    pub const PICTURES: [u8; 4] = [0x28, 0x29, 0x51, 0x27];
}

/// Triplets after the header that are searched for acquisition metadata: some dozens stand before the first picture.
pub const MAX_SEARCHED: usize = 64;
/// Most source packages that are asked: a file has one for each step of its history.
const MAX_PACKAGES: usize = 64;

/// An MXF file whose header was read.
pub struct Mxf<'a> {
    data: &'a [u8],
    /// Where essence may begin: past the pack of the header partition.
    pub body: usize,
    sets: Sets<'a>,
    operational_pattern: Label,
    complete: bool,
}

/// What a package says of its tracks.
#[derive(Default)]
struct Tracks {
    rate: Option<Rational>,
    duration: Option<u64>,
    timecode: Option<Timecode>,
}

impl<'a> Mxf<'a> {
    /// Reads the header metadata, or the footer's where the header's are not final.
    pub fn read(data: &'a [u8]) -> Result<Self> {
        let start = partition::find_header(&data[..data.len().min(1 << 16)]);
        let start = start.ok_or_else(|| Error::invalid("no header partition").field("MXF"))?;
        let header = Partition::read(data, start)?;
        let mut sets = header.sets(data)?;
        let mut complete = header.complete;
        if !complete
            && let Some(at) = partition::find_footer(data, start, &header)
            && let Ok(footer) = Partition::read(data, at)
            && footer.kind == partition::Kind::Footer
            && let Ok(later) = footer.sets(data)
            && !later.all.is_empty()
        {
            (sets, complete) = (later, footer.complete);
        }
        Ok(Self { data, body: header.end, sets, operational_pattern: header.operational_pattern, complete })
    }

    /// The picture descriptor that says most: the first with a size.
    fn descriptor(&self) -> Option<&Set<'a>> {
        let mut pictures = class::PICTURES.into_iter().flat_map(|c| self.sets.of_class(c));
        pictures.find(|s| s.get(0x3203).is_some())
    }

    fn tracks(&self, package: &Set) -> Tracks {
        let mut tracks = Tracks::default();
        for id in package.references(0x4403) {
            let Some(track) = self.sets.instance(&id) else { continue };
            let Some(sequence) = track.get(0x4803).and_then(|id| self.sets.instance(id)) else { continue };
            let rate = track.rational(0x4b01);
            match data_definition(sequence) {
                Some(DataDefinition::Picture) if tracks.rate.is_none() => {
                    tracks.rate = rate;
                    // -1 stands for a duration that was not known when this was written.
                    tracks.duration = sequence.number(0x0202).filter(|&d| d > 0 && d < 1 << 40);
                }
                Some(DataDefinition::Timecode) if tracks.timecode.is_none() => tracks.timecode = self.timecode(sequence, rate),
                _ => {}
            }
        }
        tracks
    }

    /// The first timecode component of a track of that edit rate.
    fn timecode(&self, sequence: &Set<'a>, rate: Option<Rational>) -> Option<Timecode> {
        let parts = sequence.references(0x1001);
        let of_sequence = parts.iter().find_map(|id| self.sets.instance(id)).filter(|s| s.class() == class::TIMECODE);
        let component = if sequence.class() == class::SEQUENCE { of_sequence? } else { sequence };
        let base = component.number(0x1502).filter(|b| (1..=100).contains(b))?;
        let start = component.number(0x1501).filter(|&s| s < 1 << 40)?;
        // Labels are dropped at the rates they were made for, whatever the flag says.
        let drop = component.number(0x1503) == Some(1) && rate.is_none_or(Timecode::can_drop) && base.is_multiple_of(30);
        Some(Timecode::from_frame_count(start, Rational::new(base as i64, 1)?, drop))
    }

    /// Everything but the clip's name.
    pub fn metadata(&self) -> Metadata {
        let mut m = Metadata::default();
        let material = self.sets.of_class(class::MATERIAL_PACKAGE).next();
        let tracks = material.map(|p| self.tracks(p)).unwrap_or_default();
        let source = self.sets.of_class(class::SOURCE_PACKAGE).take(MAX_PACKAGES).map(|p| self.tracks(p));
        let source = source.reduce(|a, b| Tracks {
            rate: a.rate.or(b.rate),
            duration: a.duration.or(b.duration),
            timecode: a.timecode.or(b.timecode),
        });
        let source = source.unwrap_or_default();
        let either = |material: bool, what: &str| format!("MXF {} package, {what}", if material { "material" } else { "source" });
        m.start_timecode = tracks.timecode.or(source.timecode).map(|t| Field::stated(t, either(tracks.timecode.is_some(), "1501 Start")));
        m.frame_rate = tracks.rate.or(source.rate).map(|r| Field::stated(r, either(tracks.rate.is_some(), "4B01 Edit Rate")));
        m.frame_count = tracks.duration.or(source.duration).map(|d| Field::stated(d, either(tracks.duration.is_some(), "0202 Duration")));
        if let Some(picture) = self.descriptor() {
            of_picture(&mut m, picture);
        }
        if let Some(package) = material {
            m.date_time = package.time(0x4405).map(|t| Field::stated(t, "MXF 4405 Package Creation Date"));
        }
        self.identification(&mut m);
        self.acquisition(&mut m);
        self.keep(&mut m, material);
        m
    }

    fn identification(&self, m: &mut Metadata) {
        // The last one is of who wrote the file as it is.
        let Some(id) = self.sets.of_class(class::IDENTIFICATION).last() else { return };
        let (company, product) = (id.text(0x3c01), id.text(0x3c02));
        let words = [company.clone(), product.clone(), id.text(0x3c04)];
        let words: Vec<String> = words.into_iter().flatten().collect();
        if !words.is_empty() {
            m.software = Some(Field::stated(words.join(" "), "MXF 3C01 Company Name, 3C02 Product Name, 3C04 Version String"));
        }
        // Only a camera's own words name the camera.
        if company.as_deref() == Some("ARRI") {
            m.make = company.map(|c| Field::stated(c, "MXF 3C01 Company Name"));
            m.model = product.map(|p| Field::stated(p, "MXF 3C02 Product Name"));
        }
        if m.date_time.is_none() {
            m.date_time = id.time(0x3c06).map(|t| Field::stated(t, "MXF 3C06 Modification Date"));
        }
    }

    /// Acquisition sets of the first frame.
    fn acquisition(&self, m: &mut Metadata) {
        let mut at = self.body;
        // Header metadata come first, of which there are many; what is searched is what follows them.
        let mut searched = 0;
        for _ in 0..self.sets.all.len() + 2 * MAX_SEARCHED {
            let Ok(Some(klv)) = Klv::read(self.data, at) else { return };
            at = klv.value.end;
            if klv.key.item().starts_with(&[0x0d, 0x01, 0x01, 0x01]) {
                continue;
            }
            searched += 1;
            if searched > MAX_SEARCHED {
                return;
            }
            let Ok(value) = klv.bytes(self.data) else { return };
            if acquisition::is_ancillary(&klv.key) {
                acquisition::from_ancillary(m, value);
            } else {
                acquisition::fill(m, &klv.key, value);
            }
        }
    }

    /// What the schema has no place for.
    fn keep(&self, m: &mut Metadata, material: Option<&Set>) {
        let mut keep = |key: String, value: String| m.keep(key, value);
        keep("MXF operational pattern".into(), self.operational_pattern.to_string());
        keep("MXF header metadata".into(), if self.complete { "complete" } else { "incomplete" }.into());
        if let Some(name) = material.and_then(|p| p.text(0x4402)) {
            keep("MXF 4402 Package Name".into(), name);
        }
        if let Some(modified) = self.sets.of_class(class::PREFACE).next().and_then(|p| p.time(0x3b02)) {
            keep("MXF 3B02 Last Modified Date".into(), modified);
        }
        let Some(picture) = self.descriptor() else { return };
        for (tag, name) in [
            (0x3203, "Stored Width"),
            (0x3202, "Stored Height"),
            (0x3205, "Sampled Width"),
            (0x3204, "Sampled Height"),
            (0x3209, "Display Width"),
            (0x3208, "Display Height"),
            (0x320c, "Frame Layout"),
            (0x3302, "Horizontal Subsampling"),
            (0x3308, "Vertical Subsampling"),
            (0x3304, "Black Ref Level"),
            (0x3305, "White Ref Level"),
            (0x3306, "Color Range"),
            (0x3406, "Component Max Ref"),
            (0x3407, "Component Min Ref"),
        ] {
            if let Some(value) = picture.number(tag) {
                keep(format!("MXF {tag:04X} {name}"), value.to_string());
            }
        }
        for (tag, name) in [(0x3201, "Picture Essence Coding"), (0x3004, "Essence Container"), (0x321a, "Coding Equations")] {
            if let Some(label) = picture.label(tag) {
                keep(format!("MXF {tag:04X} {name}"), label.to_string());
            }
        }
        // Tags that the file itself gives a label: mastering display, sub-descriptors, and what vendors add.
        for &(tag, value) in picture.items().iter().filter(|(tag, _)| *tag >= 0x8000) {
            if let Some(label) = self.sets.primer.label(tag) {
                let text = if value.len() <= 8 { number(value).to_string() } else { format!("{} bytes", value.len()) };
                keep(format!("MXF {label}"), text);
            }
        }
    }
}

enum DataDefinition {
    Picture,
    Timecode,
    Other,
}

/// What a component is of (ST 377-1 annex: 01030201 timecode, 01030202.01 picture).
fn data_definition(set: &Set) -> Option<DataDefinition> {
    let label = set.label(0x0201)?;
    Some(match label.item() {
        [1, 3, 2, 1, ..] => DataDefinition::Timecode,
        [1, 3, 2, 2, 1, ..] => DataDefinition::Picture,
        _ => DataDefinition::Other,
    })
}

fn of_picture(m: &mut Metadata, p: &Set) {
    // Separate fields are stored with half the lines each (Frame Layout 1; 3 and 4 hold whole frames).
    let fields = if p.number(0x320c) == Some(1) { 2 } else { 1 };
    let size = |width: u16, height: u16| {
        let size = Size::new(p.u32(width)?, p.u32(height)?.checked_mul(fields)?);
        (size.width > 0 && size.height > 0).then_some(size)
    };
    let stored = size(0x3203, 0x3202);
    let (display, sampled) = (size(0x3209, 0x3208), size(0x3205, 0x3204));
    let chosen = [
        (display, "MXF 3209 Display Width, 3208 Display Height"),
        (sampled, "MXF 3205 Sampled Width, 3204 Sampled Height"),
        (stored, "MXF 3203 Stored Width, 3202 Stored Height"),
    ];
    m.resolution = chosen.into_iter().find_map(|(size, key)| Some(Field::stated(size?, key)));
    if let (Some(size), Some(stored)) = (display, stored)
        && size != stored
        && size.width <= stored.width
        && size.height <= stored.height
    {
        // Signed numbers, relative to the sampled rectangle.
        let offset = |tag: u16| p.u32(tag).map_or(0, |v| v as i32);
        let rect = Rect::new(offset(0x320a), offset(0x320b).saturating_mul(fields as i32), size.width, size.height);
        m.crop = Some(Field::stated(rect, "MXF 320A Display X Offset, 320B Display Y Offset"));
    }
    if let (Some(aspect), Some(shown)) = (p.rational(0x320e), &m.resolution) {
        let squeeze = aspect.to_f64() * f64::from(shown.value.height) / f64::from(shown.value.width);
        if (0.05..=20.0).contains(&squeeze) {
            m.squeeze = Some(Field::derived(squeeze, format!("MXF 320E Aspect Ratio over {}", shown.key)));
        }
    }
    let container = p.label(0x3004);
    m.codec = match (p.label(0x3201), container.as_ref().and_then(names::container)) {
        (Some(coding), _) => Some(Field::stated(names::coding(&coding), "MXF 3201 Picture Essence Coding")),
        (None, Some(name)) => Some(Field::stated(name.to_owned(), "MXF 3004 Essence Container")),
        (None, None) => container.map(|c| Field::stated(c.to_string(), "MXF 3004 Essence Container")),
    };
    let layout = || {
        // Pairs of a component's code and depth; 253 is a 16-bit float (ST 377-1 annex G.2.40).
        let depth = p.get(0x3401)?.get(1).copied().filter(|&d| d > 0)?;
        Some(Field::stated(if depth == 253 { 16 } else { depth.into() }, "MXF 3401 Pixel Layout"))
    };
    m.bit_depth = p.u32(0x3301).map(|d| Field::stated(d, "MXF 3301 Component Depth")).or_else(layout);
    m.transfer = p.label(0x3210).map(|l| Field::stated(names::transfer(&l), "MXF 3210 Transfer Characteristic"));
    m.gamut = p.label(0x3219).map(|l| Field::stated(names::primaries(&l), "MXF 3219 Color Primaries"));
    m.frame_rate = m.frame_rate.take().or_else(|| p.rational(0x3001).map(|r| Field::stated(r, "MXF 3001 Sample Rate")));
    m.frame_count = m
        .frame_count
        .take()
        .or_else(|| p.number(0x3002).filter(|&d| d > 0 && d < 1 << 40).map(|d| Field::stated(d, "MXF 3002 Container Duration")));
}
