//! Dialogs that are answered late, questions that stop nothing, textures no larger than what is seen.

use super::ui::{Driven, opened, opened_with};
use crossbeam_channel::Sender;
use prelight::{
    app::{FilePicker, Purpose, Reply},
    session::{Action, CdlNumbers, CompareMode, LookEdit, Room, With, Zoom},
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

/// What was asked for, and where the answer goes.
type Asked = (Purpose, Sender<Reply>);

/// A dialog that stays open until the test answers it; files to open come at once.
#[derive(Clone, Default)]
struct Late {
    first: Vec<PathBuf>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FilePicker for Late {
    fn pick(&self, purpose: Purpose, reply: Sender<Reply>, wake: Box<dyn FnOnce() + Send>) {
        if purpose == Purpose::OpenFiles {
            let _ = reply.send((purpose, self.first.clone()));
            return wake();
        }
        self.asked.lock().unwrap().push((purpose, reply));
    }
}

#[test]
fn a_dialog_answers_to_the_clip_it_was_opened_for() {
    let late = Late::default();
    let mut d = opened_with(&["small.chart", "small2.chart"], |paths| Box::new(Late { first: paths, ..late.clone() }));
    d.window.state_mut().ask(Action::Room(Room::Look));
    d.steps();
    d.settle();
    let first = d.session().document().selected.unwrap();
    d.button("Add look file…");
    let (purpose, reply) = late.asked.lock().unwrap().pop().expect("a dialog");
    assert_eq!(purpose, Purpose::LookFiles(first));
    d.window.state_mut().ask(Action::SelectClip(1));
    d.settle();
    reply.send((purpose, vec![d.folder.path().join("a.cube")])).unwrap();
    d.steps();
    assert_eq!(d.session().drafted_clips(), [0], "not the clip that is selected by now");
    assert_eq!(d.session().document().selected_index(), Some(1), "which stays selected");
}

fn tried_out(d: &mut Driven) {
    let cdl = LookEdit::AddCdl(CdlNumbers { slope: [1.2, 1.0, 1.0], ..CdlNumbers::default() });
    d.window.state_mut().ask(Action::Draft { edits: vec![cdl] });
    d.steps();
    d.settle();
}

#[test]
fn quitting_with_a_draft_asks_in_a_line_that_stops_nothing() {
    let mut d = opened(&["small.chart"]);
    tried_out(&mut d);
    d.key(egui::Modifiers::COMMAND, egui::Key::Q);
    assert!(d.sees("In no AMF or FDL yet: the draft look of 1 clip."));
    d.button("Next frame");
    assert_eq!(d.frame(), 1, "the window goes on");
    d.button("Stay");
    assert!(!d.sees("In no AMF or FDL yet") && d.session().has_draft());
}

#[test]
fn the_side_of_b_has_no_larger_texture_than_what_is_seen_of_it() {
    let mut d = opened(&["one.chart"]);
    for action in [
        Action::Zoom(Zoom::Factor(1.0)),
        Action::CompareWith(With::Stage(prelight::pipeline::Stage::Aces)),
        Action::CompareMode(CompareMode::Wipe),
    ] {
        d.window.state_mut().ask(action);
        d.steps();
    }
    d.settle();
    d.steps();
    assert!(d.session().side().is_some());
    let manager = d.window.ctx.tex_manager();
    let sizes: Vec<[usize; 2]> = manager.read().allocated().filter(|(_, t)| t.name == "picture").map(|(_, t)| t.size).collect();
    assert_eq!(sizes.len(), 2, "{sizes:?}");
    assert!(sizes.iter().all(|[w, _]| *w < 1200), "{sizes:?}: the picture is 1280 wide, of which some 690 are seen");
}
