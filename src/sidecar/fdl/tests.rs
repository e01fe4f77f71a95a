use super::*;
use crate::sidecar::{Level, is_valid};

pub(super) const SMALL: &str = r#"{
  "uuid": "5463dbe4-ec30-4324-b8a1-67408aed40db",
  "version": { "major": 2, "minor": 0 },
  "default_framing_intent": "fi",
  "framing_intents": [ { "id": "fi", "aspect_ratio": { "width": 239, "height": 100 }, "protection": 0.1 } ],
  "contexts": [ { "label": "cam", "canvases": [ {
    "id": "cv", "source_canvas_id": "cv", "dimensions": { "width": 4096, "height": 2160 },
    "anamorphic_squeeze": 1.30, "_note": { "b": 1, "a": [2.50] },
    "framing_decisions": [ { "id": "cv-fi", "framing_intent_id": "fi",
      "dimensions": { "width": 3710.7000000000003, "height": 1500.5 }, "anchor_point": { "x": 10.25, "y": 20 } } ]
  } ] } ],
  "_show": "demo"
}"#;

fn codes(text: &str) -> Vec<(Level, &'static str, String)> {
    let (_, found) = parse(text.as_bytes()).unwrap();
    found.into_iter().map(|d| (d.level, d.code, d.path)).collect()
}

/// Findings after `from` was replaced by `to`.
fn changed(from: &str, to: &str) -> Vec<(Level, &'static str, String)> {
    assert!(SMALL.contains(from), "{from}");
    codes(&SMALL.replacen(from, to, 1))
}

#[test]
fn nothing_is_lost_on_the_way() {
    let (fdl, found) = parse(SMALL.as_bytes()).unwrap();
    assert!(found.is_empty(), "{found:?}");
    let decision = &fdl.contexts[0].canvases[0].framing_decisions[0];
    assert_eq!(decision.dimensions.width.as_str(), "3710.7000000000003");
    assert_eq!(fdl.contexts[0].canvases[0].squeeze(), 1.3);
    let text = write(&fdl);
    assert!(text.contains("1.30") && text.contains("2.50") && text.contains("_show"));
    assert_eq!(parse(text.as_bytes()).unwrap(), (fdl, vec![]));
}

#[test]
fn findings_name_code_and_place() {
    let error = |code, path: &str| vec![(Level::Error, code, path.to_owned())];
    let canvas = "contexts[0].canvases[0]";
    let decision = "contexts[0].canvases[0].framing_decisions[0]";
    assert_eq!(changed("\"cv-fi\"", "\"cv-other\""), error("DECISION_ID", &format!("{decision}.id")));
    assert_eq!(
        changed("\"source_canvas_id\": \"cv\"", "\"source_canvas_id\": \"x\""),
        error("UNKNOWN_CANVAS", &format!("{canvas}.source_canvas_id"))
    );
    assert_eq!(changed("intent\": \"fi\"", "intent\": \"no\""), error("UNKNOWN_INTENT", "default_framing_intent"));
    assert_eq!(changed("\"y\": 20", "\"y\": 700"), error("OUTSIDE_CANVAS", &format!("{decision}.dimensions")));
    assert_eq!(changed("1500.5", "2500.5"), error("HIERARCHY", &format!("{decision}.dimensions")));
    assert_eq!(changed("\"y\": 20", "\"y\": -20")[0], error("NEGATIVE", &format!("{decision}.anchor_point.y"))[0]);
    assert_eq!(changed("1.30", "0"), error("NOT_POSITIVE", &format!("{canvas}.anamorphic_squeeze")));
    assert_eq!(changed("\"width\": 239", "\"width\": 2.39")[0], error("NOT_WHOLE", "framing_intents[0].aspect_ratio.width")[0]);
    assert_eq!(changed("_show", "show"), error("UNKNOWN_MEMBER", "show"));
    assert_eq!(changed("\"label\": \"cam\"", "\"canvases\": []")[0], error("DUPLICATE_MEMBER", "contexts[0].canvases")[0]);
    assert_eq!(changed("\"minor\": 0", "\"minor\": 7"), error("VERSION", "version"));
    assert_eq!(changed("1500.5", "1e300")[0], error("NUMBER_RANGE", &format!("{decision}.dimensions.height"))[0]);
    assert_eq!(changed("\"width\": 4096", "\"width\": 4096.0"), []);
    assert_eq!(changed("5463dbe4-", ""), [(Level::Warning, "UUID_FORM", "uuid".to_owned())]);
    let (_, found) = parse(SMALL.replace("\"cv-fi\"", "7").as_bytes()).unwrap();
    assert_eq!((found[0].code, found[0].line), ("TYPE", 9));
}

#[test]
fn version_1_0_measures_protection_outward() {
    let old = SMALL.replace("\"major\": 2", "\"major\": 1").replace("\"_note\"", "\"_n\"");
    let (fdl, found) = parse(old.as_bytes()).unwrap();
    assert_eq!(fdl.protection_sense(), ProtectionSense::Outward);
    assert!(found.iter().any(|d| d.code == "PROTECTION_SENSE"));
    assert!(found.iter().any(|d| d.code == "NOT_IN_VERSION"));
    let (newer, _) = parse(old.replace("\"minor\": 0", "\"minor\": 1").as_bytes()).unwrap();
    assert_eq!(newer.protection_sense(), ProtectionSense::Inward);
}

#[test]
fn hostile_documents_end_in_errors() {
    assert!(parse("[".repeat(1_000_000).as_bytes()).is_err());
    assert!(parse(b"[]").is_err() && parse(b"").is_err());
    assert!(parse(&vec![b' '; MAX_BYTES as usize + 1]).is_err());
    let many = format!("{{\"framing_intents\":[{}1]}}", "1,".repeat(100_000));
    let (_, found) = parse(many.as_bytes()).unwrap();
    assert!(!is_valid(&found) && found.len() <= 1000);
}

/// Cut at any byte, or with any byte changed, a document is refused or read; it never panics.
#[test]
fn damaged_documents_do_not_panic() {
    for i in 0..SMALL.len() {
        let _ = parse(&SMALL.as_bytes()[..i]);
        for b in [b'"', b'{', b'}', b'-', b'9', 0xff, b'\\', b'e'] {
            let mut bytes = SMALL.as_bytes().to_vec();
            bytes[i] = b;
            let _ = parse(&bytes);
        }
    }
}
