//! Linear light in the primaries of the camera: what a plate is before it becomes ACES2065-1.

use super::{Plan, StepKind};
use crate::{
    color::{
        Op,
        rgb::{self, AP0_TO_XYZ, Chromaticities, Mat3},
    },
    error::{Error, Result},
};

/// The camera's own linear RGB, balanced so that red = green = blue is neutral.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraLinear {
    /// From ACES2065-1.
    pub from_aces: Mat3,
    /// As they are seen under the ACES white: a reader that goes by them gets the colours of the plate, without any adaptation.
    pub chromaticities: Chromaticities,
}

impl Plan {
    /// The camera's linear RGB, which the input transform says: its last matrix leads from there to ACES2065-1.
    ///
    /// # Errors
    /// `Refused`: the values are ACES2065-1 already, or no single matrix leads there.
    pub fn camera_linear(&self) -> Result<CameraLinear> {
        let refused = |why: &str| Error::refused(format!("{why}, so that nothing says what is linear in the camera's primaries"));
        let field = |error: Error| error.field("input transform");
        let step = self.steps().iter().find(|step| step.kind == StepKind::Input && step.is_rendered());
        let step = step.ok_or_else(|| field(refused("it is in the pixels already")))?;
        let ops = step.ops.as_ref().map_err(Error::clone)?;
        let of = |error: Error| field(error).value(&step.detail);
        // A gain changes no colour.
        let last = ops.iter().rev().find(|op| !matches!(op, Op::Exposure(_)));
        match last {
            Some(Op::Matrix(matrix)) if matrix.offset == [0.0; 3] => {
                of_matrix(&matrix.m).ok_or_else(|| of(refused("its matrix makes no primaries")))
            }
            Some(_) => Err(of(refused("it does not end with a matrix"))),
            None => Err(of(refused("the values are ACES2065-1 as they are"))),
        }
    }
}

/// `to_aces`: of linear RGB, balanced or not.
fn of_matrix(to_aces: &Mat3) -> Option<CameraLinear> {
    // What is neutral in ACES2065-1 becomes 1 1 1: the white balance.
    let neutral = rgb::transform(&rgb::invert(to_aces)?, [1.0; 3]);
    let balanced = rgb::multiply(to_aces, &rgb::diagonal(neutral));
    let from_aces = rgb::invert(&balanced)?;
    let to_xyz = rgb::multiply(&AP0_TO_XYZ, &balanced);
    let xy = |c: usize| {
        let [x, y, z] = [to_xyz[0][c], to_xyz[1][c], to_xyz[2][c]];
        [x / (x + y + z), y / (x + y + z)]
    };
    let chromaticities = Chromaticities::new(xy(0), xy(1), xy(2), rgb::ACES_WHITE);
    let same = |a: &Mat3, b: &Mat3| a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs().max(1.0));
    // They have to lead back to the matrix: a primary without light leads nowhere.
    let back = rgb::try_rgb_to_xyz(&chromaticities)?;
    same(&back, &to_xyz).then_some(CameraLinear { from_aces, chromaticities })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::rgb::{AP0, AP1, AP1_TO_AP0, IDENTITY};

    fn near(a: &Chromaticities, b: &Chromaticities) -> bool {
        let flat = |c: &Chromaticities| [c.red, c.green, c.blue, c.white].concat();
        flat(a).iter().zip(flat(b)).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn primaries_come_out_of_the_matrix_whatever_the_white_balance() {
        assert!(near(&of_matrix(&IDENTITY).unwrap().chromaticities, &AP0));
        let ap1 = of_matrix(&AP1_TO_AP0).unwrap();
        assert!(near(&ap1.chromaticities, &AP1));
        let unbalanced = rgb::multiply(&AP1_TO_AP0, &rgb::diagonal([2.1, 1.0, 1.6]));
        let balanced = of_matrix(&unbalanced).unwrap();
        assert!(near(&balanced.chromaticities, &AP1));
        let white = rgb::transform(&balanced.from_aces, [0.18; 3]);
        assert!(white.iter().all(|v| (v - 0.18).abs() < 1e-12), "{white:?}");
    }

    #[test]
    fn a_matrix_that_makes_no_primaries_is_known() {
        assert_eq!(of_matrix(&[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]), None);
        assert_eq!(of_matrix(&[[0.0; 3]; 3]), None);
    }
}
