//! IDs of the Academy's registry that name something this program does not do, and why.

/// A pattern of IDs without their URN prefix, `*` for any text, and what to say about them.
const KNOWN: &[(&str, &str)] = &[
    (
        "IDT.ARRI.Alexa-v?-raw-*",
        "it takes sensor values of ARRIRAW by matrices for each colour temperature, which are ARRI's and in its software; decode to LogC and use the LogC input of that exposure index",
    ),
    (
        "IDT.ARRI.Alexa-v2-logC-*",
        "LogC of ALEXA software 2 depends on the colour temperature by tables that ARRI has not published as formulas; only software 3 (Alexa-v3-logC) is built in",
    ),
    ("LMT.Academy.ACES_0_*", "it imitates a version of ACES from before 1.0, and is not built in"),
    ("Look.Academy.v1_SDR_Tonescale_Match.*", "this look is not built in"),
    ("ACES*.Adjust_Exposure.*", "it needs an exposure that the ID does not state; a CDL slope of 2^stops does the same"),
    ("ACES*.Lin_to_Log2_param.*", LOG2),
    ("ACES*.Log2_to_Lin_param.*", LOG2),
    ("ACES*.*OCIOshaper*", LOG2),
    ("ACES*.OCIO_shaper_*", LOG2),
    ("*ODT.Academy.P3D60_PQ_*nits.a1.0.0", "this first version has other curves than the later ones, and is not built in"),
    ("*ODT.Academy.Rec2020_ST2048_1000nits.a1.0.1", "its published inverse lacks the adaptation of the white; later versions are built in"),
    ("*RRT.a1.0.0", "this first version has another black than the later ones, and is not built in"),
    ("ACESutil.*premultAlpha*", "it changes alpha, not colour"),
    ("ACESlib.*", LIBRARY),
    ("Lib.Academy.*", LIBRARY),
];

const LOG2: &str = "it needs middle grey and a range in stops that the ID does not state";
const LIBRARY: &str = "it is a library that transforms of the Academy import, not a transform";

/// Why `core`, an ID without its URN prefix, is not supported; `None` where it is not known at all.
pub fn reason(core: &str) -> Option<&'static str> {
    let core = core.to_ascii_lowercase();
    KNOWN.iter().find(|(pattern, _)| matches(pattern.to_ascii_lowercase().as_bytes(), core.as_bytes())).map(|(_, why)| *why)
}

/// `*` stands for any text, `?` for one character.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on after a mismatch: behind the last star, one character further on.
    let mut retry = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                retry = Some((p, t + 1));
            }
            Some(&c) if c == b'?' || c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match retry {
                Some((behind, at)) => {
                    (p, t) = (behind, at);
                    retry = Some((behind, at + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_any_text() {
        for (pattern, text, is) in [
            ("a*", "a", true),
            ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("*b*d", "abcd", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), is, "{pattern} {text}");
        }
    }

    #[test]
    fn reasons_are_given_in_any_case() {
        assert!(reason("IDT.ARRI.Alexa-v3-raw-EI800-CCT5600-ND1pt3.a1.v2").unwrap().contains("ARRIRAW"));
        assert!(reason("idt.arri.alexa-v2-LOGC-ei800-cct5600.a1.v1").unwrap().contains("colour temperature"));
        assert_eq!(reason("IDT.ARRI.Alexa-v3-logC-EI800.a1.v2"), None);
    }
}
