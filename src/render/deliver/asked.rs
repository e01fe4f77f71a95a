//! What is asked of deliverables of each kind: plates as a profile has them, DPX that holds the scene, movies that say their colours.

use super::{
    encoding::{Encoding, Nature},
    movie,
    tags::{Tags, UNTOLD},
};
use crate::{
    check::{Profile, name_fits},
    error::Result,
    recipe::{
        Output,
        output::{Compression, Dpx, ExrColour, Format, Movie},
    },
};
use std::collections::BTreeMap;

/// Why none of the deliverables is a plate that a profile allows; `None` where one is. `names`: of files of a frame, by deliverable, where
/// they are known.
pub fn plates(profile: &Profile, output: &Output, names: &BTreeMap<String, String>) -> Result<Option<String>> {
    let compressions = profile.list("EXR-01", "compressions")?;
    let (types, patterns) = (profile.list("EXR-01", "types")?, profile.list("EXR-11", "names")?);
    let (ap0, container) = (profile.flag("EXR-02", "ap0")?, profile.flag("EXR-02", "container")?);
    let mut why = vec![];
    for deliverable in &output.deliverables {
        let Format::Exr(exr) = &deliverable.format else { continue };
        let packed = exr.compression.name();
        let is_aces = exr.colour == ExrColour::Aces;
        let name = names.get(&deliverable.id).map(|name| name.rsplit('/').next().unwrap_or(name));
        let mut wrong = vec![];
        if !compressions.contains(&packed) {
            wrong.push(format!("{packed}, not {}", compressions.join(" or ")));
        }
        if !types.contains(&"half") {
            wrong.push(format!("half float, not {}", types.join(" or ")));
        }
        if (ap0 || container) && !is_aces {
            wrong.push("primaries of the camera, not ACES2065-1".into());
        }
        if container && is_aces && exr.compression != Compression::None {
            wrong.push("no ACES image container (SMPTE ST 2065-4)".into());
        }
        if let Some(name) = name.filter(|name| !patterns.is_empty() && !patterns.iter().any(|pattern| name_fits(pattern, name))) {
            wrong.push(format!("{name}, not {}", patterns.join(" or ")));
        }
        if wrong.is_empty() {
            return Ok(None);
        }
        why.push(format!("{} is {}", deliverable.id, wrong.join(", ")));
    }
    Ok((!why.is_empty()).then(|| why.join("; ")))
}

/// What is wrong with DPX whatever the clip: an encoding that cuts the picture off at a display's white, which no bits bring back.
pub fn dpx(output: &Output) -> Result<Vec<String>> {
    let mut wrong = vec![];
    for (id, dpx) in all_dpx(output) {
        let Encoding { nature, stops } = Encoding::of(&dpx.encoding)?;
        if nature == Nature::Logarithmic {
            continue;
        }
        let coarse = if nature == Nature::Linear && dpx.bits == 10 { ", and its shadows are coarse in 10 bits" } else { "" };
        let (encoding, word) = (&dpx.encoding, nature.word());
        wrong.push(format!("{id} is {word} ({encoding}), not logarithmic: cut off {stops:.1} stops over middle grey{coarse}"));
    }
    Ok(wrong)
}

/// Why a profile wants more bits of DPX of a clip that was recorded in so many.
pub fn dpx_bits(profile: &Profile, output: &Output, recorded: u32) -> Result<Vec<String>> {
    let most = profile.number("EXR-01", "dpx_10_bits")?;
    let wrong = all_dpx(output).filter(|(_, dpx)| most > 0.0 && dpx.bits == 10 && f64::from(recorded) > most);
    Ok(wrong.map(|(id, _)| format!("{id} has 10 bits of {recorded} that the camera recorded, not 16")).collect())
}

/// What is wrong with movies of a display: colours that they cannot say, and brightness that needs more bits. `title`: of its output
/// transform.
pub fn movies(output: &Output, tags: Option<Tags>, title: &str) -> Vec<String> {
    let mut wrong = vec![];
    for (id, made) in all_movies(output) {
        let Some(tags) = tags else {
            wrong.push(format!("{id} says no colours: {title} is of no display with standard tags"));
            continue;
        };
        let (primaries, transfer) = tags.h273();
        let untold = [(primaries, tags.primaries.word()), (transfer, tags.transfer.word())];
        let untold: Vec<&str> = untold.into_iter().filter(|(code, _)| *code == UNTOLD).map(|(_, word)| word).collect();
        if !untold.is_empty() {
            wrong.push(format!("{id} cannot say {}: ITU-T H.273 has no code for it", untold.join(" and ")));
        }
        let bits = movie::bits(made.codec);
        if tags.transfer.is_hdr() && bits < 10 {
            wrong.push(format!("{id} is {} of {bits} bits: {} needs 10", made.codec.name(), tags.transfer.word()));
        }
    }
    wrong
}

/// What each movie says of its colours.
pub fn movies_told(output: &Output, tags: Option<Tags>) -> impl Iterator<Item = String> {
    all_movies(output).map(move |(id, _)| format!("{id}: {}", movie::told(tags)))
}

fn all_dpx(output: &Output) -> impl Iterator<Item = (&str, &Dpx)> {
    output.deliverables.iter().filter_map(|d| match &d.format {
        Format::Dpx(dpx) => Some((d.id.as_str(), dpx)),
        _ => None,
    })
}

fn all_movies(output: &Output) -> impl Iterator<Item = (&str, &Movie)> {
    output.deliverables.iter().filter_map(|d| match &d.format {
        Format::Movie(movie) => Some((d.id.as_str(), movie)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plate_has_to_be_what_a_profile_asks_for() {
        let why = |profile: &str, deliver: &[&str], names: &[(&str, &str)]| {
            let names = names.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
            plates(&Profile::find(profile).unwrap(), &Output::of_presets(deliver.iter().copied()).unwrap(), &names).unwrap()
        };
        assert_eq!(why("neutral", &["plate-dwab", "plate-zip"], &[]), None);
        assert!(why("neutral", &["plate-dwab"], &[]).unwrap().contains("plate-dwab is DWAB, not uncompressed"));
        assert_eq!(why("aces-st2065-4", &["plate"], &[]), None);
        assert!(why("aces-st2065-4", &["plate-zip"], &[]).unwrap().contains("ST 2065-4"));
        assert!(why("aces-st2065-4", &["camera-linear"], &[]).unwrap().contains("primaries of the camera"));
        assert_eq!(why("netflix-vfx", &["h264", "plate-zip"], &[("plate-zip", "a/SH010_PL01_v001.1001.exr")]), None);
        assert!(
            why("netflix-vfx", &["plate-zip"], &[("plate-zip", "plate-zip/A001.000001.exr")]).unwrap().contains("A001.000001.exr, not")
        );
    }

    fn of(deliver: &[&str]) -> Output {
        Output::of_presets(deliver.iter().copied()).unwrap()
    }

    #[test]
    fn dpx_has_to_hold_the_scene() {
        let why = |bits: u32, encoding: &str| {
            let mut output = of(&["dpx10", "plate"]);
            output.deliverables[0].format = Format::Dpx(Dpx { bits, encoding: encoding.into() });
            dpx(&output).unwrap().join("; ")
        };
        assert_eq!([why(10, "acescct"), why(16, "arri-logc4"), why(10, "adx10")].concat(), "");
        let linear = "dpx10 is linear (acescg), not logarithmic: cut off 2.5 stops over middle grey";
        assert_eq!((why(16, "acescg"), why(10, "acescg")), (linear.to_owned(), format!("{linear}, and its shadows are coarse in 10 bits")));
        assert!(why(10, "srgb-rec709").starts_with("dpx10 is for a display (srgb-rec709), not logarithmic"));
        assert!(why(16, "camera-rec709").contains("for a display"));
    }

    #[test]
    fn a_profile_may_want_all_bits_that_were_recorded() {
        let why = |profile: &str, recorded| dpx_bits(&Profile::find(profile).unwrap(), &of(&["dpx10", "dpx16"]), recorded).unwrap();
        assert_eq!(why("neutral", 12), [""; 0]);
        assert_eq!(why("netflix-vfx", 10), [""; 0]);
        assert_eq!(why("netflix-vfx", 12), ["dpx10 has 10 bits of 12 that the camera recorded, not 16"]);
    }

    #[test]
    fn movies_have_to_say_their_colours() {
        let why = |title: &str, deliver: &[&str]| movies(&of(deliver), Tags::of(title), title);
        let all = ["h264", "prores422hq", "dnxhr-hq", "dpx10"];
        assert_eq!(why("ACES 2, Rec709-D65 100 nit in Rec709-D65 BT1886", &all), [""; 0]);
        assert_eq!(why("ACES 2, P3-D65 100 nit in P3-D65 sRGB", &all), [""; 0]);
        assert_eq!(
            why("ACES 2, P3-D65 48 nit in P3-D65 Gamma2pt6", &["prores422hq"]),
            ["prores422hq cannot say gamma 2.6: ITU-T H.273 has no code for it"]
        );
        assert_eq!(
            why("ACES 2, P3-D60 48 nit in P3-D60 Gamma2pt6", &["prores422hq"]),
            ["prores422hq cannot say P3-D60 and gamma 2.6: ITU-T H.273 has no code for it"]
        );
        assert_eq!(why("show.cube", &["h264", "plate"]), ["h264 says no colours: show.cube is of no display with standard tags"]);
        // BT.2100 has signals of 10 and 12 bits.
        let pq = "ACES 2, P3-D65 1000 nit in Rec2100-D65 ST2084";
        assert_eq!(why(pq, &["prores4444", "dnxhr-hqx", "dnxhr-444"]), [""; 0]);
        assert_eq!(why(pq, &["h264", "dnxhr-sq"]), ["h264 is H.264 of 8 bits: PQ needs 10", "dnxhr-sq is DNxHR SQ of 8 bits: PQ needs 10"]);
        let told = |title: &str| movies_told(&of(&["prores422"]), Tags::of(title)).collect::<Vec<_>>().join("; ");
        assert_eq!(told(pq), "prores422: BT.2020, PQ, matrix BT.2020 (9-16-9), limited range");
        assert_eq!(told("show.cube"), "prores422: unspecified, unspecified, matrix BT.709 (2-2-1), limited range");
    }
}
