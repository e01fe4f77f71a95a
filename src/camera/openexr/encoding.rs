//! What the values of a plate mean: chromaticities to the road to ACES2065-1.

use super::header::Plate;
use crate::{
    camera::Encoding,
    color::{
        Op,
        rgb::{self, AP0, Chromaticities},
    },
    error::{Error, Result},
};
use ::exr::{math::Vec2, meta::attribute::AttributeValue};

/// How far a chromaticity may lie from the standard's and still be it: attributes are f32, tools print four digits.
const SAME: f64 = 5e-5;

/// The encoding a header states. OpenEXR is scene-linear; without chromaticities its primaries are not known (the
/// library's default of Rec. 709 is an assumption that plates of film work do not keep).
pub fn of(plate: &Plate) -> Result<Encoding> {
    let stated = chromaticities(plate);
    let flagged = is_aces_container(plate);
    match stated {
        Some(c) if near(&c, &AP0) => Ok(Encoding::Known { name: "ACES2065-1".into(), to_aces: vec![] }),
        // ST 2065-4 section 6 requires the attribute to be there and to be AP0.
        Some(_) if flagged => Err(Error::invalid("an ACES image container has to have the AP0 primaries").field("OpenEXR chromaticities")),
        None if flagged => Ok(Encoding::Known { name: "ACES2065-1".into(), to_aces: vec![] }),
        Some(c) => {
            let bad = || Error::invalid("no RGB space has these").field("OpenEXR chromaticities").value(format!("{c:?}"));
            Ok(Encoding::Known {
                name: name(&c).unwrap_or("linear, primaries of the file").into(),
                to_aces: vec![to_aces(&c).ok_or_else(bad)?],
            })
        }
        None => Ok(Encoding::Unknown),
    }
}

/// Linear RGB of `from` to ACES2065-1, the white adapted by Bradford as the ACES transforms do.
fn to_aces(from: &Chromaticities) -> Option<Op> {
    let to_xyz = rgb::try_rgb_to_xyz(from)?;
    let adapt = rgb::adaptation_bradford(from.white, rgb::ACES_WHITE);
    let matrix = rgb::multiply(&rgb::XYZ_TO_AP0, &rgb::multiply(&adapt, &to_xyz));
    matrix.iter().flatten().all(|v| v.is_finite()).then(|| Op::matrix(matrix))
}

/// Name of a well-known set of chromaticities.
pub fn name(c: &Chromaticities) -> Option<&'static str> {
    const KNOWN: [(&str, Chromaticities); 6] = [
        ("ACES2065-1", AP0),
        ("ACEScg", rgb::AP1),
        ("linear Rec.709", rgb::REC709),
        ("linear Rec.2020", rgb::REC2020),
        ("linear P3-D65", rgb::P3_D65),
        ("linear P3-D60", rgb::P3_D60),
    ];
    KNOWN.iter().find(|(_, k)| near(c, k)).map(|(name, _)| *name)
}

/// The chromaticities attribute.
pub fn chromaticities(plate: &Plate) -> Option<Chromaticities> {
    let c = plate.header().shared_attributes.chromaticities?;
    let xy = |Vec2(x, y): Vec2<f32>| [f64::from(x), f64::from(y)];
    Some(Chromaticities::new(xy(c.red), xy(c.green), xy(c.blue), xy(c.white)))
}

/// The acesImageContainerFlag of SMPTE ST 2065-4.
fn is_aces_container(plate: &Plate) -> bool {
    let header = plate.header();
    let mut all = header.own_attributes.other.iter().chain(&header.shared_attributes.other);
    all.any(|(name, value)| *name == *"acesImageContainerFlag" && *value == AttributeValue::I32(1))
}

fn near(a: &Chromaticities, b: &Chromaticities) -> bool {
    let flat = |c: &Chromaticities| [c.red, c.green, c.blue, c.white];
    flat(a).iter().flatten().zip(flat(b).iter().flatten()).all(|(a, b)| (a - b).abs() <= SAME)
}

/// Whether two frames mean the same by their values.
pub fn same(a: &Encoding, b: &Encoding) -> bool {
    match (a, b) {
        (Encoding::Known { name: a, to_aces: x }, Encoding::Known { name: b, to_aces: y }) => a == b && x == y,
        (Encoding::Unknown, Encoding::Unknown) => true,
        _ => false,
    }
}
