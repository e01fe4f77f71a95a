//! Elements and their texts.

use crate::{
    camera::Rational,
    error::{Error, Result},
    sidecar::{
        timeline::{Exact, Time, fraction},
        xml::Element,
    },
};

pub(super) fn child<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|e| e.name.local == name)
}

pub(super) fn children<'a>(element: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
    element.elements().filter(move |e| e.name.local == name)
}

/// The trimmed text of a child; empty where there is none.
pub(super) fn text(element: &Element, name: &str) -> String {
    child(element, name).map(|e| e.text().trim().to_owned()).unwrap_or_default()
}

/// `TRUE` or `FALSE`.
pub(super) fn flag(element: &Element, name: &str) -> Result<Option<bool>> {
    let Some(child) = child(element, name) else { return Ok(None) };
    match child.text().trim() {
        t if t.eq_ignore_ascii_case("true") => Ok(Some(true)),
        t if t.eq_ignore_ascii_case("false") => Ok(Some(false)),
        "" => Ok(None),
        other => Err(Error::invalid("neither TRUE nor FALSE").field(name).value(other).line(child.line.0)),
    }
}

/// `timebase` frames a second, a thousandth slower where `ntsc` is `TRUE`.
pub(super) fn rate(element: &Element) -> Result<Option<Rational>> {
    let Some(rate) = child(element, "rate") else { return Ok(None) };
    let base = text(rate, "timebase");
    let whole = base.parse::<u32>().ok().filter(|b| (1..=100_000).contains(b));
    let whole = whole.ok_or_else(|| Error::invalid("not a rate").field("timebase").value(base).line(rate.line.0))?;
    let found =
        if flag(rate, "ntsc")? == Some(true) { Rational::new(i64::from(whole) * 1000, 1001) } else { Rational::new(whole.into(), 1) };
    Ok(found)
}

/// A count of frames. `None` where it is missing, and for -1, which means that a transition decides.
pub(super) fn count(element: &Element, name: &str) -> Result<Option<Exact>> {
    let Some(child) = child(element, name) else { return Ok(None) };
    let text = child.text();
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let value = Exact::parse(text).map_err(|e| e.field(name).line(child.line.0))?;
    Ok(Some(value).filter(|v| *v != Exact::whole(-1)))
}

/// A count of frames at `rate`.
pub(super) fn time(element: &Element, name: &str, rate: Rational) -> Result<Option<Time>> {
    let rate = fraction(rate)?.into();
    Ok(count(element, name)?.map(|value| Time { value: value.number.into(), rate }))
}

/// The first frame of a file or sequence by its `timecode`, and whether that is drop-frame, where it says so.
pub(super) fn timecode(element: &Element, rate_of: Rational) -> Result<Option<(Time, Option<bool>)>> {
    let Some(code) = child(element, "timecode") else { return Ok(None) };
    let rate = rate(code)?.unwrap_or(rate_of);
    let format = text(code, "displayformat");
    let drop = (!format.is_empty()).then(|| format == "DF");
    Ok(time(code, "frame", rate)?.map(|t| (t, drop)))
}
