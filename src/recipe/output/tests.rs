use super::*;
use proptest::prelude::*;

const FILE: &str = r#"
handles = 8
[naming]
plate = "pl01"
version = 3
[[deliverables]]
id = "plate"
format = { exr = { compression = "zip", colour = "aces" } }
name = "{clip}_{plate}_v{version:03}/{clip}_{plate}_v{version:03}.{frame:06}"
[[deliverables]]
id = "dailies"
format = { movie = { codec = "prores422hq" } }
width = 1920
burn_in = ["clip", "timecode", { text = "for review" }]
"#;

#[test]
fn a_file_is_read_and_what_it_leaves_out_is_written() {
    let output = Output::parse_toml(FILE).unwrap();
    assert_eq!(output.deliverables[1].name, "{deliverable}/{clip}.{first:06}-{last:06}");
    assert!(output.mhl && output.handles == 8);
    let json = crate::recipe::canonical(&output).unwrap();
    assert_eq!(serde_json::from_slice::<Output>(&json).unwrap(), output);
    assert_eq!(
        output.deliverables[1].to_string(),
        "dailies: ProRes 422 HQ, 1920 pixels wide, with clip, timecode, \"for review\" burnt in: {deliverable}/{clip}.{first:06}-{last:06}.mov"
    );
}

#[test]
fn what_cannot_be_delivered_is_refused_with_its_place() {
    let refused = |from: &str, to: &str| {
        let text = FILE.replacen(from, to, 1);
        assert_ne!(text, FILE, "{from}");
        Output::parse_toml(&text).unwrap_err()
    };
    for (from, to, place) in [
        ("prores422hq", "theora", None),
        ("zip", "lzw", None),
        ("handles = 8", "handels = 8", None),
        (".{frame:06}", "", Some("output.deliverables.0.name")),
        ("name = \"{clip}", "name = \"../{clip}", Some("output.deliverables.0.name")),
        ("name = \"{clip}", "name = \"/{clip}", Some("output.deliverables.0.name")),
        ("id = \"dailies\"", "id = \"plate\"", Some("output.deliverables.1.id")),
        ("id = \"plate\"", "id = \"../x\"", Some("output.deliverables.0.id")),
        ("1920", "2", Some("output.deliverables.1.width")),
        ("for review", "Ж", Some("output.deliverables.1.burn_in.text")),
        ("\"timecode\"", "\"clip\"", Some("output.deliverables.1.burn_in")),
        ("colour = \"aces\" }", "colour = \"aces\" }, width = 3", None),
        (
            "{ exr = { compression = \"zip\", colour = \"aces\" } }",
            "{ dpx = { bits = 12, encoding = \"acescct\" } }",
            Some("output.deliverables.0.format.dpx.bits"),
        ),
        (
            "{ exr = { compression = \"zip\", colour = \"aces\" } }",
            "{ dpx = { bits = 10, encoding = \"srgb\" } }",
            Some("output.deliverables.0.format.dpx.encoding"),
        ),
        (
            "{ exr = { compression = \"zip\", colour = \"aces\" } }",
            "{ dpx = { bits = 10, encoding = \"x\" } }",
            Some("output.deliverables.0.format.dpx.encoding"),
        ),
        (
            "{ exr = { compression = \"zip\", colour = \"aces\" } }",
            "{ jpeg = { quality = 0 } }",
            Some("output.deliverables.0.format.jpeg.quality"),
        ),
    ] {
        let error = refused(from, to);
        assert_eq!(error.exit_code(), 10, "{to}: {error}");
        match place {
            Some(place) => assert_eq!(error.field_name(), Some(place), "{to}: {error}"),
            None => assert!(error.line_number().is_some(), "{to}: {error}"),
        }
    }
    // One place for two kinds of file, told apart by letter case alone.
    let both = FILE.replacen("{ movie = { codec = \"prores422hq\" } }", "{ exr = { compression = \"piz\", colour = \"aces\" } }", 1);
    let both = both.replacen("width = 1920", "name = \"{clip}_{plate}_V{version}/{clip}_{plate}_v{version:03}.{frame}\"", 1);
    let both = both.split("burn_in").next().unwrap();
    assert_eq!(Output::parse_toml(both).unwrap_err().message(), "would have the files of plate");
    assert!(Output::parse_toml("deliverables = []").is_err());
}

#[test]
fn the_number_of_the_first_frame_is_said_or_an_offset_and_older_recipes_stay() {
    let with = |naming: &str| Output::parse_toml(&FILE.replacen("version = 3", naming, 1));
    let plain = Output::parse_toml(FILE).unwrap();
    let json = String::from_utf8(crate::recipe::canonical(&plain).unwrap()).unwrap();
    assert!(json.contains(r#""naming":{"first_frame_offset":0,"plate":"pl01","version":3}"#), "{json}");
    let first = with("first_frame = 1001").unwrap();
    assert_eq!(first.naming_in_words().unwrap(), "plate pl01, each shot begins at 1001, less handles, handles of 8, ASC MHL");
    assert_eq!((first.naming.number(5008, 5016), first.naming.number(u32::MAX, 0)), (993, 1001 + i64::from(u32::MAX)));
    assert_eq!(plain.naming.number(5008, 5016), 5008);
    let both = with("first_frame = 1001\nfirst_frame_offset = 1").unwrap_err();
    assert_eq!((both.exit_code(), both.field_name(), both.found()), (10, Some("output.naming.first_frame"), Some("1001")));
    assert!(with("first_frame = -1").is_err());
}

#[test]
fn every_preset_is_one_and_all_go_together() {
    let names: Vec<&str> = PRESETS.to_vec();
    let output = Output::of_presets(names.iter().copied()).unwrap();
    assert_eq!(output.deliverables.len(), PRESETS.len());
    assert_eq!(output.deliverables.iter().filter(|d| d.is_plate()).count(), 3);
    assert_eq!(Output::of_presets(["plate", "plate"]).unwrap_err().exit_code(), 2);
    assert_eq!(Output::of_presets(["vhs"]).unwrap_err().exit_code(), 2);
    Output::plain().check().unwrap();
}

proptest! {
    #[test]
    fn no_file_is_an_error_and_no_panic(text in "\\PC{0,80}", at in 0usize..600, to in "[ -~]") {
        let _ = Output::parse_toml(&text);
        let mut altered = FILE.to_owned();
        let at = at % altered.len();
        altered.replace_range(at..at + 1, &to);
        if let Ok(output) = Output::parse_toml(&altered) {
            // What is taken is written, and read again.
            let json = crate::recipe::canonical(&output).unwrap();
            prop_assert_eq!(serde_json::from_slice::<Output>(&json).unwrap(), output);
        }
    }
}
