//! EXR-11: names of plates and of their folders.
//!
//! Patterns of names, of which a name has to fit one, whole: `#` is a digit, `@` a capital letter, `*` one or more letters, digits,
//! `-` or `_`, anything else itself. `*_@@##_v###.####.exr` is `SH010_PL01_v001.1001.exr`.

use super::{few, on_plates};
use crate::{
    check::{Subject, Verdict, count},
    error::Result,
    progress::Progress,
};
use std::path::Path;

/// Whether all of `name` fits `pattern`.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Which lengths of the name the pattern so far fits: no backtracking.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for p in pattern {
        let mut next = vec![false; name.len() + 1];
        for (i, &c) in name.iter().enumerate() {
            next[i + 1] = match p {
                '#' => reached[i] && c.is_ascii_digit(),
                '@' => reached[i] && c.is_ascii_uppercase(),
                '*' => (reached[i] || next[i]) && (c.is_ascii_alphanumeric() || c == '_' || c == '-'),
                literal => reached[i] && c == literal,
            };
        }
        reached = next;
    }
    reached[name.len()]
}

/// Names that every system takes as they are (ING-4).
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// EXR-11: the names of the plates, and the folders that they lie in, fit the patterns of the profile.
pub(super) fn as_asked(subject: &Subject, progress: &Progress) -> Result<Verdict> {
    let list = |name: &str| subject.profile.list("EXR-11", name);
    let (names, folders) = (list("names")?, list("folders")?);
    on_plates(subject, progress, |plates| {
        let mut wrong = vec![];
        for plate in &plates.frames {
            let name = plate.name();
            if !is_plain(&name) {
                wrong.push(format!("{name}: other than letters, digits, . _ -"));
            } else if !names.is_empty() && !names.iter().any(|pattern| fits(pattern, &name)) {
                wrong.push(name);
            }
        }
        let folder = plates.folder.canonicalize().unwrap_or_else(|_| plates.folder.clone());
        if !folders.is_empty() && !folders.iter().any(|pattern| folder_fits(pattern, &folder)) {
            wrong.push(format!("folder {}", folder.display()));
        }
        let limit = match (names.is_empty(), folders.is_empty()) {
            (true, true) => "letters, digits, . _ -".to_owned(),
            (_, true) => names.join(" or "),
            (true, false) => format!("in {}", folders.join(" or ")),
            (false, false) => format!("{} in {}", names.join(" or "), folders.join(" or ")),
        };
        let first = plates.frames.first().map(|p| p.name()).unwrap_or_default();
        let evidence = if wrong.is_empty() { format!("{first} and those like it") } else { few(&wrong) };
        let verdict = Verdict::new(wrong.is_empty(), format!("{} wrong", count(wrong.len(), "name")), limit, evidence);
        Ok(verdict.mend("rename before anything refers to the plates; never after a manifest was made"))
    })
}

/// Whether the last folders of a path fit the parts of a pattern, which `/` separates.
fn folder_fits(pattern: &str, folder: &Path) -> bool {
    let names: Vec<_> = folder.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    let parts: Vec<&str> = pattern.split('/').collect();
    names.len() >= parts.len() && names[names.len() - parts.len()..].iter().zip(parts).all(|(name, part)| fits(part, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_a_pattern_as_a_whole() {
        let pattern = "*_@@##_v###.####.exr";
        for name in ["SH010_PL01_v001.1001.exr", "a_b-c_FG12_v010.0001.exr", "__FG12_v010.0001.exr"] {
            assert!(fits(pattern, name), "{name}");
        }
        for name in ["SH010_pl01_v001.1001.exr", "_PL01_v001.1001.exr", "SH010_PL01_v001.1001.exr ", "SH 1_PL01_v001.1001.exr", "", "é"] {
            assert!(!fits(pattern, name), "{name}");
        }
        assert!(fits("**", "ab") && !fits("**", "a"));
        // As long as it is many: no pattern makes it slow.
        assert!(!fits(&"*".repeat(300), &format!("{}.", "a".repeat(2000))));
        assert!(folder_fits("*_v###/####x####", Path::new("/x/SH010_PL01_v001/3840x2160")));
        assert!(!folder_fits("*_v###/####x####", Path::new("3840x2160")));
    }
}
