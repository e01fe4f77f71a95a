//! Rows to clips.

use super::Ale;
use crate::{
    camera::{Rational, Timecode},
    error::{Error, Result},
    sidecar::{
        Diagnostic, Level,
        cdl::{Cdl, parse_numbers},
        json::{Node, Value},
        timeline::{
            Base, Child, Collection, Content, Exact, Item, Media, MediaKind, Object, Sources, Time, TimeRange, count, frame_rate, set_cdl,
            set_drop_frame, string, strings,
        },
    },
    words,
};

impl Ale {
    /// The frame rate of the heading.
    ///
    /// # Errors
    /// It is missing or not a rate.
    pub fn rate(&self) -> Result<Rational> {
        let text = self.heading("FPS").ok_or_else(|| Error::invalid("the heading has no rate; give one").field("FPS"))?.trim();
        let rate = Exact::parse_rate(text).map_err(|e| e.field("FPS"))?;
        frame_rate(rate.number).map_err(|e| e.field("FPS"))
    }

    /// Its clips. Columns that a clip has its own place for (`Start`, `End`, `Duration`, `Source File`, `ASC_SOP`, `ASC_SAT`,
    /// `CDL`) go there unless they are blank; every other cell that the row has is in `metadata.ALE`.
    ///
    /// A correction that cannot be read stays in its cell and is reported (`CDL_UNREADABLE`).
    ///
    /// # Errors
    /// No rate (given or in the heading); a timecode that cannot be read; `Start`, `End` and `Duration` that contradict each
    /// other; names of columns so long that the clips hold 64 MiB of them. Each with its line.
    pub fn to_collection(&self, rate: Option<Rational>) -> Result<(Collection, Vec<Diagnostic>)> {
        let rate = match rate {
            Some(rate) => frame_rate(crate::sidecar::timeline::fraction(rate)?)?,
            None => self.rate()?,
        };
        let mut collection = Collection::default();
        let headings: Vec<(String, Node)> =
            self.headings().filter(|(n, _)| !n.is_empty()).map(|(n, v)| (n.into(), string(v).into())).collect();
        collection.base.metadata.set("ALE", "header", Value::Object(headings));
        collection.base.metadata.set("ALE", "columns", strings(self.columns().iter().map(String::as_str)));
        let mut found = vec![];
        let mut names = 0usize;
        for (cells, line) in self.rows() {
            // Each cell brings the name of its column along.
            names += self.columns().iter().take(cells.len()).map(String::len).sum::<usize>();
            if names > MAX_NAMES {
                return Err(Error::unsupported(format!("names of columns of more than {MAX_NAMES} bytes in all")).line(line));
            }
            let clip = clip(self.columns(), cells, line, rate, &mut found).map_err(|e| e.line(line))?;
            collection.children.push(Object::Child(Child::Item(clip)));
        }
        Ok((collection, found))
    }
}

/// Bytes of column names in all clips.
const MAX_NAMES: usize = 64 << 20;

fn clip(columns: &[String], cells: &[String], line: u32, rate: Rational, found: &mut Vec<Diagnostic>) -> Result<Item> {
    // A row may be shorter than the columns; what it lacks is not made up.
    let mut left: Vec<(&str, &str)> = columns.iter().zip(cells).map(|(name, cell)| (name.as_str(), cell.as_str())).collect();
    let mut take = |name: &str| {
        let at = left.iter().position(|(n, c)| *n == name && !c.trim().is_empty())?;
        Some(left.remove(at).1.trim())
    };
    let start = take("Start");
    let drop = start.and_then(|text| text.parse::<Timecode>().ok()).map(|code| code.drop_frame);
    let range = range(start, take("End"), take("Duration"), rate)?;
    let media = take("Source File").map_or(MediaKind::Missing, |file| MediaKind::External(file.into()));
    let cdl = {
        let cell = |name: &str| left.iter().find(|(n, c)| *n == name && !c.trim().is_empty()).map(|(_, c)| c.trim());
        match cdl(cell("ASC_SOP"), cell("ASC_SAT"), cell("CDL")) {
            Ok(cdl) => cdl,
            Err(error) => {
                let (message, path) = (error.to_string(), String::new());
                found.push(Diagnostic { level: Level::Warning, code: "CDL_UNREADABLE", message, line, path });
                None
            }
        }
    };
    if cdl.is_some() {
        left.retain(|(n, c)| c.trim().is_empty() || !matches!(*n, "ASC_SOP" | "ASC_SAT" | "CDL"));
    }
    let name = left.iter().find(|(n, _)| *n == "Name").map_or("", |(_, c)| *c);
    let mut item = Item::new(Base::named(name, line), range, Content::Clip(Sources::one(Media::new(media))));
    let cells: Vec<(String, Node)> = left.iter().map(|(n, c)| ((*n).into(), string(*c).into())).collect();
    if !cells.is_empty() {
        item.base.metadata.0.push(("ALE".into(), Value::Object(cells).into()));
    }
    if let Some(cdl) = cdl {
        set_cdl(&mut item.base.metadata, &cdl);
    }
    if let Some(drop) = drop {
        set_drop_frame(&mut item.base.metadata, drop, rate);
    }
    Ok(item)
}

fn range(start: Option<&str>, end: Option<&str>, duration: Option<&str>, rate: Rational) -> Result<Option<TimeRange>> {
    let Some(start) = start else { return Ok(None) };
    let frames = |field: &str, text: &str| -> Result<i64> {
        text.parse::<Timecode>().and_then(|code| count(code, rate)).map_err(|e| e.field(field).value(text))
    };
    let from = frames("Start", start)?;
    let end = end.map(|text| frames("End", text)).transpose()?;
    let length = match (end, duration) {
        (None, None) => return Err(Error::invalid("neither End nor Duration").field("Start").value(start)),
        (None, Some(text)) => frames("Duration", text)?,
        (Some(end), None) => end - from,
        (Some(end), Some(text)) => {
            let length = frames("Duration", text)?;
            if from + length != end {
                return Err(Error::invalid(format!("End - Start is {}", words::count(end - from, "frame"))).field("Duration").value(text));
            }
            length
        }
    };
    if length < 0 {
        return Err(Error::invalid("End lies before Start").field("Start").value(start));
    }
    Ok(Some(TimeRange { start: Time::frames(from, rate)?, duration: Time::frames(length, rate)? }))
}

/// `ASC_SOP` and `ASC_SAT`, else all ten numbers in `CDL`.
fn cdl(sop: Option<&str>, sat: Option<&str>, all: Option<&str>) -> Result<Option<Cdl>> {
    let numbers = |field: &str, text: &str| {
        let plain = text.replace(['(', ')', ','], " ");
        parse_numbers(&plain).ok_or_else(|| Error::invalid("not the numbers of a CDL").field(field).value(text))
    };
    let mut cdl = None;
    for (field, text, counts) in [("CDL", all, [9, 10]), ("ASC_SOP", sop, [9, 9])] {
        let Some(text) = text else { continue };
        let values = numbers(field, text)?;
        let triple = |at: usize| -> Option<[f64; 3]> { values.get(at..at + 3)?.try_into().ok() };
        let (Some(slope), Some(offset), Some(power), true) = (triple(0), triple(3), triple(6), counts.contains(&values.len())) else {
            return Err(Error::invalid("not three triples").field(field).value(text));
        };
        let cdl = cdl.get_or_insert_with(Cdl::default);
        (cdl.slope, cdl.offset, cdl.power) = (slope, offset, power);
        if let Some(saturation) = values.get(9) {
            cdl.saturation = *saturation;
        }
    }
    if let Some(text) = sat {
        let values = numbers("ASC_SAT", text)?;
        let [saturation] = values.as_slice() else { return Err(Error::invalid("not one number").field("ASC_SAT").value(text)) };
        cdl.get_or_insert_with(Cdl::default).saturation = *saturation;
    }
    Ok(cdl)
}
