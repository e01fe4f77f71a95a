//! `prelight amf edit`.

use super::{Overwrite, out};
use crate::{
    error::{Error, Result},
    files,
    sidecar::{
        amf::{Author, Edit, Place, Release, Role, Stamp, Transform, WorkingSpace},
        cdl::Cdl,
        lut,
    },
};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use uuid::Uuid;

#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// File to write; look files are named relative to it, and have to lie in its folder or below: an AMF that names some stays in its
    /// folder
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    overwrite: Overwrite,
    /// Input transform: a name, a transform ID, a file, or none
    #[arg(long, value_name = "SPEC")]
    input: Option<String>,
    /// Output transform: a name, a transform ID, a file, or none
    #[arg(long, value_name = "SPEC")]
    output: Option<String>,
    /// Another look in place of one: N=SPEC
    #[arg(long, value_name = "N=SPEC", value_parser = numbered)]
    replace_look: Vec<(usize, String)>,
    /// The numbers of a CDL look: N=(s s s)(o o o)(p p p) sat
    #[arg(long, value_name = "N=NUMBERS", value_parser = numbered)]
    set_cdl: Vec<(usize, String)>,
    /// Take a look out; the numbers are those before any is
    #[arg(long, value_name = "N")]
    remove_look: Vec<usize>,
    /// Another place for a look: FROM=TO
    #[arg(long, value_name = "FROM=TO", value_parser = numbered)]
    move_look: Vec<(usize, String)>,
    /// A look behind the others: a name, a transform ID, a file, of a CDL collection FILE#ID
    #[arg(long, value_name = "SPEC")]
    add_look: Vec<String>,
    /// A CDL look behind the others: (s s s)(o o o)(p p p) sat
    #[arg(long, value_name = "NUMBERS")]
    add_cdl: Vec<String>,
    /// Working space of the CDLs that are added, and of those set where it is given
    #[arg(long, value_name = "NAME")]
    cdl_space: Option<String>,
    /// Description of a step: input, output or the number of a look: STEP=TEXT
    #[arg(long, value_name = "STEP=TEXT", value_parser = place_and_text)]
    describe: Vec<(Place, String)>,
    /// Mark steps as in the pixels: input, output or the number of a look
    #[arg(long, value_name = "STEP", value_parser = place)]
    applied: Vec<Place>,
    /// Mark steps as not in the pixels
    #[arg(long, value_name = "STEP", value_parser = place)]
    not_applied: Vec<Place>,
    /// Description of the document
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// An author to add: NAME <EMAIL>
    #[arg(long, value_name = "AUTHOR", value_parser = author)]
    author: Vec<Author>,
    /// Leave the UUID of the document as it is, so that lists that name it still find it
    #[arg(long)]
    keep_uuid: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let amf = super::read(&args.file)?;
    super::refuse_elsewhere(&amf, &args.file, &args.out)?;
    let folder = files::folder_of(&args.out);
    let stamp = Stamp { now: OffsetDateTime::now_utc(), document: (!args.keep_uuid).then(Uuid::new_v4), pipeline: Uuid::new_v4() };
    let edited = amf.edited(&edits(args, folder, Release::of(&amf))?, Some(folder), stamp).map_err(|e| e.file(&args.file))?;
    super::put(&edited, Some(&args.out), args.overwrite)?;
    out::write(super::show::show(&edited))
}

/// The edits that were asked for, in the IDs of `release`.
fn edits(args: &Args, folder: &Path, release: Release) -> Result<Vec<Edit>> {
    let space = space(args.cdl_space.as_deref().unwrap_or("acescct"), release)?;
    let look = |option: &str, spec: &String| transform(option, spec, Role::Look, &space, folder, release);
    let end = |option: &str, spec: &Option<String>, role: Role| match spec.as_deref() {
        None => Ok(None),
        Some("none") => Ok(Some(None)),
        Some(spec) => transform(option, spec, role, &space, folder, release).map(|t| Some(Some(t))),
    };
    let mut edits: Vec<Edit> = end("--input", &args.input, Role::Input)?.map(Edit::Input).into_iter().collect();
    edits.extend(end("--output", &args.output, Role::Output)?.map(Edit::Output));
    for (number, spec) in &args.replace_look {
        edits.push(Edit::ReplaceLook { look: *number, by: look("--replace-look", spec)? });
    }
    for (number, numbers) in &args.set_cdl {
        let space = args.cdl_space.is_some().then(|| Box::new(space.clone()));
        edits.push(Edit::Cdl { look: *number, cdl: cdl(numbers)?, space });
    }
    let mut removed = args.remove_look.clone();
    removed.sort_unstable();
    removed.dedup();
    // From behind, so that the numbers stay true.
    edits.extend(removed.into_iter().rev().map(Edit::RemoveLook));
    for (from, to) in &args.move_look {
        let to = to.trim().parse().map_err(|_| Error::usage("FROM=TO, the numbers of two looks").field("--move-look").value(to))?;
        edits.push(Edit::MoveLook { from: *from, to });
    }
    for spec in &args.add_look {
        edits.push(Edit::AddLook { before: None, look: look("--add-look", spec)? });
    }
    for numbers in &args.add_cdl {
        edits.push(Edit::AddLook { before: None, look: Transform::cdl(cdl(numbers)?, space.clone()) });
    }
    edits.extend(args.describe.iter().map(|(step, text)| Edit::Describe { step: *step, text: text.clone() }));
    edits.extend(args.applied.iter().map(|step| Edit::Applied { step: *step, applied: true }));
    edits.extend(args.not_applied.iter().map(|step| Edit::Applied { step: *step, applied: false }));
    edits.extend(args.description.iter().cloned().map(Edit::Description));
    edits.extend(args.author.iter().cloned().map(Edit::Author));
    Ok(edits)
}

fn transform(option: &str, spec: &str, role: Role, space: &WorkingSpace, folder: &Path, release: Release) -> Result<Transform> {
    match lut::file(spec) {
        Some((path, part)) => Transform::of_file(path, part, space, folder),
        None => super::named(option, spec, role, release),
    }
}

fn space(name: &str, release: Release) -> Result<WorkingSpace> {
    let named = WorkingSpace::named_in(name, release);
    named.ok_or_else(|| Error::usage("not a working space with official IDs").field("--cdl-space").value(name))
}

/// Nine numbers and the saturation, 1 where it is not there; parentheses, commas and white space between them alike.
fn cdl(text: &str) -> Result<Cdl> {
    let bad = || Error::usage("a CDL is (s s s)(o o o)(p p p) and a saturation").field("CDL").value(text);
    let words = text.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|w| !w.is_empty());
    let numbers: Vec<f64> = words.map(|w| w.parse::<f64>().ok()).collect::<Option<_>>().ok_or_else(bad)?;
    let (rgb, rest) = numbers.as_chunks::<3>();
    let (&[slope, offset, power], saturation) = (rgb, rest) else { return Err(bad()) };
    let saturation = match saturation {
        [] => 1.0,
        [saturation] => *saturation,
        _ => return Err(bad()),
    };
    let cdl = Cdl { slope, offset, power, saturation, ..Cdl::default() };
    cdl.validate()?;
    Ok(cdl)
}

fn numbered(text: &str) -> std::result::Result<(usize, String), String> {
    let (number, rest) = text.split_once('=').ok_or("the number of a look, = and what it becomes")?;
    Ok((number.trim().parse().map_err(|_| "looks are counted from 1".to_owned())?, rest.to_owned()))
}

fn place(text: &str) -> std::result::Result<Place, String> {
    match text.trim() {
        "input" => Ok(Place::Input),
        "output" => Ok(Place::Output),
        number => number.parse().map(Place::Look).map_err(|_| "input, output or the number of a look".to_owned()),
    }
}

fn place_and_text(text: &str) -> std::result::Result<(Place, String), String> {
    let (step, text) = text.split_once('=').ok_or("STEP=TEXT")?;
    Ok((place(step)?, text.to_owned()))
}

fn author(text: &str) -> std::result::Result<Author, String> {
    let (name, email) =
        text.split_once('<').and_then(|(name, rest)| Some((name.trim(), rest.trim().strip_suffix('>')?))).ok_or("NAME <EMAIL>")?;
    if name.is_empty() || !email.contains('@') { Err("NAME <EMAIL>".into()) } else { Ok(Author::new(name, email)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_ways_of_the_field() {
        let full = cdl("(1.1 1 0.9)(0.01 0 -0.02)(1 1 1) 0.9").unwrap();
        assert_eq!((full.slope, full.offset, full.saturation), ([1.1, 1.0, 0.9], [0.01, 0.0, -0.02], 0.9));
        assert_eq!(cdl("1,1,1 0,0,0 1,1,1").unwrap(), Cdl::default());
        for bad in ["", "1 1 1", "(1 1 1)(0 0 0)(1 1 1) 1 1", "(1 1 1)(0 0 0)(0 1 1)", "(1 1 x)(0 0 0)(1 1 1)"] {
            assert!(cdl(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn steps_and_authors_are_named() {
        assert_eq!((place("input"), place("3")), (Ok(Place::Input), Ok(Place::Look(3))));
        assert!(place("x").is_err() && place_and_text("output").is_err());
        assert_eq!(author("Foo Bar <foo@bar>").unwrap(), Author::new("Foo Bar", "foo@bar"));
        assert!(author("Foo").is_err() && author("<a@b>").is_err());
    }
}
