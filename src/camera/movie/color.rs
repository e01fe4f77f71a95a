//! What a movie says of its colour: a camera's log by the camera's own keys, else nothing that may be guessed.

use super::probe::Tags;
use crate::{
    camera::{Encoding, Metadata},
    color,
};

/// Transfer function and gamut in words, and what the values are coded in.
#[derive(Debug, Default)]
pub struct Stated {
    pub transfer: Option<(String, &'static str)>,
    pub gamut: Option<(String, &'static str)>,
    pub coded: Option<(String, String)>,
}

impl Stated {
    pub fn encoding(&self) -> Encoding {
        match &self.coded {
            Some((transform, key)) => Encoding::Coded { transform: transform.clone(), key: key.clone() },
            // Tags of video name a display's curve, or a camera's that nobody keeps to: a picture so tagged may have been
            // graded for a display or not. An AMF or a person says.
            None => Encoding::Unknown,
        }
    }
}

const ARRI_GAMMA: &str = "com.arri.camera.ColorGammaSxS";
const ARRI_EI: &str = "com.arri.camera.ExposureIndexAsa";
const SONY_GAMMA: &str = "CaptureGammaEquation";
const SONY_GAMUT: &str = "CaptureColorPrimaries";

/// From a camera maker's keys. Sony's are those of its XML (`NonRealTimeMeta`), for whoever reads that.
pub fn stated(tags: &Tags) -> Stated {
    let tag = |name: &str| tags.get(name).map(|v| v.trim());
    match (tag(ARRI_GAMMA), tag(ARRI_EI)) {
        (Some("LOG-C"), Some(ei)) => {
            let name = if ei == "800" { "arri-logc3".to_owned() } else { format!("arri-logc3-ei{ei}") };
            // The number alone: the catalogue also has names that begin like this.
            let is_number = ei.bytes().all(|b| b.is_ascii_digit());
            let coded =
                color::named(&name).filter(|_| is_number).map(|row| (row.name.to_owned(), format!("{ARRI_GAMMA} LOG-C, {ARRI_EI} {ei}")));
            return Stated {
                transfer: Some((format!("ARRI LogC3 EI {ei}"), ARRI_GAMMA)),
                gamut: coded.as_ref().map(|_| ("ARRI Wide Gamut 3".to_owned(), ARRI_GAMMA)),
                coded,
            };
        }
        (Some(other), _) => return Stated { transfer: Some((format!("ARRI {other}"), ARRI_GAMMA)), ..Stated::default() },
        (None, _) => {}
    }
    let Some(gamma) = tag(SONY_GAMMA) else { return Stated::default() };
    let gamut = tag(SONY_GAMUT).unwrap_or_default();
    let name = match (gamma, gamut) {
        ("s-log3-cine", "s-gamut3-cine") => Some("sony-slog3-sgamut3cine"),
        ("s-log3", "s-gamut3") => Some("sony-slog3-sgamut3"),
        _ => None,
    };
    Stated {
        transfer: Some((gamma.to_owned(), SONY_GAMMA)),
        gamut: (!gamut.is_empty()).then(|| (gamut.to_owned(), SONY_GAMUT)),
        coded: name.map(|n| (n.to_owned(), format!("{SONY_GAMMA} {gamma}, {SONY_GAMUT} {gamut}"))),
    }
}

/// Logs that a container names by transfer function and gamut, and the input transforms of the catalogue for them.
const NAMED: [(&str, &str, &str); 2] =
    [("S-Log3", "S-Gamut3", "sony-slog3-sgamut3"), ("S-Log3", "S-Gamut3.Cine", "sony-slog3-sgamut3cine")];

/// From what the container's metadata say in words: labels of MXF, Sony's XML. Both have to be said.
pub fn of_words(m: &Metadata) -> Encoding {
    let (Some(transfer), Some(gamut)) = (&m.transfer, &m.gamut) else { return Encoding::Unknown };
    match NAMED.iter().find(|(t, g, _)| *t == transfer.value && *g == gamut.value) {
        Some((.., name)) => Encoding::Coded { transform: (*name).to_owned(), key: format!("{}, {}", transfer.key, gamut.key) },
        None => Encoding::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Field;

    #[test]
    fn a_log_is_known_by_both_words() {
        let m = |transfer: &str, gamut: Option<&str>| Metadata {
            transfer: Some(Field::stated(transfer.into(), "MXF 3210")),
            gamut: gamut.map(|g| Field::stated(g.into(), "MXF 3219")),
            ..Metadata::default()
        };
        for (_, _, name) in NAMED {
            assert!(color::named(name).is_some(), "{name}");
        }
        match of_words(&m("S-Log3", Some("S-Gamut3.Cine"))) {
            Encoding::Coded { transform, key } => {
                assert_eq!((transform.as_str(), key.as_str()), ("sony-slog3-sgamut3cine", "MXF 3210, MXF 3219"));
            }
            other => panic!("{other:?}"),
        }
        for (transfer, gamut) in [("S-Log3", None), ("S-Log3", Some("BT.709")), ("BT.709", Some("BT.709"))] {
            assert!(matches!(of_words(&m(transfer, gamut)), Encoding::Unknown), "{transfer} {gamut:?}");
        }
    }

    fn of(pairs: &[(&str, &str)]) -> Option<String> {
        let tags = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        match stated(&tags).encoding() {
            Encoding::Coded { transform, .. } => Some(transform),
            Encoding::Unknown => None,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_whole_statement_is_taken() {
        assert_eq!(of(&[(ARRI_GAMMA, "LOG-C"), (ARRI_EI, "800")]).unwrap(), "arri-logc3");
        assert_eq!(of(&[(ARRI_GAMMA, "LOG-C"), (ARRI_EI, "1600")]).unwrap(), "arri-logc3-ei1600");
        for tags in [
            &[(ARRI_GAMMA, "LOG-C")][..],
            &[(ARRI_GAMMA, "LOG-C"), (ARRI_EI, "6400")],
            &[(ARRI_GAMMA, "LOG-C"), (ARRI_EI, "1600-v1")],
            &[(ARRI_GAMMA, "REC-709"), (ARRI_EI, "800")],
            &[(SONY_GAMMA, "s-log3")],
            &[],
        ] {
            assert_eq!(of(tags), None, "{tags:?}");
        }
        assert_eq!(of(&[(SONY_GAMMA, "s-log3-cine"), (SONY_GAMUT, "s-gamut3-cine")]).unwrap(), "sony-slog3-sgamut3cine");
    }
}
