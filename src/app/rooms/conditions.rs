//! On what conditions the next recipes may be used: which clips they admit, how near golden frames have to come, and which engine renders.

use crate::{
    app::{
        fields::{grid, words},
        theme,
        widgets::{Mark, Out, heading, weak},
    },
    error::Result,
    recipe::{Conditions, Field, Kind, Pin, Tolerance, Widening},
    session::{Action, Session},
};
use egui::{Checkbox, Label, Response, RichText, Role, TextEdit, Ui, WidgetInfo};
use std::{borrow::Cow, collections::BTreeMap};

/// What is typed and not taken up yet, by the name of its field.
#[derive(Default)]
pub struct State(BTreeMap<&'static str, String>);

/// What golden frames may differ by without anybody seeing it.
const UNSEEN: &str = "itp:1,0.25";

pub fn scope(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    heading(ui, "Scope");
    let said = &session.document().conditions.scope;
    let kind = session.selected_opened().map(|opened| Kind::of(&*opened.clip));
    let tip = "Empty: as the approved clip. Several with commas; numbers also 400..1600; any";
    grid(ui, "scope of the recipe", |ui| {
        for field in Field::ALL {
            let now = said.text(field).unwrap_or_default();
            let own = kind.as_ref().and_then(|kind| own(kind, field)).unwrap_or_else(|| "any".into());
            let tried = |text: &str| widened(said, field, text);
            ui.label(capital(field.label()));
            let typed =
                typed(ui, state, (field.name(), &format!("Scope {}", field.label())), &now, &own, tip, |text| tried(text).map(drop));
            if let Some(Ok(scope)) = typed.map(|text| tried(&text)) {
                out.push(Action::SetScope(Cow::Owned(scope.to_string())));
            }
            ui.end_row();
        }
    });
    let admits = kind.is_none_or(|kind| said.of(&kind).admit(&kind).is_ok());
    if !admits {
        ui.horizontal_top(|ui| {
            Mark::Fail.show(ui);
            ui.add(Label::new(RichText::new("The clip itself is not within: it cannot be approved.").color(theme::FAIL)).wrap());
        });
    }
}

/// What is asked of the selected clip where nothing is said.
fn own(kind: &Kind, field: Field) -> Option<String> {
    match field {
        Field::Serial => None,
        Field::Mode | Field::Ei => kind.words(field),
        _ => Some(kind.words(field).unwrap_or_else(|| "not stated".into())),
    }
}

fn widened(said: &Widening, field: Field, text: &str) -> Result<Widening> {
    let mut scope = said.clone();
    scope.set(field, text)?;
    Ok(scope)
}

pub fn show(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    heading(ui, "Conditions");
    let said = &session.document().conditions;
    grid(ui, "conditions of the recipe", |ui| {
        names(ui, session, state, out);
        golden(ui, said, state, out);
        engine(ui, said, out);
    });
}

fn names(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    let said = &session.document().conditions;
    let stated = session.selected_opened().and_then(|o| o.clip.metadata().production.as_ref().map(|f| f.value.clone()));
    ui.label("Title");
    let title = said.title.as_deref().unwrap_or_default();
    if let Some(text) = typed(ui, state, ("title", "Title of the recipe"), title, "none", "What people call the recipe", |_| Ok(())) {
        out.push(Action::SetTitle(Some(text)));
    }
    ui.end_row();
    ui.label("Production");
    let (now, hint) = (said.production.as_deref().unwrap_or_default(), stated.as_deref().unwrap_or("none"));
    let tip = "A trust policy may limit who approves for which; empty: what every clip states";
    if let Some(text) = typed(ui, state, ("production", "Production of the recipe"), now, hint, tip, |_| Ok(())) {
        out.push(Action::SetProduction(Some(text)));
    }
    ui.end_row();
}

#[derive(Clone, Copy, PartialEq)]
enum Near {
    Bits,
    Eye,
    Own,
}

fn golden(ui: &mut Ui, said: &Conditions, state: &mut State, out: &mut Out) {
    let unseen = UNSEEN.parse::<Tolerance>().ok();
    let near = match said.tolerance {
        None => Near::Bits,
        some if some == unseen => Near::Eye,
        Some(_) => Near::Own,
    };
    ui.label("Golden frames");
    let options: &[(Near, &str)] = &[(Near::Bits, "same bits"), (Near::Eye, "by eye")];
    if let Some(chosen) = words(ui, "Golden frames have to have", Some(near), options) {
        out.push(Action::SetTolerance((chosen == Near::Eye).then_some(Cow::Borrowed(UNSEEN))));
    }
    ui.end_row();
    if near != Near::Bits {
        ui.label("Tolerance");
        let now = said.tolerance.map(|t| t.text()).unwrap_or_default();
        let tip = "itp:1,0.25 is dE ITP at most, and for 99.9 % of the pixels; relative:0.001,0.0005 is of scene-linear light";
        let check = |text: &str| text.parse::<Tolerance>().map(drop);
        if let Some(text) = typed(ui, state, ("tolerance", "Tolerance of golden frames"), &now, UNSEEN, tip, check) {
            out.push(Action::SetTolerance(Some(Cow::Owned(text))));
        }
        ui.end_row();
    }
}

#[derive(Clone, Copy, PartialEq)]
enum By {
    Version,
    Program,
    Others,
}

fn engine(ui: &mut Ui, said: &Conditions, out: &mut Out) {
    let by = match said.pins.iter().collect::<Vec<_>>().as_slice() {
        [] => By::Version,
        [Pin::This] => By::Program,
        _ => By::Others,
    };
    ui.label("Engine");
    let options: &[(By, &str)] = &[(By::Version, "this version"), (By::Program, "this program")];
    if let Some(chosen) = words(ui, "Rendered by", Some(by), options) {
        let pins: &'static [Pin] = if chosen == By::Program { &[Pin::This] } else { &[] };
        out.push(Action::SetPins(Cow::Borrowed(pins)));
    }
    ui.end_row();
    if by == By::Others {
        ui.label("");
        let programs: Vec<String> = said.pins.iter().map(|pin| pin.to_string().chars().take(16).collect()).collect();
        ui.add(Label::new(weak(format!("Programs {}", programs.join(", ")))).wrap());
        ui.end_row();
    }
    ui.label("");
    let mut proved = said.proved;
    let field = ui.add(Checkbox::new(&mut proved, "another on proof"));
    field.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, said.proved, "Another engine on proof"));
    field.on_hover_text("Another version or build may render, if it first makes the golden frames as they were approved");
    if proved != said.proved {
        out.push(Action::SetProved(proved));
    }
    ui.end_row();
}

/// A line that is taken up once nobody types in it: the new text then, if it holds. What does not hold stays, with the reason under it.
fn typed(
    ui: &mut Ui,
    state: &mut State,
    (key, name): (&'static str, &str),
    now: &str,
    hint: &str,
    tip: &str,
    check: impl Fn(&str) -> Result<()>,
) -> Option<String> {
    let mut text = state.0.get(key).cloned().unwrap_or_else(|| now.to_owned());
    let mut taken = None;
    ui.vertical(|ui| {
        let width = ui.available_width().clamp(80.0, 260.0);
        let field: Response = ui.add(TextEdit::singleline(&mut text).desired_width(width).hint_text(hint));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, name));
        let field = field.on_hover_text(tip);
        if field.changed() {
            state.0.insert(key, text.clone());
        }
        let Some(draft) = state.0.get(key).filter(|_| !field.has_focus()).cloned() else { return };
        match check(&draft) {
            _ if draft == now => drop(state.0.remove(key)),
            Ok(()) => {
                state.0.remove(key);
                taken = Some(draft);
            }
            Err(error) => {
                ui.add(Label::new(RichText::new(error.to_string()).color(theme::FAIL).small()).wrap());
            }
        }
    });
    taken
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
