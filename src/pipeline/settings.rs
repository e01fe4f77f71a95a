//! What a person chose. Every choice is written into the recipe, also where it is the default.

use crate::{
    camera::Reading,
    debayer,
    framing::{CropTo, ResampleSettings, ScaleTo, Selection, template::TemplateChoice},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The choices for one clip.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub decode: Decode,
    /// Input transform (ACES transform ID or name) for a clip that does not say what its values mean.
    pub input: Option<String>,
    /// Output transform that replaces the AMF's, or the default where there is no AMF.
    pub output: Option<String>,
    /// Transforms that this program does not know, or files that are not there, by the ID or name that the AMF gives them: what is
    /// rendered in their place, a name of the catalogue or a look file. Paths are relative to the folder of the AMF.
    pub transforms: BTreeMap<String, String>,
    /// Working space of the CDLs for which the AMF names none; without it they are shown, not rendered.
    pub working_space: Option<String>,
    pub framing: Framing,
    pub resample: ResampleSettings,
}

/// How the camera file becomes scene-linear RGB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Decode {
    pub reading: Reading,
    pub tier: debayer::Tier,
    pub options: debayer::Options,
    pub highlights: Highlights,
    /// Whether the corrections that the file asks for are applied (DNG opcode lists 1 to 3: lens shading, bad pixels,
    /// distortion).
    pub opcodes: bool,
    /// Stops added to what the file states.
    pub exposure: f64,
}

impl Decode {
    /// The same at half size or less, for looking only.
    pub fn draft(&self) -> Self {
        // No larger than what was asked for, where that is reduced itself.
        let tier = if self.tier.reduction() > 2 { self.tier } else { debayer::Tier::Half };
        Self { tier, options: self.options.in_tier(tier), ..self.clone() }
    }
}

/// What becomes of highlights that the sensor clipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Highlights {
    /// Clipped channels are lifted to the level of the brightest one, site by site before the debayer and pixel by pixel after
    /// it: highlights run to white.
    Neutral,
    /// As the sensor recorded them: highlights take the colour of the white balance.
    Recorded,
}

impl Default for Decode {
    fn default() -> Self {
        let tier = debayer::Tier::Fusion;
        Self {
            reading: Reading::default(),
            tier,
            options: debayer::Options::for_tier(tier),
            highlights: Highlights::Neutral,
            opcodes: true,
            exposure: 0.0,
        }
    }
}

/// Which part of the picture becomes the plate, and how large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Framing {
    /// Which context, canvas and decision of the FDL.
    pub selection: Selection,
    /// Absent: the protection where the FDL gives one, else the decision, without an FDL the canvas. A plan fills it in.
    pub crop: Option<CropTo>,
    pub scale: ScaleTo,
    /// Whether an anamorphic picture is stretched to square pixels.
    pub desqueeze: bool,
    /// The canvas template that makes the plate. With one, `crop`, `scale` and `desqueeze` do not apply.
    pub template: Option<TemplateChoice>,
}

impl Default for Framing {
    fn default() -> Self {
        Self { selection: Selection::default(), crop: None, scale: ScaleTo::Native, desqueeze: true, template: None }
    }
}
