//! Which characters XML 1.0 (fifth edition) allows where.

/// Production [2] Char.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Production [3] S.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Production [4] NameStartChar, without the colon (Namespaces in XML, production [4] NCName).
fn starts_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(c: char) -> bool {
    starts_name(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether it is a name without a colon.
pub(super) fn is_nc_name(s: &str) -> bool {
    s.chars().next().is_some_and(starts_name) && s.chars().skip(1).all(continues_name)
}

/// Splits `prefix:local`; the prefix is empty without a colon. `None` where it is no qualified name.
pub(super) fn split_name(s: &str) -> Option<(&str, &str)> {
    let (prefix, local) = s.split_once(':').unwrap_or(("", s));
    (is_nc_name(local) && (!s.contains(':') || is_nc_name(prefix))).then_some((prefix, local))
}

/// Production [17] PITarget, which has no colon (Namespaces in XML, section 7) and is not `xml` in any case.
pub(super) fn is_target(s: &str) -> bool {
    is_nc_name(s) && !s.eq_ignore_ascii_case("xml")
}
