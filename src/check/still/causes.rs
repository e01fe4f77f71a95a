//! Why two pictures that should match may not: guesses, each as the road that would have made the still.

use crate::color::{
    Cdl, CdlStyle, Mat3, Op, Range,
    curve::{Curve, MonCurve, Negatives, Power},
    named,
    rgb::{self, AP0_TO_AP1, AP1_TO_AP0},
};

/// The road from ACES2065-1 to the display that was approved.
#[derive(Clone, Debug)]
pub struct Road {
    pub looks: Vec<Look>,
    pub output: Vec<Op>,
    /// Whether the output is an ACES 1 one.
    pub is_aces1: bool,
    /// A CDL that lies beside the clip and is no part of the road, as ops on ACES2065-1.
    pub cdl_beside: Option<Vec<Op>>,
}

/// A look of the road.
#[derive(Clone, Debug)]
pub struct Look {
    /// `Look 1`, with what it does.
    pub title: String,
    pub ops: Vec<Op>,
}

impl Look {
    fn holds(&self, is: impl Fn(&Op) -> bool) -> bool {
        self.ops.iter().any(is)
    }
}

impl Road {
    /// From ACES2065-1 to code values, as approved.
    pub fn ops(&self) -> Vec<Op> {
        self.made(&[], self.looks.iter(), &self.output, &[])
    }

    fn made<'a>(&self, before: &[Op], looks: impl Iterator<Item = &'a Look>, output: &[Op], after: &[Op]) -> Vec<Op> {
        let looks = looks.flat_map(|look| look.ops.iter().cloned());
        before.iter().cloned().chain(looks).chain(output.iter().cloned()).chain(after.iter().cloned()).collect()
    }
}

/// A guess at what happened to the still.
pub struct Guess {
    /// Stable name, `legal-range`.
    pub id: &'static str,
    /// What would mend it.
    pub mend: &'static str,
    pub way: Way,
}

/// How the still would have been made.
pub enum Way {
    /// In words, and as ops from ACES2065-1 to code values.
    Fixed(String, Vec<Op>),
    /// With amounts that have to be found, each between -1 and 1.
    Fitted(Box<dyn Amounts>),
}

/// A guess with amounts.
pub trait Amounts {
    fn count(&self) -> usize;
    fn ops(&self, amounts: &[f64]) -> Vec<Op>;
    fn words(&self, amounts: &[f64]) -> String;
}

/// Every guess that makes another picture of the road.
pub fn guesses(road: &Road) -> Vec<Guess> {
    let mut all = vec![];
    let mut fixed = |id, mend, words: String, ops| all.push(Guess { id, mend, way: Way::Fixed(words, ops) });
    let signal = |after: &[Op]| road.made(&[], road.looks.iter(), &road.output, after);

    fixed(
        "legal-range",
        "read or export the still as legal range (64 to 940 of 1023)",
        "legal range was taken for full".into(),
        signal(&[affine(219.0 / 255.0, 16.0 / 255.0)]),
    );
    fixed(
        "full-range",
        "read or export the still as full range",
        "full range was taken for legal".into(),
        signal(&[affine(255.0 / 219.0, -16.0 / 219.0), Op::clamp(0.0, 1.0)]),
    );
    let recode = |from: Curve, to: Curve| signal(&[Op::curve(from), Op::curve(to)]);
    for (id, name, display) in
        [("gamma-2.2", "gamma 2.2", power(2.2)), ("gamma-srgb", "sRGB", srgb()), ("gamma-2.6", "gamma 2.6", power(2.6))]
    {
        let words = format!("the light was encoded for {name} instead of 2.4");
        fixed(id, "export the still for BT.1886, gamma 2.4", words, recode(power(2.4), display.inverse()));
    }
    for (id, name, display) in [("gamma-2.2-read", "gamma 2.2", power(2.2)), ("gamma-srgb-read", "sRGB", srgb())] {
        let words = format!("code values for 2.4 were read as {name}");
        fixed(id, "switch colour management off for the still, or tag it BT.1886", words, recode(display, power(2.4).inverse()));
    }

    let (other, version) =
        if road.is_aces1 { ("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", "ACES 2") } else { ("aces1-sdr-video-rec709", "ACES 1") };
    if let Some(row) = named(other) {
        let words = format!("the still has the {version} output transform");
        fixed("output-version", "use one ACES version on both sides", words, road.made(&[], road.looks.iter(), &row.ops(), &[]));
    }

    let is_cdl = |look: &Look| look.holds(|op| matches!(op, Op::Cdl(_)));
    for (i, look) in road.looks.iter().enumerate() {
        let without = road.made(&[], road.looks.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, l)| l), &road.output, &[]);
        let twice = road.made(
            &[],
            road.looks.iter().enumerate().flat_map(|(j, l)| std::iter::repeat_n(l, 1 + usize::from(j == i))),
            &road.output,
            &[],
        );
        let (missing, what) = match look {
            l if is_cdl(l) => ("cdl-missing", "the CDL"),
            l if l.holds(is_compression) => ("gamut-compression-off", "the gamut compression"),
            _ => ("look-missing", "the look"),
        };
        fixed(missing, "apply every look of the AMF", format!("{what} is missing: {}", look.title), without);
        fixed("look-twice", "apply the look once", format!("{what} was applied twice: {}", look.title), twice);
    }
    if road.looks.len() > 1 {
        fixed("looks-missing", "apply every look of the AMF", "all looks are missing".into(), road.made(&[], [].iter(), &road.output, &[]));
    }
    if let Some(cdl) = &road.cdl_beside {
        let look = Look { title: String::new(), ops: cdl.clone() };
        let ops = road.made(&[], road.looks.iter().chain([&look]), &road.output, &[]);
        fixed("cdl-beside", "put the CDL into the AMF", "the still has the CDL that lies beside the clip".into(), ops);
    }
    if !road.looks.iter().any(|l| l.holds(is_compression))
        && let Some(row) = named("reference-gamut-compression")
    {
        let ops = road.made(&row.ops(), road.looks.iter(), &road.output, &[]);
        fixed(
            "gamut-compression-on",
            "add the gamut compression to the AMF, or leave it out of the still",
            "the still has the reference gamut compression".into(),
            ops,
        );
    }

    let mut fitted = |id, mend, amounts: Box<dyn Amounts>| all.push(Guess { id, mend, way: Way::Fitted(amounts) });
    fitted("exposure", "use one exposure on both sides", Box::new(Exposed(road.clone())));
    fitted("white-balance", "use one white balance on both sides", Box::new(Balanced(road.clone())));
    fitted("saturation", "use one saturation on both sides", Box::new(Saturated(road.clone())));
    all
}

fn is_compression(op: &Op) -> bool {
    matches!(op, Op::GamutCompression(_))
}

fn affine(slope: f64, offset: f64) -> Op {
    Op::Matrix(crate::color::Matrix { m: rgb::diagonal([slope; 3]), offset: [offset; 3] })
}

fn power(exponent: f64) -> Curve {
    Curve::decode(Power { exponent, negatives: Negatives::Clamp })
}

/// IEC 61966-2-1.
fn srgb() -> Curve {
    Curve::decode(MonCurve { gamma: 2.4, offset: 0.055, negatives: Negatives::Clamp })
}

struct Exposed(Road);

impl Exposed {
    /// Stops at an amount of 1.
    const MOST: f64 = 4.0;
}

impl Amounts for Exposed {
    fn count(&self) -> usize {
        1
    }
    fn ops(&self, amounts: &[f64]) -> Vec<Op> {
        self.0.made(&[Op::exposure(Self::MOST * amounts[0])], self.0.looks.iter(), &self.0.output, &[])
    }
    fn words(&self, amounts: &[f64]) -> String {
        format!("exposure differs by {:+.2} stops", Self::MOST * amounts[0])
    }
}

/// Red and blue against green, in ACEScg, the luminance of grey kept.
struct Balanced(Road);

impl Balanced {
    /// Stops at an amount of 1.
    const MOST: f64 = 1.5;
    /// Of AP1: the second row of its matrix to XYZ.
    const LUMINANCE: [f64; 3] = rgb::AP1_TO_XYZ[1];

    fn gains(amounts: &[f64]) -> [f64; 3] {
        let gains = [(Self::MOST * amounts[0]).exp2(), 1.0, (Self::MOST * amounts[1]).exp2()];
        let luminance: f64 = gains.iter().zip(Self::LUMINANCE).map(|(g, l)| g * l).sum();
        gains.map(|g| g / luminance)
    }
}

impl Amounts for Balanced {
    fn count(&self) -> usize {
        2
    }
    fn ops(&self, amounts: &[f64]) -> Vec<Op> {
        let m: Mat3 = rgb::multiply(&AP1_TO_AP0, &rgb::multiply(&rgb::diagonal(Self::gains(amounts)), &AP0_TO_AP1));
        self.0.made(&[Op::matrix(m)], self.0.looks.iter(), &self.0.output, &[])
    }
    fn words(&self, amounts: &[f64]) -> String {
        let percent = |amount: f64| ((Self::MOST * amount).exp2() - 1.0) * 100.0;
        format!("white balance differs: red {:+.1} %, blue {:+.1} % against green", percent(amounts[0]), percent(amounts[1]))
    }
}

/// Of code values, around their luma (ASC CDL, BT.709 weights).
struct Saturated(Road);

impl Saturated {
    fn factor(amounts: &[f64]) -> f64 {
        1.0 + 0.9 * amounts[0]
    }
}

impl Amounts for Saturated {
    fn count(&self) -> usize {
        1
    }
    fn ops(&self, amounts: &[f64]) -> Vec<Op> {
        let saturation = Op::Cdl(Cdl::new([1.0; 3], [0.0; 3], [1.0; 3], Self::factor(amounts), CdlStyle::NoClamp));
        self.0.made(&[], self.0.looks.iter(), &self.0.output, &[saturation, Op::Range(Range::clamp(Some(0.0), Some(1.0)))])
    }
    fn words(&self, amounts: &[f64]) -> String {
        format!("saturation is {:.2} times ours", Self::factor(amounts))
    }
}
