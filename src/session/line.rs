//! What the window does, as a line for a shell.

use super::{Action, ClipId, Session, document::ClipEntry};
use crate::pipeline::Settings;
use std::path::Path;

/// A word as a POSIX shell takes it.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

impl Session {
    /// `prelight check …` of a clip with its sidecars and settings, and with profile, rate, second copy and cut lists as they are here.
    pub fn check_line(&self, clip: ClipId) -> Option<String> {
        let entry = self.document.clip(clip)?;
        let mut line = line_for("check", entry);
        if let Some(profile) = &self.document.profile {
            line.push_str(&format!(" --profile {}", quoted(profile)));
        }
        if let Some(rate) = &self.document.rate {
            line.push_str(&format!(" --rate {rate}"));
        }
        if let Some((copy, _)) = self.copy_of(clip) {
            line.push_str(&format!(" --copy {}", quoted(&copy.to_string_lossy())));
        }
        if self.is_whole(clip) {
            line.push_str(" --every-frame");
        }
        for list in &self.document.cut_lists {
            line.push_str(&format!(" --edl {}", quoted(&list.to_string_lossy())));
        }
        Some(line)
    }
}

impl Session {
    /// `prelight open … --do …`: the show file, or the clip in view, and an action on it.
    pub fn do_line(&self, action: &Action) -> String {
        let shown = self.show_file().or_else(|| self.document.selected_clip().map(|c| c.path.as_path()));
        let shown = shown.map(|p| format!(" {}", quoted(&p.to_string_lossy()))).unwrap_or_default();
        format!("prelight open{shown} --do {}", quoted(&action.to_string()))
    }
}

/// A command on a clip. Settings go through a process substitution, which bash and zsh have.
pub(super) fn line_for(command: &str, entry: &ClipEntry) -> String {
    let path = |p: &Path| quoted(&p.to_string_lossy());
    let mut line = format!("prelight {command} {}", path(&entry.path));
    for (option, file) in [("--amf", &entry.sidecars.amf), ("--fdl", &entry.sidecars.fdl), ("--still", &entry.sidecars.still)] {
        if let Some(file) = file {
            line.push_str(&format!(" {option} {}", path(file)));
        }
    }
    if entry.settings != Settings::default()
        && let Ok(json) = serde_json::to_string(&entry.settings)
    {
        line.push_str(&format!(" --settings <(echo {})", quoted(&json)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, line) in [("a/b.dng", "a/b.dng"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("", "''"), ("$x", "'$x'")] {
            assert_eq!(quoted(word), line);
        }
        let mut entry = ClipEntry::new(ClipId(1), "/a b/c.dng".into());
        entry.sidecars.amf = Some("/x.amf".into());
        assert_eq!(line_for("check", &entry), "prelight check '/a b/c.dng' --amf /x.amf");
        entry.settings.decode.exposure = 1.0;
        assert!(line_for("check", &entry).contains(" --settings <(echo '{\"decode\":"));
    }
}
