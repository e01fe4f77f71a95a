//! The pipeline of the selected clip: every step, what it does and who says so; the sidecars; the settings.

use super::{
    picker::Purpose,
    template_row, theme,
    widgets::{Mark, Out, cut, focus_ring, heading, size_of, weak},
};
use crate::{
    camera::{Encoding, SignalRange, YcbcrMatrix},
    color::{self, Kind},
    debayer,
    framing::{CropTo, template::TemplateChoice},
    pipeline::{Document, Highlights, Plan, Settings, Stage},
    session::{Action, ClipEntry, Opened, RECIPE_EXPOSURE, Session},
};
use egui::{
    Color32, ComboBox, DragValue, Frame, Label, Margin, Response, RichText, ScrollArea, Sense, Ui, UiBuilder, style::ScrollAnimation,
};
use serde_json::{Value, json};

/// Returns what to ask the user for. `templates` are those of the file that was chosen last.
pub fn show(ui: &mut Ui, session: &Session, templates: &[TemplateChoice], out: &mut Out) -> Option<Purpose> {
    heading(ui, "Pipeline");
    let (Some(opened), Some(entry)) = (session.selected_opened(), session.document().selected_clip()) else {
        ui.label(weak("No clip is open."));
        return None;
    };
    let mut ask = None;
    ScrollArea::vertical().id_salt("steps").auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        match opened.planned.result.as_ref() {
            Ok(plan) => steps(ui, session, opened, plan, out),
            Err(error) => {
                ui.horizontal_wrapped(|ui| {
                    Mark::Fail.show(ui);
                    ui.label(format!("No pipeline: {error}"));
                });
            }
        }
        sidecars(ui, opened);
        ask = settings(ui, entry, opened, templates, out);
    });
    ask
}

fn steps(ui: &mut Ui, session: &Session, opened: &Opened, plan: &Plan, out: &mut Out) {
    let m = opened.clip.metadata();
    let decode = &plan.settings().decode;
    let mut what = vec![opened.codec().to_owned()];
    what.extend(m.bit_depth.as_ref().map(|f| format!("{} bit", f.value)));
    what.extend(m.cfa.as_ref().map(|f| format!("{} debayered {}", f.value, tier_name(decode.tier))));
    if let (Some(_), debayer::Domain::Log { slope }) = (&m.cfa, decode.options.domain) {
        what.push(format!("log slope {}{}", slope.value(), plan.noise().map(|f| format!(" by {}", f.key)).unwrap_or_default()));
    }
    let mut current = step(ui, session, out, Some(Stage::Raw), "Decode", &what.join(", "), opened.clip.format(), None);
    for s in plan.steps() {
        let stage = s.kind.leads_to();
        let state = match &s.ops {
            _ if s.applied => Some((Mark::None, "already in the pixels".to_owned())),
            Err(error) => Some((Mark::Fail, format!("cannot be rendered: {}", error.message()))),
            Ok(_) => None,
        };
        current = step(ui, session, out, Some(stage), &s.label, &friendly(&s.detail), &s.source, state).or(current);
    }
    let g = plan.geometry();
    let framing = &plan.settings().framing;
    let of = framing.template.as_ref().map_or_else(|| crop_name(framing.crop).to_owned(), |t| format!("a template of {}", t.file));
    let detail = format!("{} of {of}, from {}", g.target, size_of(g.source.width, g.source.height));
    let arithmetic: Vec<String> = g.steps.iter().map(|s| format!("{}: {}", s.name, s.text)).collect();
    step(ui, session, out, None, "Plate", &detail, &arithmetic.join("\n"), None);
    // What is scrolled out of sight by hand stays there.
    let (id, in_view) = (ui.scope_id().with("step in sight"), (session.document().selected, session.view().stage));
    if let Some(current) = current.filter(|_| ui.data(|d| d.get_temp(id)) != Some(in_view)) {
        current.scroll_to_me_animation(None, ScrollAnimation::none());
        ui.data_mut(|d| d.insert_temp(id, in_view));
    }
}

/// One step, returned where it leads to the stage in view. A click shows the picture at its stage. The plate has none: it is framed,
/// and rendered only.
#[expect(clippy::too_many_arguments, reason = "the parts of one line")]
fn step(
    ui: &mut Ui,
    session: &Session,
    out: &mut Out,
    stage: Option<Stage>,
    label: &str,
    detail: &str,
    source: &str,
    state: Option<(Mark, String)>,
) -> Option<Response> {
    let current = stage == Some(session.view().stage);
    let fill = if current { Color32::from_gray(52) } else { Color32::TRANSPARENT };
    let sense = if stage.is_some() { Sense::click() } else { Sense::hover() };
    // Sensed from the start: what is made to sense clicks afterwards loses the keyboard in every pass.
    let shown = ui.scope_builder(UiBuilder::new().id_salt(label).sense(sense), |ui| {
        Frame::new().fill(fill).corner_radius(2).inner_margin(Margin::symmetric(6, 4)).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            // A click on words is one on the step.
            let words = |ui: &mut Ui, text: RichText| ui.add(Label::new(text).selectable(false));
            ui.horizontal(|ui| {
                words(ui, RichText::new(label).color(theme::STRONG));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if let Some(stage) = stage {
                        words(ui, weak(stage.label()));
                    }
                });
            });
            ui.add(Label::new(detail).wrap().selectable(false));
            if let Some((mark, said)) = &state {
                ui.horizontal_wrapped(|ui| {
                    mark.show(ui);
                    words(ui, weak(said));
                });
            }
            let first = source.lines().next().unwrap_or_default();
            ui.add(Label::new(weak(first)).truncate().selectable(false));
        });
    });
    let response = shown.response;
    let Some(stage) = stage else {
        response.on_hover_text(source);
        return None;
    };
    focus_ring(ui.painter(), &response, response.rect);
    let spoken = format!("Step {label}: {detail}");
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, current, &spoken));
    let response = response.on_hover_text(format!("Source: {source}\nClick to show the picture at {stage}"));
    if response.clicked() {
        out.push(Action::Stage(stage));
    }
    current.then_some(response)
}

/// Transform IDs by the titles people know them by.
pub(super) fn friendly(detail: &str) -> String {
    let title = |word: &str| color::named(word).map_or_else(|| word.rsplit(':').next().unwrap_or(word).to_owned(), |n| n.title.to_owned());
    // Names of the catalogue have hyphens; no other word of a detail that has is one.
    let is_name = |w: &str| w.starts_with("urn:") || (w.contains('-') && color::named(w).is_some_and(|n| n.name == w));
    detail.split(' ').map(|w| if is_name(w) { title(w) } else { w.to_owned() }).collect::<Vec<_>>().join(" ")
}

fn sidecars(ui: &mut Ui, opened: &Opened) {
    let s = &opened.planned.sidecars;
    ui.add_space(8.0);
    heading(ui, "Sidecars");
    let mut any = document(ui, "AMF", s.amf.as_ref());
    any |= document(ui, "FDL", s.fdl.as_ref());
    any |= document(ui, "CDL", s.cdl.as_ref());
    if let Some(still) = &s.still {
        any = true;
        let name = still.file_name().unwrap_or_default().to_string_lossy();
        line(ui, Mark::None, "Still", &name, &still.display().to_string());
    }
    for note in &s.notes {
        any = true;
        line(ui, Mark::Warn, "AMF", &note.message, &note.message);
    }
    if !any {
        ui.label(weak("None found. Drop an AMF or FDL here to use it."));
    }
}

fn document<T>(ui: &mut Ui, kind: &str, document: Option<&Document<T>>) -> bool {
    let Some(d) = document else { return false };
    let (mark, state) = match &d.content {
        Err(error) => (Mark::Fail, error.to_string()),
        Ok(_) if !crate::sidecar::is_valid(&d.diagnostics) => (Mark::Warn, "not valid: see the checks".to_owned()),
        Ok(_) => (Mark::None, "read".to_owned()),
    };
    line(ui, mark, kind, &d.file_name(), &format!("{}\nPaired by: {}\n{state}", d.path.display(), d.paired_by));
    true
}

fn line(ui: &mut Ui, mark: Mark, kind: &str, name: &str, tip: &str) {
    ui.horizontal(|ui| {
        if mark != Mark::None {
            mark.show(ui);
        }
        ui.label(weak(kind));
        cut(ui, RichText::new(name), tip);
    });
}

fn settings(ui: &mut Ui, entry: &ClipEntry, opened: &Opened, templates: &[TemplateChoice], out: &mut Out) -> Option<Purpose> {
    let mut ask = None;
    let Settings { decode, input, output, working_space, framing, .. } = &entry.settings;
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        heading(ui, "Settings");
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let changed = entry.settings != Settings::default();
            let reset = ui.add_enabled(changed, egui::Button::new("Reset").small());
            if reset.on_hover_text("All settings back to their defaults").clicked() {
                out.push(Action::ResetClip);
            }
        });
    });
    egui::Grid::new("settings").num_columns(2).spacing([8.0, 5.0]).show(ui, |ui| {
        if exposes(opened) {
            exposure(ui, entry, "Exposure of the recipe, in scene-linear: changes what is rendered. Stops", out);
            ui.end_row();
        }
        if opened.clip.metadata().cfa.is_some() {
            let tiers = debayer::Tier::ALL.map(|t| (t, tier_name(t)));
            choose(ui, "Debayer", "How missing colours are found", decode.tier, &tiers, |tier| {
                let debayer::Options { repair_pixels, equilibrate_greens, .. } = decode.options;
                let options = debayer::Options { repair_pixels, equilibrate_greens, ..debayer::Options::for_tier(tier) };
                out.push(set(json!({"decode": {"tier": tier, "options": options}})));
            });
            let highlights = [(Highlights::Neutral, "neutral"), (Highlights::Recorded, "as recorded")];
            choose(ui, "Highlights", "What becomes of highlights that the sensor clipped", decode.highlights, &highlights, |h| {
                out.push(set(json!({"decode": {"highlights": h}})));
            });
            let repairs = [((false, false), "none"), ((true, false), "stuck pixels"), ((false, true), "greens"), ((true, true), "both")];
            let now = (decode.options.repair_pixels, decode.options.equilibrate_greens);
            let tip = "Stuck pixels held within their neighbours (takes out stars with them), greens of red and blue rows levelled";
            choose(ui, "Repairs", tip, now, &repairs, |(repair_pixels, equilibrate_greens)| {
                let options = debayer::Options { repair_pixels, equilibrate_greens, ..decode.options };
                out.push(set(json!({"decode": {"options": options}})));
            });
        }
        coding(ui, entry, opened, input.as_ref(), out);
        let outputs = color::catalogue().iter().filter(|n| n.kind == Kind::Output).map(|n| (Some(n.name.to_owned()), n.title));
        let outputs: Vec<_> = [(None, "as the AMF says, or ACES Rec.709")].into_iter().chain(outputs).collect();
        choose(ui, "Output", "Output Transform (ODT)", output.clone(), &outputs, |o| out.push(set(json!({ "output": o }))));
        // Once one is chosen, nothing asks any more: the choice can still be changed.
        if working_space.is_some() || opened.planned.result.as_ref().as_ref().is_ok_and(Plan::asks_for_working_space) {
            let spaces = color::catalogue().iter().filter(|n| n.kind == Kind::WorkingSpace).map(|n| (Some(n.name.to_owned()), n.title));
            let spaces: Vec<_> = [(None, "not stated: shown, not rendered")].into_iter().chain(spaces).collect();
            let tip = "Working space of the CDLs for which the AMF names none";
            choose(ui, "CDL space", tip, working_space.clone(), &spaces, |s| out.push(set(json!({ "working_space": s }))));
        }
        let crops = [
            (None, "protection or decision"),
            (Some(CropTo::Canvas), "canvas"),
            (Some(CropTo::Effective), "effective"),
            (Some(CropTo::Protection), "protection"),
            (Some(CropTo::Decision), "decision"),
        ];
        choose(ui, "Plate", "Which part of the picture becomes the plate", framing.crop, &crops, |c| {
            out.push(set(json!({"framing": {"crop": c}})));
        });
        ask = template_row::show(ui, entry, opened, templates, out);
    });
    ask
}

/// Whether the recipe can expose the clip: only raw has a place for it.
pub(super) fn exposes(opened: &Opened) -> bool {
    matches!(opened.clip.encoding(), Encoding::Camera(_))
}

/// The exposure of the recipe, with its label.
pub(super) fn exposure(ui: &mut Ui, entry: &ClipEntry, tip: &str, out: &mut Out) {
    let label = ui.label("Exposure");
    let mut stops = entry.settings.decode.exposure;
    let field = DragValue::new(&mut stops).speed(0.01).range(RECIPE_EXPOSURE).fixed_decimals(2).suffix(" stops");
    if ui.add(field).labelled_by(label.id).on_hover_text(tip).changed() {
        out.push(set(json!({"decode": {"exposure": stops}})));
    }
}

/// What the values are, where the file leaves it to a person.
fn coding(ui: &mut Ui, entry: &ClipEntry, opened: &Opened, input: Option<&String>, out: &mut Out) {
    let m = opened.clip.metadata();
    let reading = entry.settings.decode.reading;
    if m.unmapped.keys().any(|key| key.contains("OpcodeList")) {
        let lists = [(true, "applied"), (false, "left out")];
        choose(
            ui,
            "Corrections",
            "The opcode lists of the DNG: shading, bad pixels, distortion",
            entry.settings.decode.opcodes,
            &lists,
            |o| {
                out.push(set(json!({"decode": {"opcodes": o}})));
            },
        );
    }
    if opened.clip.refusal().is_some() {
        return;
    }
    if m.cfa.is_none() && matches!(opened.clip.encoding(), Encoding::Coded { .. } | Encoding::Unknown) {
        let inputs = color::catalogue().iter().filter(|n| n.kind == Kind::Input).map(|n| (Some(n.name.to_owned()), n.title));
        let inputs: Vec<_> = [(None, "as the file or the AMF says")].into_iter().chain(inputs).collect();
        choose(ui, "Input", "Input Transform (IDT)", input.cloned(), &inputs, |i| out.push(set(json!({ "input": i }))));
    }
    if opened.clip.has_range() {
        let ranges = [(None, "as the file says"), (Some(SignalRange::Legal), "legal"), (Some(SignalRange::Full), "full")];
        choose(ui, "Range", "Code values of black and white", reading.range, &ranges, |range| {
            out.push(set(json!({"decode": {"reading": {"range": range, "matrix": reading.matrix}}})));
        });
    }
    if m.matrix.is_some() {
        let matrices = [
            (None, "as the file says"),
            (Some(YcbcrMatrix::Bt601), "BT.601"),
            (Some(YcbcrMatrix::Bt709), "BT.709"),
            (Some(YcbcrMatrix::Bt2020), "BT.2020"),
        ];
        choose(ui, "Matrix", "How R'G'B' was made Y'CbCr", reading.matrix, &matrices, |matrix| {
            out.push(set(json!({"decode": {"reading": {"range": reading.range, "matrix": matrix}}})));
        });
    }
}

/// A row with a list to choose from.
pub(super) fn choose<T: PartialEq + Clone>(ui: &mut Ui, label: &str, tip: &str, now: T, options: &[(T, &str)], mut take: impl FnMut(T)) {
    let name = ui.label(label);
    let text = options.iter().find(|(v, _)| *v == now).map_or("as the recipe says", |(_, t)| t);
    let response = ComboBox::from_id_salt(label)
        .selected_text(RichText::new(text))
        .width(ui.available_width().max(120.0) - 8.0)
        .truncate()
        .show_ui(ui, |ui| {
            for (value, text) in options {
                if ui.selectable_label(*value == now, *text).clicked() && *value != now {
                    take(value.clone());
                }
            }
        })
        .response
        .labelled_by(name.id);
    response.on_hover_text(format!("{tip}: {text}"));
    ui.end_row();
}

pub(super) fn set(members: Value) -> Action {
    match members {
        Value::Object(map) => Action::SetClip(map),
        _ => Action::SetClip(serde_json::Map::new()),
    }
}

pub(super) fn tier_name(tier: debayer::Tier) -> &'static str {
    match tier {
        debayer::Tier::Bilinear => "bilinear",
        debayer::Tier::Mhc => "MHC",
        debayer::Tier::Fusion => "fusion",
        debayer::Tier::Mlri2 => "MLRI",
        debayer::Tier::Premium => "premium",
        debayer::Tier::HalfPremium => "half premium",
        debayer::Tier::Half => "half",
        debayer::Tier::Quarter => "quarter",
        debayer::Tier::Eighth => "eighth",
    }
}

fn crop_name(crop: Option<CropTo>) -> &'static str {
    match crop {
        None | Some(CropTo::Canvas) => "the canvas",
        Some(CropTo::Effective) => "the effective area",
        Some(CropTo::Protection) => "the protection",
        Some(CropTo::Decision) => "the decision",
    }
}
