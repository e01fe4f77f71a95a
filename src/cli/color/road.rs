//! The road that `--from`, `--look` and `--to` describe.

use crate::{
    cli::named::{self, Given},
    color::{self, Kind, Op, invert, transform},
    error::{Error, Result},
    sidecar::lut,
};

#[derive(clap::Args)]
pub struct Road {
    /// What the values are: a camera, a space, a display, or a look file that leads to ACES2065-1
    #[arg(long, value_name = "SPEC")]
    pub from: Option<String>,
    /// What they become: an output, a display, a space, or a look file that starts from ACES2065-1
    #[arg(long, value_name = "SPEC", default_value = "aces2065-1")]
    pub to: String,
    /// A look between them: a name or a file; may be given again
    #[arg(long, value_name = "SPEC")]
    pub look: Vec<String>,
    /// The space that the looks work in
    #[arg(long, value_name = "SPEC", default_value = "aces2065-1")]
    pub look_in: String,
}

impl Road {
    /// Refuses a name that there is none of, before anything is read.
    pub fn refuse_unknown(&self) -> Result<()> {
        let from = self.from.iter().map(|spec| ("--from", spec));
        let looks = self.look.iter().map(|spec| ("--look", spec)).chain([("--look-in", &self.look_in), ("--to", &self.to)]);
        from.chain(looks).try_for_each(|(option, spec)| named::transform_or_file(Given::Option(option), spec))
    }

    /// The ops from `start`, or from ACES2065-1 where nothing says what the values are, to the end. [`Road::refuse_unknown`] comes first,
    /// once for all frames.
    ///
    /// # Errors
    /// What is no space (`Usage`), or cannot be inverted; a file that cannot be read.
    pub fn ops(&self, start: Option<Vec<Op>>) -> Result<Vec<Op>> {
        let mut ops = match (&self.from, start) {
            (Some(spec), _) => to_aces(spec)?,
            (None, Some(ops)) => ops,
            (None, None) => Vec::new(),
        };
        if !self.look.is_empty() {
            ops.extend(from_aces(&self.look_in)?);
            for look in &self.look {
                ops.extend(lut::transform(look, false)?);
            }
            ops.extend(to_aces(&self.look_in)?);
        }
        ops.extend(from_aces(&self.to)?);
        Ok(ops)
    }
}

/// From values of `spec` to ACES2065-1.
fn to_aces(spec: &str) -> Result<Vec<Op>> {
    let ops = match kind(spec)? {
        Some(Kind::Input | Kind::WorkingSpace) | None => return space(spec),
        Some(_) => from_aces(spec)?,
    };
    invert(&ops).ok_or_else(|| Error::unsupported("this transform has no inverse").field("--from").value(spec))
}

/// From ACES2065-1 to values of `spec`.
fn from_aces(spec: &str) -> Result<Vec<Op>> {
    match kind(spec)? {
        Some(Kind::Input | Kind::WorkingSpace) => {
            invert(&space(spec)?).ok_or_else(|| Error::unsupported("this transform has no inverse").field("--to").value(spec))
        }
        // A display shows the scene's light as it is, without an output transform.
        Some(Kind::Display) => Ok([transform("cie-xyz-d65", true)?, space(spec)?].concat()),
        Some(_) | None => space(spec),
    }
}

/// What a name is for; `None` of a file.
fn kind(spec: &str) -> Result<Option<Kind>> {
    match color::named(spec).map(|row| row.kind) {
        Some(kind @ (Kind::Look | Kind::Curve)) => {
            Err(Error::usage(format!("a {} is not what values are or become; use --look", kind.word())).field("transform").value(spec))
        }
        kind => Ok(kind),
    }
}

/// The ops of a name in the direction of its row, whatever direction an ID says, or of a file.
fn space(spec: &str) -> Result<Vec<Op>> {
    match color::named(spec) {
        Some(row) => Ok(row.ops()),
        None => lut::transform(spec, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::eval_f64;

    fn road(from: &str, to: &str) -> Road {
        Road { from: Some(from.into()), to: to.into(), look: vec![], look_in: "aces2065-1".into() }
    }

    #[test]
    fn there_and_back_is_nothing() {
        for spec in ["arri-logc4", "acescct", "srgb", "aces2-rec709-d65-100nit-in-rec709-d65-bt1886"] {
            let there = road("aces2065-1", spec).ops(None).unwrap();
            let back = road(spec, "aces2065-1").ops(None).unwrap();
            let px = [0.2, 0.19, 0.17];
            let out = eval_f64(&back, eval_f64(&there, px));
            assert!((0..3).all(|c| (out[c] - px[c]).abs() < 1e-6), "{spec}: {out:?}");
        }
    }

    #[test]
    fn an_id_of_either_direction_names_its_space() {
        let a = road("arri-logc4", "CSC.Academy.ACES_to_ACEScct.a2.v1").ops(None).unwrap();
        assert_eq!(a, road("arri-logc4", "acescct").ops(None).unwrap());
    }

    #[test]
    fn looks_work_in_their_space_and_are_no_spaces() {
        let mut with = road("acescct", "acescct");
        with.look.push("blue-light-fix".into());
        assert!(with.ops(None).unwrap().len() > road("acescct", "acescct").ops(None).unwrap().len());
        assert!(road("blue-light-fix", "acescct").ops(None).is_err());
        assert!(road("acescct", "pq-curve").ops(None).is_err());
        assert!(road("acescct", "nonsense").ops(None).unwrap_err().message().contains("unknown"));
    }
}
