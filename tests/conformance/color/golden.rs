//! Golden CSV files: metadata, samples, columns.

use prelight::{
    Error,
    color::{Op, Processor, eval_f64, invert, transform},
};
use serde_json::Value;

/// One case of the corpus.
pub struct Golden {
    pub meta: Value,
    pub input: Vec<[f32; 3]>,
    columns: Vec<(String, Vec<[f64; 3]>)>,
}

impl Golden {
    /// Reads `group/name.csv`; `None` without a corpus.
    pub fn open(path: &str) -> Option<Self> {
        let text = std::fs::read_to_string(crate::corpus(&format!("colour/{path}"))?).unwrap();
        let mut lines = text.lines();
        let meta: Value = serde_json::from_str(lines.next().unwrap().trim_start_matches("# ")).unwrap();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
        let column = |c: usize| rows.iter().map(|r| [0, 1, 2].map(|k| r[c + k].parse().unwrap())).collect();
        Some(Self {
            meta,
            input: rows.iter().map(|r| [0, 1, 2].map(|k| r[k].parse().unwrap())).collect(),
            columns: header.iter().enumerate().step_by(3).map(|(c, h)| (h.trim_end_matches("_r").to_owned(), column(c))).collect(),
        })
    }

    pub fn column(&self, name: &str) -> Option<&[[f64; 3]]> {
        self.columns.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_slice())
    }

    pub fn exact(&self, ops: &[Op]) -> Vec<[f64; 3]> {
        self.input.iter().map(|px| eval_f64(ops, px.map(f64::from))).collect()
    }

    pub fn fast(&self, ops: &[Op]) -> Vec<[f64; 3]> {
        let [mut r, mut g, mut b] = [0, 1, 2].map(|c| self.input.iter().map(|px| px[c]).collect::<Vec<f32>>());
        Processor::new(ops).apply(&mut r, &mut g, &mut b);
        (0..r.len()).map(|i| [r[i], g[i], b[i]].map(f64::from)).collect()
    }
}

/// The cases of a group, by the index.
pub fn group(name: &str) -> Vec<String> {
    let Some(path) = crate::corpus("colour/index.json") else { return Vec::new() };
    let index: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = index["cases"].as_array().unwrap();
    let files = cases.iter().filter(|c| c["group"] == name).map(|c| c["file"].as_str().unwrap().to_owned());
    files.collect()
}

/// The transform that the metadata of a case names, its inverse where it says so. Some names are joins of two of ours.
pub fn named(meta: &Value) -> Result<Vec<Op>, Error> {
    let spec = meta["transform"].as_str().unwrap();
    let forward = spec.strip_prefix("inverse of ").or_else(|| spec.strip_prefix("inverse "));
    let from_to = |from: &str, to: &str| Ok([transform(from, false)?, transform(to, true)?].concat());
    let ops = match forward.unwrap_or(spec) {
        "UTILITY - ACES-AP0_to_CIE-XYZ-D65_BFD" => transform("cie-xyz-d65", true),
        "UTILITY - ACES-AP1_to_CIE-XYZ-D65_BFD" => from_to("acescg", "cie-xyz-d65"),
        "UTILITY - ACES-AP1_to_LINEAR-REC709_BFD" => from_to("acescg", "linear-rec709"),
        "CURVE - LINEAR_to_ST-2084" => transform("pq-curve", true),
        "CURVE - HLG-OETF" => transform("hlg-curve", true),
        other => transform(other, false),
    }?;
    Ok(if forward.is_some() { invert(&ops).unwrap() } else { ops })
}
