//! The pipeline as a row of cards: each step with its transform ID, its source, what it does, and an eye that leaves it out.

use super::look::own_amf;
use crate::{
    app::{
        keymap,
        steps::friendly,
        theme,
        widgets::{Mark, Out, focus_ring, mono, weak},
    },
    check::LookHealth,
    pipeline::{Bypass, ColorStep, Stage, StepKind},
    session::{Action, CdlNumbers, LookEdit, Session, table},
};
use egui::{Align, Color32, Frame, Id, Label, Layout, Margin, Response, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};

/// Points; and how much of the window the row may take before it scrolls.
const WIDTH: f32 = 232.0;
const SHARE: f32 = 0.4;
/// The margins of a card, and the bar under the row.
const BESIDE: f32 = 22.0;

/// The steps from left to right. A click shows the picture where the step leads.
pub fn row(ui: &mut Ui, session: &Session, out: &mut Out) {
    let Some(opened) = session.selected_opened() else {
        ui.label(weak("No clip is open."));
        return;
    };
    let mut cards = Cards::begin(ui);
    // A panel is as high as what is in it, and what scrolls takes no more than there is: the cards say how high they are.
    let wanted = (cards.height + BESIDE).min(ui.ctx().content_rect().height() * SHARE);
    let area = ScrollArea::both().id_salt("steps in a row").min_scrolled_height(wanted).max_height(wanted).auto_shrink([false, true]);
    area.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            let format = opened.clip.format();
            let decode = Card {
                stage: Stage::Raw,
                label: "Decode",
                detail: opened.codec(),
                ids: vec![],
                source: format,
                state: (Mark::Pass, "rendered".into()),
                health: None,
                step: None,
            };
            cards.card(ui, session, out, decode);
            match session.steps_in_view() {
                Ok(steps) => Bypass::of(steps).for_each(|(name, s)| step(ui, session, out, &mut cards, s, name)),
                Err(error) => {
                    Mark::Fail.show(ui);
                    ui.add(Label::new(format!("No pipeline: {error}")).wrap());
                }
            }
        });
    });
    cards.end(ui);
}

fn step(ui: &mut Ui, session: &Session, out: &mut Out, cards: &mut Cards, s: &ColorStep, name: Bypass) {
    arrow(ui);
    let own = session.selected_opened().and_then(|o| o.planned.result.as_ref().as_ref().ok()).map(|p| p.steps()).unwrap_or_default();
    let is_draft = !own.iter().any(|o| (o.kind, &o.detail) == (s.kind, &s.detail));
    let words = if is_draft { "draft" } else { "rendered" };
    let health = session.look_health(s);
    let state = match &s.ops {
        _ if s.applied => (Mark::Waived, "already in the pixels".to_owned()),
        _ if s.bypassed => (Mark::None, "bypassed, for looking only".to_owned()),
        Err(error) => (Mark::Fail, error.message().to_owned()),
        Ok(_) => match health {
            Some(Ok(health)) => (mark_of(health), format!("{words}, {}", health.summary())),
            Some(Err(error)) => (Mark::Warn, error.message().to_owned()),
            None => (if is_draft { Mark::None } else { Mark::Pass }, words.to_owned()),
        },
    };
    let detail = friendly(&s.detail);
    cards.card(
        ui,
        session,
        out,
        Card {
            stage: s.kind.leads_to(),
            label: &s.label,
            detail: &detail,
            ids: s.transform_ids(),
            source: &s.source,
            state,
            health: health.and_then(Result::ok),
            step: Some((s, name)),
        },
    );
}

fn mark_of(health: &LookHealth) -> Mark {
    if health.faults.is_empty() { Mark::Pass } else { Mark::Warn }
}

/// From one step to the next; the fonts have none.
fn arrow(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(10.0, 12.0), Sense::hover());
    let points = vec![rect.left_top(), rect.right_center(), rect.left_bottom()];
    ui.painter().add(egui::Shape::convex_polygon(points, theme::WEAK, egui::Stroke::NONE));
}

struct Card<'a> {
    stage: Stage,
    label: &'a str,
    detail: &'a str,
    /// Transform IDs, as they stand in the file.
    ids: Vec<&'a str>,
    source: &'a str,
    state: (Mark, String),
    health: Option<&'a LookHealth>,
    /// None of the decode.
    step: Option<(&'a ColorStep, Bypass)>,
}

/// The cards of a row are all as high as the highest, which is known from the pass before.
struct Cards {
    id: Id,
    height: f32,
    highest: f32,
}

impl Cards {
    fn begin(ui: &Ui) -> Self {
        let id = ui.scope_id().with("height of the cards");
        Self { id, height: ui.data(|d| d.get_temp(id)).unwrap_or(0.0), highest: 0.0 }
    }

    fn end(self, ui: &Ui) {
        if self.highest != self.height {
            ui.data_mut(|d| d.insert_temp(self.id, self.highest));
            ui.ctx().request_repaint();
        }
    }

    fn card(&mut self, ui: &mut Ui, session: &Session, out: &mut Out, card: Card) {
        let current = session.view().stage == card.stage;
        let fill = Color32::from_gray(if current { 62 } else { 46 });
        let shown = ui.scope_builder(UiBuilder::new().id_salt(card.label).sense(Sense::click()), |ui| {
            Frame::new().fill(fill).corner_radius(2).inner_margin(Margin::symmetric(8, 5)).show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.vertical(|ui| {
                    content(ui, session, out, &card);
                    let own = ui.min_rect().height();
                    self.highest = self.highest.max(own);
                    ui.add_space((self.height - own).max(0.0));
                });
            });
        });
        let response = shown.response;
        focus_ring(ui.painter(), &response, response.rect);
        let spoken = format!("Step {}: {}", card.label, card.detail);
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
        let health = card.health.map(LookHealth::words).unwrap_or_default();
        let tip = format!("{}\n{health}Click: the picture after this step; of the step before, the picture without it", card.source);
        if response.on_hover_text(tip).clicked() {
            out.push(Action::Stage(card.stage));
        }
    }
}

fn content(ui: &mut Ui, session: &Session, out: &mut Out, card: &Card) {
    // A click on words is one on the card; what can be marked and copied is the ID.
    let words = |ui: &mut Ui, text: RichText| ui.add(Label::new(text).wrap().selectable(false));
    ui.horizontal(|ui| {
        ui.add(Label::new(RichText::new(card.label).color(theme::STRONG)).selectable(false));
        ui.add(Label::new(weak(card.stage.label())).selectable(false));
        if let Some((step, name)) = card.step {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| bypass(ui, session, out, step, name));
        }
    });
    let text = if card.step.is_some_and(|(s, _)| s.bypassed) { theme::WEAK } else { theme::TEXT };
    words(ui, RichText::new(card.detail).color(text));
    for id in &card.ids {
        ui.add(Label::new(mono(*id).small().color(theme::WEAK)).wrap().selectable(true));
    }
    let (mark, state) = &card.state;
    ui.horizontal_top(|ui| {
        mark.show(ui);
        words(ui, weak(state.as_str()));
    });
    words(ui, weak(card.source.lines().next().unwrap_or_default()));
    let look = card.step.and_then(|(step, name)| if let Bypass::Look(number) = name { Some((step, number)) } else { None });
    if look.is_some() || !card.ids.is_empty() {
        ui.horizontal(|ui| {
            if !card.ids.is_empty() {
                let button = ui.small_button("Copy ID").on_hover_text(card.ids.join("\n"));
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Copy the ID of {}", card.label)));
                if button.clicked() {
                    ui.ctx().copy_text(card.ids.join("\n"));
                }
            }
            if let Some((step, number)) = look {
                edit(ui, session, out, step, number);
            }
        });
    }
}

/// Whether the step is part of the picture, as an eye.
fn bypass(ui: &mut Ui, session: &Session, out: &mut Out, step: &ColorStep, name: Bypass) {
    let why = step.refuses_bypass();
    let (rect, response) = ui.allocate_exact_size(vec2(20.0, 16.0), if why.is_none() { Sense::click() } else { Sense::hover() });
    eye(ui, &response, rect.center(), why.is_none(), step.bypassed);
    let spoken = format!("Bypass {}", step.label);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, why.is_none(), step.bypassed, &spoken));
    let key = table::entry_of(&Action::Bypass(None)).map(|e| keymap::hint(ui.ctx(), &session.keys().of(e))).unwrap_or_default();
    let all = if key.is_empty() || step.kind != StepKind::Look { String::new() } else { format!("  [{key}: every look]") };
    let without = match step.kind {
        StepKind::Input => " What follows then takes the camera's values for ACES2065-1.",
        StepKind::Look => "",
        StepKind::Output => " Scene-linear values are then shown as they are.",
    };
    let tip = match why {
        None if step.bypassed => format!("Left out of the picture, for looking only. Click to take it in again.{all}"),
        None => format!("Leave it out of the picture, for looking only.{without}{all}"),
        Some(why) => format!("Cannot be left out: {why}."),
    };
    if response.on_hover_text(tip).clicked() {
        out.push(Action::Bypass(Some(name)));
    }
}

/// Open, or struck out; dim where it cannot be changed.
fn eye(ui: &Ui, response: &Response, center: egui::Pos2, enabled: bool, closed: bool) {
    let color = match (enabled, closed || response.hovered() || response.has_focus()) {
        (false, _) => Color32::from_gray(78),
        (true, true) => theme::STRONG,
        (true, false) => theme::WEAK,
    };
    let (painter, stroke) = (ui.painter(), Stroke::new(1.2, color));
    const HALF: [f32; 2] = [7.0, 4.2];
    for side in [-1.0, 1.0] {
        let lid = (0..=12).map(|i| {
            let x = i as f32 / 6.0 - 1.0;
            center + vec2(x * HALF[0], side * HALF[1] * (1.0 - x * x))
        });
        painter.line(lid.collect(), stroke);
    }
    painter.circle_filled(center, 2.0, color);
    if closed {
        painter.line_segment([center + vec2(-6.0, 6.0), center + vec2(6.0, -6.0)], Stroke::new(1.6, color));
    }
}

/// What can be done with a look: other numbers for a CDL, and to do without it.
fn edit(ui: &mut Ui, session: &Session, out: &mut Out, step: &ColorStep, number: usize) {
    let (edits, looks) = (session.look_edits(), own_amf(session.selected_opened()).map_or(0, |amf| amf.pipeline.looks().count()));
    let Some(look) = edits.number_of(number, looks) else { return };
    let button = ui.small_button("×").on_hover_text("Leave it out of the next AMF: tried out at once");
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Leave out {}", step.label)));
    if button.clicked() {
        out.push(edits.clone().leave_out(look).draft());
    }
    let is_edited = edits.iter().any(|e| matches!(e, LookEdit::Cdl { look: of, .. } if *of == look));
    if let Some(numbers) = CdlNumbers::of(step).filter(|_| !is_edited && !step.applied) {
        let button = ui.small_button("Edit").on_hover_text("Grade on from the numbers of this CDL, in its place");
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Edit {}", step.label)));
        if button.clicked() {
            out.push(edits.clone().with(LookEdit::Cdl { look, numbers }).draft());
        }
    }
}
