//! One clip of the intake: picture, name, roll, length, size, history, sidecars.

use super::{
    Rooms,
    thumbs::{Shown, paint},
};
use crate::{
    app::{
        clips, theme,
        widgets::{self, Mark, Out, text, weak},
    },
    check::{Finding, Outcome},
    session::{Action, ClipEntry, ClipId, Media, Opened, Paired, Room, Session, SidecarKind, ThumbSize, middle_frame, name_of},
};
use egui::{Color32, Key, Rect, Response, Sense, Ui, pos2, vec2};
use std::{any::Any, path::PathBuf, sync::Arc};

/// Points.
pub const HEIGHT: f32 = 46.0;
const PICTURE: f32 = 78.0;

/// Titles and widths in points of the columns after the picture; the last one takes what is left.
const COLUMNS: [(&str, f32); 8] = [
    ("Clip", 240.0),
    ("Roll", 90.0),
    ("Frames", 66.0),
    ("Timecode", 96.0),
    ("Duration", 74.0),
    ("Size", 76.0),
    ("MHL", 150.0),
    ("Sidecars, and how they were paired", 0.0),
];

/// Left edge and width of a column in a line that is `width` wide.
fn column(i: usize, width: f32) -> (f32, f32) {
    let left = PICTURE + 8.0 + COLUMNS[..i].iter().map(|c| c.1).sum::<f32>();
    (left, if COLUMNS[i].1 > 0.0 { COLUMNS[i].1 - 10.0 } else { (width - left).max(0.0) })
}

pub fn titles(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    for (i, (title, _)) in COLUMNS.iter().enumerate() {
        let (left, width) = column(i, rect.width());
        text(ui, pos2(rect.left() + left, rect.center().y), width, title, 11.5, theme::WEAK);
    }
}

pub fn show(ui: &mut Ui, session: &Session, rooms: &mut Rooms, rect: Rect, index: usize, entry: &ClipEntry, out: &mut Out) {
    let selected = session.document().selected == Some(entry.id);
    let response = ui.interact(rect, ui.scope_id().with(("clip", entry.id.0)), Sense::click());
    let (mark, state) = clips::state(session, entry);
    let name = clips::name(session, entry);
    let spoken = format!("Clip {name}: {state}");
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, selected, &spoken));
    let dragged = response.dnd_hover_payload::<PathBuf>().is_some() || response.dnd_hover_payload::<Held>().is_some();
    let fill = match (selected, response.hovered() || dragged) {
        (_, true) if dragged => Color32::from_gray(88),
        (true, _) => Color32::from_gray(72),
        (false, true) => Color32::from_gray(50),
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 2.0, fill);
    widgets::focus_ring(ui.painter(), &response, rect);
    if ui.rect_contains_pointer(rect) {
        rooms.intake.hovered = Some(index);
    }
    picture(ui, session, rooms, rect, entry);
    let (top, low) = (rect.top() + 15.0, rect.top() + 32.0);
    let put = |i: usize, y: f32, words: &str, size: f32, color: Color32| {
        let (left, width) = column(i, rect.width());
        text(ui, pos2(rect.left() + left, y), width, words, size, color);
    };
    let strong = if selected { theme::STRONG } else { theme::TEXT };
    let faint = if selected { Color32::from_gray(184) } else { theme::WEAK };
    put(0, top, &name, 13.5, strong);
    let (left, width) = column(0, rect.width());
    mark.paint(ui.painter(), pos2(rect.left() + left + 5.0, low));
    text(ui, pos2(rect.left() + left + 15.0, low), width - 15.0, &state, 11.5, faint);
    match session.media(entry.id) {
        Some(Media::Ready(opened)) => {
            let m = opened.clip.metadata();
            let frames = opened.clip.frames().present.len();
            put(1, top, &m.reel.as_ref().map(|f| f.value.clone()).unwrap_or_default(), 12.5, strong);
            put(2, top, &frames.to_string(), 12.5, strong);
            let lost = opened.clip.frames().lost.len();
            if lost > 0 {
                put(2, low, &format!("{lost} lost"), 11.5, theme::WARN);
            }
            put(3, top, &m.start_timecode.as_ref().map(|f| f.value.to_string()).unwrap_or_default(), 12.5, strong);
            put(
                3,
                low,
                &m.frame_rate.as_ref().map(|f| format!("{} fps", widgets::number(f.value.to_f64()))).unwrap_or_default(),
                11.5,
                faint,
            );
            put(4, top, &duration(frames as f64 / opened.frame_rate()), 12.5, strong);
            put(5, top, &size(opened.bytes), 12.5, strong);
            history(session, entry.id, opened, &put, top, low, faint);
            sidecars(ui, rect, index, opened, top, low, strong, faint);
        }
        Some(Media::Failed(error)) => put(1, top, error.message(), 12.5, theme::FAIL),
        _ => put(1, top, "…", 12.5, faint),
    }
    let response = response.on_hover_ui(|ui| {
        ui.label(entry.path.display().to_string());
        ui.label(&state);
        if let Some(o) = session.opened(entry.id) {
            ui.label(weak(format!("MHL: {}", o.roll.text())));
            if let Some((copy, found)) = session.copy_of(entry.id) {
                let more =
                    found.map(|f| format!(": {}", if f.evidence.is_empty() { &f.measured } else { &f.evidence })).unwrap_or_default();
                ui.label(weak(format!("Second copy {}: {}{more}", copy.display(), copy_in_words(found).0)));
            }
            for p in o.paired() {
                ui.label(weak(format!("{}: {}, paired by {}", p.kind.label(), p.path.display(), p.by)));
            }
        }
    });
    if let Some(path) = let_go::<PathBuf>(&response) {
        out.push(Action::Attach { clip: Some(index), paths: vec![(*path).clone()] });
    }
    if let Some(held) = let_go::<Held>(&response).filter(|h| h.from != index) {
        out.push(Action::MoveSidecar { kind: held.kind, from: held.from, to: index });
    }
    if response.clicked() {
        out.push(Action::SelectClip(index));
    }
    // The first Enter selects the line that has the keyboard, the second opens it.
    let enters = selected && response.clicked() && ui.input(|i| i.key_pressed(Key::Enter));
    if response.double_clicked() || enters {
        out.push(Action::Room(Room::Bench));
    }
    menu(&response, session, index, entry, out);
}

/// What is let go over the clip, where it is of this kind: egui's own asking takes it away from whoever asks for another.
fn let_go<T: Any + Send + Sync>(response: &Response) -> Option<Arc<T>> {
    response.dnd_hover_payload::<T>()?;
    response.dnd_release_payload()
}

/// A sidecar that is dragged from the clip that has it.
#[derive(Clone, Copy)]
struct Held {
    kind: SidecarKind,
    from: usize,
}

fn picture(ui: &mut Ui, session: &Session, rooms: &mut Rooms, rect: Rect, entry: &ClipEntry) {
    let room = Rect::from_min_size(rect.min + vec2(2.0, 2.0), vec2(PICTURE - 4.0, HEIGHT - 4.0));
    ui.painter().rect_filled(room, 0.0, Color32::from_gray(theme::SURROUND));
    let Some(opened) = session.opened(entry.id) else { return };
    let wish = (entry.id, middle_frame(&*opened.clip), ThumbSize::Small);
    match rooms.thumbs.get(ui.ctx(), session, wish) {
        Shown::Picture(thumb, texture) => drop(paint(&ui.painter_at(room), room, &thumb, texture)),
        Shown::Failed(_) => Mark::Fail.paint(ui.painter(), room.center()),
        Shown::Coming => {}
    }
}

fn history(
    session: &Session,
    clip: ClipId,
    opened: &Opened,
    put: &impl Fn(usize, f32, &str, f32, Color32),
    top: f32,
    low: f32,
    faint: Color32,
) {
    let bad = opened.roll.state.is_err();
    put(6, top, &opened.roll.text(), 12.5, if bad { theme::FAIL } else { theme::TEXT });
    let copy = session.copy_of(clip).map(|(_, found)| copy_in_words(found));
    if let Some(v) = opened.roll.root.as_deref().and_then(|root| session.verification(root)) {
        let color = if v.is_good() || v.is_running() { faint } else { theme::FAIL };
        let (copied, _) = copy.unwrap_or_default();
        put(6, low, &[v.text().as_str(), copied].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join("; "), 11.5, color);
    } else if let Some((copied, good)) = copy {
        put(6, low, copied, 11.5, if good { faint } else { theme::FAIL });
    }
}

/// How a roll compares with its second copy, and whether that is all right so far.
fn copy_in_words(found: Option<&Finding>) -> (&'static str, bool) {
    match found.map(|f| f.outcome) {
        None => ("copy not compared yet", true),
        Some(Outcome::Pass) => ("copy is equal", true),
        Some(Outcome::Fail) => ("copy differs", false),
        Some(Outcome::NotApplicable) => ("copy cannot be compared", true),
    }
}

#[allow(clippy::too_many_arguments)]
fn sidecars(ui: &mut Ui, rect: Rect, index: usize, opened: &Opened, top: f32, low: f32, strong: Color32, faint: Color32) {
    let (left, width) = column(7, rect.width());
    let paired = opened.paired();
    if paired.is_empty() {
        text(ui, pos2(rect.left() + left, top), width, "none", 12.5, theme::WEAK);
    }
    // Each kind has its place, the same in every line, and stands there above why it is the clip's.
    let each = (width / SidecarKind::ALL.len() as f32).min(84.0);
    for Paired { kind, path, by, error } in &paired {
        let left = rect.left() + left + *kind as usize as f32 * each;
        let room = (each - 6.0).max(1.0);
        let color = if error.is_some() { theme::FAIL } else { strong };
        text(ui, pos2(left, top), room, kind.label(), 12.5, color);
        text(ui, pos2(left, low), room, if error.is_some() { "not read" } else { by }, 11.5, faint);
        // Dragged onto another clip it is moved there. With the keyboard that is done from menus.
        let area = Rect::from_min_size(pos2(left, rect.top()), vec2(room, HEIGHT));
        let drag = ui.interact(area, ui.scope_id().with(("sidecar", index, kind)), Sense::DRAG);
        let spoken = format!("{} of {}, by {by}", kind.label(), opened.name);
        drag.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        drag.dnd_set_drag_payload(Held { kind: *kind, from: index });
        drag.on_hover_text(path.display().to_string());
    }
    for note in opened.planned.sidecars.notes.iter().take(1) {
        let at = pos2(rect.left() + left, if paired.is_empty() { low } else { rect.bottom() - 4.0 });
        text(ui, at, width, &note.message, 11.0, theme::WARN);
    }
}

pub fn menu(response: &Response, session: &Session, index: usize, entry: &ClipEntry, out: &mut Out) {
    response.context_menu(|ui| {
        let item = |ui: &mut Ui, out: &mut Out, label: &str, actions: Vec<Action>| {
            if ui.button(label).clicked() {
                out.push(Action::SelectClip(index));
                out.extend(actions);
                ui.close();
            }
        };
        let paired = session.opened(entry.id).map(|o| o.paired()).unwrap_or_default();
        item(ui, out, "Open on the Bench", vec![Action::Room(Room::Bench)]);
        item(ui, out, "Attach sidecars…", vec![Action::AskAttach]);
        for p in &paired {
            item(ui, out, &format!("Detach {} {}", p.kind.label(), name_of(&p.path)), vec![Action::Detach(p.kind)]);
        }
        item(ui, out, "Check again", vec![Action::RunChecks]);
        if session.opened(entry.id).is_some_and(|o| o.roll.root.is_some()) {
            item(ui, out, "Name a second copy of the roll…", vec![Action::AskCopy]);
            if session.copy_of(entry.id).is_some() {
                item(ui, out, "Name no second copy", vec![Action::Copy(None)]);
            }
        }
        // To the clip that is selected already, which stays so.
        let to = session.document().selected_index().filter(|to| *to != index);
        for (to, p) in to.iter().flat_map(|to| paired.iter().map(move |p| (*to, p))).filter(|(_, p)| p.kind != SidecarKind::Cdl) {
            if ui.button(format!("Move {} to the selected clip", p.kind.label())).clicked() {
                out.push(Action::MoveSidecar { kind: p.kind, from: index, to });
                ui.close();
            }
        }
        ui.separator();
        item(ui, out, "Remove from show", vec![Action::RemoveClip]);
    });
}

/// `1.4 GB`: of 1000, as disks are sold and sidecars say.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ if value < 9.95 => format!("{value:.1} {}", UNITS[unit]),
        _ => format!("{value:.0} {}", UNITS[unit]),
    }
}

/// Minutes and seconds, `1:02.5`; hours where there are some.
fn duration(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (h, m, s) = (tenths / 36000, tenths / 600 % 60, tenths % 600);
    let seconds = format!("{:02}.{}", s / 10, s % 10);
    if h > 0 { format!("{h}:{m:02}:{seconds}") } else { format!("{m}:{seconds}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_are_short() {
        for (bytes, text) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_600, "1.0 MB"), (1_440_000_000, "1.4 GB"), (23_600_000_000, "24 GB")]
        {
            assert_eq!(size(bytes), text);
        }
        for (s, text) in [(0.0, "0:00.0"), (2.04, "0:02.0"), (62.5, "1:02.5"), (3661.0, "1:01:01.0"), (59.96, "1:00.0")] {
            assert_eq!(duration(s), text);
        }
    }
}
