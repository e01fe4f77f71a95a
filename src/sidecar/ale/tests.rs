use super::*;
use crate::{
    camera::Rational,
    sidecar::{
        json::Value,
        timeline::{Child, Item, Object},
    },
};
use proptest::prelude::*;

const LIST: &str = "Heading\r\nFIELD_DELIM\tTABS\r\nFPS\t29.97\r\n\r\nColumn\r\nName\tTape\tStart\tEnd\tASC_SOP\tASC_SAT\tAMF_UUID\tAMF_NAME\tOdd\r\n\r\nData\r\n\
A001C001\tA001\t01:00:00;00\t01:00:01;00\t(1.1 1 .9)(0 0 -0.1)(1 1 1)\t0.9\turn:uuid:x\tA001C001.amf\t\r\nB\r\n";

fn clips(ale: &Ale) -> Vec<Item> {
    let children = ale.to_collection(None).unwrap().0.children;
    children.into_iter().map(|c| if let Object::Child(Child::Item(item)) = c { item } else { panic!() }).collect()
}

#[test]
fn rows_become_clips() {
    let ale = parse(LIST.as_bytes()).unwrap();
    assert_eq!(ale.rate().unwrap(), Rational::new(30000, 1001).unwrap());
    let clips = clips(&ale);
    let [first, second] = clips.as_slice() else { panic!() };
    let range = first.range.as_ref().unwrap();
    assert_eq!((range.start.value.text().as_str(), range.duration.value.text().as_str()), ("107892.0", "30.0"));
    assert_eq!((first.drop_frame(), second.drop_frame()), (Some(true), None));
    assert_eq!((first.reel(), first.base.line.0), (Some("A001"), 9));
    assert_eq!((first.amf().uuid.as_deref(), first.amf().name.as_deref()), (Some("urn:uuid:x"), Some("A001C001.amf")));
    let cdl = first.cdl().unwrap().unwrap();
    assert_eq!((cdl.slope, cdl.offset, cdl.saturation), ([1.1, 1.0, 0.9], [0.0, 0.0, -0.1], 0.9));
    assert_eq!(first.base.metadata.text("ALE", "Odd"), Some(""));
    assert_eq!((second.base.name.as_str(), &second.range, second.cdl().unwrap()), ("B", &None, None));
    assert_eq!(write(&ale), LIST);
}

#[test]
fn errors_name_the_line() {
    let rows = |columns: &str, row: &str| format!("Heading\nFIELD_DELIM\tTABS\nFPS\t24\n\nColumn\n{columns}\n\nData\n{row}\n");
    for (text, line, word) in [
        (rows("Name\tStart\tEnd", "a\t01:00:00:00\t01:00:00:24"), 9, "24 frames per second"),
        (rows("Name\tStart\tEnd", "a\t01:00:00;00\t01:00:01;00"), 9, "drop-frame"),
        (rows("Name\tStart\tEnd", "a\t01:00:01:00\t01:00:00:00"), 9, "before Start"),
        (rows("Name\tStart\tEnd\tDuration", "a\t01:00:00:00\t01:00:01:00\t00:00:02:00"), 9, "End - Start"),
        (rows("Name\tStart", "a\t01:00:00:00"), 9, "neither"),
    ] {
        let error = parse(text.as_bytes()).unwrap().to_collection(None).unwrap_err();
        assert_eq!((error.line_number(), error.exit_code()), (Some(line), 10), "{text}: {error}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
    for (text, line) in [
        (rows("Name", "a\tb"), 9),
        ("Heading\nFIELD_DELIM\n".into(), 2),
        ("Column\nName\n".into(), 1),
        ("Heading\nFPS\t24\nData\n".into(), 3),
        ("Heading\nFPS\t24\nColumn\nName\nOther\n".into(), 5),
        ("Heading\nFPS\t24\n".into(), 2),
    ] {
        assert_eq!(parse(text.as_bytes()).unwrap_err().line_number(), Some(line), "{text}");
    }
    assert!(parse(b"Heading\nFIELD_DELIM\tCOMMA\nColumn\na\nData\n").is_err());
    assert_eq!(parse(b"Heading\nx\t\xFF\n").unwrap_err().line_number(), Some(2));
    let rate = parse(b"Heading\nFPS\t0\nColumn\na\nData\n").unwrap().to_collection(None).unwrap_err();
    assert!(rate.to_string().contains("FPS"), "{rate}");
}

#[test]
fn what_a_row_lacks_is_not_made_up() {
    let columns = format!("Name\t{}", (0..4000).map(|i| format!("c{i}")).collect::<Vec<_>>().join("\t"));
    let list = format!("Heading\nFPS\t24\nColumn\n{columns}\nData\na\t\tx\n{}", "b\n".repeat(1000));
    let clips = clips(&parse(list.as_bytes()).unwrap());
    let cells = |item: &Item| item.base.metadata.get("ALE").map(|v| if let Value::Object(cells) = v { cells.len() } else { panic!() });
    assert_eq!((cells(&clips[0]), cells(&clips[1]), clips.len()), (Some(3), Some(1), 1001));
    // In all, and with the names of their columns.
    let many = format!("Heading\nFPS\t24\nColumn\n{columns}\nData\n{}", format!("a{}\n", "\t".repeat(4000)).repeat(600));
    let error = parse(many.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("more cells") && error.line_number().is_some(), "{error}");
    let long = format!("Heading\nFPS\t24\nColumn\n{}\nData\n{}", "x".repeat(1 << 20), "b\n".repeat(100));
    let error = parse(long.as_bytes()).unwrap().to_collection(None).unwrap_err();
    assert!(error.to_string().contains("names of columns") && error.line_number() == Some(70), "{error}");
}

#[test]
fn a_correction_that_cannot_be_read_stays_in_its_cell() {
    for (column, cell) in [("ASC_SOP", "(1 1 1)(0 0 0)"), ("ASC_SAT", "x"), ("CDL", "(1 1 1)(0 0 0)(1 1 1)(1 1)")] {
        let text = format!("Heading\nFPS\t24\nColumn\nName\t{column}\nData\na\t{cell}\n");
        let (clips, found) = parse(text.as_bytes()).unwrap().to_collection(None).unwrap();
        assert_eq!(found.iter().map(|d| (d.code, d.line)).collect::<Vec<_>>(), [("CDL_UNREADABLE", 6)]);
        let [Object::Child(Child::Item(clip))] = clips.children.as_slice() else { panic!() };
        assert_eq!((clip.base.metadata.text("ALE", column), clip.cdl().unwrap()), (Some(cell), None));
    }
}

fn cell() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.() é]{0,9}"
}

proptest! {
    #[test]
    fn what_is_read_is_written_byte_for_byte(
        columns in prop::collection::vec("[A-Z][a-z]{1,6}", 1..6), rows in prop::collection::vec(prop::collection::vec(cell(), 1..6), 0..6),
        blanks in prop::collection::vec(any::<bool>(), 12), crlf in any::<bool>(), last in any::<bool>()
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("Heading{end}FPS\t24{end}");
        let mut blanks = blanks.into_iter().cycle();
        let mut blank = |text: &mut String| if blanks.next().unwrap() { text.push_str(end) };
        blank(&mut text);
        text += &format!("Column{end}{}{end}", columns.join("\t"));
        blank(&mut text);
        text += &format!("Data{end}");
        for row in &rows {
            blank(&mut text);
            text += &row.iter().take(columns.len()).cloned().collect::<Vec<_>>().join("\t");
            text.push_str(end);
        }
        if last {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        let ale = parse(text.as_bytes()).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
        prop_assert_eq!(write(&ale), text);
        prop_assert_eq!(parse(write(&ale).as_bytes()).unwrap(), ale);
    }
}
