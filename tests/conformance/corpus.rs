//! Where the corpus is.

use std::path::PathBuf;

/// A path in the corpus, or `None` (said on stderr) where there is no corpus.
pub fn corpus(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PRELIGHT_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if root.is_dir() {
        let path = root.join(relative);
        assert!(path.exists(), "{} is not in the corpus", path.display());
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no corpus at {} (set PRELIGHT_CORPUS)", root.display());
    eprintln!("skipped: no corpus at {}", root.display());
    None
}
