//! Rooms as pictures: that nothing is cut off, moved or of another colour, which no name tells.
//!
//! `UPDATE_SNAPSHOTS=1` makes those of `tests/snapshots` again. Look at each before it is committed.

use super::ui::{Driven, opened};
use prelight::{
    gpu::Headless,
    scope::Kind,
    session::{Action, CellAt, Room, SHOW},
};

/// Whether there is a GPU to draw with; without one the pictures cannot be made, and that is said.
fn draws() -> bool {
    Headless::shared()
        .map_err(|error| {
            assert!(std::env::var_os("REQUIRE_GPU").is_none(), "REQUIRE_GPU is set, but: {error}");
            eprintln!("skipped: {error}");
        })
        .is_ok()
}

/// Clips of two camera modes at rest after these actions, as they are looked at.
fn looks_like(name: &str, actions: Vec<Action>) {
    if !draws() {
        return;
    }
    // In a folder of their own: what lies beside it would be left over.
    let mut d = opened(&["day/A001.chart", "day/A002.chart", "day/B001-2x.chart"]);
    for action in actions {
        d.window.state_mut().ask(action);
        d.settle();
    }
    at_rest(&mut d);
    d.window.snapshot(name);
}

/// Nothing fades in or out any more.
fn at_rest(d: &mut Driven) {
    d.settle();
    (0..30).for_each(|_| d.window.step());
}

#[test]
fn intake() {
    looks_like("intake", vec![Action::Room(Room::Intake)]);
}

#[test]
fn bench_with_scopes() {
    looks_like("bench", vec![Action::Scope(Kind::Parade), Action::Step(3)]);
}

#[test]
fn evidence_with_an_open_cell() {
    let cell = CellAt { rule: "META-05".into(), mode: SHOW.into() };
    looks_like("evidence", vec![Action::Room(Room::Evidence), Action::EvidenceCell(cell), Action::EvidenceOpen]);
}

#[test]
fn look() {
    looks_like("look", vec![Action::Room(Room::Look)]);
}

#[test]
fn recipe_with_deliverables() {
    looks_like("recipe", vec![Action::Room(Room::Recipe), Action::AddDeliverable("prores422hq".into())]);
}
