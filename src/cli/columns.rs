//! A table of texts, as wide as its cells.

/// A heading and rows, each cell padded to the widest of its column; nothing behind the last.
pub(super) fn text(heading: &[&str], rows: &[Vec<String>]) -> String {
    let width = |i: usize| {
        let cells = rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count());
        cells.chain(heading.get(i).map(|h| h.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width)).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut text = line(&mut heading.iter().copied());
    rows.iter().for_each(|row| text.push_str(&line(&mut row.iter().map(String::as_str))));
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn cells_are_padded_to_the_widest() {
        let rows = [vec!["é".to_owned(), "12".to_owned()], vec!["abc".to_owned(), String::new()]];
        assert_eq!(super::text(&["A", "B"], &rows), "A    B\né    12\nabc\n");
    }
}
