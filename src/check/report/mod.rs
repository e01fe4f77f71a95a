//! Findings as one page that needs nothing else: no network, no file beside it. The same page is printed by `prelight check --html`
//! and travels in the recipe.

mod picture;
mod proof;

pub use picture::{Picture, pictures};

use super::{Finding, Outcome, Severity};
use std::fmt::Write;

/// What the page is made of.
pub struct Page<'a> {
    pub title: String,
    /// Lines under the title.
    pub lines: Vec<String>,
    pub sections: Vec<Section<'a>>,
}

/// A clip, a roll, or the show as a whole.
pub struct Section<'a> {
    pub name: String,
    /// Lines under its name.
    pub lines: Vec<String>,
    /// The road of its pixels: step, what it does, who says so.
    pub road: Vec<[String; 3]>,
    pub pictures: Vec<Picture>,
    pub findings: &'a [Finding],
    pub accepted: Vec<Accepted<'a>>,
}

/// A failed check that somebody answers for.
pub struct Accepted<'a> {
    pub check: &'a str,
    pub by: &'a str,
    pub reason: &'a str,
}

/// How a finding stands, as the page and the matrix colour it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pass,
    Informs,
    Waived,
    Warns,
    Blocks,
    NotApplicable,
}

impl Standing {
    fn class(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Informs => "informs",
            Self::Waived => "waived",
            Self::Warns => "warns",
            Self::Blocks => "blocks",
            Self::NotApplicable => "na",
        }
    }
    /// For those who do not see the colour.
    fn mark(self) -> &'static str {
        match self {
            Self::Pass => "✓",
            Self::Informs => "i",
            Self::Waived => "w",
            Self::Warns => "!",
            Self::Blocks => "✕",
            Self::NotApplicable => "·",
        }
    }
}

impl Section<'_> {
    fn accepted(&self, finding: &Finding) -> Option<&Accepted<'_>> {
        self.accepted.iter().find(|a| a.check == finding.id)
    }
    fn standing(&self, finding: &Finding) -> Standing {
        match (finding.outcome, finding.severity) {
            (Outcome::Pass, _) => Standing::Pass,
            (Outcome::NotApplicable, _) => Standing::NotApplicable,
            (Outcome::Fail, _) if self.accepted(finding).is_some() => Standing::Waived,
            (Outcome::Fail, Severity::Inform) => Standing::Informs,
            (Outcome::Fail, Severity::Warn) => Standing::Warns,
            (Outcome::Fail, Severity::Block) => Standing::Blocks,
        }
    }
}

impl Page<'_> {
    /// The page as HTML 5. Text of files and people cannot become markup.
    pub fn html(&self) -> String {
        let mut out = head(&self.title);
        // Writing to a string does not fail, here and below.
        let _ = writeln!(out, "<h1>{}</h1>", escape(&self.title));
        for line in &self.lines {
            let _ = writeln!(out, "<p>{}</p>", escape(line));
        }
        self.matrix(&mut out);
        for (i, section) in self.sections.iter().enumerate() {
            section_html(&mut out, i, section);
        }
        out.push_str("</body></html>\n");
        out
    }

    /// Rules by sections, each cell a link to what was found.
    fn matrix(&self, out: &mut String) {
        let mut rules: Vec<(&str, &str)> = vec![];
        for finding in self.sections.iter().flat_map(|s| s.findings) {
            if finding.outcome != Outcome::NotApplicable && !rules.iter().any(|r| r.0 == finding.id) {
                rules.push((&finding.id, &finding.title));
            }
        }
        if rules.is_empty() {
            return;
        }
        out.push_str("<table class=matrix><tr><th>Check</th>");
        for (i, section) in self.sections.iter().enumerate() {
            let _ = write!(out, "<th><a href=\"#s{i}\">{}</a></th>", escape(&section.name));
        }
        out.push_str("</tr>\n");
        for (id, title) in rules {
            let _ = write!(out, "<tr><td>{} {}</td>", escape(id), escape(title));
            for (i, section) in self.sections.iter().enumerate() {
                match section.findings.iter().find(|f| f.id == id) {
                    None => out.push_str("<td></td>"),
                    Some(f) => {
                        let standing = section.standing(f);
                        let (class, mark) = (standing.class(), standing.mark());
                        let _ = write!(
                            out,
                            "<td class={class}><a href=\"#s{i}-{}\" title=\"{}\">{mark}</a></td>",
                            escape(id),
                            escape(&f.measured)
                        );
                    }
                }
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n<p class=legend>✓ pass · ✕ blocks · ! needs a waiver · w waived · i informs · · does not apply</p>\n");
    }
}

fn section_html(out: &mut String, index: usize, section: &Section) {
    let _ = writeln!(out, "<h2 id=\"s{index}\">{}</h2>", escape(&section.name));
    for line in &section.lines {
        let _ = writeln!(out, "<p>{}</p>", escape(line));
    }
    if !section.pictures.is_empty() {
        out.push_str("<div class=row>\n");
        let frames = section.pictures.iter().enumerate().filter(|(_, p)| p.beside.is_none());
        frames.for_each(|(k, picture)| proof::figure(out, &format!("p{index}-{k}"), picture));
        out.push_str("</div>\n");
    }
    if !section.road.is_empty() {
        out.push_str("<table><tr><th>Step</th><th>What</th><th>Says who</th></tr>\n");
        for row in &section.road {
            let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            let _ = writeln!(out, "<tr>{cells}</tr>");
        }
        out.push_str("</table>\n");
    }
    let (applies, other): (Vec<&Finding>, Vec<&Finding>) = section.findings.iter().partition(|f| f.outcome != Outcome::NotApplicable);
    if !applies.is_empty() {
        out.push_str("<table><tr><th>Check</th><th>Result</th><th>Measured</th><th>Limit</th><th>Evidence</th></tr>\n");
        applies.into_iter().for_each(|f| finding_html(out, index, section, f));
        out.push_str("</table>\n");
    }
    if !other.is_empty() {
        let _ = writeln!(out, "<details><summary>{} checks do not apply</summary><table>", other.len());
        for f in other {
            let (id, title, why) = (escape(&f.id), escape(&f.title), escape(&f.evidence));
            let _ = writeln!(out, "<tr class=na id=\"s{index}-{id}\"><td>{id} {title}</td><td>{why}</td></tr>");
        }
        out.push_str("</table></details>\n");
    }
}

fn finding_html(out: &mut String, index: usize, section: &Section, f: &Finding) {
    let standing = section.standing(f);
    let word = match standing {
        Standing::Pass => "pass".to_owned(),
        Standing::NotApplicable => "does not apply".to_owned(),
        Standing::Waived => section.accepted(f).map_or(String::new(), |a| format!("waived by {}: {}", a.by, a.reason)),
        Standing::Informs | Standing::Warns | Standing::Blocks => format!("FAIL, {}", f.severity),
    };
    let id = escape(&f.id);
    let _ = writeln!(
        out,
        "<tr id=\"s{index}-{id}\"><td>{id} {}<br><small>{}</small></td><td class={}>{}</td><td>{}</td><td>{}</td><td>{}{}</td></tr>",
        escape(&f.title),
        escape(&f.source),
        standing.class(),
        escape(&word),
        escape(&f.measured),
        escape(&f.limit),
        escape(&f.evidence),
        f.mend.as_ref().filter(|_| f.outcome == Outcome::Fail).map_or(String::new(), |m| format!("<br>To mend: {}", escape(m))),
    );
    if !f.proofs.is_empty() {
        out.push_str("<tr><td colspan=5><div class=row>\n");
        f.proofs.iter().for_each(|p| proof::html(out, index, section, p));
        out.push_str("</div></td></tr>\n");
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// How every page of ours begins, up to its body.
pub(crate) fn head(title: &str) -> String {
    HEAD.replace("TITLE", &escape(title))
}

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>TITLE</title><style>
body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:76rem;background:#262626;color:#ddd}a{color:inherit}
h1,h2{font-weight:500}table{border-collapse:collapse;width:100%;margin:.8rem 0}small,.legend,summary{color:#999}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #3c3c3c}th{color:#aaa;font-weight:500}
.row{display:flex;gap:1rem;flex-wrap:wrap}figure{margin:0}svg{background:#2e2e2e;display:block}figcaption{color:#aaa;max-width:34rem}
.matrix{width:auto}.matrix td+td{text-align:center}.matrix td a{text-decoration:none}
.blocks{color:#ff7b6b}.pass{color:#8fc98a}.warns{color:#e5c15b}.waived{color:#c9b27a}.informs{color:#9db7cc}.na{color:#777}
@media print{body{background:#fff;color:#111;max-width:none}td,th{border-color:#ccc}svg{background:#f4f4f4}th,figcaption,small{color:#555}
.blocks{color:#b3261e}.pass{color:#256b2a}.warns,.waived{color:#7a5c00}.informs{color:#2b5876}}
</style></head><body>
"#;

#[cfg(test)]
mod tests {
    use super::super::{Proof, proof::Curve, still::Beside};
    use super::*;
    use crate::image::{Image, Size};

    fn finding(id: &str, outcome: Outcome, severity: Severity) -> Finding {
        Finding {
            id: id.into(),
            title: "Title <of> it".into(),
            severity,
            outcome,
            measured: "3 \"px\"".into(),
            limit: "1 px".into(),
            evidence: "frame 7".into(),
            frame: Some(7),
            mend: Some("use <another>".into()),
            proofs: vec![],
            source: "there".into(),
        }
    }

    fn page(findings: &[Finding]) -> String {
        let display = Image::from_planes(Size::new(40, 20), std::array::from_fn(|_| vec![0.5; 800]));
        let section = Section {
            name: "A<1>".into(),
            lines: vec!["a & b".into()],
            road: vec![],
            pictures: vec![
                Picture::of(&display, 7, "as seen").unwrap(),
                Picture::of(&display, 7, "the <still>").unwrap().beside(Beside::Still),
            ],
            findings,
            accepted: vec![Accepted { check: "R-2", by: "N", reason: "because" }],
        };
        Page { title: "T & T".into(), lines: vec![], sections: vec![section] }.html()
    }

    #[test]
    fn text_cannot_become_markup_and_the_page_needs_nothing() {
        let html = page(&[finding("R-1", Outcome::Fail, Severity::Block)]);
        assert!(html.contains("<title>T &amp; T</title>") && html.contains("A&lt;1&gt;") && html.contains("use &lt;another&gt;"));
        assert!(!html.contains("<of>") && !html.contains("http://") && !html.contains("https://") && !html.contains("src=\"../"));
        assert!(html.contains("data:image/jpeg;base64,"));
    }

    #[test]
    fn standings_are_told_apart() {
        let findings = [
            finding("R-1", Outcome::Fail, Severity::Block),
            finding("R-2", Outcome::Fail, Severity::Warn),
            finding("R-3", Outcome::Pass, Severity::Block),
            finding("R-4", Outcome::NotApplicable, Severity::Block),
            finding("R-5", Outcome::Fail, Severity::Inform),
        ];
        let html = page(&findings);
        for wanted in
            ["<td class=blocks>FAIL, blocks", "<td class=waived>waived by N: because", "<td class=pass>pass", "<td class=informs>FAIL"]
        {
            assert!(html.contains(wanted), "{wanted}");
        }
        assert!(html.contains("1 checks do not apply") && html.contains("id=\"s0-R-4\""));
        assert!(!html.contains(">R-4 Title &lt;of&gt; it</td><td class"), "what does not apply has no row of the matrix");
    }

    #[test]
    fn every_proof_is_drawn() {
        let mut f = finding("R-1", Outcome::Fail, Severity::Block);
        f.proofs = vec![
            Proof::Area { frame: 7, rect: [4.0, 5.0, 10.0, 6.0], caption: "here <it> is".into() },
            Proof::Points { frame: 7, points: vec![[1.5, 2.5]], caption: "hot".into() },
            Proof::Still { frame: 7, pictures: vec![Beside::Still, Beside::Apart], caption: "all of <it>".into() },
            Proof::Area { frame: 8, rect: [0.0; 4], caption: "a frame without a picture".into() },
            Proof::Plot {
                title: "grey axis".into(),
                x: "in".into(),
                y: "out".into(),
                curves: vec![Curve { name: "g".into(), points: vec![[0.0, 0.0], [1.0, f64::NAN], [2.0, 4.0]] }],
                limit: Some(3.0),
            },
            Proof::table("sizes", &["a", "b"], vec![vec!["1".into(), "<2>".into()]]),
        ];
        let html = page(&[f]);
        for wanted in
            ["here &lt;it&gt; is", "<circle ", "a frame without a picture", "<polyline ", "grey axis", "&lt;2&gt;", "stroke-dasharray"]
        {
            assert!(html.contains(wanted), "{wanted}");
        }
        assert!(html.contains("frame 7, all of &lt;it&gt;: the &lt;still&gt;") && html.matches("data:image/jpeg").count() == 2);
        assert!(!html.contains("NaN"));
    }
}
