//! Key sheet, log, about.

use super::{
    keymap,
    screen::Screen,
    theme,
    widgets::{Out, heading, mono, weak},
};
use crate::session::{
    Action, LogLevel, Session,
    table::{ACTIONS, MENUS},
};
use egui::{Frame, Grid, Id, Modal, RichText, ScrollArea, Ui, vec2};

/// A dialog with a title, closed by its button, Escape or a click beside it.
pub fn dialog<R>(ui: &Ui, id: &str, title: &str, width: f32, out: &mut Out, add: impl FnOnce(&mut Ui, &mut Out) -> R) -> R {
    let frame = Frame::popup(ui.style()).inner_margin(16);
    let modal = Modal::new(Id::unique(id)).frame(frame).show(ui.ctx(), |ui| {
        ui.set_width(width);
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).heading().color(theme::STRONG));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.button("Close").on_hover_text("Close  [Esc]").clicked() {
                    out.push(Action::CloseDialog);
                }
            });
        });
        ui.add_space(6.0);
        add(ui, out)
    });
    if modal.should_close() {
        out.push(Action::CloseDialog);
    }
    modal.inner
}

pub fn keys(ui: &Ui, session: &Session, out: &mut Out) {
    let room = ui.ctx().content_rect().size() - vec2(80.0, 120.0);
    dialog(ui, "keys", "Keys", 860.0f32.min(room.x), out, |ui, _| {
        ScrollArea::vertical().max_height(room.y).show(ui, |ui| {
            ui.columns(3, |columns| {
                let column_of = |menu: &str| match menu {
                    "File" | "Edit" | "Clip" | "Check" | "Help" => 0,
                    "View" => 1,
                    _ => 2,
                };
                for menu in MENUS {
                    let ui = &mut columns[column_of(menu)];
                    heading(ui, menu);
                    Grid::new(menu).num_columns(2).spacing(vec2(10.0, 2.0)).show(ui, |ui| {
                        for e in ACTIONS.iter().filter(|e| e.top() == menu) {
                            let keys = session.keys().of(e);
                            if keys.is_empty() {
                                continue;
                            }
                            ui.label(mono(keymap::hint(ui.ctx(), &keys)));
                            ui.label(RichText::new(e.title()).small()).on_hover_text(e.tooltip);
                            ui.end_row();
                        }
                    });
                    ui.add_space(6.0);
                }
                let ui = &mut columns[2];
                heading(ui, "Pointer");
                for (what, does) in [
                    ("Wheel", "zoom at the pointer"),
                    ("Drag", "pan"),
                    ("Click", "pin the pixel to the inspector"),
                    ("Double-click", "fit"),
                    ("Drop files", "open them"),
                ] {
                    ui.horizontal(|ui| {
                        ui.label(mono(what));
                        ui.label(RichText::new(does).small());
                    });
                }
            });
        });
    });
}

pub fn log(ui: &Ui, session: &Session, out: &mut Out) {
    let room = ui.ctx().content_rect().size() - vec2(80.0, 140.0);
    dialog(ui, "log", "Log", 720.0f32.min(room.x), out, |ui, _| {
        if session.log().entries().is_empty() {
            ui.label(weak("Nothing to report."));
        }
        ScrollArea::vertical().max_height(room.y.min(420.0)).stick_to_bottom(true).show(ui, |ui| {
            for e in session.log().entries() {
                ui.horizontal_top(|ui| {
                    ui.label(weak(clock(e.time)));
                    let (word, color) = match e.level {
                        LogLevel::Info => ("info", theme::TEXT),
                        LogLevel::Error => ("error", theme::FAIL),
                    };
                    ui.label(RichText::new(word).small().color(color));
                    ui.add(egui::Label::new(RichText::new(&e.text)).wrap());
                });
            }
        });
        if ui.button("Copy all").clicked() {
            let text: Vec<String> = session.log().entries().iter().map(|e| format!("{} {}", clock(e.time), e.text)).collect();
            ui.ctx().copy_text(text.join("\n"));
        }
    });
}

/// Time of day, UTC.
fn clock(time: std::time::SystemTime) -> String {
    let t = time::OffsetDateTime::from(time);
    format!("{:02}:{:02}:{:02}Z", t.hour(), t.minute(), t.second())
}

pub fn about(ui: &Ui, screen: &Screen, out: &mut Out) {
    dialog(ui, "about", "Prelight", 420.0, out, |ui, _| {
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
