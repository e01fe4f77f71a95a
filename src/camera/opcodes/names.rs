//! What an opcode list says, in words.

/// `GainMap (optional) x4, opcode 99 (optional); applied`: what is done when opcode lists are applied.
pub fn describe(list: &[u8]) -> String {
    let mut names: Vec<(String, usize)> = vec![];
    // A count, then each opcode: id, version, flags, length, parameters.
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
    if names.is_empty() {
        return "empty".into();
    }
    let state = match super::parse::list(list) {
        Ok(known) if known.len() == list.first_chunk().map_or(0, |n| u32::from_be_bytes(*n) as usize) => "applied".to_owned(),
        Ok(_) => "applied but for what is optional and not known".to_owned(),
        Err(e) => format!("not applied: {e}"),
    };
    format!("{}; {state}", names.join(", "))
}

/// Most different opcodes named.
const MAX_NAMES: usize = 16;

/// The standard's name.
pub fn name(id: u32) -> String {
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
