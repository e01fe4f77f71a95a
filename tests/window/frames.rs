//! The window's thread does the window's work only: its passes take no longer because clips are decoded meanwhile.

use super::ui::{Driven, window};
use prelight::{
    app::frames::Summary,
    session::{Action, Session},
};
use std::time::{Duration, Instant};

/// Lets the window live as on a screen, a pass every few milliseconds.
fn live(d: &mut Driven, mut enough: impl FnMut(&Session, u32) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(300);
    let mut passes = 0;
    while !enough(d.session(), passes) {
        d.window.step();
        passes += 1;
        std::thread::sleep(Duration::from_millis(4));
        assert!(Instant::now() < deadline, "never; log: {:?}", d.session().log().entries());
    }
}

const CLIPS: [&str; 8] = [
    "small_a.chart",
    "small_b.chart",
    "small_c.chart",
    "small_d.chart",
    "small_e.chart",
    "small_f.chart",
    "small_g.chart",
    "small_h.chart",
];

/// Looks at every clip, one after the other, and counts the passes meanwhile.
fn walk(d: &mut Driven, clips: usize) -> Summary {
    d.window.state_mut().ask(Action::ForgetFrameTimes);
    for i in 0..clips {
        d.until("it is listed", |s| s.document().clips.len() == clips);
        d.window.state_mut().ask(Action::SelectClip(i));
        live(d, |s, passes| passes > 2 && s.document().selected_index() == Some(i) && s.screen_picture().is_some());
    }
    live(d, |s, passes| s.is_settled() && passes >= 40);
    d.window.state().frame_times().work.summary()
}

/// Passes while clips are decoded whole, developed, planned and checked, their pictures made; and while the same clips are looked at
/// again, when all that is done: what a pass draws is the same.
fn busy_and_idle(clips: &[&str]) -> (Summary, Summary) {
    let mut d = window(clips);
    let paths = clips.iter().map(|c| d.folder.path().join(c)).collect();
    d.window.state_mut().ask(Action::Add(paths));
    d.window.step();
    d.window.step();
    let busy = walk(&mut d, clips.len());
    (busy, walk(&mut d, clips.len()))
}

/// Threads that decode take processors away, and what is drawn for the first time is laid out for the first time: hence the factors.
fn keeps_up(busy: &Summary, idle: &Summary) -> bool {
    eprintln!("busy {busy:?}\nidle {idle:?}");
    busy.median <= 4.0 * idle.median && busy.p95 <= 8.0 * idle.p95
}

/// No pass stands out: the worst of the busy ones, too, is of the order of the worst when nothing else is done.
fn never_stalls(busy: &Summary, idle: &Summary) -> bool {
    busy.worst <= 8.0 * idle.worst
}

#[test]
fn passes_take_no_longer_while_clips_decode() {
    // What the window waits for it waits for every time; what else the machine does, it does at times.
    let kept_up = (0..3).any(|_| {
        let (busy, idle) = busy_and_idle(&CLIPS);
        keeps_up(&busy, &idle)
    });
    assert!(kept_up, "the window waits for what decodes");
}

#[test]
fn no_pass_stands_out_while_clips_decode() {
    let calm = (0..3).any(|_| {
        let (busy, idle) = busy_and_idle(&CLIPS);
        never_stalls(&busy, &idle)
    });
    assert!(calm, "the window stalls while clips decode");
}

#[test]
fn a_single_stall_is_noticed() {
    // The window's thread waits once for a clip that says which frames it has, and never again.
    let (busy, idle) = busy_and_idle(&["small_hitch.chart"]);
    assert!(!never_stalls(&busy, &idle), "a second went unnoticed: {busy:?}, idle {idle:?}");
    assert!(busy.median <= 4.0 * idle.median, "which the middle of the passes does not tell");
}

#[test]
fn work_on_the_windows_thread_is_noticed() {
    let (_, idle) = busy_and_idle(&CLIPS[..1]);
    // A clip that takes 15 ms to say which frames it has, which the window's thread asks in every pass.
    let (busy, _) = busy_and_idle(&["small_stall.chart"]);
    assert!(!keeps_up(&busy, &idle), "15 ms went unnoticed: {busy:?}, idle {idle:?}");
}

#[test]
fn frame_times_are_shown_and_written() {
    let mut d = window(&[]);
    d.window.state_mut().ask(Action::FrameTimes);
    d.steps();
    d.steps();
    assert!(d.sees("Frame times work"), "the overlay says them");
    let path = d.folder.path().join("times.json");
    d.window.state_mut().ask(Action::WriteFrameTimes(path.clone()));
    d.steps();
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let count = json["work"]["count"].as_u64().unwrap();
    assert!(count >= 8, "{json}");
    assert!(json["work"]["median"].as_f64().unwrap() > 0.0);
    d.window.state_mut().ask(Action::WriteFrameTimes(d.folder.path().join("no/such/folder/times.json")));
    d.steps();
    assert!(d.session().log().last_error().is_some(), "what cannot be written is said");
    d.window.state_mut().ask(Action::FrameTimes);
    d.steps();
    assert!(!d.sees("Frame times work"));
}
