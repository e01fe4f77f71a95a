//! What becomes of a file that is already there.

use crate::files::Existing;

/// Of every command that writes a file that it is given the name of.
#[derive(clap::Args, Clone, Copy, Default)]
pub(super) struct Overwrite {
    /// Replace a file that is already there; without this it is refused
    #[arg(long, alias = "force")]
    overwrite: bool,
}

impl Overwrite {
    pub fn existing(self) -> Existing {
        if self.overwrite { Existing::Replace } else { Existing::Refuse }
    }
}
