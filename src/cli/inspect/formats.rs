//! The table of formats.

use super::out;
use crate::{camera::SUPPORT, error::Result};
use serde_json::json;

pub fn print(json: bool) -> Result<()> {
    if json {
        return out::json(&json!({ "formats": SUPPORT }));
    }
    let wide = SUPPORT.iter().map(|r| r.what.chars().count()).max().unwrap_or(0);
    for row in SUPPORT {
        out::line(format!("{:wide$}  {:9}  {}", row.what, row.support.to_string(), row.note).trim_end())?;
    }
    out::line(
        "\ndecodes: to pixels, compared with another decoder or known values. inspects: metadata; a picture is refused with the reason.",
    )
}
