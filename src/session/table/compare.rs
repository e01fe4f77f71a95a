//! Compare: what is seen beside the picture.

use super::{Entry, entry};
use crate::{
    pipeline::Stage,
    session::{
        action::Action,
        compare::{CompareMode, With},
    },
};

/// One of the causes why a still differs.
const fn cause(text: &'static str, nth: usize) -> Entry {
    let tooltip = "The clip's still beside the picture as that cause of their difference (REF-03) would make it";
    entry("Compare/With", text, &[], Action::CompareWith(With::Cause(nth)), tooltip)
}

/// Moves the line of the wipe.
const fn line(text: &'static str, keys: &'static [&'static str], action: Action, tooltip: &'static str) -> Entry {
    entry("Compare/Line of the wipe", text, keys, action, tooltip)
}

pub(super) static ENTRIES: &[Entry] = &[
    entry("Compare", "Wipe", &["W"], Action::CompareMode(CompareMode::Wipe), "B on one side of a line; drag it, turn it by its end"),
    entry(
        "Compare",
        "Split",
        &["Shift+W"],
        Action::CompareMode(CompareMode::Split),
        "B in the right half of the window, at the same place",
    ),
    entry("Compare", "Side by side", &["Ctrl+Shift+W"], Action::CompareMode(CompareMode::Side), "A and B beside each other"),
    entry("Compare", "Blink A / B", &["T"], Action::CompareBlink, "Show the other of the two"),
    entry(
        "Compare",
        "Difference",
        &["D"],
        Action::CompareMode(CompareMode::Difference),
        "B less A in code values of the screen, amplified",
    ),
    entry(
        "Compare",
        "dE ITP",
        &["Shift+D"],
        Action::CompareMode(CompareMode::DeltaE),
        "How far A and B are apart to the eye (ITU-R BT.2124)",
    ),
    entry("Compare", "Swap A and B", &["S"], Action::CompareSwap, "A and B change places"),
    entry("Compare", "Stop comparing", &["Shift+X"], Action::CompareOff, "Show the picture in view alone"),
    entry(
        "Compare/With",
        "Reference still",
        &[],
        Action::CompareWith(With::Still),
        "The clip's still, where it lies in the frame; at the display stage",
    ),
    cause("Still and first cause", 1),
    cause("Still and second cause", 2),
    cause("Still and third cause", 3),
    entry(
        "Compare/With",
        "Without the draft",
        &[],
        Action::CompareWith(With::Document),
        "The pipeline of the recipe, where a draft or a bypass is in view",
    ),
    entry("Compare/With", "Without look", &[], Action::CompareWith(With::WithoutLook), "This pipeline without its Look Transforms"),
    entry(
        "Compare/With",
        "Default output",
        &[],
        Action::CompareWith(With::DefaultOutput),
        "This pipeline with the default Output Transform",
    ),
    entry("Compare/With", "As approved", &[], Action::CompareWith(With::Approved), "The pipeline that was approved last"),
    entry(
        "Compare/With",
        "Before the last edit",
        &[],
        Action::CompareWith(With::LastEdit),
        "The settings as they were before the last change",
    ),
    entry("Compare/With", "Frame in view", &["Shift+H"], Action::CompareHold, "Keep this frame as B, wherever you go"),
    entry("Compare/With", "Raw stage", &[], Action::CompareWith(With::Stage(Stage::Raw)), "This frame before the Input Transform"),
    entry("Compare/With", "ACES stage", &[], Action::CompareWith(With::Stage(Stage::Aces)), "This frame after the Input Transform"),
    entry("Compare/With", "Look stage", &[], Action::CompareWith(With::Stage(Stage::Look)), "This frame after the Look Transforms"),
    entry("Compare/With", "Display stage", &[], Action::CompareWith(With::Stage(Stage::Display)), "This frame after the Output Transform"),
    line("Line towards B", &["Ctrl+ArrowRight"], Action::WipeMove(0.02), "By a fiftieth of the picture"),
    line("Line towards A", &["Ctrl+ArrowLeft"], Action::WipeMove(-0.02), "By a fiftieth of the picture"),
    line("Turn clockwise", &["Ctrl+ArrowDown"], Action::WipeTurn(5.0), "By five degrees"),
    line("Turn counter-clockwise", &["Ctrl+ArrowUp"], Action::WipeTurn(-5.0), "By five degrees"),
    entry("Compare/Difference", "Times 1", &[], Action::CompareGain(1.0), "Differences as they are"),
    entry("Compare/Difference", "Times 8", &[], Action::CompareGain(8.0), "Differences multiplied by 8"),
    entry("Compare/Difference", "Times 64", &[], Action::CompareGain(64.0), "Differences multiplied by 64"),
    entry("Compare/Difference", "Signed / absolute", &[], Action::CompareSigned, "Around grey with its sign, or how large it is"),
];
