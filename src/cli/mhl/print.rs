//! A report in words.

use super::out;
use crate::{
    error::Result,
    history::{Problem, Report, size_in_words},
    words::{agree, count},
};
use std::path::Path;

/// One line a problem, then what was done.
pub(super) fn report(folder: &Path, report: &Report) -> Result<()> {
    for problem in &report.problems {
        out::line(words(problem))?;
    }
    for (from, to) in &report.renamed {
        out::line(format_args!("renamed      {from} -> {to}"))?;
    }
    for notice in &report.notices {
        out::line(format_args!("note         {notice}"))?;
    }
    for made in &report.written {
        out::line(format_args!("wrote        {} (generation {})", made.path, made.generation))?;
    }
    let mut parts = vec![count(report.files, "file")];
    let mut add = |n: u64, words: &str| {
        if n > 0 {
            parts.push(format!("{n} {words}"));
        }
    };
    add(report.verified, "as recorded");
    add(report.original, "recorded for the first time");
    add(report.resumed, "hashed before the interruption");
    let problems = report.problems.len() as u64;
    add(problems, agree(&problems, "problem", "problems"));
    if report.bytes_hashed > 0 {
        parts.push(format!("{} hashed", size_in_words(report.bytes_hashed)));
    }
    out::line(format_args!("{}: {}", folder.display(), parts.join(", ")))
}

fn words(problem: &Problem) -> String {
    match problem {
        Problem::Mismatch { path, format, recorded, found, generation } => {
            format!("mismatch     {path}: {format} {found}, recorded {recorded} (generation {generation})")
        }
        Problem::Unreadable { path, message } => {
            format!("unreadable   {}: {message}", if path.is_empty() { "." } else { path })
        }
        Problem::FolderMismatch { path, format, structure, recorded, found, generation } => {
            let which = if *structure { "structure" } else { "content" };
            format!("mismatch     {path}/ ({which}): {format} {found}, recorded {recorded} (generation {generation})")
        }
        Problem::New { path } => format!("not recorded {path}"),
        Problem::Missing { path } => format!("missing      {path}"),
        Problem::HistoryGone { path } => format!("missing      the history of {path}"),
        Problem::NoReference { path } => format!("no reference {path}: every digest on record failed (--accept-failed takes it as it is)"),
        Problem::FormatNotRecorded { format, .. } => format!("not recorded {format}: no file has a digest in this format"),
        Problem::NotWritten { path, message } => format!("not written  {path}: {message}"),
    }
}
