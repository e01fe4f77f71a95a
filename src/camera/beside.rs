//! What cameras write beside a clip: small XML documents of elements with attributes. Read for metadata only, and never past
//! their bounds: no entity but XML's own five is resolved, nothing they point to is opened.

use super::{Field, Metadata, Rational};
use crate::{
    error::{Error, Result},
    files::read_bounded,
};
use quick_xml::{XmlVersion, events::Event, reader::Reader};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Largest document.
const MAX_BYTES: u64 = 4 << 20;
/// Most elements, and deepest.
const MAX_ELEMENTS: usize = 100_000;
const MAX_DEPTH: usize = 64;
const MAX_CHARS: usize = 256;

/// An element: the names of those around it and its own, and its attributes, without prefixes.
type Visit<'a> = dyn FnMut(&[String], &BTreeMap<String, String>) + 'a;

/// Hands every element of a document to `visit`, in order.
fn elements(text: &str, visit: &mut Visit) -> Result<()> {
    let wrong = |error: &dyn std::fmt::Display| Error::invalid(format!("not well-formed XML: {error}"));
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = vec![];
    for _ in 0..MAX_ELEMENTS * 4 {
        match reader.read_event().map_err(|e| wrong(&e))? {
            Event::Start(tag) => {
                let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
                if path.len() >= MAX_DEPTH {
                    return Err(Error::invalid(format!("more than {MAX_DEPTH} elements deep")));
                }
                path.push(local(tag.name().as_ref()));
                let mut attributes = BTreeMap::new();
                for attribute in tag.attributes().take(MAX_CHARS) {
                    let attribute = attribute.map_err(|e| wrong(&e))?;
                    let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| wrong(&e))?;
                    let name = local(attribute.key.as_ref());
                    attributes.insert(name, value.chars().take(MAX_CHARS).collect());
                }
                visit(&path, &attributes);
            }
            Event::End(_) => _ = path.pop(),
            Event::DocType(_) => return Err(Error::invalid("a document type is not allowed")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
    Err(Error::invalid(format!("more than {MAX_ELEMENTS} elements")))
}

fn keep(m: &mut Metadata, key: String, value: &str) {
    if !value.is_empty() {
        m.keep(key, value);
    }
}

/// Sets a field that the clip itself does not state.
fn put<T>(field: &mut Option<Field<T>>, value: Option<T>, key: &str) {
    if let (None, Some(value)) = (&field, value) {
        *field = Some(Field::stated(value, key));
    }
}

/// Adds what a document beside the clip says; one that cannot be read is noted, not fatal.
fn merge(m: &mut Metadata, path: &Path, fill: fn(&mut Metadata, &str) -> Result<()>) {
    let read = || {
        let bytes = read_bounded(path, MAX_BYTES)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::invalid("not UTF-8"))?;
        // Into a copy: a document that breaks off half-way adds nothing.
        let mut merged = m.clone();
        fill(&mut merged, text.trim_start_matches('\u{feff}'))?;
        Ok(merged)
    };
    match read() as Result<Metadata> {
        Ok(merged) => *m = merged,
        Err(e) => keep(m, format!("beside: {}", path.file_name().unwrap_or_default().to_string_lossy()), &format!("unreadable: {e}")),
    }
}

/// Sony's NonRealTimeMeta beside `clip`: `C0001M01.XML` for `C0001.MXF`.
pub fn sony(m: &mut Metadata, clip: &Path) {
    let Some(stem) = clip.file_stem().map(|s| s.to_string_lossy().into_owned()) else { return };
    let names = ["M01.XML", "M01.xml"].map(|end| clip.with_file_name(format!("{stem}{end}")));
    if let Some(path) = names.iter().find(|p| p.is_file()) {
        merge(m, path, sony_fill);
    }
}

/// What a NonRealTimeMeta document says.
pub fn sony_fill(m: &mut Metadata, text: &str) -> Result<()> {
    let mut group = String::new();
    elements(text, &mut |path, attributes| {
        let get = |name: &str| attributes.get(name).cloned().filter(|v| !v.is_empty());
        let element = path.last().map_or("", String::as_str);
        match element {
            "Device" => {
                put(&mut m.make, get("manufacturer"), "Sony XML Device manufacturer");
                put(&mut m.model, get("modelName"), "Sony XML Device modelName");
                put(&mut m.serial, get("serialNo"), "Sony XML Device serialNo");
            }
            "Lens" => put(&mut m.lens, get("modelName"), "Sony XML Lens modelName"),
            "CreationDate" => put(&mut m.date_time, get("value"), "Sony XML CreationDate value"),
            "VideoFrame" => {
                // `23.98p`
                let rate = get("formatFps").and_then(|f| f.trim_end_matches(['p', 'i']).parse().ok()).and_then(Rational::frame_rate);
                put(&mut m.frame_rate, rate, "Sony XML VideoFrame formatFps");
                put(&mut m.codec, get("videoCodec"), "Sony XML VideoFrame videoCodec");
            }
            "Group" => group = get("name").unwrap_or_default(),
            "Item" => {
                let (name, value) = (get("name").unwrap_or_default(), get("value").unwrap_or_default());
                let key = format!("Sony XML {group} {name}");
                let said = (!value.is_empty()).then(|| sony_word(&value).to_owned());
                match name.as_str() {
                    "CaptureGammaEquation" => put(&mut m.transfer, said, &key),
                    "CaptureColorPrimaries" => put(&mut m.gamut, said, &key),
                    _ => {}
                }
                keep(m, key, &value);
                return;
            }
            _ => {}
        }
        for (name, value) in attributes.iter().filter(|(name, _)| *name != "xmlns" && *name != "schemaLocation") {
            keep(m, format!("Sony XML {element} {name}"), value);
        }
    })
}

/// Sony's words for its curves and gamuts, as they are called elsewhere.
fn sony_word(value: &str) -> &str {
    match value {
        "s-log2" => "S-Log2",
        "s-log3" => "S-Log3",
        "s-log3-cine" => "S-Log3",
        "s-gamut" => "S-Gamut",
        "s-gamut3" => "S-Gamut3",
        "s-gamut3-cine" => "S-Gamut3.Cine",
        "rec709" => "BT.709",
        other => other,
    }
}

/// RED's RMD beside `clip`, a file of the clip called `name`.
pub fn red(m: &mut Metadata, clip: &Path, name: &str) {
    let stem = clip.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let stems = [name, &stem];
    let names: Vec<PathBuf> = stems.iter().flat_map(|s| ["RMD", "rmd"].map(|end| clip.with_file_name(format!("{s}.{end}")))).collect();
    if let Some(path) = names.iter().find(|p| p.is_file()) {
        merge(m, path, red_fill);
    }
}

/// What an RMD document says: elements with a `type` and a `value`. It holds what was decided after the shot, so it does not
/// go into the fields of what the camera recorded.
pub fn red_fill(m: &mut Metadata, text: &str) -> Result<()> {
    elements(text, &mut |path, attributes| {
        let element = path.last().map_or("", String::as_str);
        if let Some(value) = attributes.get("value") {
            keep(m, format!("RMD {element}"), value);
        }
        if let (Some(n), Some(d)) = (attributes.get("numerator"), attributes.get("denominator")) {
            keep(m, format!("RMD {element}"), &format!("{n}/{d}"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NRT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.00" lastUpdate="2026-11-26T10:00:00+00:00">
  <Duration value="240"/><CreationDate value="2026-11-26T10:20:30+00:00"/>
  <VideoFormat><VideoFrame videoCodec="AVC_3840_2160_HP@L51" captureFps="23.98p" formatFps="23.98p"/></VideoFormat>
  <Device manufacturer="Sony" modelName="ILME-FX6V" serialNo="0001234"/><Lens modelName="FE 35mm &amp; F1.4"/>
  <AcquisitionRecord><Group name="CameraUnitMetadataSet">
    <Item name="CaptureGammaEquation" value="s-log3-cine"/><Item name="CaptureColorPrimaries" value="s-gamut3-cine"/>
  </Group></AcquisitionRecord>
</NonRealTimeMeta>"#;

    #[test]
    fn sony_xml_adds_what_the_clip_does_not_say() {
        let dir = tempfile::tempdir().unwrap();
        let clip = dir.path().join("C0001.MXF");
        std::fs::write(dir.path().join("C0001M01.XML"), NRT).unwrap();
        let mut m = Metadata { make: Some(Field::stated("SONY".into(), "clip")), ..Metadata::default() };
        sony(&mut m, &clip);
        assert_eq!(m.make.as_ref().unwrap().value, "SONY", "what the clip says stays");
        assert_eq!(m.model.as_ref().unwrap().value, "ILME-FX6V");
        assert_eq!(m.serial.as_ref().unwrap().value, "0001234");
        assert_eq!(m.lens.as_ref().unwrap().value, "FE 35mm & F1.4");
        assert_eq!(m.frame_rate.as_ref().unwrap().value.to_string(), "24000/1001");
        assert_eq!((m.transfer.unwrap().value.as_str(), m.gamut.unwrap().value.as_str()), ("S-Log3", "S-Gamut3.Cine"));
        assert_eq!(m.unmapped["Sony XML VideoFrame captureFps"], "23.98p");
        assert_eq!(m.unmapped["Sony XML Duration value"], "240");
    }

    #[test]
    fn a_broken_document_is_noted_and_adds_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let clip = dir.path().join("C0001.MXF");
        let deep = "<a>".repeat(100);
        for text in [&NRT[..600], "<!DOCTYPE x [<!ENTITY a \"b\">]><x/>", &deep, "<x a=\"&b;\"/>"] {
            std::fs::write(dir.path().join("C0001M01.XML"), text).unwrap();
            let mut m = Metadata::default();
            sony(&mut m, &clip);
            let noted = m.unmapped.get("beside: C0001M01.XML").map_or("", String::as_str);
            // The end of a document that breaks off between elements is not seen by a reader of tokens.
            assert!(noted.starts_with("unreadable") || text == &NRT[..600], "{text}: {:?}", m.unmapped);
        }
    }

    #[test]
    fn rmd_is_kept_as_it_is() {
        let mut m = Metadata::default();
        red_fill(&mut m, r#"<rmd><iso type="int" value="800"/><fittype type="int" value="3"/></rmd>"#).unwrap();
        assert_eq!((m.unmapped["RMD iso"].as_str(), m.unmapped["RMD fittype"].as_str()), ("800", "3"));
        assert!(m.exposure_index.is_none());
    }
}
