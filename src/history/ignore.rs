//! Which files are no part of a history: patterns as in `.gitignore` files (specification, "Ignore patterns").

use crate::sidecar::mhl::Process;

/// What every history leaves out.
pub const DEFAULT: [&str; 3] = [".DS_Store", "ascmhl", "ascmhl/"];
/// The folder that holds a history.
pub const FOLDER: &str = "ascmhl";

/// Patterns in the order they are tried; the last that fits decides.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    /// `!`: what it fits is part of the history after all.
    back: bool,
    folders_only: bool,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    /// `**`: any number of folders.
    Any,
    Name(Vec<Token>),
}

#[derive(Clone, Debug)]
enum Token {
    One(char),
    Question,
    Star,
    /// `[a-z]`, and whether it is negated.
    Set(Vec<(char, char)>, bool),
}

impl Patterns {
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        Self(lines.into_iter().filter_map(Pattern::new).collect())
    }

    /// Whether the file or folder at `path` (relative, steps separated by `/`) is left out by itself. A folder that is left out is
    /// not entered.
    pub fn leave_out(&self, path: &str, folder: bool) -> bool {
        let steps: Vec<Vec<char>> = path.split('/').map(|s| s.chars().collect()).collect();
        let decided = self.0.iter().rev().find(|p| (folder || !p.folders_only) && p.fits(&steps, folder));
        decided.is_some_and(|p| !p.back)
    }

    /// Whether it is left out by itself or because a folder around it is. Whether something that is gone was a folder, `folder` says.
    pub fn leave_out_below(&self, path: &str, folder: bool) -> bool {
        let around = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        around.clone().any(|p| self.leave_out(p, true)) || self.leave_out(path, folder)
    }
}

impl Pattern {
    fn new(line: &str) -> Option<Self> {
        let line = line.trim_end_matches(['\n', '\r']);
        // A space at the end counts only behind a backslash.
        let mut text = line.trim_end_matches(' ');
        if text.len() < line.len() && text.ends_with('\\') {
            text = line.get(..text.len() + 1).unwrap_or(text);
        }
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        let (back, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (folders_only, text) = text.strip_suffix('/').map_or((false, text), |rest| (true, rest));
        let anchored = text.contains('/');
        let mut steps: Vec<Step> = if anchored { vec![] } else { vec![Step::Any] };
        for step in text.trim_start_matches('/').split('/').filter(|s| !s.is_empty()) {
            match step {
                "**" if anchored && matches!(steps.last(), Some(Step::Any)) => {}
                "**" if anchored => steps.push(Step::Any),
                name => steps.push(Step::Name(tokens(name)?)),
            }
        }
        steps.iter().any(|s| matches!(s, Step::Name(_))).then_some(Self { back, folders_only, steps })
    }

    /// By table, so that no pattern costs more than its length times that of the path.
    fn fits(&self, path: &[Vec<char>], folder: bool) -> bool {
        // `reached[i]`: the steps so far fit the first i steps of the path.
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for (n, step) in self.steps.iter().enumerate() {
            let mut next = vec![false; path.len() + 1];
            match step {
                Step::Any => {
                    // At the end, `a/**` fits the folder and what is in it, not a file of that name.
                    let least = usize::from(n + 1 == self.steps.len() && !folder);
                    if let Some(first) = reached.iter().position(|r| *r) {
                        next.iter_mut().skip(first + least).for_each(|r| *r = true);
                    }
                }
                Step::Name(tokens) => {
                    for (i, name) in path.iter().enumerate() {
                        if reached.get(i) == Some(&true)
                            && let Some(r) = next.get_mut(i + 1)
                        {
                            *r = fits_name(tokens, name);
                        }
                    }
                }
            }
            reached = next;
        }
        reached.last() == Some(&true)
    }
}

/// `None` where a bracket is not closed: such a pattern fits nothing.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = text.chars().collect();
    let mut list = vec![];
    let mut i = 0;
    while let Some(c) = chars.get(i) {
        i += 1;
        list.push(match c {
            '*' => {
                if matches!(list.last(), Some(Token::Star)) {
                    continue;
                }
                Token::Star
            }
            '?' => Token::Question,
            '\\' if i < chars.len() => {
                i += 1;
                Token::One(chars.get(i - 1).copied().unwrap_or('\\'))
            }
            '[' => {
                let (token, end) = set(&chars, i)?;
                i = end;
                token
            }
            c => Token::One(*c),
        });
    }
    Some(list)
}

/// A set whose first character is at `i`, and where it ends.
fn set(chars: &[char], mut i: usize) -> Option<(Token, usize)> {
    let negated = matches!(chars.get(i), Some('!' | '^'));
    i += usize::from(negated);
    let mut ranges = vec![];
    let first = i;
    loop {
        let mut c = *chars.get(i)?;
        if c == ']' && i > first {
            return Some((Token::Set(ranges, negated), i + 1));
        }
        if c == '\\' {
            i += 1;
            c = *chars.get(i)?;
        }
        i += 1;
        match (chars.get(i), chars.get(i + 1)) {
            (Some('-'), Some(end)) if *end != ']' => {
                ranges.push((c, *end));
                i += 2;
            }
            _ => ranges.push((c, c)),
        }
    }
}

fn fits_name(tokens: &[Token], name: &[char]) -> bool {
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for token in tokens {
        let mut next = vec![false; name.len() + 1];
        if matches!(token, Token::Star) {
            if let Some(first) = reached.iter().position(|r| *r) {
                next.iter_mut().skip(first).for_each(|r| *r = true);
            }
        } else {
            for ((from, to), c) in reached.iter().zip(next.iter_mut().skip(1)).zip(name) {
                *to = *from
                    && match token {
                        Token::One(t) => t == c,
                        Token::Set(ranges, negated) => ranges.iter().any(|(a, b)| (a..=b).contains(&c)) != *negated,
                        Token::Question | Token::Star => true,
                    };
            }
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

/// The patterns of a history's next generation: those of its last (the default ones where there is none), and the new ones.
pub fn inherit(last: Option<&Process>, new: &[String]) -> Vec<String> {
    let own = last.and_then(|p| p.ignore.as_ref()).filter(|list| !list.is_empty());
    let mut list = own.cloned().unwrap_or_else(|| DEFAULT.map(str::to_owned).to_vec());
    for pattern in new {
        if !list.contains(pattern) {
            list.push(pattern.clone());
        }
    }
    list
}

/// The pattern as the history in the folder `inside` (relative) has to hold it: the rest of one that leads into it, the same for
/// one that holds everywhere, `None` for one that is about other places.
pub fn seen_from(pattern: &str, inside: &str) -> Option<String> {
    let (sign, rest) = pattern.strip_prefix('!').map_or(("", pattern), |rest| ("!", rest));
    let anchored = rest.strip_suffix('/').unwrap_or(rest).contains('/');
    if !anchored || rest.starts_with("**/") {
        return Some(pattern.to_owned());
    }
    let below = rest.strip_prefix('/').unwrap_or(rest).strip_prefix(inside)?.strip_prefix('/')?;
    (!below.is_empty()).then(|| format!("{sign}/{below}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_git_has_them() {
        // Pattern, path, whether that is a folder, whether it is left out (as `git check-ignore` and pathspec, but that folders around are asked by themselves).
        for (pattern, path, folder, out) in [
            (".DS_Store", ".DS_Store", false, true),
            (".DS_Store", "a/b/.DS_Store", false, true),
            ("ascmhl/", "a/ascmhl", true, true),
            ("ascmhl/", "a/ascmhl", false, false),
            ("/a", "a", false, true),
            ("/a", "b/a", false, false),
            ("a/b", "a/b", false, true),
            ("a/b", "c/a/b", false, false),
            ("*.tmp", "x/y.tmp", false, true),
            ("*.tmp", "x/y.tmp2", false, false),
            ("a/*", "a/b", false, true),
            ("a/*", "a/b/c", false, false),
            ("a/**", "a", true, true),
            ("a/**", "a", false, false),
            ("a/**", "a/b/c", false, true),
            ("**/c", "a/b/c", false, true),
            ("**/c", "c", false, true),
            ("a/**/c", "a/c", false, true),
            ("a/**/c", "a/x/y/c", false, true),
            ("a/**/c", "b/a/c", false, false),
            ("?.mov", "A.mov", false, true),
            ("?.mov", "AB.mov", false, false),
            ("[a-c]1", "b1", false, true),
            ("[!a-c]1", "b1", false, false),
            ("[]]", "]", false, true),
            ("[a", "[a", false, false),
            ("\\#a", "#a", false, true),
            ("\\!a", "!a", false, true),
            ("#a", "#a", false, false),
            ("a\\ ", "a ", false, true),
            ("a  ", "a", false, true),
            ("ä*", "äöü", false, true),
            ("/", "a", true, false),
            ("**", "a/b", false, true),
        ] {
            assert_eq!(Patterns::new([pattern]).leave_out(path, folder), out, "{pattern} {path}");
        }
        let last = Patterns::new(["*.mov", "!keep.mov"]);
        assert!(last.leave_out("a.mov", false) && !last.leave_out("keep.mov", false));
        let below = Patterns::new(["proxy/"]);
        assert!(below.leave_out_below("a/proxy/b.mov", false) && !below.leave_out_below("a/proxy", false));
    }

    #[test]
    fn a_long_pattern_costs_no_more_than_its_length() {
        let pattern = "*a".repeat(2000) + "b";
        assert!(!Patterns::new([pattern.as_str()]).leave_out(&"a".repeat(4000), false));
        let deep = "**/a/".repeat(500) + "b";
        assert!(!Patterns::new([deep.as_str()]).leave_out(&"a/".repeat(500), false));
    }

    #[test]
    fn patterns_go_to_the_history_they_are_about() {
        assert_eq!(seen_from("*.tmp", "A"), Some("*.tmp".into()));
        assert_eq!(seen_from("x/", "A"), Some("x/".into()));
        assert_eq!(seen_from("**/x/y", "A"), Some("**/x/y".into()));
        assert_eq!(seen_from("/A/x", "A"), Some("/x".into()));
        assert_eq!(seen_from("A/x/y", "A/x"), Some("/y".into()));
        assert_eq!(seen_from("!A/x", "A"), Some("!/x".into()));
        assert_eq!(seen_from("/B/x", "A"), None);
        assert_eq!(seen_from("/A", "A"), None);
        assert_eq!(seen_from("/Ab/x", "A"), None);
    }
}
