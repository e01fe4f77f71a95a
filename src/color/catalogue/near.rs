//! What somebody may have meant who wrote a name that is not known.

use super::{Named, catalogue, resolve};

/// How many are suggested.
const MOST: usize = 4;

/// Outputs that are asked for most, first when several fit as well.
const COMMON: [&str; 5] = [
    "aces2-rec709-d65-100nit-in-rec709-d65-bt1886",
    "aces2-rec709-d65-100nit-in-rec709-d65-srgb-piecewise",
    "aces2-p3-d65-48nit-in-p3-d65-gamma2pt6",
    "aces2-p3-d65-1000nit-in-rec2100-d65-st2084",
    "aces2-p3-d65-100nit-in-p3-d65-srgb-piecewise",
];

/// Names or IDs to write instead of `core` (without a URN prefix), the likeliest first. Empty where nothing is near.
pub fn suggestions(core: &str) -> Vec<String> {
    let versions = other_versions(core);
    if !versions.is_empty() {
        return versions;
    }
    let mut scored: Vec<_> = catalogue().iter().map(|row| (score(core, row), row)).filter(|(score, _)| *score > 0).collect();
    if scored.is_empty() {
        return by_distance(core);
    }
    let rank = |row: &Named| COMMON.iter().position(|name| *name == row.name).unwrap_or(COMMON.len());
    scored.sort_by_cached_key(|(score, row)| (std::cmp::Reverse(*score), rank(row), distance(&squeezed(core), &squeezed(row.name))));
    scored.iter().take(MOST).map(|(_, row)| row.name.to_owned()).collect()
}

/// Known IDs that differ in nothing but the version, in the direction that was asked for.
fn other_versions(core: &str) -> Vec<String> {
    let Some(stem) = stem(core) else { return Vec::new() };
    let same = |id: &str| self::stem(id).is_some_and(|s| s.eq_ignore_ascii_case(stem));
    let forward = catalogue().iter().flat_map(|row| row.ids).filter(|id| same(id)).map(|id| (*id).to_owned());
    let backward = catalogue().iter().flat_map(|row| row.ids).filter_map(|id| resolve::inverse_id(id)).filter(|id| same(id));
    forward.chain(backward).take(MOST).collect()
}

/// An ID without its version: what comes before ".a1." or ".a2.".
fn stem(id: &str) -> Option<&str> {
    let lower = id.to_ascii_lowercase();
    let at = lower.find(".a1.").or_else(|| lower.find(".a2."))?;
    id.get(..at)
}

/// How well the words of `wanted` fit a row: the whole of it best, then words of the name or title, then beginnings of them.
fn score(wanted: &str, row: &Named) -> u32 {
    let whole = squeezed(wanted);
    if whole.len() < 2 {
        return 0;
    }
    let known: Vec<String> = words(row.name).into_iter().chain(words(row.title)).collect();
    let mut score = 0;
    if known.contains(&whole) {
        score += 16;
    } else if squeezed(row.name).contains(&whole) || squeezed(row.title).contains(&whole) {
        score += 8;
    }
    for word in words(wanted).iter().filter(|word| word.len() >= 2 && !COMMONPLACE.contains(&word.as_str())) {
        if known.contains(word) {
            score += 4;
        } else if known.iter().any(|k| k.starts_with(word.as_str())) {
            score += 2;
        }
    }
    score
}

/// Parts of IDs that say nothing about which transform it is.
const COMMONPLACE: [&str; 10] = ["to", "in", "a1", "a2", "v1", "v2", "csc", "idt", "academy", "output"];

/// Lower-case letters and digits only.
fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(200).collect()
}

/// Runs of letters and digits, lower case; "S-Log3" also as one word.
fn words(text: &str) -> Vec<String> {
    let parts: Vec<String> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_ascii_lowercase).collect();
    let pairs = parts.windows(2).filter(|pair| pair[0].len() == 1).map(|pair| pair.concat());
    let pairs: Vec<String> = pairs.collect();
    [parts, pairs].concat()
}

/// Names and IDs with few letters changed.
fn by_distance(core: &str) -> Vec<String> {
    let wanted = squeezed(core);
    let names = catalogue().iter().flat_map(|row| row.ids.iter().copied().chain([row.name]));
    let mut near: Vec<(usize, &str)> = names.map(|name| (distance(&squeezed(name), &wanted), name)).collect();
    near.retain(|(distance, _)| *distance <= wanted.len() / 2);
    near.sort();
    near.iter().take(MOST).map(|(_, name)| (*name).to_owned()).collect()
}

/// Edits from one text to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_mean_comes_first() {
        for (wanted, first) in [
            ("aces2", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"),
            ("ACES 2 Rec.709", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"),
            ("arri-logc5", "arri-logc4"),
            ("S-Log3", "sony-slog3-sgamut3"),
            ("slog3", "sony-slog3-sgamut3"),
            ("LogC3 EI 1280", "arri-logc3-ei1280"),
            ("N-Log", "nikon-nlog-ngamut"),
            ("acescctt", "acescct"),
            ("CSC.Academy.ACEScct_to_ACES.a2.v2", "CSC.Academy.ACEScct_to_ACES.a2.v1"),
            ("CSC.Academy.ACES_to_ACEScct.a2.v2", "CSC.Academy.ACES_to_ACEScct.a2.v1"),
            (
                "InvOutput.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v3",
                "InvOutput.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1",
            ),
        ] {
            let got = suggestions(wanted);
            assert_eq!(got.first().map(String::as_str), Some(first), "{wanted}: {got:?}");
        }
        assert!(suggestions("S-Log3").iter().all(|name| name.starts_with("sony-")));
    }

    #[test]
    fn what_is_suggested_is_known() {
        for wanted in ["aces2", "sony", "CSC.Academy.ACES_to_ACEScct.a2.v9", "logc", "reference gamut", "cineon", "p3"] {
            for name in suggestions(wanted) {
                assert!(resolve::transform(&name, false).is_ok(), "{wanted}: {name}");
            }
        }
    }

    #[test]
    fn nonsense_is_near_nothing() {
        for wanted in ["", "-", "zzzzzzzzzzzz", "€€€", &"x".repeat(100_000)] {
            assert!(suggestions(wanted).is_empty(), "{wanted:.20}: {:?}", suggestions(wanted));
        }
    }
}
