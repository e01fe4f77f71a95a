//! A stroke font of our own, for the chart and for what is burnt into dailies: capitals, digits and a few signs on a grid 4 wide and 6 high.

/// The strokes of a character: polylines apart by spaces, each point two digits, x 0-4 to the right, y 0-6 down.
pub fn strokes(c: char) -> &'static str {
    match c.to_ascii_uppercase() {
        '0' | 'O' => "103041453616050110",
        '1' => "112026 1636",
        '2' => "01103041420646",
        '3' => "0110304142334445361605 1333",
        '4' => "36300444",
        '5' => "400002324345361605",
        '6' => "413010010516364544331304",
        '7' => "004016",
        '8' => "103041423313020110 133344453616050413",
        '9' => "051636454130100102133342",
        'A' => "062046 1434",
        'B' => "00063645443303 3342413000",
        'C' => "4130100105163645",
        'D' => "00062645412000",
        'E' => "40000646 0333",
        'F' => "400006 0333",
        'G' => "41301001051636454323",
        'H' => "0006 4046 0343",
        'I' => "1030 2026 1636",
        'J' => "4045361605",
        'K' => "0006 4004 1346",
        'L' => "000646",
        'M' => "0600234046",
        'N' => "06004640",
        'P' => "06003041423303",
        'Q' => "103041453616050110 2446",
        'R' => "06003041423303 2346",
        'S' => "413010010213334445361605",
        'T' => "0040 2026",
        'U' => "000516364540",
        'V' => "002640",
        'W' => "0016233640",
        'X' => "0046 4006",
        'Y' => "002340 2326",
        'Z' => "00400646",
        ':' => "2222 2525",
        ';' => "2222 2516",
        ',' => "2516",
        '(' => "30212536",
        ')' => "10212516",
        '.' => "2626",
        '-' => "0343",
        '+' => "0343 2125",
        '_' => "0646",
        '/' => "0640",
        _ => "",
    }
}

/// Units of the grid from one character to the next.
pub const ADVANCE: f64 = 6.0;
/// Units of the grid from the top to the base line.
pub const HEIGHT: f64 = 6.0;

/// Width of `text` at capital height `height`, without the space after its last character.
pub fn width(text: &str, height: f64) -> f64 {
    (text.chars().count() as f64 * ADVANCE - 2.0).max(0.0) * height / HEIGHT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stroke_stays_on_the_grid() {
        for c in (' '..='~').map(strokes) {
            for line in c.split(' ').filter(|l| !l.is_empty()) {
                assert!(line.len() >= 4 && line.len().is_multiple_of(2), "{line}");
                for point in line.as_bytes().chunks(2) {
                    assert!((b'0'..=b'4').contains(&point[0]) && (b'0'..=b'6').contains(&point[1]), "{line}");
                }
            }
        }
    }
}
