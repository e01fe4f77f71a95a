//! Each rule where it passes and where it fails, on FDLs written for it.

use crate::{
    camera::Field,
    check::{
        Finding, Outcome, Proof,
        testing::{Fake, profile},
    },
    framing::template::{Mode, TemplateChoice},
    image::Size,
    pipeline::{Framing, Settings, Sidecars},
};

/// An FDL of one canvas of 4000x3000 with a decision, and what else is asked for.
struct Document {
    version: (u32, u32),
    aspect: (u32, u32),
    protection: f64,
    decision: [f64; 4],
    protected: Option<[f64; 4]>,
    source: &'static str,
    templates: &'static str,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: (2, 0),
            aspect: (2, 1),
            protection: 0.0,
            decision: [0.0, 500.0, 4000.0, 2000.0],
            protected: None,
            source: "CAM",
            templates: "",
        }
    }
}

impl Document {
    fn text(&self) -> String {
        let rect = |kind: &str, [x, y, w, h]: [f64; 4]| {
            let anchor = if kind.is_empty() { "anchor_point" } else { "protection_anchor_point" };
            format!("\"{kind}dimensions\": {{\"width\": {w}, \"height\": {h}}}, \"{anchor}\": {{\"x\": {x}, \"y\": {y}}}")
        };
        let protected = self.protected.map(|r| format!(", {}", rect("protection_", r))).unwrap_or_default();
        format!(
            "{{\"uuid\": \"AFE122BE-59D3-4360-AD69-33C10108FA7A\", \"version\": {{\"major\": {}, \"minor\": {}}}, \"fdl_creator\": \"t\", \"default_framing_intent\": \"I\",
             \"framing_intents\": [{{\"label\": \"i\", \"id\": \"I\", \"aspect_ratio\": {{\"width\": {}, \"height\": {}}}, \"protection\": {}}}],
             \"contexts\": [{{\"label\": \"c\", \"context_creator\": \"t\", \"canvases\": [{{\"label\": \"k\", \"id\": \"CAM\", \"source_canvas_id\": \"{}\",
             \"dimensions\": {{\"width\": 4000, \"height\": 3000}}, \"anamorphic_squeeze\": 1, \"framing_decisions\": [{{\"label\": \"d\", \"id\": \"CAM-I\", \"framing_intent_id\": \"I\", {}{protected}}}]}}]}}],
             \"canvas_templates\": [{}]}}",
            self.version.0, self.version.1, self.aspect.0, self.aspect.1, self.protection, self.source, rect("", self.decision), self.templates
        )
    }

    fn found(&self, rule: &str, framing: Framing, limits: &str) -> Finding {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fdl");
        std::fs::write(&path, self.text()).unwrap();
        let mut clip = Fake::raw("A001C001");
        clip.size = Size::new(4000, 3000);
        clip.metadata.squeeze = Some(Field::stated(1.0, "test"));
        let sidecars = Sidecars::default().with_fdl(&path);
        let settings = Settings { framing, ..Settings::default() };
        let found = clip.found(rule, &sidecars, &settings, &profile(limits));
        assert!(clip.plan(&sidecars, &settings).is_ok(), "{:?}", clip.plan(&sidecars, &settings).err());
        found
    }

    fn is(&self, rule: &str, outcome: Outcome) -> Finding {
        let found = self.found(rule, Framing::default(), "");
        assert_eq!(found.outcome, outcome, "{found:?}");
        found
    }
}

const TEMPLATE: &str = r#"{"label": "t", "id": "T", "target_dimensions": {"width": 2000, "height": 1080}, "target_anamorphic_squeeze": 1, "fit_source": "framing_decision.dimensions", "fit_method": "width", "alignment_method_vertical": "center", "alignment_method_horizontal": "center", "preserve_from_source_canvas": "framing_decision.dimensions", "round": {"even": "even", "mode": "up"}}"#;

#[test]
fn the_aspect_is_the_intents() {
    Document::default().is("FDL-05", Outcome::Pass);
    let found = Document { aspect: (239, 100), ..Document::default() }.is("FDL-05", Outcome::Fail);
    assert!(found.measured.starts_with("2.0000:1"), "{found:?}");
    assert_eq!(Fake::raw("x").alone("FDL-05").outcome, Outcome::NotApplicable);
}

#[test]
fn protection_of_edition_1_0_shows_both_readings() {
    let old = Document { version: (1, 0), protection: 0.1, ..Document::default() };
    let found = old.is("FDL-06", Outcome::Fail);
    let areas: Vec<_> = found.proofs.iter().filter(|p| matches!(p, Proof::Area { .. })).collect();
    assert!(areas.len() == 2 && areas[0] != areas[1], "{found:?}");
    Document { version: (1, 0), ..Document::default() }.is("FDL-06", Outcome::Pass);
    Document { protection: 0.1, ..Document::default() }.is("FDL-06", Outcome::NotApplicable);
}

#[test]
fn templates_are_held_against_the_reference() {
    Document::default().is("FDL-07", Outcome::NotApplicable);
    let exact = Document { templates: TEMPLATE, ..Document::default() };
    exact.is("FDL-07", Outcome::Pass);
    // 2000 of 3333 is no whole height: the reference rounds the frame as well.
    let odd = Document { templates: TEMPLATE, decision: [0.0, 500.0, 3333.0, 1777.0], ..Document::default() };
    let found = odd.is("FDL-07", Outcome::Fail);
    assert!(matches!(&found.proofs[..], [Proof::Table { rows, .. }] if !rows.is_empty()), "{found:?}");
}

#[test]
fn plates_are_wide_enough_and_not_enlarged() {
    Document::default().is("FDL-08", Outcome::Pass);
    let found = Document::default().found("FDL-08", Framing::default(), "[rules.FDL-08]\nwidth = 4096");
    assert_eq!(found.outcome, Outcome::Fail, "{found:?}");
    let larger = Framing { scale: crate::framing::ScaleTo::Width(4400), ..Framing::default() };
    let found = Document::default().found("FDL-08", larger, "");
    assert!(found.outcome == Outcome::Fail && found.measured.contains("scale 1.1"), "{found:?}");
}

#[test]
fn rounding_is_measured() {
    Document::default().is("FDL-09", Outcome::Pass);
    let choice = |mode| TemplateChoice { file: "t.fdl".into(), template: TEMPLATE.into(), mode };
    let framing = |mode| Framing { template: Some(choice(mode)), ..Framing::default() };
    let odd = Document { decision: [0.0, 500.0, 3333.0, 1777.0], ..Document::default() };
    let exact = odd.found("FDL-09", framing(Mode::Exact), "");
    assert_eq!(exact.outcome, Outcome::Pass, "{exact:?}");
    let rounded = odd.found("FDL-09", framing(Mode::Asc102), "[rules.FDL-09]\npercent = 0.01");
    assert_eq!(rounded.outcome, Outcome::Fail, "{rounded:?}");
}

#[test]
fn room_around_the_frame_is_asked_for() {
    Document::default().is("FDL-12", Outcome::NotApplicable);
    let asked = "[rules.FDL-12]\npercent = 5";
    let found = |document: &Document| document.found("FDL-12", Framing::default(), asked).outcome;
    assert_eq!(found(&Document::default()), Outcome::Fail);
    let inner = [200.0, 600.0, 3600.0, 1800.0];
    assert_eq!(found(&Document { decision: inner, protected: Some([0.0, 500.0, 4000.0, 2000.0]), ..Document::default() }), Outcome::Pass);
    assert_eq!(found(&Document { decision: inner, protected: Some([100.0, 500.0, 3900.0, 2000.0]), ..Document::default() }), Outcome::Fail);
}

#[test]
fn the_source_canvas_is_kept() {
    Document::default().is("FDL-14", Outcome::Pass);
    let found = Document { source: "GONE", ..Document::default() }.is("FDL-14", Outcome::Fail);
    assert!(found.evidence.contains("GONE"), "{found:?}");
}
