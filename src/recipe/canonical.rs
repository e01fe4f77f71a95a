//! Canonical JSON (RFC 8785): one document has one text, whoever writes it, so that its digest is one too.

use crate::error::{Error, Result};
use serde::Serialize;
use serde_json::Value;

/// Whole numbers beyond are not told apart by every reader (RFC 8785, appendix D).
const EXACT: u64 = 1 << 53;

/// The canonical text of a value.
///
/// # Errors
/// A number that has no exact text: not finite, or a whole one beyond 2^53.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>> {
    let bad = |e: serde_json::Error| Error::invalid(format!("no canonical JSON: {e}"));
    exact(&serde_json::to_value(value).map_err(bad)?)?;
    serde_json_canonicalizer::to_vec(value).map_err(bad)
}

fn exact(value: &Value) -> Result<()> {
    match value {
        Value::Number(n) => match n.as_u64().or_else(|| n.as_i64().map(i64::unsigned_abs)) {
            Some(whole) if whole > EXACT => Err(Error::invalid("a whole number beyond 2^53 has no canonical JSON").value(n)),
            _ => Ok(()),
        },
        Value::Array(items) => items.iter().try_for_each(exact),
        Value::Object(members) => members.iter().try_for_each(|(name, member)| exact(member).map_err(|e| e.field(name))),
        _ => Ok(()),
    }
}

/// What a text says, if it is the canonical one of that.
///
/// # Errors
/// No JSON; verification where it was written another way: in another order, with spaces, with a member twice.
pub fn read(text: &[u8]) -> Result<Value> {
    let value: Value = serde_json::from_slice(text).map_err(|e| Error::invalid(e.to_string()).line(e.line() as u32))?;
    if canonical(&value)? == text {
        return Ok(value);
    }
    Err(Error::verification("not the canonical JSON (RFC 8785) that it was written as: edited, or written by another program"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> String {
        String::from_utf8(canonical(&serde_json::from_str::<Value>(json).unwrap()).unwrap()).unwrap()
    }

    /// RFC 8785, 3.2.2 and 3.2.3.
    #[test]
    fn the_examples_of_the_rfc() {
        let input = r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
        let wanted = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(text(input), wanted);
        // By UTF-16 code units, not by code points.
        let input = r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#;
        let order = ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"]
            .map(|word| text(input).find(word).unwrap());
        assert!(order.is_sorted(), "{order:?}");
    }

    /// RFC 8785, appendix B: bits of a double and its text.
    #[test]
    fn the_numbers_of_the_rfc() {
        for (bits, wanted) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            let number = f64::from_bits(bits);
            assert_eq!(String::from_utf8(canonical(&number).unwrap()).unwrap(), wanted);
            assert_eq!(wanted.parse::<f64>().unwrap(), number);
        }
        assert!(canonical(&f64::NAN).is_err() && canonical(&f64::INFINITY).is_err());
        assert!(canonical(&(EXACT + 1)).is_err() && canonical(&EXACT).is_ok());
    }

    #[test]
    fn what_is_written_another_way_is_told() {
        assert!(read(br#"{"a":1,"b":0.5}"#).is_ok());
        for other in
            [r#"{"b":0.5,"a":1}"#, r#"{"a":1, "b":0.5}"#, r#"{"a":1.0,"b":0.5}"#, r#"{"a":1,"a":1,"b":0.5}"#, "{\"a\":1,\"b\":0.5}\n"]
        {
            assert_eq!(read(other.as_bytes()).unwrap_err().exit_code(), 11, "{other}");
        }
        assert_eq!(read(b"{").unwrap_err().exit_code(), 10);
        assert!(read(b"9007199254740993").is_err());
    }
}
