//! Each rule where it passes and where it fails, on AMFs written for it.

use crate::{
    camera::{CameraCdl, Encoding, Field},
    check::{
        Finding, Outcome, Profile, Proof,
        testing::{Fake, profile},
    },
    pipeline::{Settings, Sidecars},
};
use std::{fs, sync::Arc};
use tempfile::TempDir;

const OUTPUT: &str = "urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";
const RGC: &str = "urn:ampas:aces:transformId:v2.0:Look.Academy.ReferenceGamutCompress.a2.v1";

/// An AMF of version 2 for ACES `major` with these looks.
fn amf_of(major: u8, looks: &str, output: &str) -> String {
    let info = "<aces:dateTime><aces:creationDateTime>2026-01-01T00:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-01T00:00:00Z</aces:modificationDateTime></aces:dateTime>";
    format!(
        "<?xml version=\"1.0\"?>\n<aces:acesMetadataFile xmlns:aces=\"urn:ampas:aces:amf:v2.0\" xmlns:cdl=\"urn:ASC:CDL:v1.01\" version=\"2.0\">\n\
         <aces:amfInfo><aces:author><aces:name>a</aces:name><aces:emailAddress>a@b.c</aces:emailAddress></aces:author>{info}<aces:uuid>urn:uuid:afe122be-59d3-4360-ad69-33c10108fa7a</aces:uuid></aces:amfInfo>\n\
         <aces:pipeline><aces:pipelineInfo>{info}<aces:uuid>urn:uuid:afe122be-59d3-4360-ad69-33c10108fa7b</aces:uuid><aces:systemVersion><aces:majorVersion>{major}</aces:majorVersion><aces:minorVersion>0</aces:minorVersion><aces:patchVersion>0</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>\n\
         {looks}\n<aces:outputTransform applied=\"false\"><aces:transformId>{output}</aces:transformId></aces:outputTransform>\n</aces:pipeline></aces:acesMetadataFile>"
    )
}

fn amf(looks: &str) -> String {
    amf_of(2, looks, OUTPUT)
}

fn look(applied: bool, inside: &str) -> String {
    format!("<aces:lookTransform applied=\"{applied}\">{inside}</aces:lookTransform>\n")
}
fn id(id: &str) -> String {
    format!("<aces:transformId>{id}</aces:transformId>")
}
fn file(name: &str) -> String {
    format!("<aces:file>{name}</aces:file>")
}

/// A CDL in ACEScct.
fn cdl(slope: &str, saturation: &str) -> String {
    let to = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1";
    let from = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1";
    format!(
        "<aces:cdlWorkingSpace><aces:toCdlWorkingSpace>{}</aces:toCdlWorkingSpace><aces:fromCdlWorkingSpace>{}</aces:fromCdlWorkingSpace></aces:cdlWorkingSpace>{}",
        id(to),
        id(from),
        bare_cdl(slope, saturation)
    )
}
fn bare_cdl(slope: &str, saturation: &str) -> String {
    format!(
        "<cdl:ASC_SOP><cdl:Slope>{slope}</cdl:Slope><cdl:Offset>0 0 0</cdl:Offset><cdl:Power>1 1 1</cdl:Power></cdl:ASC_SOP><cdl:ASC_SAT><cdl:Saturation>{saturation}</cdl:Saturation></cdl:ASC_SAT>"
    )
}

/// A show with one AMF, and the files beside it.
struct Show {
    folder: TempDir,
    clip: Fake,
    profile: Arc<Profile>,
}

impl Show {
    fn new(amf: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.amf"), amf).unwrap();
        let mut clip = Fake::raw("A001C001");
        clip.path = folder.path().join("A001C001.fake");
        Self { folder, clip, profile: Profile::neutral() }
    }
    fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }
    fn found(&self, rule: &str) -> Finding {
        let sidecars = Sidecars::default().with_amf(&self.folder.path().join("a.amf"));
        self.clip.found(rule, &sidecars, &Settings::default(), &self.profile)
    }
    fn is(&self, rule: &str, outcome: Outcome, says: &str) {
        let found = self.found(rule);
        let text = format!("{} {}", found.measured, found.evidence);
        assert!(found.outcome == outcome && text.contains(says), "{rule}: {found:?}");
    }
    fn passes(&self, rule: &str) {
        self.is(rule, Outcome::Pass, "");
    }
    fn fails(&self, rule: &str, says: &str) {
        self.is(rule, Outcome::Fail, says);
    }
    fn does_not_apply(&self, rule: &str) {
        self.is(rule, Outcome::NotApplicable, "");
    }
}

/// A cube of `size` in a CLF between ACEScct and back, from a function of ACEScct.
fn clf(size: usize, f: impl Fn([f64; 3]) -> [f64; 3]) -> String {
    let at = |i: usize| i as f64 / (size - 1) as f64;
    let mut rows = String::new();
    for r in 0..size {
        for g in 0..size {
            for b in 0..size {
                let v = f([at(r), at(g), at(b)]);
                rows += &format!("{:.7} {:.7} {:.7}\n", v[0], v[1], v[2]);
            }
        }
    }
    let ap = |m: &crate::color::Mat3| m.iter().map(|row| row.map(|v| v.to_string()).join(" ")).collect::<Vec<_>>().join("\n");
    let (to, from) = (ap(&crate::color::rgb::AP0_TO_AP1), ap(&crate::color::rgb::AP1_TO_AP0));
    // ACEScct as the camera log of CLF 3.0.
    let log = |style: &str| {
        format!(
            "<Log inBitDepth=\"32f\" outBitDepth=\"32f\" style=\"{style}\"><LogParams base=\"2\" logSideSlope=\"0.0570776255707763\" logSideOffset=\"0.554794520547945\" linSideBreak=\"0.0078125\" linearSlope=\"10.5402377416545\"/></Log>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><ProcessList xmlns=\"urn:AMPAS:CLF:v3.0\" compCLFversion=\"3.0\" id=\"urn:uuid:0\">\
         <Matrix inBitDepth=\"32f\" outBitDepth=\"32f\"><Array dim=\"3 3\">{to}</Array></Matrix>{}\
         <LUT3D inBitDepth=\"32f\" outBitDepth=\"32f\" interpolation=\"tetrahedral\"><Array dim=\"{size} {size} {size} 3\">{rows}</Array></LUT3D>{}\
         <Matrix inBitDepth=\"32f\" outBitDepth=\"32f\"><Array dim=\"3 3\">{from}</Array></Matrix></ProcessList>",
        log("cameraLinToLog"),
        log("cameraLogToLin")
    )
}

fn cube(f: impl Fn([f64; 3]) -> [f64; 3]) -> Show {
    Show::new(&amf(&look(false, &file("show.clf")))).with("show.clf", &clf(9, f))
}

#[test]
fn ids_are_of_the_system_that_is_stated() {
    Show::new(&amf("")).passes("COL-04");
    Show::new(&amf(&look(false, &id("urn:ampas:aces:transformId:v1.5:LMT.Academy.ReferenceGamutCompress.a1.v1.0"))))
        .fails("COL-04", "is of ACES 1");
    Show::new(&amf_of(1, "", OUTPUT)).fails("COL-04", "is of ACES 2");
}

#[test]
fn sensor_values_have_nothing_applied() {
    Show::new(&amf(&look(false, &cdl("1.1 1 1", "1")))).passes("COL-05");
    Show::new(&amf(&look(true, &cdl("1.1 1 1", "1")))).fails("COL-05", "sensor values have no look");
    let mut known = Show::new(&amf(&look(true, &cdl("1.1 1 1", "1"))));
    known.clip.encoding = Encoding::Known { name: "ACES2065-1".into(), to_aces: vec![] };
    known.passes("COL-05");
    let mut turned = Show::new(&amf(&format!("{}{}", look(false, &cdl("1.1 1 1", "1")), look(true, &cdl("1.2 1 1", "1")))));
    turned.clip.encoding = known.clip.encoding.clone();
    turned.fails("COL-05", "look 1 before it is not");
}

#[test]
fn look_files_are_looked_for() {
    Show::new(&amf("")).does_not_apply("COL-06");
    let there = cube(|v| v);
    there.passes("COL-06");
    there.passes("COL-23");
    let gone = Show::new(&amf(&look(false, &file("gone.clf"))));
    gone.fails("COL-06", "gone.clf is not there");
    gone.fails("COL-23", "gone.clf");
    let outside = Show::new(&amf(&look(false, &file("../show.clf"))));
    outside.fails("COL-23", "leads out");
    let hash =
        format!("<aces:hash algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">{}</aces:hash>{}", "ab".repeat(32), file("show.clf"));
    Show::new(&amf(&look(false, &hash))).with("show.clf", &clf(2, |v| v)).fails("COL-06", "Sha256 of the file");
    Show::new(&amf("")).passes("COL-23");
}

#[test]
fn a_look_that_stands_twice_is_found_by_its_numbers() {
    let one = look(false, &cdl("1.1 1 1", "0.9"));
    Show::new(&amf(&one)).passes("COL-07");
    Show::new(&amf(&format!("{one}{one}"))).fails("COL-07", "the same numbers");
    Show::new(&amf(&format!("{one}{}", look(false, &cdl("1.2 1 1", "0.9"))))).passes("COL-07");
    Show::new(&amf("")).does_not_apply("COL-07");
}

#[test]
fn cdls_are_judged() {
    Show::new(&amf(&look(false, &cdl("1.1 1 1", "1")))).passes("COL-08");
    Show::new(&amf(&look(false, &cdl("1 1 1", "1")))).fails("COL-08", "changes nothing");
    Show::new(&amf(&look(false, &cdl("-1 1 1", "1")))).fails("COL-08", "out of range");
    Show::new(&amf(&look(false, &bare_cdl("1.1 1 1", "1")))).fails("COL-08", "working space");
    Show::new(&amf("")).does_not_apply("COL-08");
}

#[test]
fn a_picture_for_a_display_is_no_look() {
    let scene = cube(|v| v);
    scene.passes("COL-10");
    scene.passes("COL-11");
    // Codes of a display, taken for ACEScct: nothing is brighter than paper.
    cube(|v| v.map(|x| 0.1 + 0.4 * x)).fails("COL-10", "turns 18 % grey");
    Show::new(&amf("")).does_not_apply("COL-10");
}

#[test]
fn lost_stops_are_counted() {
    let mut clipped = cube(|v| v.map(|x| x.min(0.625)));
    // A camera that holds 6 stops over grey loses what is above 3.5.
    clipped.clip.encoding = match clipped.clip.encoding {
        Encoding::Camera(camera) => Encoding::Camera(crate::camera::CameraColor { baseline_exposure: 3.5, ..camera }),
        other => other,
    };
    clipped.fails("COL-11", "stops are lost");
    // One whose white is 2.5 stops over grey loses nothing.
    cube(|v| v.map(|x| x.min(0.625))).passes("COL-11");
}

#[test]
fn reversals_and_corners_are_found() {
    cube(|v| v).passes("COL-12");
    cube(|v| v.map(|x| if x > 0.5 { 1.0 - x } else { x })).fails("COL-12", "light falls");
    cube(|v| v.map(|x| if x > 0.375 { 0.375 + (x - 0.375) * 2.0 } else { x })).fails("COL-12", "a corner");
}

#[test]
fn of_a_look_without_fault_only_grey_is_drawn() {
    let looks = look(false, &file("bad.clf")) + &look(false, &file("good.clf"));
    let bad = clf(9, |v| v.map(|x| if x > 0.5 { 1.0 - x } else { x }));
    let show = Show::new(&amf(&looks)).with("bad.clf", &bad).with("good.clf", &clf(9, |v| v));
    let found = show.found("COL-12");
    let [Proof::Plot { curves, .. }] = found.proofs.as_slice() else { panic!("{found:?}") };
    let names: Vec<&str> = curves.iter().map(|c| c.name.as_str()).collect();
    let (last, of_bad) = names.split_last().unwrap();
    assert!(last.ends_with(", grey") && of_bad.len() > 1, "{names:?}");
    assert_eq!(of_bad.iter().filter(|name| name.ends_with(", grey")).count(), 1, "{names:?}");
}

#[test]
fn greys_are_judged_where_they_are_declared_neutral() {
    let mut warm = cube(|v| [v[0] * 1.02, v[1], v[2] * 0.98]);
    warm.does_not_apply("COL-13");
    warm.profile = profile("[rules.COL-13]\ndeclared = true");
    warm.fails("COL-13", "");
    let mut neutral = cube(|v| v.map(|x| x * 0.9));
    neutral.profile = warm.profile.clone();
    neutral.passes("COL-13");
}

#[test]
fn a_cube_is_held_against_one_of_half_the_nodes() {
    cube(|v| v.map(|x| x * 0.9)).passes("COL-14");
    cube(|v| v.map(|x| x + 0.05 * (x * 25.0).sin())).fails("COL-14", "too coarse");
    Show::new(&amf(&look(false, &cdl("1.1 1 1", "1")))).does_not_apply("COL-14");
}

#[test]
fn looks_are_held_against_the_look_they_were_made_from() {
    let output = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886";
    let source = |look: &str, from: &str| profile(&format!("[rules.COL-15]\nlook = '{look}'\nfrom = '{from}'"));
    let show = |looks: &str| Show { profile: source(output, "aces2065-1"), ..Show::new(&amf(looks)) };
    Show::new(&amf("")).does_not_apply("COL-15");
    // On ACES2065-1 the output by itself is such a look.
    show("").passes("COL-15");
    show(&look(false, &cdl("1.1 1 1", "1"))).fails("COL-15", "p99");
    let found = show(&look(false, &cdl("1 1 1", "0.9"))).found("COL-15");
    assert!(matches!(&found.proofs[..], [Proof::Table { rows, .. }] if rows.len() == 20), "{found:?}");

    // A look file lies beside the profile that names it.
    let there = Show::new(&amf(""));
    let file = there.folder.path().join("ours.toml");
    let text = "id = 'ours'\ntitle = 'Ours'\nversion = '1'\nextends = 'neutral'\n[rules.COL-15]\nlook = 'show.cube'\nfrom = 'acescct'\n";
    fs::write(&file, text).unwrap();
    let there = Show { profile: Arc::new(Profile::open(&file).unwrap()), ..there };
    there.fails("COL-15", "show.cube");
    let identity = "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
    there.with("show.cube", identity).fails("COL-15", "at most");
}

#[test]
fn the_output_is_undone_and_the_engine_holds() {
    let mut show = Show::new(&amf(""));
    show.passes("COL-16");
    show.passes("COL-17");
    show.profile = profile("[rules.COL-16]\nlimit = 1e-12\n[rules.COL-17]\nmax = 0\np99 = 0");
    show.fails("COL-16", "");
    show.fails("COL-17", "");
}

#[test]
fn version_1_leaves_things_open() {
    Show::new(&amf("")).does_not_apply("COL-19");
    let old = amf_of(1, &look(false, &cdl("1.1 1 1", "1")), "urn:ampas:aces:transformId:v1.5:RRTODT.Academy.Rec709_100nits.a1.0.3");
    let old = old.replace("amf:v2.0", "amf:v1.0").replace("version=\"2.0\"", "version=\"1.0\"").replace(" applied=\"false\"", "");
    Show::new(&old).fails("COL-19", "");
}

#[test]
fn cdls_of_all_documents_are_compared() {
    let cc = |slope: &str| {
        format!(
            "<ColorCorrection id=\"x\"><SOPNode><Slope>{slope}</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode><SatNode><Saturation>1</Saturation></SatNode></ColorCorrection>"
        )
    };
    let edl = |sop: &str| {
        format!(
            "TITLE: t\n\n001  A001 V C 10:00:00:00 10:00:01:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: A001C001\n* ASC_SOP {sop}\n* ASC_SAT 1\n"
        )
    };
    let graded = amf(&look(false, &cdl("1.1 1 1", "1")));
    Show::new(&graded).does_not_apply("COL-20");
    let find = |show: &Show| {
        fs::write(&show.clip.path, "x").unwrap();
        let mut sidecars = Sidecars::discover(&show.clip);
        sidecars = sidecars.with_amf(&show.folder.path().join("a.amf"));
        show.clip.found("COL-20", &sidecars, &Settings::default(), &show.profile)
    };
    let same = Show::new(&graded).with("A001C001.cc", &cc("1.1 1 1")).with("cut.edl", &edl("(1.1 1 1)(0 0 0)(1 1 1)"));
    let found = find(&same);
    assert_eq!(found.outcome, Outcome::Pass, "{found:?}");
    let found = find(&Show::new(&graded).with("A001C001.cc", &cc("1.2 1 1")));
    assert!(found.outcome == Outcome::Fail && found.evidence.contains("A001C001.cc differs"), "{found:?}");
    let found = find(&Show::new(&graded).with("cut.edl", &edl("(1.1 1 1.3)(0 0 0)(1 1 1)")));
    assert!(found.outcome == Outcome::Fail && found.evidence.contains("cut.edl differs"), "{found:?}");
    let mut camera = Show::new(&graded);
    let value = CameraCdl { slope: [1.0; 3], offset: [0.0; 3], power: [1.0; 3], saturation: 1.0 };
    camera.clip.metadata.cdl = Some(Field::stated(value, "ARRI CDL"));
    camera.fails("COL-20", "camera (ARRI CDL) differs");
}

#[test]
fn colours_beyond_ap1_want_the_compression() {
    let mut show = Show::new(&amf(""));
    show.passes("COL-21");
    // A blue that no display has.
    show.clip.color = [0.02, -0.01, 0.5];
    let found = show.found("COL-21");
    assert!(found.outcome == Outcome::Fail && found.mend.as_ref().unwrap().contains("Gamut Compression"), "{found:?}");
    assert_eq!((found.frame.is_some(), found.proofs.len()), (true, 3));
    let mut compressed = Show::new(&amf(&look(false, &id(RGC))));
    compressed.clip.color = show.clip.color;
    compressed.does_not_apply("COL-21");
    compressed.passes("COL-22");
    show.does_not_apply("COL-22");
}

#[test]
fn the_compression_acts_once() {
    let twice = amf(&format!("{}{}", look(true, &id(RGC)), look(false, &id(RGC))));
    Show::new(&twice).fails("COL-22", "1 times in the pixels and 1 times");
    // A file whose colours lie just within AP1, none beyond.
    let mut file = Show::new(&amf(&look(false, &id(RGC))));
    file.clip.encoding = Encoding::Known { name: "ACES2065-1".into(), to_aces: vec![] };
    file.clip.color = crate::color::rgb::transform(&crate::color::rgb::AP1_TO_AP0, [0.5, 0.01, 0.2]).map(|v| v as f32);
    file.fails("COL-22", "pile up");
    file.clip.color = crate::color::rgb::transform(&crate::color::rgb::AP1_TO_AP0, [0.5, -0.05, 0.2]).map(|v| v as f32);
    file.passes("COL-22");
    file.clip.color = [0.18; 3];
    file.does_not_apply("COL-22");
}

#[test]
fn without_an_amf_its_rules_do_not_apply() {
    let clip = Fake::raw("A001C001");
    for rule in ["COL-04", "COL-05", "COL-06", "COL-07", "COL-08", "COL-19", "COL-20", "COL-22", "COL-23"] {
        assert_eq!(clip.alone(rule).outcome, Outcome::NotApplicable, "{rule}");
    }
}
