//! `prelight color eval`: samples in, samples out, as text.

use super::{Engine, EvalArgs, engine::Ready, golden, out};
use crate::{
    cli::named::{self, Given},
    color::{Op, eval_f64},
    error::{Error, InFile, Result},
    image::Census,
    sidecar::lut::transform,
};
use std::{fmt::Write as _, io::Read, path::Path};

pub fn run(args: &EvalArgs) -> Result<()> {
    match (&args.file, &args.transform) {
        (Some(file), _) => {
            let (ops, rows) = golden::read(file)?;
            print(&ops, &rows, args.engine)
        }
        (None, Some(spec)) => {
            named::transform_or_file(Given::Option("--transform"), spec)?;
            standard_input(&transform(spec, args.inverse)?, args.engine)
        }
        (None, None) => Err(Error::usage("give a file or --transform")),
    }
}

/// Takes the rows of standard input through `ops`.
pub fn standard_input(ops: &[Op], engine: Engine) -> Result<()> {
    let mut text = String::new();
    let stdin = Path::new("standard input");
    std::io::stdin().lock().read_to_string(&mut text).in_file(stdin)?;
    print(ops, &rows(text.lines().zip(1..), [0, 1, 2]).in_file(stdin)?, engine)
}

fn print(ops: &[Op], rows: &[[f64; 3]], engine: Engine) -> Result<()> {
    let census = rows.iter().fold(Census::default(), |sum, px| sum + Census::of(&px.map(|x| x as f32)));
    if !census.is_clean() {
        out::message(format_args!("prelight: {census}, made 0 and the largest number"));
    }
    out::write(evaluate(ops, rows, engine)?)
}

/// Three columns of numbered comma-separated lines. Empty lines, comments and a header of names are passed over.
pub fn rows<'a>(lines: impl Iterator<Item = (&'a str, u32)>, columns: [usize; 3]) -> Result<Vec<[f64; 3]>> {
    let mut out = Vec::new();
    for (line, number) in lines {
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') || matches!(text, "r,g,b" | "in_r,in_g,in_b") {
            continue;
        }
        let cells: Vec<&str> = text.split(',').map(str::trim).collect();
        let mut px = [0.0; 3];
        for (x, column) in px.iter_mut().zip(columns) {
            let wrong = |message: String| Error::invalid(message).field(format!("column {}", column + 1)).line(number);
            let cell = cells.get(column).filter(|cell| !cell.is_empty());
            let cell =
                cell.ok_or_else(|| wrong(format!("there is no number here; a row has three, as 0.1,0.2,0.3, and this one is {text:?}")))?;
            *x = cell.parse().map_err(|_| wrong("not a number".into()).value(cell))?;
        }
        out.push(px);
    }
    Ok(out)
}

/// A header and a row a sample: the shortest text that parses back to the same f32, or f64 of the f64 engine.
fn evaluate(ops: &[Op], rows: &[[f64; 3]], engine: Engine) -> Result<String> {
    let mut text = String::from("out_r,out_g,out_b\n");
    if engine == Engine::F64 {
        for px in rows {
            let [r, g, b] = eval_f64(ops, *px);
            let _ = writeln!(text, "{r},{g},{b}");
        }
    } else {
        let [mut r, mut g, mut b] = [0, 1, 2].map(|c| rows.iter().map(|px| px[c] as f32).collect::<Vec<f32>>());
        Ready::new(ops, engine)?.apply(&mut r, &mut g, &mut b)?;
        for ((r, g), b) in r.iter().zip(&g).zip(&b) {
            let _ = writeln!(text, "{r},{g},{b}");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_reads() {
        let read = rows("r,g,b\n# note\n0.1,-0.5,1e-30\nnan,inf,3".lines().zip(1..), [0, 1, 2]).unwrap();
        let out = evaluate(&[], &read[..1], Engine::Cpu).unwrap();
        let back: Vec<f32> = out.lines().nth(1).unwrap().split(',').map(|x| x.parse().unwrap()).collect();
        assert_eq!(back, [0.1, -0.5, 1e-30]);
        assert!(evaluate(&[], &read[1..], Engine::F64).unwrap().ends_with("0,18446744073709552000,3\n"));
    }

    #[test]
    fn bad_cells_are_named() {
        let e = rows("1,2,3\n1,x,3".lines().zip(1..), [0, 1, 2]).unwrap_err();
        assert_eq!(e.file("in").to_string(), "in:2: column 2 = x: not a number");
        let e = rows(".1,.2".lines().zip(1..), [0, 1, 2]).unwrap_err().file("in");
        let said = "in:1: column 3: there is no number here; a row has three, as 0.1,0.2,0.3, and this one is \".1,.2\"";
        assert_eq!((e.to_string().as_str(), rows("1,,3".lines().zip(1..), [0, 1, 2]).is_err()), (said, true));
    }
}
