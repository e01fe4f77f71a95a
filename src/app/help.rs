//! Key sheet, about.

use super::{
    keymap, paging,
    screen::Screen,
    widgets::{Out, heading, mono, weak},
    windows::{Look, Place, State},
};
use crate::session::{
    DialogKind, Session,
    table::{ACTIONS, Entry, MENUS},
};
use egui::{RichText, ScrollArea, TextEdit, Ui};

/// Of the window, what the sheet takes where that is more than it needs at least.
const SHARE: f32 = 0.65;
/// Points of a column of keys.
const COLUMN: f32 = 300.0;
/// Points of that for the keys themselves.
const KEYS: f32 = 92.0;

const POINTER: [(&str, &str); 7] = [
    ("Wheel", "zoom at the pointer"),
    ("Drag", "pan"),
    ("Click", "pin the pixel to the inspector"),
    ("Double-click", "fit"),
    ("Shift+drag", "measure an area; Alt does, too"),
    ("Ctrl+drag", "an edge of a frame, from its middle; Alt does, too"),
    ("Drop files", "open them"),
];

/// Keys that move within the window, and are nobody's to set.
const WITHIN: [(&str, &str); 5] = [
    ("Tab", "to the next control; Shift+Tab to the one before"),
    ("Space", "press the button that has the keyboard"),
    ("Enter", "take what was typed"),
    ("Escape", "leave a field as it was; close the window in front"),
    ("PageUp/Down", "scroll what is longer than what is seen of it"),
];

/// Every key, in as many columns as there is room for.
pub fn keys(ui: &Ui, session: &Session, windows: &mut State, filter: &mut String, out: &mut Out) {
    let room = ui.ctx().content_rect().size() * SHARE;
    let (width, height) = (room.x.clamp(660.0, 4.0 * COLUMN + 60.0), room.y.max(600.0));
    let look = Look { kind: DialogKind::Keys, title: "Keys", width, height: Some(height), place: Place::Right };
    windows.show(ui, look, out, |ui, _, is_new| {
        let field = ui.add(TextEdit::singleline(filter).hint_text("Filter").desired_width(200.0));
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Filter the sheet"));
        if is_new {
            field.request_focus();
        }
        ui.add_space(4.0);
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let is_wanted = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|w| text.contains(w))
        };
        let mut groups: Vec<(&str, Vec<Row>)> = vec![];
        for menu in MENUS {
            let row = |e: &Entry| {
                let key = keymap::hint(ui.ctx(), &session.keys().of(e));
                let title = e.title();
                (!key.is_empty() && is_wanted(&format!("{menu} {key} {title}"))).then_some((key, title, e.tooltip))
            };
            groups.push((menu, ACTIONS.iter().filter(|e| e.top() == menu).filter_map(row).collect()));
        }
        for (name, fixed) in [("Within the window", &WITHIN[..]), ("Pointer", &POINTER[..])] {
            let wanted = fixed.iter().filter(|(what, does)| is_wanted(&format!("{name} {what} {does}")));
            groups.push((name, wanted.map(|(what, does)| ((*what).to_owned(), (*does).to_owned(), "")).collect()));
        }
        groups.retain(|(_, rows)| !rows.is_empty());
        if groups.is_empty() {
            ui.label(weak("No key is called that."));
        }
        let n = ((ui.available_width() / COLUMN) as usize).clamp(1, 4);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.columns(n, |columns| {
                // Each where there is most room so far, in the order of the menus.
                let mut filled = vec![0; n];
                for (name, rows) in groups {
                    let at = (0..n).min_by_key(|i| filled[*i]).unwrap_or(0);
                    filled[at] += rows.len() + 2;
                    group(&mut columns[at], name, &rows);
                }
            });
            paging::of_window(ui, session, DialogKind::Keys);
        });
    });
}

/// Key, what it does, and the same in more words.
type Row<'a> = (String, String, &'a str);

fn group(ui: &mut Ui, name: &str, rows: &[Row]) {
    heading(ui, name);
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = 16.0;
    for (key, title, tip) in rows {
        ui.horizontal(|ui| {
            ui.allocate_ui(egui::vec2(KEYS, 16.0), |ui| {
                ui.set_min_width(KEYS);
                ui.label(mono(key));
            });
            let label = ui.add(egui::Label::new(RichText::new(title).small()).truncate());
            if !tip.is_empty() {
                label.on_hover_text(*tip);
            }
        });
    }
    ui.add_space(6.0);
}

pub fn about(ui: &Ui, screen: &Screen, windows: &mut State, out: &mut Out) {
    let look = Look { kind: DialogKind::About, title: "Prelight", width: 420.0, height: None, place: Place::Right };
    windows.show(ui, look, out, |ui, _, _| {
        ui.label(format!("Version {}", env!("CARGO_PKG_VERSION")));
        ui.label("Shows camera originals through exactly the pipeline that will render them.");
        ui.add_space(6.0);
        match screen.adapter() {
            Some((name, driver)) => {
                ui.label(format!("GPU: {name}"));
                ui.label(weak(driver));
            }
            None => {
                ui.label("No GPU that can compute; the picture is the CPU engine's.");
            }
        }
        ui.label(weak("Picture on screen: 8 bits, dithered. The window system gives no more."));
        ui.add_space(6.0);
        ui.label(weak("Apache License 2.0"));
    });
}
