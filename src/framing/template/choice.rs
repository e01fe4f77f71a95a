//! Which template is meant, and a copy of it that a recipe can hold.

use super::Mode;
use crate::{
    error::{Error, InFile, Result},
    framing::select::list,
    sidecar::fdl::{self, CanvasTemplate, Fdl},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A template as settings and recipes hold it: whole, so that nothing else has to be found or can change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateChoice {
    /// Name of the file it was taken from; for people.
    #[serde(default)]
    pub file: String,
    /// A member of `canvas_templates` as JSON text, with the digits that the FDL has.
    pub template: String,
    #[serde(default)]
    pub mode: Mode,
}

impl TemplateChoice {
    /// Reads the template `wanted` of a file (see [`pick`]).
    pub fn read(file: &Path, wanted: Option<&str>, mode: Mode) -> Result<Self> {
        let document = usable(file)?;
        let template = pick(&document, wanted).in_file(file)?;
        Ok(Self::of(template, file, mode))
    }

    /// A copy of a template of `file`.
    pub fn of(template: &CanvasTemplate, file: &Path, mode: Mode) -> Self {
        let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        TemplateChoice { file, template: fdl::write_template(template), mode }
    }

    /// Every template of a file.
    pub fn all(file: &Path, mode: Mode) -> Result<Vec<Self>> {
        let document = usable(file)?;
        if document.canvas_templates.is_empty() {
            return Err(Error::invalid("the FDL has no canvas template").file(file));
        }
        Ok(document.canvas_templates.iter().map(|t| Self::of(t, file, mode)).collect())
    }

    /// As [`TemplateChoice::read`], of `FILE` or `FILE#id`.
    pub fn read_named(text: &str, mode: Mode) -> Result<Self> {
        let (file, wanted) = split(text);
        Self::read(Path::new(file), wanted, mode)
    }

    /// The template. Errors: not a valid one.
    pub fn parse(&self) -> Result<CanvasTemplate> {
        fdl::parse_template(self.template.as_bytes()).map_err(|e| e.field("framing.template"))
    }
}

fn usable(file: &Path) -> Result<Fdl> {
    let (document, found) = fdl::read(file)?;
    fdl::refuse_unusable(&found).in_file(file)?;
    Ok(document)
}

/// `FILE#id` taken apart, unless there is a file of that name.
pub fn split(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('#') {
        Some((file, id)) if !Path::new(text).exists() => (file, Some(id)),
        _ => (text, None),
    }
}

/// The template of a document by id or label, or where none has that name by its place from 0; not named, the only one.
/// Errors: none or several candidates, which the message lists.
pub fn pick<'a>(document: &'a Fdl, wanted: Option<&str>) -> Result<&'a CanvasTemplate> {
    let all = &document.canvas_templates;
    let shown = || list(&all.iter().map(|t| t.id.clone()).collect::<Vec<_>>());
    let found: Vec<&CanvasTemplate> = match wanted {
        None => all.iter().collect(),
        Some(name) => {
            let named: Vec<_> = all.iter().filter(|t| t.id == name || t.label.as_deref() == Some(name)).collect();
            if named.is_empty() { name.parse().ok().and_then(|i: usize| all.get(i)).into_iter().collect() } else { named }
        }
    };
    match found.as_slice() {
        [only] => Ok(only),
        _ if all.is_empty() => Err(Error::invalid("the FDL has no canvas template")),
        [] => Err(Error::usage(format!("no such canvas template; there are: {}", shown()))),
        several => Err(Error::usage(format!("{} canvas templates fit, name one: {}", several.len(), shown()))),
    }
}
