//! The table of framings.

use super::*;
use crate::image::RectF;

fn template(target: [u32; 2], method: &str, more: &str) -> TemplateChoice {
    let template = format!(
        r#"{{ "id": "{method}", "label": "To {target:?}", "target_dimensions": {{ "width": {}, "height": {} }},
        "target_anamorphic_squeeze": 1.0, "fit_source": "framing_decision.dimensions", "fit_method": "{method}",
        "round": {{ "even": "even", "mode": "up" }}{more} }}"#,
        target[0], target[1]
    );
    TemplateChoice { file: "t.fdl".into(), template, mode: Mode::Exact }
}

fn clip(id: u64, mode: &str, picture: Size) -> Framed {
    Framed { clip: ClipId(id), mode: mode.into(), picture, squeeze: 1.0, frame: Ok(None), framing: Framing::default() }
}

/// 1.85 in the middle of 1920x1080, as an FDL says it.
fn framed(id: u64, label: &str) -> Framed {
    let text = format!(
        r#"{{ "uuid": "00000000-0000-4000-8000-00000000000{id}", "version": {{ "major": 2, "minor": 0 }},
        "framing_intents": [ {{ "id": "I", "aspect_ratio": {{ "width": 37, "height": 20 }} }} ],
        "contexts": [ {{ "canvases": [ {{ "id": "C", "label": "{label}", "source_canvas_id": "C",
          "dimensions": {{ "width": 1920, "height": 1080 }}, "anamorphic_squeeze": 1,
          "framing_decisions": [ {{ "id": "C-I", "framing_intent_id": "I", "dimensions": {{ "width": 1480.0, "height": 800.0 }},
            "anchor_point": {{ "x": 220.0, "y": 140.0 }} }} ] }} ] }} ] }}"#
    );
    let (fdl, _) = crate::sidecar::fdl::parse(text.as_bytes()).unwrap();
    Framed { frame: Frame::select(&fdl, &Default::default()).map(Some), ..clip(id, "Camera, 1920x1080", Size::new(1920, 1080)) }
}

fn table(clips: Vec<Framed>, templates: Vec<TemplateChoice>, open: Option<FitAt>) -> FitTable {
    FitTable::new(clips, templates, open, &Progress::default()).unwrap()
}

#[test]
fn clips_of_a_mode_that_are_framed_alike_are_one_row() {
    let hd = || clip(4, "Camera, 1920x1080", Size::new(1920, 1080));
    let other = Framed { framing: Framing { desqueeze: false, ..Framing::default() }, ..framed(6, "other") };
    let broken = |id| Framed {
        frame: Err(Error::invalid("no JSON").file(format!("{id}.fdl"))),
        ..clip(id, "Camera, 1920x1080", Size::new(1920, 1080))
    };
    let clips = vec![
        framed(1, "a"),
        clip(2, "Other", Size::new(640, 360)),
        framed(3, "b"),
        hd(),
        clip(5, "Other", Size::new(640, 360)),
        other,
        broken(7),
        broken(8),
    ];
    let t = table(clips, vec![], None);
    let ids: Vec<Vec<u64>> = t.rows.iter().map(|r| r.clips.iter().map(|c| c.0).collect()).collect();
    assert_eq!(ids, [vec![1, 3], vec![4], vec![6], vec![7, 8], vec![2, 5]], "rows of a mode stand together, labels are no difference");
    assert_eq!(t.rows.iter().map(|r| r.has_fdl).collect::<Vec<_>>(), [true, false, true, true, false]);
    assert!(t.rows[3].frame.is_err() && t.rows[3].fits.is_empty());
}

#[test]
fn a_cell_has_the_canvas_of_its_template_and_the_plain_one_stands_first() {
    let templates = vec![
        template([1480, 800], "fit_all", ""),
        template([1480, 900], "fit_all", r#", "maximum_dimensions": { "width": 1480, "height": 900 }, "pad_to_maximum": true"#),
        TemplateChoice { file: "b.fdl".into(), template: "{}".into(), mode: Mode::Exact },
    ];
    let mut used = framed(2, "a");
    used.framing.template = Some(TemplateChoice { mode: Mode::Asc102, file: "elsewhere.fdl".into(), ..templates[0].clone() });
    let wrong = Framed { picture: Size::new(1280, 720), ..framed(3, "a") };
    let open = FitAt { clip: ClipId(2), template: Some(0) };
    let t = table(vec![framed(1, "a"), used, wrong], templates, Some(open));
    let [row, other] = &t.rows[..] else { panic!("{}", t.rows.len()) };
    assert_eq!((row.clips.len(), row.used.as_slice()), (2, &[1, 1, 0, 0][..]), "whoever's arithmetic, whichever file");
    let made: Vec<_> = row.fits.iter().map(|f| f.made.as_ref().map(|m| (m.canvas, m.scale, m.pad()))).collect();
    let frame = Size::new(1480, 800);
    assert_eq!(made[0], Ok((frame, 1.0, [0.0; 4])), "the decision, as there is no protection");
    assert_eq!(made[1], Ok((frame, 1.0, [0.0; 4])));
    assert_eq!(made[2], Ok((Size::new(1480, 900), 1.0, [0.0, 50.0, 0.0, 50.0])));
    assert!(made[3].is_err(), "{:?}", made[3]);
    let padded = row.fits[2].made.as_ref().unwrap();
    assert_eq!(padded.to_source(RectF::new(0.0, 0.0, 1480.0, 900.0)), RectF::new(220.0, 90.0, 1480.0, 900.0));
    assert!(other.frame.as_ref().is_err_and(|e| e.message().contains("made for 1920x1080")), "another picture than the FDL's");
    let (at, fit) = t.open.as_ref().unwrap();
    assert!(
        *at == open && matches!(&fit.by, By::Template { exact, .. } if exact.as_ref().as_ref().is_ok_and(|d| !d.steps.is_empty())),
        "explained"
    );
}

#[test]
fn arrows_go_from_cell_to_cell_and_stay_in_the_table() {
    let t =
        table(vec![framed(1, "a"), framed(2, "a"), clip(3, "Other", Size::new(640, 360))], vec![template([1480, 800], "width", "")], None);
    let at = |clip, template| Some(FitAt { clip: ClipId(clip), template });
    assert_eq!(t.cell_from(None, None, [1, 1]), at(1, None), "the first");
    assert_eq!(t.cell_from(at(2, None), None, [1, 0]), at(2, Some(0)), "with its clip");
    assert_eq!(t.cell_from(at(2, Some(0)), None, [1, 0]), at(2, Some(0)));
    assert_eq!(t.cell_from(at(2, Some(0)), None, [-5, 1]), at(3, None));
    assert_eq!(t.cell_from(at(3, None), None, [0, 7]), at(3, None));
    assert_eq!(t.cell_from(at(9, None), None, [0, 1]), at(1, None), "of a clip that is gone");
    let selected = Some(ClipId(3));
    assert_eq!(t.cell_from(None, selected, [1, 0]), at(3, None), "the first of the selected clip");
    assert_eq!(t.cell_from(at(1, None), Some(ClipId(2)), [0, 0]), at(1, None), "an open cell goes before it");
    assert_eq!(FitTable::default().cell_from(None, None, [0, 0]), None);
}
