//! Check: checks and their evidence.

use super::{Entry, entry, entry_in};
use crate::session::{action::Action, evidence::Filter, room::Room};
use std::borrow::Cow;

const fn profile(text: &'static str, id: &'static str, tooltip: &'static str) -> Entry {
    entry("Check/Profile", text, &[], Action::Profile(Cow::Borrowed(id)), tooltip)
}

/// The rate of the project.
const fn rate(text: &'static str, rate: Option<&'static str>) -> Entry {
    let action = match rate {
        Some(rate) => Action::Rate(Some(Cow::Borrowed(rate))),
        None => Action::Rate(None),
    };
    entry(
        "Check/Rate of the project",
        text,
        &[],
        action,
        "Frames a second that clips have to play at; declared off speed is no fault (META-03)",
    )
}

pub(super) static ENTRIES: &[Entry] = &[
    entry("Check", "Run the checks again", &["Ctrl+R"], Action::RunChecks, "Check the clip against its sidecars again"),
    entry("Check", "Next failing check", &["N"], Action::NextFailing, "Go to the next check that fails, in this clip or the next"),
    entry(
        "Check",
        "Verify the roll's hashes",
        &["Ctrl+Shift+R"],
        Action::VerifyRoll,
        "Read every file of the clip's roll and compare it with the roll's ASC MHL history",
    ),
    entry(
        "Check",
        "Name a second copy of the roll…",
        &[],
        Action::AskCopy,
        "Compare the clip's roll with a copy of it: names, sizes and the digests of both histories (MHL-10)",
    ),
    entry("Check", "Name no second copy", &[], Action::Copy(None), "Compare the clip's roll with no copy"),
    rate("By the profile", None),
    rate("23.976", Some("23.976")),
    rate("24", Some("24")),
    rate("25", Some("25")),
    rate("29.97", Some("29.97")),
    rate("30", Some("30")),
    rate("47.952", Some("47.952")),
    rate("48", Some("48")),
    rate("50", Some("50")),
    rate("59.94", Some("59.94")),
    rate("60", Some("60")),
    entry(
        "Check",
        "Check every clip again",
        &["Ctrl+Alt+R"],
        Action::RunAllChecks,
        "Check every clip of the show against its sidecars again",
    ),
    entry(
        "Check",
        "Check every frame",
        &["Ctrl+Alt+F"],
        Action::EveryFrame,
        "Decode every frame of the clip, so that the checks speak of all of them: raw ends, plate pixels, colours beyond AP1",
    ),
    entry(
        "Check",
        "Check every frame of every clip",
        &[],
        Action::EveryFrameOfAll,
        "Decode every frame of the show, one clip after the other",
    ),
    entry("Check", "Stop the checks", &[], Action::StopChecks, "Stop the checks that run and those that wait"),
    entry("Check/Evidence", "All rules", &[], Action::EvidenceFilter(Filter::All), "Show every rule"),
    entry(
        "Check/Evidence",
        "Failing rules",
        &[],
        Action::EvidenceFilter(Filter::Failing),
        "Show only rules that stand in the way somewhere",
    ),
    entry_in(Room::Evidence, "Check/Evidence", "Next failing cell", &["Space"], Action::EvidenceNext, "Go to the next cell that fails"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell to the right", &["ArrowRight"], Action::EvidenceMove([1, 0]), "The next camera mode"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell to the left", &["ArrowLeft"], Action::EvidenceMove([-1, 0]), "The camera mode before"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell below", &["ArrowDown"], Action::EvidenceMove([0, 1]), "The next rule"),
    entry_in(Room::Evidence, "Check/Evidence", "Cell above", &["ArrowUp"], Action::EvidenceMove([0, -1]), "The rule before"),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Open the evidence",
        &["Enter"],
        Action::EvidenceOpen,
        "Show what the cell is about; again to close",
    ),
    entry_in(Room::Evidence, "Check/Evidence", "Close the evidence", &["Escape"], Action::EvidenceClose, "Back to the whole chart"),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Waive what the cell shows",
        &["W"],
        Action::EvidenceWaive,
        "Answer for it by name, with a reason",
    ),
    entry_in(
        Room::Evidence,
        "Check/Evidence",
        "Mend what the cell shows",
        &["Shift+M"],
        Action::EvidenceMend,
        "What the button of the evidence does, where it has one",
    ),
    profile("Neutral", "neutral", "Check by Prelight's own limits"),
    profile("Netflix: camera originals", "netflix-capture", "Check by what Netflix asks of camera originals"),
    profile("Netflix: VFX pulls and plates", "netflix-vfx", "Check by what Netflix asks of VFX pulls and plates"),
    profile("ACES image container", "aces-st2065-4", "Check by the ACES image container, SMPTE ST 2065-4"),
];
