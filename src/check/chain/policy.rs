//! What operating systems leave behind, and how files that were cut short are known.

/// Names that operating systems leave on cards and drives (the list is Prelight's), and who leaves them. A star at the
/// end stands for anything. Compared without regard to case.
const LITTER: [(&str, &str); 10] = [
    ("._*", "macOS"),
    (".DS_Store", "macOS"),
    (".Spotlight-V100", "macOS"),
    (".Trashes", "macOS"),
    (".fseventsd", "macOS"),
    (".TemporaryItems", "macOS"),
    ("Thumbs.db", "Windows"),
    ("desktop.ini", "Windows"),
    ("$RECYCLE.BIN", "Windows"),
    ("System Volume Information", "Windows"),
];

/// Who leaves a file or folder of this name, where an operating system does.
pub fn litter(name: &str) -> Option<&'static str> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start)),
        None => name.eq_ignore_ascii_case(pattern),
    };
    LITTER.iter().find(|(pattern, _)| fits(pattern)).map(|(_, who)| *who)
}

/// A frame that is shorter than most of its clip by this many bytes was cut: a disk block. Headers differ by less. A proposal, for
/// MHL-08.
pub const SHORT_FRAME: u64 = 4096;

/// Files of these containers are looked at for their end when a whole roll is checked; of a clip every file is.
pub const CONTAINERS: [&str; 8] = ["mov", "mp4", "m4v", "mxf", "braw", "crm", "qt", "3gp"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litter_is_known_by_its_name() {
        for name in [".DS_Store", "._A001C001.mov", "._", "THUMBS.DB", "System Volume Information", ".Trashes"] {
            assert!(litter(name).is_some(), "{name}");
        }
        for name in ["A001C001.mov", ".hidden", "Thumbs.db.mov", "_.DS_Store", "ä._", ".", "ascmhl"] {
            assert!(litter(name).is_none(), "{name}");
        }
    }
}
