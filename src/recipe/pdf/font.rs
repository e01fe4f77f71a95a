//! The fonts that every reader has (ISO 32000-1, 9.6.2.2), in WinAnsiEncoding: which texts they can show, and how wide they are.

/// A font of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Regular,
    Bold,
    /// For digests.
    Mono,
}

impl Face {
    pub const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Mono];

    /// Its name in the resources of a page.
    pub fn key(self) -> &'static [u8] {
        match self {
            Self::Regular => b"R",
            Self::Bold => b"B",
            Self::Mono => b"M",
        }
    }
    pub fn base(self) -> &'static [u8] {
        match self {
            Self::Regular => b"Helvetica",
            Self::Bold => b"Helvetica-Bold",
            Self::Mono => b"Courier",
        }
    }

    /// Width of an encoded text, in the unit of `size`.
    pub fn width(self, text: &[u8], size: f32) -> f32 {
        let advance = |byte: &u8| match self {
            Self::Mono => 600,
            Self::Regular => u32::from(byte.checked_sub(32).map_or(0, |i| HELVETICA[usize::from(i)])),
            Self::Bold => u32::from(byte.checked_sub(32).map_or(0, |i| HELVETICA_BOLD[usize::from(i)])),
        };
        text.iter().map(advance).sum::<u32>() as f32 * size / 1000.0
    }

    /// A text as encoded lines, none wider than `width`. Words that are wider are broken.
    pub fn wrap(self, text: &str, size: f32, width: f32) -> Vec<Vec<u8>> {
        let mut lines: Vec<Vec<u8>> = vec![];
        let mut line: Vec<u8> = vec![];
        let encoded = encode(text);
        for word in encoded.split(|b| *b == b' ').filter(|word| !word.is_empty()) {
            let mut longer = line.clone();
            if !line.is_empty() {
                longer.push(b' ');
            }
            longer.extend_from_slice(word);
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for byte in word {
                line.push(*byte);
                if line.len() > 1 && self.width(&line, size) > width {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, vec![*byte]));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// A text in WinAnsiEncoding. What it has no code for is written in other characters, or as its code point: never left out.
pub fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() => bytes.push(b' '),
            '\u{20}'..='\u{7e}' | '\u{a1}'..='\u{ff}' => bytes.push(c as u8),
            '→' => bytes.extend(b"->"),
            '←' => bytes.extend(b"<-"),
            '≤' => bytes.extend(b"<="),
            '≥' => bytes.extend(b">="),
            '−' => bytes.push(b'-'),
            _ => match WINDOWS.chars().position(|w| w == c) {
                Some(i) if c != UNUSED => bytes.push(0x80 + i as u8),
                _ => bytes.extend(format!("[U+{:04X}]", u32::from(c)).bytes()),
            },
        }
    }
    bytes
}

/// Stands for the codes that mean nothing.
const UNUSED: char = '\u{81}';
/// 0x80 to 0x9f (ISO 32000-1, annex D.2).
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{81}Ž\u{81}\u{81}‘’“”•–—˜™š›œ\u{81}žŸ";

/// Advances of 0x20 to 0xff in thousandths of the size: Adobe's metrics of the core fonts (Helvetica.afm).
#[rustfmt::skip]
const HELVETICA: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
    500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 350, 556, 350, 222, 556,
    333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350, 350, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333,
    944, 350, 500, 667, 278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333,
    556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278,
    278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889,
    500, 556, 556, 556, 556, 278, 278, 278, 278, 556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];
/// Helvetica-Bold.afm.
#[rustfmt::skip]
const HELVETICA_BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278,
    556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 350, 556, 350, 278, 556,
    500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350, 350, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333,
    944, 350, 500, 667, 278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333,
    611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611, 722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278,
    278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889,
    556, 556, 556, 556, 556, 278, 278, 278, 278, 611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_font_cannot_show_is_written_out() {
        assert_eq!(encode("Zoë – “ok” €"), b"Zo\xeb \x96 \x93ok\x94 \x80");
        assert_eq!(encode("中 a→b"), b"[U+4E2D] a->b");
        assert_eq!(encode("a\tb\nc\u{7f}\u{81}"), b"a b c[U+007F][U+0081]");
        assert_eq!((WINDOWS.chars().count(), encode("Ÿ")), (32, vec![0x9f]));
    }

    #[test]
    fn widths_are_those_of_the_metrics() {
        assert!((Face::Regular.width(b"Hi W", 10.0) - (7.22 + 2.22 + 2.78 + 9.44)).abs() < 1e-4);
        assert!((Face::Bold.width(b"mm\xff", 10.0) - (8.89 * 2.0 + 5.56)).abs() < 1e-4);
        assert_eq!(Face::Mono.width(b"0123456789", 10.0), 60.0);
    }

    #[test]
    fn no_line_is_wider_and_nothing_is_lost() {
        let text = "one two   three 0123456789abcdef0123456789abcdef four";
        let lines = Face::Regular.wrap(text, 10.0, 60.0);
        assert!(lines.len() > 3 && lines.iter().all(|line| Face::Regular.width(line, 10.0) <= 60.0));
        let joined: Vec<u8> = lines.concat().into_iter().filter(|b| *b != b' ').collect();
        assert_eq!(joined, text.replace(' ', "").into_bytes());
        assert!(Face::Regular.wrap("", 10.0, 60.0).is_empty());
        assert_eq!(Face::Regular.wrap("WW", 10.0, 1.0).len(), 2, "narrower than a letter");
    }
}
