//! How long the reel names of a list may be.

use super::Event;
use crate::{
    error::{Error, Result},
    sidecar::{Diagnostic, Level, timeline::matching::CMX_REEL},
};
use std::collections::{HashMap, HashSet};

/// How long the names of reels may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reels {
    /// As they are, with a warning beyond 8 characters: what most systems read, and what matching by name needs.
    #[default]
    Whole,
    /// CMX3600: at most 8. Longer ones are cut, and refused where two would become one.
    Cmx8,
    /// The `file_32` dialect of Avid: at most 32, longer ones are refused.
    File32,
}

/// Cuts, warns of or refuses what is too long.
pub(super) fn limit(events: &mut [Event], reels: Reels, notes: &mut Vec<Diagnostic>) -> Result<()> {
    let mut cut = HashMap::<String, String>::new();
    let mut warned = HashSet::<String>::new();
    for event in events {
        let count = event.reel.chars().count();
        let mut warn = |reel: &str, what: &str| {
            if warned.insert(reel.to_owned()) {
                let message = format!("reel {reel:?} {what}");
                notes.push(Diagnostic { level: Level::Warning, code: "REEL_LENGTH", message, line: event.line.0, path: String::new() });
            }
        };
        match reels {
            Reels::Whole if count > CMX_REEL => {
                warn(&event.reel, &format!("is longer than the {CMX_REEL} characters of CMX3600"));
            }
            Reels::File32 if count > 32 => return Err(Error::unsupported("longer than 32 characters").field("reel").value(&event.reel)),
            Reels::Cmx8 => {
                let short: String = event.reel.chars().take(CMX_REEL).collect();
                let whole = cut.entry(short.clone()).or_insert_with(|| event.reel.clone());
                if *whole != event.reel {
                    let message = format!("the same {CMX_REEL} characters as reel {whole:?}");
                    return Err(Error::unsupported(message).field("reel").value(&event.reel));
                }
                if count > CMX_REEL {
                    warn(&event.reel, &format!("is cut to {short:?}"));
                }
                event.reel = short.clone();
                if let Some(speed) = &mut event.speed {
                    speed.reel = short;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
