//! The rooms beside the Bench: each a file. A bar at the top leads from one to the other.

mod arithmetic;
mod causes;
mod conditions;
mod cut_lists;
mod deliverables;
mod delivery;
mod drawer;
mod evidence;
mod fit_picture;
mod foot;
pub mod frame_lines;
mod framing;
mod golden;
mod intake;
mod line;
pub mod look;
pub mod look_steps;
pub mod picture_bar;
mod proofs;
mod recipe;
mod thumbs;
mod wheels;

pub use delivery::{claims, not_done, verdict_line};
pub use evidence::words as in_words;
pub use line::menu as menu_of_clip;
pub use thumbs::fitted;

use super::{
    theme,
    widgets::{Out, action_button, segments, weak},
};
use crate::session::{Action, Room, Session};
use egui::{Align, CentralPanel, Frame, Label, Layout, Margin, Ui};

/// What the rooms keep between passes.
#[derive(Default)]
pub struct Rooms {
    conditions: conditions::State,
    deliverables: deliverables::State,
    evidence: evidence::State,
    framing: framing::State,
    intake: intake::State,
    pub look: look::State,
    thumbs: thumbs::Textures,
}

impl Rooms {
    /// At the start of a pass.
    pub fn begin(&mut self) {
        self.thumbs.begin();
    }

    /// The small pictures that the last pass would have shown.
    pub fn wishes(&self) -> Vec<thumbs::Wish> {
        self.thumbs.wishes()
    }
}

/// The rooms, and words about the one in view.
pub fn bar(ui: &mut Ui, session: &Session, out: &mut Out) {
    let view = session.view();
    ui.horizontal(|ui| {
        segments(ui, |ui| {
            for room in Room::ALL {
                action_button(ui, session, out, &Action::Room(room), room.label(), view.room == room);
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            action_button(ui, session, out, &Action::RoomHelp, "?", view.room_help);
        });
    });
    if view.room_help {
        ui.add(Label::new(weak(view.room.help())).wrap());
    }
}

/// A room in all the window but its bars.
pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, out: &mut Out) {
    let frame = Frame::central_panel(ui.style()).inner_margin(Margin::same(theme::MARGIN));
    CentralPanel::default().frame(frame).show(ui, |ui| match session.view().room {
        Room::Evidence => evidence::show(ui, session, rooms, out),
        Room::Intake => intake::show(ui, session, rooms, out),
        Room::Framing => framing::show(ui, session, rooms, out),
        Room::Recipe => recipe::show(ui, session, rooms, out),
        // Those with a picture are drawn around it.
        Room::Bench | Room::Look => {}
    });
}
