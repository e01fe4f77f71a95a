//! The page of the settings: a window of its own within the window, beside which everything goes on.

use super::{
    keymap::{self, Keymap},
    paging, theme,
    widgets::{Mark, Out, action_button, cut, fact, mono, segments, spoken_number, weak},
    windows::{self, Look, Place},
};
use crate::{
    check::Profile,
    session::{
        AHEAD_RANGE, Action, CACHE_RANGE, DialogKind, MonitorColor, Session, SettingsPart,
        table::{ACTIONS, Entry, MENUS},
    },
};
use egui::{Context, DragValue, Label, RichText, ScrollArea, TextEdit, Ui, vec2};

/// What the page keeps between passes.
#[derive(Default)]
pub struct State {
    /// Which keys are listed.
    filter: String,
    /// The part that was drawn last: of another, the first field takes the keyboard.
    part: Option<SettingsPart>,
    /// The action whose next key is awaited.
    awaiting: Option<&'static Entry>,
}

impl State {
    /// Takes the key that an action waits for, before it does what it did so far.
    pub fn capture(&mut self, ctx: &Context, session: &Session, out: &mut Out) {
        let Some(entry) = self.awaiting else { return };
        if session.view().settings != Some(SettingsPart::Keys) || session.view().palette {
            self.awaiting = None;
            return;
        }
        let Some(key) = keymap::captured(ctx) else { return };
        self.awaiting = None;
        if key == "Escape" {
            return;
        }
        let mut keys: Vec<String> = session.keys().of(entry).into_iter().map(str::to_owned).collect();
        if !keys.contains(&key) {
            keys.push(key);
            out.push(Action::SetKeys { action: entry.action.to_string(), keys });
        }
    }
}

/// Of the page, points: beside it, most of the picture is still seen.
const WIDTH: f32 = 470.0;
const HEIGHT: f32 = 540.0;

pub fn show(ui: &Ui, session: &Session, windows: &mut windows::State, keymap: &Keymap, state: &mut State, out: &mut Out) {
    let Some(open_part) = session.view().settings else {
        state.part = None;
        return;
    };
    let before = state.part.replace(open_part);
    let look = Look { kind: DialogKind::Settings, title: "Settings", width: WIDTH, height: Some(HEIGHT), place: Place::Right };
    windows.show(ui, look, out, |ui, out, _| {
        segments(ui, |ui| {
            for part in SettingsPart::ALL {
                let button = action_button(ui, session, out, &Action::SettingsPart(part), part.label(), open_part == part);
                if before.is_none() && part == open_part {
                    button.request_focus();
                }
            }
        });
        ui.add_space(6.0);
        match open_part {
            SettingsPart::Monitor => monitor(ui, session, out),
            SettingsPart::Memory => memory(ui, session, out),
            SettingsPart::Keys => keys(ui, session, keymap, state, before != Some(SettingsPart::Keys), out),
            SettingsPart::NewShows => new_shows(ui, session, out),
        }
        ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
            let kept = match session.settings_file() {
                Some(path) => format!("Kept in {}", path.display()),
                None => "Not kept: this window was started for a script".into(),
            };
            cut(ui, weak(&kept), &kept);
        });
    });
}

/// A ring that is seen also where it is empty.
fn radio(ui: &mut Ui, chosen: bool, label: &str) -> bool {
    ui.scope(|ui| {
        ui.visuals_mut().widgets.inactive.bg_stroke = egui::Stroke::new(1.0, theme::WEAK);
        ui.radio(chosen, label).clicked()
    })
    .inner
}

/// A choice of several, with what it means beside it.
fn choice(ui: &mut Ui, chosen: bool, label: &str, means: &str) -> bool {
    let clicked = radio(ui, chosen, label);
    ui.horizontal_top(|ui| {
        ui.add_space(22.0);
        ui.add(Label::new(weak(means)).wrap());
    });
    clicked && !chosen
}

fn monitor(ui: &mut Ui, session: &Session, out: &mut Out) {
    let now = &session.preferences().monitor;
    ui.add(
        Label::new("The picture on screen is converted from the display of the Output Transform to the colour of the monitor. Values, scopes, false colour, checks and what is written are never changed by it.")
            .wrap(),
    );
    ui.add_space(4.0);
    for (color, label, means) in [
        (MonitorColor::AsItIs, "As it is", "Code values go straight to the screen: for a monitor that is set to the show's display"),
        (MonitorColor::Srgb, "sRGB", "Rec.709 primaries with the curve of IEC 61966-2-1"),
        (MonitorColor::DisplayP3, "Display P3", "P3 primaries with white D65 and the curve of sRGB"),
        (MonitorColor::Rec709, "Rec.709 gamma 2.4", "Rec.709 primaries, gamma 2.4: BT.1886 with a black of 0"),
    ] {
        if choice(ui, *now == color, label, means) {
            out.push(Action::SetMonitor(color));
        }
    }
    let icc = if let MonitorColor::Icc(path) = now { Some(path.display().to_string()) } else { None };
    ui.horizontal(|ui| {
        if radio(ui, icc.is_some(), "ICC profile") {
            out.push(Action::AskMonitor);
        }
        if ui.small_button("Choose…").on_hover_text("A profile of a matrix and three curves").clicked() {
            out.push(Action::AskMonitor);
        }
    });
    ui.horizontal(|ui| {
        ui.add_space(22.0);
        match icc {
            Some(path) => cut(ui, weak(&path), &path),
            None => {
                let means = "The monitor's own profile, of a matrix and three curves; one of look-up tables is refused";
                ui.add(Label::new(weak(means)).wrap())
            }
        };
    });
    ui.add_space(8.0);
    let (words, tip) = session.monitor_words();
    fact(ui, "Now", words);
    ui.add(Label::new(weak(tip)).wrap());
}

/// A number with its name and unit; what it became, once it was changed.
fn number(ui: &mut Ui, name: &str, mut value: u32, unit: &str, range: std::ops::RangeInclusive<u32>, speed: f64) -> Option<u32> {
    ui.horizontal(|ui| {
        ui.add_sized(vec2(150.0, 20.0), Label::new(name).halign(egui::Align::LEFT));
        // Taken up once it is done with, not at every step of a drag: until then it is kept here.
        let dragged = ui.scope_id().with(("dragged", name));
        value = ui.data(|d| d.get_temp(dragged)).unwrap_or(value);
        let response = ui.add(DragValue::new(&mut value).speed(speed).range(range).update_while_editing(false));
        spoken_number(&response, name, value.into());
        ui.label(weak(unit));
        if response.dragged() {
            ui.data_mut(|d| d.insert_temp(dragged, value));
            return None;
        }
        ui.data_mut(|d| d.remove::<u32>(dragged));
        (response.changed() || response.drag_stopped()).then_some(value)
    })
    .inner
}

fn memory(ui: &mut Ui, session: &Session, out: &mut Out) {
    let mib = |bytes: usize| bytes.div_ceil(1 << 20) as u32;
    let cache = session.cache();
    if let Some(mib) = number(ui, "Decoded frames", mib(cache.budget()), "MiB at most", CACHE_RANGE, 16.0) {
        out.push(Action::SetCache(mib));
    }
    if let Some(frames) = number(ui, "Read ahead", session.preferences().read_ahead, "frames while playing", AHEAD_RANGE, 0.2) {
        out.push(Action::SetReadAhead(frames));
    }
    ui.add_space(6.0);
    ui.label(weak(format!(
        "{} MiB are in use. Half of it at most is read ahead; what is farthest from the playhead goes first.",
        mib(cache.in_use())
    )));
}

fn keys(ui: &mut Ui, session: &Session, keymap: &Keymap, state: &mut State, is_new: bool, out: &mut Out) {
    ui.horizontal(|ui| {
        let field = ui.add(TextEdit::singleline(&mut state.filter).hint_text("Filter").desired_width(220.0));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter keys"));
        if is_new {
            field.request_focus();
        }
        let own = !session.preferences().keys.is_empty();
        let reset = ui.add_enabled(own, egui::Button::new("Reset all"));
        if reset.on_hover_text("Every key as it comes").clicked() {
            out.push(Action::ResetKeys(None));
        }
    });
    let words: Vec<String> = state.filter.split_whitespace().map(str::to_lowercase).collect();
    let found = |e: &&Entry| {
        let name = || format!("{} {} {}", e.text, e.menu, session.keys().of(e).join(" ")).to_lowercase();
        words.is_empty() || {
            let name = name();
            words.iter().all(|w| name.contains(w))
        }
    };
    let height = ui.available_height() - 26.0;
    ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
        for menu in MENUS {
            let mut entries = ACTIONS.iter().filter(|e| e.top() == menu).filter(found).peekable();
            if entries.peek().is_some() {
                super::widgets::heading(ui, menu);
            }
            entries.for_each(|e| row(ui, session, keymap, state, e, out));
        }
        paging::of_window(ui, session, DialogKind::Settings);
    });
}

fn row(ui: &mut Ui, session: &Session, keymap: &Keymap, state: &mut State, entry: &'static Entry, out: &mut Out) {
    let set = |keys: Vec<&str>| Action::SetKeys { action: entry.action.to_string(), keys: keys.into_iter().map(str::to_owned).collect() };
    ui.horizontal(|ui| {
        let text = entry.title();
        ui.allocate_ui(vec2(190.0, 20.0), |ui| {
            ui.set_min_width(190.0);
            cut(ui, RichText::new(&text), entry.tooltip);
        });
        let keys = session.keys().of(entry);
        for key in &keys {
            let known = keymap::parse(key).is_some();
            let shown = keymap::hint(ui.ctx(), &[key]);
            let color = if known { theme::TEXT } else { theme::FAIL };
            let button = ui.add(egui::Button::new(mono(&shown).color(color)).small());
            let name = format!("Remove {shown} from {text}");
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            let tip = if known { "Click to take this key away" } else { "Not a key of this keyboard. Click to take it away" };
            if button.on_hover_text(tip).clicked() {
                out.push(set(keys.iter().copied().filter(|k| k != key).collect()));
            }
        }
        let awaits = state.awaiting.is_some_and(|e| std::ptr::eq(e, entry));
        let add = ui.add(egui::Button::new(if awaits { "Press a key…" } else { "+" }).small().selected(awaits));
        let name = if awaits { format!("Press a key for {text}") } else { format!("Add a key to {text}") };
        add.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if add.on_hover_text("Another key; Escape to leave it").clicked() {
            state.awaiting = (!awaits).then_some(entry);
        }
        if session.keys().is_own(entry) {
            let reset = ui.small_button("Reset");
            let name = format!("Reset the keys of {text}");
            reset.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            if reset.on_hover_text("As it comes").clicked() {
                out.push(Action::ResetKeys(Some(entry.action.to_string())));
            }
        }
        if let Some(other) = keymap.conflicts(entry).first() {
            Mark::Warn.show(ui);
            let words = format!("also {}", other.text);
            cut(ui, RichText::new(&words).small(), "Two actions have this key: only one of them gets it");
        }
    });
}

fn new_shows(ui: &mut Ui, session: &Session, out: &mut Out) {
    let preferences = session.preferences();
    let neutral = Profile::neutral();
    let now = preferences.profile.as_deref().unwrap_or(&neutral.id);
    super::widgets::heading(ui, "Check profile");
    let mut is_offered = false;
    for profile in session.offered_profiles().iter().filter_map(|o| o.profile.as_ref().ok()) {
        is_offered |= profile.id == now;
        if choice(ui, now == profile.id, &profile.title, &format!("{}, version {}", profile.id, profile.version)) {
            out.push(Action::SetNewProfile(Some(profile.id.clone())));
        }
    }
    if !is_offered {
        choice(ui, true, now, "A file");
    }
    super::widgets::heading(ui, "View");
    ui.add(
        Label::new(weak("Overlays, safe areas, centre mark, panels, GPU or CPU, loop and real time, as this window has them now.")).wrap(),
    );
    action_button(ui, session, out, &Action::KeepView, "Begin as the view is now", false);
}
