//! Names of the opcodes in a DNG OpcodeList (DNG 1.7 chapter 7). They are listed, not applied: what the list would do
//! to the picture (lens shading, bad pixels, distortion) is for the user to know.

/// `GainMap x4, WarpRectilinear (optional); not applied`
pub fn describe(list: &[u8]) -> String {
    let mut names: Vec<(String, usize)> = vec![];
    // Big-endian whatever the byte order of the file: a count, then each opcode: id, version, flags, length, parameters.
    let mut rest = list.get(4..).unwrap_or_default();
    while let Some((header, tail)) = rest.split_first_chunk::<16>() {
        let word = |i: usize| u32::from_be_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]);
        let optional = if word(8) & 1 != 0 { " (optional)" } else { "" };
        let name = format!("{}{optional}", name(word(0)));
        match names.iter().position(|n| n.0 == name) {
            Some(i) => names[i].1 += 1,
            None if names.len() < MAX_NAMES => names.push((name, 1)),
            None => {}
        }
        rest = usize::try_from(word(12)).ok().and_then(|n| tail.get(n..)).unwrap_or_default();
    }
    let names: Vec<String> = names.into_iter().map(|(n, count)| if count > 1 { format!("{n} x{count}") } else { n }).collect();
    if names.is_empty() { "empty".into() } else { format!("{}; not applied", names.join(", ")) }
}

/// Most different opcodes named.
const MAX_NAMES: usize = 16;

fn name(id: u32) -> String {
    let known = [
        "WarpRectilinear",
        "WarpFisheye",
        "FixVignetteRadial",
        "FixBadPixelsConstant",
        "FixBadPixelsList",
        "TrimBounds",
        "MapTable",
        "MapPolynomial",
        "GainMap",
        "DeltaPerRow",
        "DeltaPerColumn",
        "ScalePerRow",
        "ScalePerColumn",
        "WarpRectilinear2",
    ];
    match known.get((id as usize).wrapping_sub(1)) {
        Some(name) => (*name).to_owned(),
        None => format!("opcode {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_opcodes_are_counted() {
        let opcode = |id: u8, flags: u8| [0, 0, 0, id, 1, 3, 0, 0, 0, 0, 0, flags, 0, 0, 0, 2, 9, 9];
        let list = [&[0, 0, 0, 3][..], &opcode(9, 0), &opcode(9, 0), &opcode(1, 1)].concat();
        assert_eq!(describe(&list), "GainMap x2, WarpRectilinear (optional); not applied");
        assert_eq!(describe(&[0, 0]), "empty");
        assert_eq!(describe(&list[..10]), "empty");
    }
}
