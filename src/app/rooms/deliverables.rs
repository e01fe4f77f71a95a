//! What the next recipes deliver: every deliverable with its name as it would be, and one of them opened to be edited.

use crate::{
    app::{
        fields::{grid, line, list, whole, words},
        theme,
        widgets::{Mark, Out, action_button, heading, mono, spoken_number, weak},
    },
    camera::FrameNumber,
    color::{self, Kind},
    recipe::{
        Output,
        output::{
            self, BurnIn, Codec, Compression, Deliverable, Dpx, Exr, ExrColour, Facts, Format, Frames, Jpeg, Movie, Naming, Png, Template,
        },
    },
    session::{Action, Opened, Session, table},
};
use egui::{Button, Checkbox, DragValue, Label, RichText, Role, Ui, WidgetInfo};
use std::sync::OnceLock;

/// The number that facilities begin with.
const USUAL_FIRST: FrameNumber = 1001;

/// What is kept between passes.
#[derive(Default)]
pub struct State {
    /// The id of the deliverable whose fields are shown, as it is in the draft.
    open: Option<String>,
    /// What is edited, and what it was when that began. It is taken up once it holds and nobody types.
    draft: Option<(Output, Output)>,
}

pub fn show(ui: &mut Ui, session: &Session, state: &mut State, out: &mut Out) {
    heading(ui, "Deliverables");
    ui.add(Label::new(weak("Of every clip of the recipe, each from the same decode.")).wrap());
    let said = session.document().output.clone().unwrap_or_else(Output::plain);
    let mut draft = state.draft.take().filter(|(_, of)| *of == said).map_or_else(|| said.clone(), |(draft, _)| draft);
    // What the show says holds: only what is edited is looked at in every pass.
    if draft != said
        && let Err(error) = draft.check()
    {
        ui.horizontal_top(|ui| {
            Mark::Fail.show(ui);
            ui.add(Label::new(RichText::new(format!("Not taken up: {error}")).color(theme::FAIL)).wrap());
        });
        if ui.button("Back to what it was").clicked() {
            draft.clone_from(&said);
        }
    }
    let mut typing = false;
    for i in 0..draft.deliverables.len() {
        row(ui, session, state, &mut draft, i, &mut typing, out);
    }
    ui.horizontal_wrapped(|ui| {
        ui.menu_button("Add…", |ui| {
            for entry in table::ACTIONS.iter().filter(|e| matches!(e.action, Action::AddDeliverable(_))) {
                action_button(ui, session, out, &entry.action, entry.text, false);
            }
        });
        if session.document().output.is_some() {
            action_button(ui, session, out, &Action::SetOutput(None), "Plate alone", false);
        }
    });
    besides(ui, &mut draft, &mut typing);
    if draft == said {
        return;
    }
    if !typing && draft.check().is_ok() {
        out.push(Action::SetOutput(Some(Box::new(draft))));
    } else {
        state.draft = Some((draft, said));
    }
}

/// One deliverable: its format, its name, and its fields where it is open.
fn row(ui: &mut Ui, session: &Session, state: &mut State, draft: &mut Output, i: usize, typing: &mut bool, out: &mut Out) {
    let several = draft.deliverables.len() > 1;
    let naming = draft.naming.clone();
    let Some(d) = draft.deliverables.get_mut(i) else { return };
    let is_open = state.open.as_ref() == Some(&d.id);
    ui.horizontal(|ui| {
        let button = ui.add(Button::selectable(is_open, &d.id).frame_when_inactive(true));
        button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, format!("Edit deliverable {}", d.id)));
        if button.clicked() {
            state.open = (!is_open).then(|| d.id.clone());
        }
        let remove = ui.add_enabled(several, Button::new("×").small());
        remove.widget_info(|| WidgetInfo::labeled(Role::Button, several, format!("Remove deliverable {}", d.id)));
        if remove.on_hover_text("Not delivered").on_disabled_hover_text("A recipe delivers something").clicked() {
            out.push(Action::RemoveDeliverable(d.id.clone()));
        }
        ui.add(Label::new(weak(d.format.to_string())).truncate()).on_hover_text(d.to_string());
    });
    if is_open {
        ui.indent(("deliverable", i), |ui| fields(ui, d, &mut state.open, typing));
    }
    sample(ui, session, &naming, d);
}

/// The name of a file as it would be of the selected clip, or why there is none.
fn sample(ui: &mut Ui, session: &Session, naming: &Naming, d: &Deliverable) {
    let named = session.selected_opened().map(|opened| name_of(opened, naming, d));
    ui.horizontal_top(|ui| match named {
        Some(Ok(name)) => {
            let whole = format!("{name}.{}", d.extension());
            ui.add(Label::new(mono(&whole).color(theme::WEAK).small()).truncate()).on_hover_text(whole);
        }
        Some(Err(error)) => {
            Mark::Warn.show(ui);
            ui.add(Label::new(weak(error.to_string())).wrap());
        }
        None => {}
    });
}

fn name_of(opened: &Opened, naming: &Naming, d: &Deliverable) -> crate::Result<String> {
    let frames = opened.clip.frames();
    let frame = match d.frames {
        Frames::Every | Frames::First => frames.first(),
        Frames::Middle => frames.middle().unwrap_or(frames.first()),
        Frames::Last => frames.last(),
    };
    Template::parse(&d.name)?.fill(&Facts {
        clip: opened.planned.result.as_ref().as_ref().map_or(&*opened.name, |plan| plan.clip_name()),
        metadata: opened.clip.metadata(),
        naming,
        shot: None,
        // It gets its id when it is made.
        recipe: "RECIPEID",
        deliverable: &d.id,
        frame: (!d.is_movie()).then_some(frame),
        first: frames.first(),
        last: frames.last(),
        begin: frames.first(),
    })
}

fn fields(ui: &mut Ui, d: &mut Deliverable, open: &mut Option<String>, typing: &mut bool) {
    let was = d.id.clone();
    let of = |what: &str| format!("{what} of {was}");
    grid(ui, &of("fields"), |ui| {
        ui.label("Id");
        if typed(ui, &of("Id"), &mut d.id, typing) {
            *open = Some(d.id.clone());
        }
        ui.end_row();
        ui.label("Name");
        let tip = "A path in the folder of the clip: {clip} {reel} {camera} {scene} {take} {shot} {plate} {version:03} {frame:06} {first} {last} \
                   {deliverable} {recipe}";
        ui.scope(|ui| typed(ui, &of("Name"), &mut d.name, typing)).response.on_hover_text(tip);
        ui.end_row();
        format(ui, &was, &mut d.format);
        if !d.is_movie() {
            ui.label("Frames");
            d.frames = words(ui, &of("Frames"), Some(d.frames), &FRAMES).unwrap_or(d.frames);
            ui.end_row();
        }
        if d.is_display() {
            ui.label("Width");
            ui.horizontal(|ui| {
                let mut scaled = d.width.is_some();
                ticked(ui, &of("Scale the picture"), "scaled to", &mut scaled);
                d.width = scaled.then(|| d.width.unwrap_or(1920));
                if let Some(width) = d.width {
                    d.width = Some(whole(ui, &of("Width"), width).unwrap_or(width));
                }
            });
            ui.end_row();
            ui.label("Burnt in");
            burn_ins(ui, &was, &mut d.burn_in, typing);
            ui.end_row();
        }
    });
}

const FRAMES: [(Frames, &str); 4] =
    [(Frames::Every, "every"), (Frames::First, "first"), (Frames::Middle, "middle"), (Frames::Last, "last")];
const COMPRESSIONS: [(Compression, &str); 4] =
    [(Compression::None, "none"), (Compression::Zip, "ZIP"), (Compression::Piz, "PIZ"), (Compression::Dwab, "DWAB")];
const COLOURS: [(ExrColour, &str); 2] = [(ExrColour::Aces, "ACES2065-1"), (ExrColour::CameraLinear, "camera-linear")];

/// What the format leaves open.
fn format(ui: &mut Ui, id: &str, format: &mut Format) {
    let of = |what: &str| format!("{what} of {id}");
    match format {
        Format::Exr(Exr { compression, colour }) => {
            ui.label("Compression");
            *compression = words(ui, &of("Compression"), Some(*compression), &COMPRESSIONS).unwrap_or(*compression);
            ui.end_row();
            ui.label("Colour");
            *colour = words(ui, &of("Colour"), Some(*colour), &COLOURS).unwrap_or(*colour);
            ui.end_row();
        }
        Format::Dpx(Dpx { bits, encoding }) => {
            ui.label("Bits");
            *bits = words(ui, &of("Bits"), Some(*bits), &[(10, "10"), (16, "16")]).unwrap_or(*bits);
            ui.end_row();
            ui.label("Encoding");
            let now = encodings().iter().map(|(name, _)| *name).find(|name| *name == encoding).unwrap_or(encoding);
            if let Some(name) = list(ui, &of("Encoding"), now, encodings()) {
                *encoding = name.to_owned();
            }
            ui.end_row();
        }
        Format::Png(Png { bits }) => {
            ui.label("Bits");
            *bits = words(ui, &of("Bits"), Some(*bits), &[(8, "8"), (16, "16")]).unwrap_or(*bits);
            ui.end_row();
        }
        Format::Jpeg(Jpeg { quality }) => {
            ui.label("Quality");
            let new = whole(ui, &of("Quality"), u32::from(*quality));
            *quality = new.map_or(*quality, |q| q.clamp(1, 100) as u8);
            ui.end_row();
        }
        Format::Movie(Movie { codec }) => {
            let named: Vec<(Codec, &str)> = Codec::ALL.iter().map(|c| (*c, c.name())).collect();
            ui.label("Codec");
            *codec = list(ui, &of("Codec"), *codec, &named).unwrap_or(*codec);
            ui.end_row();
        }
        Format::Tiff(_) => {}
    }
}

/// The encodings that a DPX can have.
fn encodings() -> &'static [(&'static str, &'static str)] {
    static ALL: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let log = color::catalogue().iter().filter(|row| matches!(row.kind, Kind::Input | Kind::WorkingSpace));
        log.filter(|row| output::encoding(row.name).is_ok()).map(|row| (row.name, row.title)).collect()
    })
}

fn burn_ins(ui: &mut Ui, id: &str, burn_in: &mut Vec<BurnIn>, typing: &mut bool) {
    ui.vertical(|ui| {
        ui.horizontal_wrapped(|ui| {
            for (line, word) in
                [(BurnIn::Clip, "clip"), (BurnIn::Recipe, "recipe"), (BurnIn::Timecode, "timecode"), (BurnIn::Frame, "frame")]
            {
                let had = burn_in.contains(&line);
                let mut has = had;
                ticked(ui, &format!("Burn {word} into {id}"), word, &mut has);
                if had && !has {
                    burn_in.retain(|b| *b != line);
                } else if has && !had {
                    burn_in.push(line);
                }
            }
        });
        let at = burn_in.iter().position(|b| matches!(b, BurnIn::Text(_)));
        let mut text =
            at.and_then(|i| burn_in.get(i)).map_or_else(String::new, |b| if let BurnIn::Text(t) = b { t.clone() } else { String::new() });
        if typed(ui, &format!("Text burnt into {id}"), &mut text, typing) {
            burn_in.retain(|b| !matches!(b, BurnIn::Text(_)));
            if !text.is_empty() {
                burn_in.push(BurnIn::Text(text));
            }
        }
    });
}

/// What names and folders have besides.
fn besides(ui: &mut Ui, draft: &mut Output, typing: &mut bool) {
    let naming = &mut draft.naming;
    grid(ui, "naming of the recipe", |ui| {
        for (label, name, value) in [("Shot", "Shot name", &mut naming.shot), ("Plate", "Plate name", &mut naming.plate)] {
            ui.label(label);
            let mut text = value.clone().unwrap_or_default();
            if typed(ui, name, &mut text, typing) {
                *value = (!text.is_empty()).then_some(text);
            }
            ui.end_row();
        }
        ui.label("Version");
        ui.horizontal(|ui| {
            let mut has = naming.version.is_some();
            ticked(ui, "Names have a version", if has { "from" } else { "none" }, &mut has);
            naming.version = has.then(|| naming.version.unwrap_or(1));
            if let Some(version) = naming.version {
                naming.version = Some(whole(ui, "Version", version).unwrap_or(version));
            }
        });
        ui.end_row();
        ui.label("Numbers");
        ui.horizontal(|ui| numbers(ui, naming));
        ui.end_row();
        ui.label("Handles, frames");
        draft.handles = whole(ui, "Handles", draft.handles).unwrap_or(draft.handles);
        ui.end_row();
        ui.label("History");
        ticked(ui, "ASC MHL of the delivery", "ASC MHL", &mut draft.mhl);
        ui.end_row();
    });
}

/// How frames are numbered in names: as the clip does, with something added, or from a number on.
fn numbers(ui: &mut Ui, naming: &mut Naming) {
    let mut has = naming.first_frame.is_some();
    ticked(ui, "Each shot begins at a number", "each shot begins at", &mut has);
    naming.first_frame = has.then(|| naming.first_frame.unwrap_or(USUAL_FIRST));
    if let Some(first) = naming.first_frame {
        naming.first_frame = Some(whole(ui, "Number of the first frame", first).unwrap_or(first));
        naming.first_frame_offset = 0;
        return;
    }
    let now = naming.first_frame_offset;
    let mut offset = now;
    let field = ui.add(DragValue::new(&mut offset).prefix("frame + ").update_while_editing(false));
    spoken_number(&field, "Added to frame numbers", now as f64);
    field.on_hover_text("Added to the number of every frame in names, so that a delivery begins at 1001");
    naming.first_frame_offset = offset;
}

/// A line of text; whether it was edited.
fn typed(ui: &mut Ui, name: &str, text: &mut String, typing: &mut bool) -> bool {
    let width = ui.available_width().clamp(80.0, 260.0);
    let field = line(ui, name, text, width);
    *typing |= field.has_focus();
    field.changed()
}

fn ticked(ui: &mut Ui, name: &str, label: &str, value: &mut bool) {
    let now = *value;
    let field = ui.add(Checkbox::new(value, label));
    field.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, now, name));
}
