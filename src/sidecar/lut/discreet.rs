//! `.lut` of Discreet (Flame, Smoke, Batch): tables of whole numbers or of the bit patterns of halves.

use super::{
    Format, LookFile,
    text::{count, lines},
};
use crate::{
    color::{HALF_DOMAIN, Lut1, Lut1Domain, Op},
    error::{Error, Result},
};
use half::f16;

/// What a value of a table means.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Depth {
    /// This code value is 1.
    Codes(f64),
    /// The bit pattern of a half.
    Half,
}

impl Depth {
    /// By the number of code values, as headers say it.
    fn of_codes(word: &str) -> Option<Self> {
        match word {
            "256" | "1024" | "4096" | "65536" => Some(Self::Codes(word.parse::<f64>().ok()? - 1.0)),
            "65536f" => Some(Self::Half),
            _ => None,
        }
    }
    /// By the bits, as the end of a file's name says them: `8to10`, `12to16fp`.
    fn of_name(stem: &str) -> Option<Self> {
        let (_, target) = stem.rsplit_once("to")?;
        match target.to_ascii_lowercase().as_str() {
            "8" => Self::of_codes("256"),
            "10" => Self::of_codes("1024"),
            "12" => Self::of_codes("4096"),
            "16" => Self::of_codes("65536"),
            "16f" | "16fp" => Some(Self::Half),
            _ => None,
        }
    }
    fn value(self, code: u32) -> f64 {
        match self {
            Self::Codes(one) => f64::from(code) / one,
            // `count` bounds the code.
            Self::Half => f16::from_bits(code as u16).to_f64(),
        }
    }
}

/// `LUT: TABLES LENGTH [CODES]`, then the numbers of one table after the other. `stem` is the file's name without its
/// extension. A table of 65536 entries is over the halves.
pub fn parse(text: &str, stem: &str) -> Result<LookFile> {
    let mut lines = lines(text);
    let first = lines.next().ok_or_else(|| Error::invalid("empty"))?;
    let words: Vec<&str> = first.text.strip_prefix("LUT:").unwrap_or("").split_ascii_whitespace().collect();
    let (tables, length, codes) = match words[..] {
        [tables, length] => (tables, length, None),
        [tables, length, codes] => (tables, length, Some(codes)),
        _ => return Err(first.error("not `LUT:`, the number of tables and their length")),
    };
    let tables = count(first, tables, 4)?;
    if !matches!(tables, 1 | 3 | 4) {
        return Err(first.error("neither 1, 3 nor 4 tables"));
    }
    let own_depth = Depth::of_codes(length).filter(|depth| matches!(depth, Depth::Codes(_)));
    let own_depth = own_depth.ok_or_else(|| first.error("a length other than 256, 1024, 4096 or 65536"))?;
    let length = count(first, length, HALF_DOMAIN)?;
    let depth = match codes {
        Some(codes) => Depth::of_codes(codes).ok_or_else(|| first.error("an unknown number of code values"))?,
        None => Depth::of_name(stem).unwrap_or(own_depth),
    };

    let mut values = Vec::new();
    for line in lines {
        for word in line.words() {
            if values.len() == tables * length {
                return Err(line.error(format!("more than {tables} tables of {length}")));
            }
            values.push(depth.value(count(line, word, usize::from(u16::MAX))? as u32));
        }
    }
    if values.len() != tables * length {
        return Err(Error::invalid(format!("{} values instead of {tables} times {length}", values.len())));
    }
    // The fourth table is of alpha.
    let table = |c: usize| if tables == 1 { values.clone() } else { values[c * length..(c + 1) * length].to_vec() };
    let domain = if length == HALF_DOMAIN { Lut1Domain::Half } else { Lut1Domain::Uniform };
    let op = Op::Lut1(Lut1::new(domain, [table(0), table(1), table(2)], false)?);
    Ok(LookFile::of(Format::Discreet, vec![op]))
}
