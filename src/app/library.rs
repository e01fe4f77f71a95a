//! The library: clips of an index, searched while one types, and taken into the show.

use super::{
    paging,
    rooms::fitted,
    theme,
    widgets::{self, Out, action_button, at_right, cut, name_field, text, weak},
    windows::{self, Look, Place},
};
use crate::{
    library::{Hit, Line, Query},
    session::{
        Action, DialogKind, Session,
        indexing::IndexState,
        library::{Found, FoundClip, Reach},
    },
    words::count,
};
use egui::{
    Color32, ColorImage, Key, Label, ProgressBar, Rect, RichText, ScrollArea, Sense, TextEdit, TextureHandle, TextureOptions, Ui, pos2,
    vec2,
};
use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

/// What the window keeps between passes.
#[derive(Default)]
pub struct State {
    /// As it is typed.
    query: String,
    /// What was asked for last: another search than the one that is typed comes from elsewhere.
    asked: String,
    /// What the lines are of.
    of: Option<Arc<Found>>,
    /// Places of the clips that are chosen, and the one that a range begins at.
    chosen: BTreeSet<usize>,
    anchor: usize,
    pictures: HashMap<usize, TextureHandle>,
}

/// Points: the window, a line, and the picture in it.
const WIDTH: f32 = 900.0;
const HEIGHT: f32 = 540.0;
const ROW: f32 = 44.0;
const PICTURE: f32 = 74.0;

/// Titles and widths of the columns after the picture; the first takes what is left.
const COLUMNS: [(&str, f32); 7] =
    [("Clip", 0.0), ("Camera", 130.0), ("Lens", 150.0), ("EI", 52.0), ("Rate", 62.0), ("Timecode", 92.0), ("Frames", 58.0)];

const EXAMPLE: &str = "camera:ALEXA lens:>40mm ei:800 \"night exterior\" -take:1";

pub fn show(ui: &Ui, session: &Session, windows: &mut windows::State, state: &mut State, out: &mut Out) {
    let look = Look { kind: DialogKind::Library, title: "Library", width: WIDTH, height: Some(HEIGHT), place: Place::Left };
    windows.show(ui, look, out, |ui, out, is_new| {
        if is_new || state.asked != session.library_query() {
            session.library_query().clone_into(&mut state.query);
            session.library_query().clone_into(&mut state.asked);
        }
        head(ui, session, out);
        indexing(ui, session, out);
        search(ui, session, state, is_new, out);
        let found = session.found_in_library();
        state.follow(found);
        says_why(ui, session);
        let Some(found) = found else {
            ui.allocate_space(ui.available_size());
            return;
        };
        // Beside a bar to scroll by, whether there is one or not.
        let width = ui.available_width() - ui.spacing().scroll.allocated_width();
        titles(ui, width);
        // What stands below is made first, so that the lines take what is left.
        egui::Panel::bottom("taking").resizable(false).show(ui, |ui| taking(ui, found, state, out));
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().id_salt("found").auto_shrink(false).show_rows(ui, ROW, found.clips.len(), |ui, seen| {
            for at in seen {
                line(ui, session, state, found, (at, width), out);
            }
            paging::of_window(ui, session, DialogKind::Library);
        });
    });
}

impl State {
    /// Other clips are chosen afresh.
    fn follow(&mut self, found: Option<&Arc<Found>>) {
        let same = match (&self.of, found) {
            (Some(of), Some(found)) => Arc::ptr_eq(of, found),
            (of, found) => of.is_none() && found.is_none(),
        };
        if !same {
            (self.of, self.anchor) = (found.cloned(), 0);
            self.chosen.clear();
            self.pictures.clear();
        }
    }

    fn click(&mut self, at: usize, range: bool, add: bool) {
        if range {
            if !add {
                self.chosen.clear();
            }
            self.chosen.extend(self.anchor.min(at)..=self.anchor.max(at));
            return;
        }
        self.anchor = at;
        if !add {
            self.chosen.clear();
        }
        if !self.chosen.remove(&at) {
            self.chosen.insert(at);
        }
    }
}

fn head(ui: &mut Ui, session: &Session, out: &mut Out) {
    ui.horizontal(|ui| {
        action_button(ui, session, out, &Action::AskLibrary, "Choose…", false);
        action_button(ui, session, out, &Action::AskNewLibrary, "New…", false);
        action_button(ui, session, out, &Action::AskIndex(None), "Index a folder…", false);
        match session.library() {
            Some(location) => cut(ui, weak(location), location),
            None => ui.label(weak("no index is chosen")),
        };
    });
}

/// What is read into the library, or was.
fn indexing(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some(of) = session.indexing() else { return };
    ui.horizontal(|ui| match &of.state {
        IndexState::Running(job) => {
            let Some(job) = session.jobs().iter().find(|j| j.id == *job) else { return };
            let (done, total) = job.progress.steps();
            if total > 0 {
                let bar = ui.add(ProgressBar::new(done as f32 / total as f32).desired_width(120.0).desired_height(8.0));
                bar.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, "Clips read"));
                ui.label(weak(format!("{done} of {}", count(total, "clip"))));
            }
            let said = job.progress.message();
            cut(ui, weak(&said), &said);
        }
        IndexState::Failed(error) => {
            let why = format!("not indexed: {error}");
            cut(ui, RichText::new(&why).color(theme::FAIL), &why);
        }
        IndexState::Done(done) => {
            ui.label(weak(done.to_string()));
            if !done.errors.is_empty() {
                let find = Action::FindInLibrary("is:error".into());
                action_button(ui, session, out, &find, "Show what cannot be read", false);
            }
        }
    });
}

fn search(ui: &mut Ui, session: &Session, state: &mut State, is_new: bool, out: &mut Out) {
    ui.add_enabled_ui(session.library().is_some(), |ui| {
        let field = ui.add(TextEdit::singleline(&mut state.query).hint_text(EXAMPLE).desired_width(f32::INFINITY));
        name_field(&field, "Search the library", &state.query);
        if is_new {
            field.request_focus();
        }
        if field.changed() {
            state.asked.clone_from(&state.query);
            out.push(Action::FindInLibrary(state.query.clone()));
        }
        field.on_hover_ui(|ui| {
            ui.set_max_width(520.0);
            ui.label("Words are looked for everywhere, as the beginning of a word; in quotes as they stand. `field:value` asks one field: a text contains the value (=value: is it), a number is 800, >800, <=800 or 200..800. - before a term turns it around.");
            ui.label(weak(format!("Fields: {}", Query::fields().join(", "))));
        });
    });
    ui.add_space(2.0);
}

/// Why no clip is listed, or none of what is typed now.
fn says_why(ui: &mut Ui, session: &Session) {
    match session.library_error() {
        // One line while a search is listed, so that the list stays where it is: what is typed is wrong as long as it is half typed.
        Some(error) if session.found_in_library().is_some() => {
            let error = error.to_string();
            cut(ui, RichText::new(&error).color(theme::WARN), &error);
        }
        Some(error) => drop(ui.add(Label::new(RichText::new(error.to_string()).color(theme::FAIL)).wrap())),
        None if session.library().is_none() => {
            drop(ui.add(Label::new("No library is searched yet. Choose an index, or make a new one of the clips in a folder.").wrap()));
        }
        None if session.found_in_library().is_none() => drop(ui.label(weak("Searching…"))),
        None => drop(ui.label("")),
    }
}

/// Left edge and width of a column in a line that is `width` wide.
fn column(i: usize, width: f32) -> (f32, f32) {
    let fixed: f32 = COLUMNS.iter().map(|c| c.1).sum();
    let first = (width - PICTURE - 8.0 - fixed).max(80.0);
    let of = |i: usize| if i == 0 { first } else { COLUMNS[i].1 };
    (PICTURE + 8.0 + (0..i).map(of).sum::<f32>(), of(i) - 10.0)
}

fn titles(ui: &mut Ui, width: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
    for (i, (title, _)) in COLUMNS.iter().enumerate() {
        let (left, width) = column(i, width);
        text(ui, pos2(rect.left() + left, rect.center().y), width, title, 11.5, theme::WEAK);
    }
}

/// What is found, and taking it into the show.
fn taking(ui: &mut Ui, found: &Found, state: &mut State, out: &mut Out) {
    ui.add_space(4.0);
    let chosen: Vec<PathBuf> = state.chosen.iter().filter_map(|at| found.clips.get(*at)).filter(takes).map(path_of).collect();
    let all: Vec<PathBuf> = found.clips.iter().filter(takes).map(path_of).collect();
    ui.horizontal(|ui| {
        match found.clips.len() {
            0 => ui.label("nothing fits"),
            n if found.more => ui.label(format!("the first {} that fit", count(n, "clip"))),
            n => ui.label(format!("{} found", count(n, "clip"))),
        };
        if found.more {
            ui.label(weak("say more of what is looked for"));
        }
        at_right(ui, |ui| {
            let mut button = |ui: &mut Ui, label: String, tip: &str, paths: &Vec<PathBuf>| {
                let button = ui.add_enabled(!paths.is_empty(), egui::Button::new(label)).on_hover_text(tip);
                if button.clicked() {
                    out.push(Action::Add(paths.clone()));
                }
            };
            let every = if all.is_empty() { "Add all".to_owned() } else { format!("Add all {}", all.len()) };
            button(ui, every, "Take every clip that is listed into the show", &all);
            let some =
                if chosen.is_empty() { "Add to the show".to_owned() } else { format!("Add {} to the show", count(chosen.len(), "clip")) };
            button(ui, some, "Take the clips that are chosen into the show; a double click takes one", &chosen);
        });
    });
}

fn takes(clip: &&FoundClip) -> bool {
    clip.reach() == Reach::Within
}

fn path_of(clip: &FoundClip) -> PathBuf {
    clip.hit.path.clone()
}

fn line(ui: &mut Ui, session: &Session, state: &mut State, found: &Found, (at, width): (usize, f32), out: &mut Out) {
    let clip = &found.clips[at];
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    let response = ui.interact(rect, ui.scope_id().with(("found", at)), Sense::click());
    let chosen = state.chosen.contains(&at);
    let said = says(&clip.hit);
    let in_show = session.document().clips.iter().any(|c| c.path == clip.hit.path);
    // Names are equal where a clip lies in two places, and folders where there are two of it.
    let parts = [clip.hit.path.file_name().unwrap_or_default(), clip.hit.path.parent().unwrap_or(&clip.hit.path).as_os_str()];
    let place = parts.map(|part| part.to_string_lossy()).join(" in ");
    let (place, color) = match clip.reach() {
        Reach::Failed(why) => (format!("could not be read: {why}"), theme::FAIL),
        Reach::Gone => (format!("no more there: {place}"), theme::WARN),
        Reach::Store => (format!("for the command line alone: {place}"), theme::WARN),
        Reach::Within if in_show => (format!("in the show: {place}"), theme::TEXT),
        Reach::Within => (place, if chosen { Color32::from_gray(184) } else { theme::WEAK }),
    };
    let spoken =
        format!("Found {}: {}; {place}", said[0], said[1..].iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(", "));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, chosen, &spoken));
    let fill = match (chosen, response.hovered()) {
        (true, _) => Color32::from_gray(72),
        (false, true) => Color32::from_gray(50),
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(rect.shrink2(vec2(0.0, 1.0)), 2.0, fill);
    widgets::focus_ring(ui.painter(), &response, rect);
    picture(ui, state, clip, at, rect);
    for (i, words) in said.iter().enumerate() {
        let (left, width) = column(i, width);
        let y = if i == 0 { rect.top() + 14.0 } else { rect.center().y };
        text(
            ui,
            pos2(rect.left() + left, y),
            width,
            words,
            if i == 0 { 13.5 } else { 12.5 },
            if chosen { theme::STRONG } else { theme::TEXT },
        );
    }
    let (left, width) = column(0, width);
    text(ui, pos2(rect.left() + left, rect.top() + 31.0), width, &place, 11.5, color);
    let response = response.on_hover_text(clip.hit.path.display().to_string());
    if response.clicked() {
        let modifiers = ui.input(|i| i.modifiers);
        // The first Enter chooses the line that has the keyboard, the second takes it.
        let enters = chosen && ui.input(|i| i.key_pressed(Key::Enter));
        if (enters || response.double_clicked()) && takes(&clip) {
            out.push(Action::Add(vec![path_of(clip)]));
        } else if !response.double_clicked() {
            state.click(at, modifiers.shift, modifiers.command);
        }
    }
}

/// What stands in the columns.
fn says(hit: &Hit) -> [String; COLUMNS.len()] {
    let Line { name, camera, lens, exposure_index, rate, timecode, frames, .. } = hit.line();
    [name, camera, lens, exposure_index, rate, timecode, frames]
}

/// The small picture of the index, desqueezed.
fn picture(ui: &Ui, state: &mut State, clip: &FoundClip, at: usize, rect: Rect) {
    let room = Rect::from_min_size(rect.min + vec2(2.0, 2.0), vec2(PICTURE - 4.0, ROW - 4.0));
    ui.painter().rect_filled(room, 0.0, Color32::from_gray(theme::SURROUND));
    let Some(small) = &clip.picture else { return };
    let texture = state.pictures.entry(at).or_insert_with(|| {
        let image = ColorImage::from_rgb(small.size.map(|n| n as usize), &small.rgb);
        ui.ctx().load_texture("picture of the library", image, TextureOptions::LINEAR)
    });
    let squeeze = clip.hit.metadata.squeeze.as_ref().map_or(1.0, |f| f.value);
    fitted(ui.painter(), room, [f64::from(small.size[0]) * squeeze, f64::from(small.size[1])], texture.id());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_are_chosen_alone_by_range_and_one_more() {
        let mut state = State::default();
        let mut click = |at, range, add| {
            state.click(at, range, add);
            state.chosen.iter().copied().collect::<Vec<_>>()
        };
        assert_eq!(click(4, false, false), [4]);
        assert_eq!(click(2, true, false), [2, 3, 4]);
        assert_eq!(click(7, false, true), [2, 3, 4, 7]);
        assert_eq!(click(3, false, true), [2, 4, 7]);
        assert_eq!(click(5, true, true), [2, 3, 4, 5, 7]);
        assert_eq!(click(1, false, false), [1]);
        // Of other clips none is chosen.
        state.follow(Some(&Arc::new(Found { clips: vec![], more: false })));
        assert!(state.chosen.is_empty());
    }
}
