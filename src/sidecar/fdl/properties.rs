//! What holds for every document, also for damaged and malicious ones.

use super::{tests::SMALL, *};
use crate::sidecar::is_valid;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Numbers that are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }
}

const SPLICES: [&str; 16] =
    ["{", "}", "[", "]", "\"", ",", ":", "null", "NaN", "-1e999", "1e-13", "\\u0000", "\\ud800", "\u{feff}", "\"id\": \"cv\",", "0"];

/// Bytes changed, cut, repeated and spliced in, 100 000 times: read or refused, and what is read as valid is written and
/// read again as the same.
#[test]
fn mutations_end_in_documents_or_errors() {
    let mut dice = Dice(7);
    let (mut valid, mut refused) = (0, 0);
    for _ in 0..100_000 {
        let mut bytes = SMALL.as_bytes().to_vec();
        for _ in 0..1 + dice.roll(3) {
            let at = dice.roll(bytes.len());
            let end = (at + dice.roll(40)).min(bytes.len());
            match dice.roll(5) {
                0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let copy = bytes[at..end].to_vec();
                    bytes.splice(at..at, copy);
                }
                _ => drop(bytes.splice(at..at, SPLICES[dice.roll(SPLICES.len())].bytes())),
            }
            if bytes.is_empty() {
                break;
            }
        }
        match parse(&bytes) {
            Ok((fdl, found)) if is_valid(&found) => {
                valid += 1;
                assert_eq!(parse(write(&fdl).as_bytes()).unwrap().0, fdl);
            }
            _ => refused += 1,
        }
    }
    assert!(valid > 500 && refused > 50_000, "{valid} valid, {refused} refused");
}

proptest! {
    /// Any names, texts and custom members.
    #[test]
    fn what_is_written_reads_back(label in ".{0,40}", creator in prop::option::of(".{0,40}"), name in "_[^\"\\\\]{0,20}", text in ".{0,60}", n in any::<f64>()) {
        let mut fdl = parse(SMALL.as_bytes()).unwrap().0;
        fdl.contexts[0].label = Some(label);
        fdl.fdl_creator = creator;
        let number = Number::try_from(n).map_or(Value::Null, |n| Value::Number(n.to_string()));
        fdl.other = vec![(name, Value::Array(vec![Value::String(text).into(), number.into(), Value::Bool(true).into()]).into())];
        let (read, found) = parse(write(&fdl).as_bytes()).unwrap();
        prop_assert_eq!(read, fdl);
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}

#[test]
fn hostile_documents_are_refused_with_their_place() {
    let changed = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        parse(SMALL.replacen(from, to, 1).as_bytes())
    };
    // A million levels deep, within a member on line 12.
    let deep = changed("[2.50]", &format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000))).unwrap_err();
    assert!(deep.to_string().contains("nested too deeply") && deep.line_number().is_some(), "{deep}");
    for number in ["NaN", "Infinity", "-Infinity", "0x10", "1.", ".5", "+1", "01"] {
        let error = changed("1500.5", number).unwrap_err();
        assert_eq!(error.line_number(), Some(10), "{number}: {error}");
    }
    for number in ["1e999", "-1e999", "1e-300", "1e400000000000", "9999999999999999"] {
        let (_, found) = changed("1500.5", number).unwrap();
        let place = (found[0].code, found[0].line, found[0].path.as_str());
        assert_eq!(place, ("NUMBER_RANGE", 10, "contexts[0].canvases[0].framing_decisions[0].dimensions.height"), "{number}");
    }
    let twice = r#"{ "id": "fi", "aspect_ratio": { "width": 1, "height": 1 } }, { "id": "fi", "#;
    let (_, found) = changed("{ \"id\": \"fi\", ", twice).unwrap();
    assert_eq!((found[0].code, found[0].path.as_str()), ("DUPLICATE_ID", "framing_intents[1].id"));
}

/// One string of a gigabyte is not read: what is above the limit is refused after the limit.
#[test]
fn a_gigabyte_is_refused_without_being_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 30).unwrap();
    let start = Instant::now();
    let error = read(file.path()).unwrap_err();
    assert!(error.to_string().contains("more than"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5));
}
