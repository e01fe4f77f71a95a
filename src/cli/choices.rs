//! The settings that a command line chooses: a file of them, and single ones by name, which go before it.

use super::named::{self, Given};
use crate::{
    camera::{SignalRange, YcbcrMatrix},
    error::{Error, InFile, Result},
    files,
    framing::{
        Filter,
        template::{Mode, TemplateChoice},
    },
    pipeline::Settings,
    sidecar::lut,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What an AMF leaves open.
#[derive(clap::Args, Clone, Default)]
pub(super) struct AmfChoices {
    /// What is rendered for a transform ID that is not known, or for a file that is not there: ID=NAME or ID=FILE, with the ID or
    /// file name as the AMF has it; may be given again
    #[arg(long, value_name = "ID=FILE", value_parser = shape)]
    map: Vec<String>,
    /// Working space of CDLs for which the AMF names none (see `prelight color list`)
    #[arg(long, value_name = "NAME")]
    working_space: Option<String>,
}

impl AmfChoices {
    /// Adds them to `settings`. `keys` gives what the AMFs leave open; it is asked only where something is chosen for that.
    ///
    /// # Errors
    /// `Usage`: a choice for something that none of them has, an unknown name.
    pub fn put(&self, settings: &mut Settings, keys: impl FnOnce() -> Result<BTreeSet<String>>) -> Result<()> {
        if let Some(space) = &self.working_space {
            named::working_space(Given::Option("--working-space"), space)?;
        }
        if !self.map.is_empty() {
            let keys = keys()?;
            for text in &self.map {
                settings.transforms.extend([mapping(text, &keys)?]);
            }
        }
        settings.working_space = self.working_space.clone().or(settings.working_space.take());
        Ok(())
    }
}

#[derive(clap::Args, Clone, Default)]
pub(super) struct Choices {
    /// Settings as a JSON file (see `settings` in recipe.json); absent members take their defaults
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Input transform, for clips that leave it to you what their values mean (see `prelight color list`)
    #[arg(long, value_name = "NAME")]
    input_transform: Option<String>,
    /// Output transform instead of the AMF's
    #[arg(long, value_name = "NAME")]
    output_transform: Option<String>,
    #[command(flatten)]
    amf: AmfChoices,
    /// Code values of black and white instead of what the file says: full, legal
    #[arg(long, value_name = "RANGE", value_parser = range)]
    range: Option<SignalRange>,
    /// How R'G'B' was made Y'CbCr instead of what the file says: bt601, bt709, bt2020
    #[arg(long, value_name = "MATRIX", value_parser = matrix)]
    matrix: Option<YcbcrMatrix>,
    /// Canvas template that makes the plate (an FDL, and which of its templates where there are several)
    #[arg(long, value_name = "FILE[#ID]")]
    template: Option<String>,
    /// Whose arithmetic for the template: exact, asc-1.0.2, asc-main
    #[arg(long, value_name = "MODE", requires = "template")]
    template_mode: Option<Mode>,
    /// Filter of the plate's resample: lanczos3, catmull_rom, mitchell, b_spline, area
    #[arg(long, value_name = "FILTER")]
    filter: Option<Filter>,
}

impl Choices {
    /// The settings; `keys` as for [`AmfChoices::put`].
    pub fn settings(&self, keys: impl FnOnce() -> Result<BTreeSet<String>>) -> Result<Settings> {
        let mut settings: Settings = match &self.settings {
            None => Settings::default(),
            Some(path) => {
                let bytes = files::read_bounded(path, 1 << 20)?;
                let read: Settings =
                    serde_json::from_slice(&bytes).map_err(|e| Error::invalid(e.to_string()).file(path).line(e.line() as u32))?;
                known_names(&read).in_file(path)?;
                read
            }
        };
        for (option, name) in [("--input-transform", &self.input_transform), ("--output-transform", &self.output_transform)] {
            name.as_ref().map_or(Ok(()), |name| named::transform(Given::Option(option), name))?;
        }
        settings.input = self.input_transform.clone().or(settings.input);
        settings.output = self.output_transform.clone().or(settings.output);
        self.amf.put(&mut settings, keys)?;
        let reading = &mut settings.decode.reading;
        reading.range = self.range.or(reading.range);
        reading.matrix = self.matrix.or(reading.matrix);
        if let Some(named) = &self.template {
            settings.framing.template = Some(TemplateChoice::read_named(named, self.template_mode.unwrap_or_default())?);
        }
        settings.resample.filter = self.filter.unwrap_or(settings.resample.filter);
        Ok(settings)
    }
}

/// Refuses settings that name a transform or working space that there is none of.
fn known_names(settings: &Settings) -> Result<()> {
    for (member, name) in [("input", &settings.input), ("output", &settings.output)] {
        name.as_ref().map_or(Ok(()), |name| named::transform(Given::Member(member), name))?;
    }
    for (id, choice) in &settings.transforms {
        named::transform_or_file(Given::Member(&format!("transforms.{id}")), choice)?;
    }
    settings.working_space.as_ref().map_or(Ok(()), |name| named::working_space(Given::Member("working_space"), name))
}

fn shape(text: &str) -> std::result::Result<String, String> {
    let whole = text.split_once('=').is_some_and(|(id, _)| !id.trim().is_empty()) && !text.ends_with('=');
    if whole { Ok(text.to_owned()) } else { Err("ID=FILE or ID=NAME".into()) }
}

/// The choice that `text` makes for one of `keys`. Files may have a `=` in their names: the key decides which one is meant.
/// A file of the command line is relative to where that is typed, one of the settings to the AMF: so it is made absolute.
fn mapping(text: &str, keys: &BTreeSet<String>) -> Result<(String, String)> {
    const SHOWN: usize = 20;
    let splits = text.match_indices('=').map(|(at, _)| (text[..at].trim(), &text[at + 1..]));
    let Some((key, choice)) = splits.into_iter().find(|(key, choice)| keys.contains(*key) && !choice.is_empty()) else {
        let known: Vec<&str> = keys.iter().take(SHOWN).map(String::as_str).collect();
        let message = match known.len() {
            0 => "no AMF is there that leaves a transform open".to_owned(),
            _ => format!("the AMF has no such transform; it has {}{}", known.join(", "), if keys.len() > SHOWN { ", ..." } else { "" }),
        };
        return Err(Error::usage(message).field("--map").value(text));
    };
    let choice = match lut::file(choice) {
        Some(_) => std::path::absolute(choice).in_file(Path::new(choice))?.to_string_lossy().into_owned(),
        None => {
            named::transform(Given::Option("--map"), choice)?;
            choice.to_owned()
        }
    };
    Ok((key.to_owned(), choice))
}

fn range(text: &str) -> std::result::Result<SignalRange, String> {
    [SignalRange::Full, SignalRange::Legal].into_iter().find(|r| r.name() == text).ok_or_else(|| "full or legal".into())
}

/// `bt709`, and `BT.709` as it is shown.
fn matrix(text: &str) -> std::result::Result<YcbcrMatrix, String> {
    let plain = |s: &str| s.to_lowercase().replace('.', "");
    let all = [YcbcrMatrix::Bt601, YcbcrMatrix::Bt709, YcbcrMatrix::Bt2020];
    all.into_iter().find(|m| plain(m.name()) == plain(text)).ok_or_else(|| "bt601, bt709 or bt2020".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_for_something_that_the_amf_has() {
        let keys = BTreeSet::from(["urn:a".to_owned(), "looks/a=b.clf".to_owned()]);
        let made = |text: &str| mapping(text, &keys);
        assert_eq!(made("urn:a=blue-light-fix").unwrap(), ("urn:a".into(), "blue-light-fix".into()));
        assert_eq!(made("looks/a=b.clf=/x/c=d.cube").unwrap(), ("looks/a=b.clf".into(), "/x/c=d.cube".into()));
        assert_eq!(made("urn:a=/x/c=d.ccc#e=f").unwrap().1, "/x/c=d.ccc#e=f");
        let error = made("urn:b=blue-light-fix").unwrap_err();
        assert!(error.exit_code() == 2 && error.message().contains("looks/a=b.clf, urn:a"), "{error}");
        assert_eq!(made("urn:a=blue-light-fax").unwrap_err().exit_code(), 2);
        assert!(mapping("urn:a=x", &BTreeSet::new()).unwrap_err().message().contains("no AMF"));
        assert!(["", "=", "x", "=x", "x="].iter().all(|bad| shape(bad).is_err()) && shape("a=b").is_ok());
    }

    #[test]
    fn single_choices_go_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("s.json");
        std::fs::write(&file, r#"{"input": "arri-logc4", "decode": {"reading": {"range": "full"}}}"#).unwrap();
        let choices = Choices { settings: Some(file), range: Some(SignalRange::Legal), ..Choices::default() };
        let settings = choices.settings(|| unreachable!("nothing is mapped")).unwrap();
        assert_eq!((settings.input.as_deref(), settings.decode.reading.range), (Some("arri-logc4"), Some(SignalRange::Legal)));
        assert_eq!((matrix("BT.709"), matrix("bt2020")), (Ok(YcbcrMatrix::Bt709), Ok(YcbcrMatrix::Bt2020)));
        let settings = |json: &str, choices: Choices| {
            let file = dir.path().join("t.json");
            std::fs::write(&file, json).unwrap();
            let choices = Choices { settings: Some(file), ..choices };
            choices.settings(|| unreachable!("nothing is mapped")).unwrap_err().exit_code()
        };
        for json in [r#"{"input": "x"}"#, r#"{"output": "x"}"#, r#"{"working_space": "arri-logc4"}"#, r#"{"transforms": {"urn:a": "x"}}"#] {
            assert_eq!(settings(json, Choices::default()), 10, "{json}");
        }
        assert_eq!(settings("{}", Choices { output_transform: Some("x".into()), ..Choices::default() }), 2);
        let amf = AmfChoices { working_space: Some("x".into()), ..AmfChoices::default() };
        assert_eq!(settings("{}", Choices { amf, ..Choices::default() }), 2);
        assert!(matrix("709").is_err() && range("limited").is_err());
    }
}
