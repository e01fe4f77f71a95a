//! What editing systems and cameras do to the name of a clip.

use crate::sidecar::timeline::matching::{self, plain};

/// Endings that editing systems put behind the name of a clip that they copy, trim or transcode.
const ENDINGS: [&str; 12] = ["new", "copy", "sub", "dup", "sync", "mos", "proxy", "h264", "prores", "dnx", "dnxhd", "dnxhr"];

/// A name in the forms that it is compared in; all in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// Without folders and the extension of a file.
    pub whole: String,
    /// Its letters and digits.
    pub plain: String,
    /// These, without what an editing system put behind.
    pub bare: String,
    /// These, numbers without the zeros before them.
    pub unpadded: String,
    /// Camera, roll and clip.
    pub camera: Option<Camera>,
}

/// What a camera's name of a clip begins with, however it is written: `A001C003`, `A001_C003`, `A_0001C003`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Camera {
    pub letters: String,
    pub roll: u32,
    pub clip: u32,
}

impl Forms {
    pub fn of(name: &str) -> Self {
        let whole = matching::stem(name);
        let bare = without_endings(&whole);
        Self { plain: plain(&whole), bare: plain(bare), unpadded: unpadded(&whole), camera: camera(bare), whole }
    }
}

/// `a001` and `a_1` are `a1`.
fn unpadded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut number = String::new();
    let end = |number: &mut String, out: &mut String| {
        if !number.is_empty() {
            let digits = number.trim_start_matches('0');
            out.push_str(if digits.is_empty() { "0" } else { digits });
            number.clear();
        }
    };
    // Where a separator stood between two numbers, they stay two.
    for c in name.chars() {
        if c.is_ascii_digit() {
            number.push(c);
        } else {
            let between = !number.is_empty() && !c.is_alphanumeric();
            end(&mut number, &mut out);
            if between {
                out.push('_');
            } else if c.is_alphanumeric() {
                out.push(c);
            }
        }
    }
    end(&mut number, &mut out);
    out.trim_end_matches('_').to_owned()
}

/// A name without `.new.01`, `_proxy`, `.copy` … and without the part number of a RED clip.
fn without_endings(name: &str) -> &str {
    let split = |name: &str| name.rfind(['.', '_', '-', ' ']).filter(|at| *at > 0);
    let mut rest = name;
    while let Some(at) = split(rest) {
        let last = &rest[at + 1..];
        let is_number = !last.is_empty() && last.len() <= 3 && last.bytes().all(|b| b.is_ascii_digit());
        let known = |word: &str| ENDINGS.contains(&word);
        let before = &rest[..at];
        let numbered = is_number && split(before).is_some_and(|at| known(&before[at + 1..]));
        let part = is_number && last.len() == 3 && before.matches('_').count() >= 2 && camera(before).is_some();
        if !(known(last) || numbered || part) {
            break;
        }
        rest = before;
    }
    rest
}

/// Camera, roll and clip of a name as a list has it.
pub fn camera_of(name: &str) -> Option<Camera> {
    Forms::of(name).camera
}

fn camera(name: &str) -> Option<Camera> {
    let rest = name.trim_start();
    let letters: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let rest = rest.get(letters.len()..)?;
    let (roll, rest) = number(rest.strip_prefix('_').unwrap_or(rest))?;
    let rest = rest.strip_prefix('_').unwrap_or(rest);
    let (clip, _) = number(rest.strip_prefix('c')?)?;
    (1..=2).contains(&letters.len()).then_some(Camera { letters, roll, clip })
}

/// The number of up to four digits that a text begins with, and the rest.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=4).contains(&digits) {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dialects_of_one_name_meet() {
        let forms = Forms::of("A001_C003_1121AB");
        assert_eq!(Forms::of("A001C003-1121AB.mov").plain, forms.plain);
        for dialect in ["A001_C003_1121AB.new.01", "a001_c003_1121ab.Copy.02.sub", "A001_C003_1121AB_proxy.mov", "A001_C003_1121AB_001.R3D"]
        {
            assert_eq!(Forms::of(dialect).bare, forms.plain, "{dialect}");
        }
        let camera = Some(Camera { letters: "a".into(), roll: 1, clip: 3 });
        for name in ["A001C003", "A001_C003_1121AB", "A_0001C003_161121_121212_h1AB", "/v/A001C003_161121_R1AB.mxf", "A1C3"] {
            assert_eq!(Forms::of(name).camera, camera, "{name}");
        }
        assert_eq!(
            (Forms::of("A1").unpadded, Forms::of("A_001").unpadded, Forms::of("A010").unpadded),
            ("a1".into(), "a1".into(), "a10".into())
        );
        assert_eq!(Forms::of("A001_001").unpadded, "a1_1");
    }

    #[test]
    fn what_is_no_ending_stays() {
        for (name, bare) in [("A001_C003", "a001c003"), ("scene_12_001", "scene12001"), ("new", "new"), ("_001", "001"), ("the.new", "the")]
        {
            assert_eq!(Forms::of(name).bare, bare, "{name}");
        }
        for name in ["", "ABC001C002", "A001R002", "12345", "A00001C001"] {
            assert_eq!(Forms::of(name).camera, None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_name_panics(name in "\\PC{0,40}") {
            let forms = Forms::of(&name);
            prop_assert!(forms.plain.chars().all(char::is_alphanumeric));
        }
    }
}
