//! Fields of forms: each shows a value, and returns the new one where it was edited. Every field has a name that is read aloud.

use super::widgets::{segments, spoken_number};
use egui::{Button, ComboBox, DragValue, Grid, Response, Role, TextEdit, Ui, WidgetInfo};

/// A number; its new value where it was edited.
pub fn value(ui: &mut Ui, name: &str, v: f64, speed: f64, decimals: usize) -> Option<f64> {
    let mut new = v;
    number(ui, name, v, DragValue::new(&mut new).speed(speed).max_decimals(decimals));
    (new != v).then_some(new)
}

/// A whole number; its new value where it was edited.
pub fn whole(ui: &mut Ui, name: &str, v: u32) -> Option<u32> {
    let mut new = v;
    number(ui, name, v.into(), DragValue::new(&mut new).speed(1.0));
    (new != v).then_some(new)
}

/// A field for a number that is `v` so far.
fn number(ui: &mut Ui, name: &str, v: f64, field: DragValue) {
    let field = ui.add(field.update_while_editing(false));
    spoken_number(&field, name, v);
    field.on_hover_text(name);
}

/// A line of text; the new one at every key.
pub fn text(ui: &mut Ui, name: &str, v: Option<&str>) -> Option<String> {
    let mut new = v.unwrap_or_default().to_owned();
    line(ui, name, &mut new, 190.0);
    (new != v.unwrap_or_default()).then_some(new)
}

/// A line of text that is edited where it stands.
pub fn line(ui: &mut Ui, name: &str, text: &mut String, width: f32) -> Response {
    let field = ui.add(TextEdit::singleline(text).desired_width(width).hint_text("none"));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
    field
}

/// Fields with their labels before them.
pub fn grid(ui: &mut Ui, id: &str, add: impl FnOnce(&mut Ui)) {
    Grid::new(id).num_columns(2).min_col_width(96.0).spacing([8.0, 4.0]).show(ui, add);
}

/// A choice of a few words.
pub fn words<T: Copy + PartialEq>(ui: &mut Ui, name: &str, now: Option<T>, options: &[(T, &str)]) -> Option<T> {
    let mut chosen = None;
    segments(ui, |ui| {
        for (option, label) in options {
            let selected = now == Some(*option);
            let button = ui.add(Button::selectable(selected, *label).frame_when_inactive(true));
            button.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, format!("{name} {label}")));
            if button.clicked() && !selected {
                chosen = Some(*option);
            }
        }
    });
    chosen
}

/// A choice from a list.
pub fn list<T: Copy + PartialEq>(ui: &mut Ui, name: &str, now: T, options: &[(T, &str)]) -> Option<T> {
    let mut chosen = None;
    let label = options.iter().find(|(o, _)| *o == now).map_or("", |(_, label)| *label);
    let shown = ComboBox::from_id_salt(name).selected_text(label).width(180.0).show_ui(ui, |ui| {
        for (option, label) in options {
            if ui.selectable_label(*option == now, *label).clicked() && *option != now {
                chosen = Some(*option);
            }
        }
    });
    shown.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, name));
    chosen
}
