//! Look files from approval to delivery: carried, verified, named with their hashes, and part of the plan's key.

use prelight::{
    camera::{self, Clip},
    check::{self, Profile, Subject},
    files::Existing,
    image::{Image, Size},
    pipeline::{Plan, Settings, Sidecars, Stage, amf_road, plate_exr},
    progress::Progress,
    recipe::{self, Approval, Approved, Waiver},
    render::{Also, Job, Order, Watch, render, store::Store},
    sidecar::amf::{self, Amf, Author, ClipId, Media, Reference, Release, Role, Transform, WorkingSpace},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use time::macros::datetime;

const CUSTOM: &str = "urn:ampas:aces:transformId:v1.5:LMT.Acme.Show.a1.v1";
const CLF: &str = r#"<ProcessList xmlns="urn:AMPAS:CLF:v3.0" id="urn:uuid:5c5f6ca4-5b0b-4b8b-9b8e-0d0d0d0d0d0d" compCLFversion="3.0">
<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">1 0.1 0 0 1 0 0 0 1</Array></Matrix></ProcessList>"#;

fn cube(corner: f64) -> String {
    format!("LUT_3D_SIZE 2\n{corner} 0 0\n1 0.1 0\n0 0.9 0\n1 1 0\n0 0 1\n1 0 0.8\n0 1 1\n1 1 1\n")
}

/// A clip of two frames with its package, in a folder that is gone with it.
struct Show {
    root: tempfile::TempDir,
    clip: Arc<dyn Clip>,
    settings: Settings,
}

impl Show {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["SHOT", "package/looks", "elsewhere"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let size = Size::new(24, 16);
        let ramp = |k: f32| (0..size.area()).map(|i| 0.01 + i as f32 / 300.0 * k).collect();
        let image = Image::from_planes(size, [ramp(1.0), ramp(0.7), ramp(0.4)]);
        for frame in 1..=2 {
            let path = at(&format!("SHOT/SHOT.{frame:06}.exr"));
            let info = plate_exr::FrameInfo { metadata: None, timecode: None, fdl: None };
            plate_exr::write(&path, &image, &info, plate_exr::Compression::None, Existing::Refuse).unwrap();
        }
        fs::write(at("package/looks/show look.cube"), cube(0.1)).unwrap();
        fs::write(at("package/by id.clf"), CLF).unwrap();
        fs::write(at("elsewhere/custom.cube"), cube(0.2)).unwrap();

        let clip = ClipId::new("SHOT", Media::File("SHOT/".into()));
        let mut amf =
            Amf::new_v2("Delivery", Author::new("n", "n@n"), Some(clip), datetime!(2026-11-21 03:00 UTC), uuid::Uuid::from_u128(9));
        let mut bare = Transform::cdl(prelight::sidecar::cdl::Cdl { saturation: 0.8, ..Default::default() }, WorkingSpace::acescct());
        if let Reference::Cdl(look) = &mut bare.reference {
            look.working_space = None;
        }
        amf.pipeline.push_look(Transform::id(CUSTOM).described("Show look"));
        let uuid = Reference::Uuid("urn:uuid:5C5F6CA4-5b0b-4b8b-9b8e-0d0d0d0d0d0d".into());
        amf.pipeline.push_look(Transform { applied: Some(false), reference: uuid, ..Transform::default() }.described("By id"));
        amf.pipeline.push_look(bare.described("Grade"));
        amf.pipeline.push_look(Transform::file("looks/show look.cube", None).described("Cube"));
        amf.pipeline.set_output(Transform::named("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::Output).unwrap());
        fs::write(at("package/SHOT.amf"), amf::write(&amf)).unwrap();
        let settings = Settings {
            transforms: [(CUSTOM.to_owned(), at("elsewhere/custom.cube").to_str().unwrap().to_owned())].into(),
            working_space: Some("acescct".into()),
            ..Settings::default()
        };
        Self { clip: camera::open(&at("SHOT")).unwrap(), root, settings }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn sidecars(&self) -> Sidecars {
        Sidecars::default().with_amf(&self.at("package/SHOT.amf"))
    }

    fn plan(&self) -> Plan {
        Plan::new(&*self.clip, &self.sidecars(), &self.settings).unwrap()
    }

    fn export(&self) -> PathBuf {
        self.approve(&self.sidecars(), &Ok(self.plan())).unwrap()
    }

    /// The recipe of what was seen, with everything waived that stands in the way.
    fn approve(&self, sidecars: &Sidecars, plan: &prelight::Result<Plan>) -> prelight::Result<PathBuf> {
        let subject =
            || Subject { name: "SHOT", clip: &*self.clip, sidecars, plan, profile: Profile::neutral(), found: Default::default() };
        let findings = check::run(&subject(), &Progress::default())?;
        // The choice for the custom ID settles it.
        assert!(!findings.iter().any(|f| f.id == "COL-02" && f.stands_in_the_way()), "{findings:?}");
        let waiver = |f: &check::Finding| Waiver { check: f.id.clone(), reason: "made for a test".into(), by: "n".into() };
        let waivers = findings.iter().filter(|f| f.stands_in_the_way()).map(waiver).collect();
        let approval = Approval { name: "n".into(), role: "r".into(), ..Approval::default() };
        let folder = self.at("show.recipe");
        recipe::export(
            &folder,
            &[Approved { subject: subject(), golden: Default::default(), waivers, found: vec![] }],
            &approval,
            &Progress::default(),
        )?;
        Ok(folder)
    }
}

fn deliver(recipe: &Path, clip: &dyn Clip, out: &Path) -> prelight::Result<prelight::render::Delivery> {
    let open = recipe::open(recipe)?;
    let out = &Store::folder(out);
    let order = Order::Recipe(&open);
    let job = Job { order, clip, approvals: &[], frames: None, out, overwrite: false, cache: None, also: Also::default() };
    render(&job, &Watch::new(&Progress::default()))
}

#[test]
fn the_key_of_a_plan_is_the_same_wherever_its_files_are_missing() {
    let key = |show: &Show| {
        fs::remove_file(show.at("package/by id.clf")).unwrap();
        let plan = Plan::new(&*show.clip, &show.sidecars(), &Settings::default()).unwrap();
        let unrendered = plan.steps().iter().filter(|s| s.ops.is_err()).count();
        assert_eq!(unrendered, 3, "the ID, the file and the bare CDL");
        plan.key().to_owned()
    };
    let (here, there) = (Show::new(), Show::new());
    assert_eq!(key(&here), key(&there));
}

#[test]
fn a_recipe_carries_its_look_files_to_the_plates() {
    let show = Show::new();
    let plan = show.plan();
    let recipe = show.export();
    for file in ["colour/SHOT/SHOT.amf", "colour/SHOT/looks/show look.cube", "colour/SHOT/by id.clf"] {
        assert!(recipe.join(file).is_file(), "{file}");
    }
    assert_eq!(fs::read(recipe.join("colour/SHOT/SHOT.amf")).unwrap(), fs::read(show.at("package/SHOT.amf")).unwrap());
    // What was approved is rendered from, wherever the package has gone.
    fs::remove_dir_all(show.at("package")).unwrap();
    fs::remove_dir_all(show.at("elsewhere")).unwrap();
    let open = recipe::open(&recipe).unwrap();
    let again = open.plan(open.entry_for(&*show.clip, "SHOT").unwrap(), &*show.clip, "SHOT").unwrap();
    assert_eq!(again.key(), plan.key());
    assert_eq!(again.ops(Stage::Aces, Stage::Display).unwrap(), plan.ops(Stage::Aces, Stage::Display).unwrap());

    let delivery = deliver(&recipe, &*show.clip, &show.at("out")).unwrap();
    let documents: Vec<&str> = delivery.receipt.documents.keys().map(String::as_str).collect();
    let expected = ["SHOT.amf", "SHOT.cc", "SHOT.cdl", "by id.clf", "chosen/b7454b2d/custom.cube", "looks/show look.cube"];
    assert_eq!(documents, expected);
    for (file, sha256) in &delivery.receipt.documents {
        assert_eq!(prelight::files::sha256_of_file(&Path::new(&delivery.place).join(file)).unwrap(), *sha256);
    }
    // The AMF beside the plates says by itself what is left to do: no choice is needed any more, every file has its hash.
    let path = Path::new(&delivery.place).join("SHOT.amf");
    let (amf, found) = amf::read(&path).unwrap();
    let errors: Vec<_> =
        found.iter().filter(|d| d.level == prelight::sidecar::Level::Error && !d.path.contains("archived")).map(|d| d.code).collect();
    // Cubes are rendered, but the standard wants CLF.
    assert_eq!(errors, ["NON_CLF_TRANSFORM_FILE"; 2], "{found:?}");
    assert!(amf.pipeline.looks().enumerate().all(|(i, look)| look.hash.is_some() == (i != 2)));
    let steps = amf_road(&amf, &path, &Settings::default()).unwrap();
    assert!(steps.iter().all(|s| !s.applied));
    let left: Vec<_> = steps.into_iter().flat_map(|s| s.ops.unwrap()).collect();
    assert_eq!(left, plan.ops(Stage::Aces, Stage::Display).unwrap());
    // A second run finds everything there.
    assert_eq!(deliver(&recipe, &*show.clip, &show.at("out")).unwrap().kept, 2);
}

#[test]
fn another_look_file_is_another_plan_and_no_recipe() {
    let show = Show::new();
    let key = show.plan().key().to_owned();
    assert_eq!(show.plan().key(), key);
    let recipe = show.export();
    fs::write(show.at("package/looks/show look.cube"), cube(0.3)).unwrap();
    let changed = show.plan().key().to_owned();
    assert_ne!(changed, key);
    fs::write(show.at("elsewhere/custom.cube"), cube(0.3)).unwrap();
    assert_ne!(show.plan().key(), changed);

    fs::write(recipe.join("colour/SHOT/looks/show look.cube"), cube(0.3)).unwrap();
    let error = recipe::open(&recipe).unwrap_err();
    assert!(error.exit_code() == 11 && error.to_string().contains("show look.cube"), "{error}");
    fs::remove_file(recipe.join("colour/SHOT/looks/show look.cube")).unwrap();
    // A file that is gone does not come back by trying again.
    assert_eq!(recipe::open(&recipe).unwrap_err().exit_code(), 11);
}

#[test]
fn a_recipe_reads_no_other_file() {
    let show = Show::new();
    let recipe = show.export();
    let json = fs::read_to_string(recipe.join("recipe.json")).unwrap();
    let chosen = show.at("elsewhere/custom.cube").to_str().unwrap().to_owned();
    let other = show.at("package/looks/show look.cube").to_str().unwrap().to_owned();
    // Settings that name a file beyond the folder: the entry of the chosen file no longer fits them.
    let settings = json.find("\"transforms\"").unwrap();
    let (head, tail) = json.split_at(settings);
    fs::write(recipe.join("recipe.json"), format!("{head}{}", tail.replacen(&chosen, &other, 1))).unwrap();
    let open = recipe::open(&recipe).unwrap();
    let error = open.plan(open.entry_for(&*show.clip, "SHOT").unwrap(), &*show.clip, "SHOT").unwrap_err();
    assert_eq!(error.exit_code(), 12, "{error}");
    let escaped = json.replace("colour/SHOT/looks/show look.cube", "colour/../../package/looks/show look.cube");
    fs::write(recipe.join("recipe.json"), escaped).unwrap();
    assert!(recipe::open(&recipe).unwrap_err().message().contains("leaves the recipe folder"));
}

#[test]
fn a_missing_file_stops_its_step_only() {
    let show = Show::new();
    fs::remove_file(show.at("package/by id.clf")).unwrap();
    let plan = show.plan();
    let failed: Vec<&str> = plan.steps().iter().filter(|s| s.ops.is_err()).map(|s| s.label.as_str()).collect();
    assert_eq!(failed, ["Look 2"]);
    let error = plan.ops(Stage::Aces, Stage::Display).unwrap_err();
    assert!(error.to_string().contains("5C5F6CA4") && error.line_number().is_some(), "{error}");
    assert!(plan.plate(&*show.clip, 1).is_ok());
}

#[test]
fn an_amf_is_found_by_its_clip_id() {
    let show = Show::new();
    let text = fs::read(show.at("package/SHOT.amf")).unwrap();
    let found = || Sidecars::discover(&*show.clip).amf.map(|d| (d.file_name(), d.paired_by));
    assert_eq!(found(), None);
    fs::write(show.at("SHOT/Day12_2026-11-21_030000Z.amf"), &text).unwrap();
    let other = String::from_utf8(text.clone()).unwrap().replace(">SHOT<", ">OTHER<").replace("SHOT/", "OTHER/");
    fs::write(show.at("SHOT/Day11_2026-11-20_030000Z.amf"), other).unwrap();
    assert_eq!(found(), Some(("Day12_2026-11-21_030000Z.amf".into(), "clipId".into())));
    // Two: nobody can say which, and it is said.
    fs::write(show.at("Day13_2026-11-22_030000Z.amf"), &text).unwrap();
    assert_eq!(found(), None);
    let sidecars = Sidecars::discover(&*show.clip);
    assert!(sidecars.notes[0].message.contains("Day12_2026-11-21_030000Z.amf, Day13"), "{:?}", sidecars.notes);
    let plan = Plan::new(&*show.clip, &sidecars, &Settings::default());
    let subject = Subject {
        name: "SHOT",
        clip: &*show.clip,
        sidecars: &sidecars,
        plan: &plan,
        profile: Profile::neutral(),
        found: Default::default(),
    };
    let findings = check::run(&subject, &Progress::default()).unwrap();
    let told = findings.iter().find(|f| f.id == "COL-24").unwrap();
    assert!(told.outcome == check::Outcome::Fail && told.evidence.contains("2 AMFs"), "{told:?}");
    // Once one is chosen there is nothing to say.
    assert!(sidecars.with_amf(&show.at("SHOT/Day12_2026-11-21_030000Z.amf")).notes.is_empty());
    // Beyond a few dozen of other clips it is found still.
    fs::remove_file(show.at("Day13_2026-11-22_030000Z.amf")).unwrap();
    let other = fs::read(show.at("SHOT/Day11_2026-11-20_030000Z.amf")).unwrap();
    (0..100).for_each(|i| fs::write(show.at(&format!("SHOT/A{i:03}.amf")), &other).unwrap());
    assert_eq!(found(), Some(("Day12_2026-11-21_030000Z.amf".into(), "clipId".into())));
    // One that carries the name goes before.
    fs::write(show.at("shot.amf"), &text).unwrap();
    assert_eq!(found(), Some(("shot.amf".into(), "file name".into())));
}

const NOW: time::OffsetDateTime = datetime!(2026-11-26 12:00 UTC);

/// The AMF of the plates, of the AMF in the package after `change`, with `settings`.
fn delivered(show: &Show, settings: &Settings, change: impl FnOnce(&mut Amf)) -> prelight::Result<(Amf, Plan)> {
    let path = show.at("package/SHOT.amf");
    let mut amf = amf::read(&path).unwrap().0;
    change(&mut amf);
    fs::write(&path, amf::write(&amf)).unwrap();
    let plan = Plan::new(&*show.clip, &show.sidecars(), settings).unwrap();
    let approved = amf::read(&path).unwrap().0;
    let written = plan.plate_amf(&approved, uuid::Uuid::from_u128(1), NOW)?;
    assert_eq!(written.archived.last().unwrap().input, approved.pipeline.input);
    Ok((written, plan))
}

/// What a delivered AMF leaves to do in its folder has to be what the plan leaves to do.
fn leaves_the_same(show: &Show, written: &Amf, plan: &Plan) {
    let folder = show.at("delivered");
    fs::create_dir_all(&folder).unwrap();
    for file in plan.travelling_files() {
        let path = folder.join(&file.place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.bytes()).unwrap();
    }
    let path = folder.join("SHOT.amf");
    fs::write(&path, amf::write(written)).unwrap();
    let steps = amf_road(&amf::read(&path).unwrap().0, &path, &Settings::default()).unwrap();
    let left: Vec<_> = steps.into_iter().filter(|s| !s.applied).flat_map(|s| s.ops.unwrap()).collect();
    assert_eq!(left, plan.ops(Stage::Aces, Stage::Display).unwrap());
}

#[test]
fn the_plates_name_the_input_that_was_rendered() {
    // Plates of ACES2065-1: what the AMF says of an input transform was not used, unless it was before.
    let show = Show::new();
    let logc4 = || Transform::id(&amf::full_id("CSC.Arri.LogC4_to_ACES.a2.v1").unwrap());
    let (written, _) = delivered(&show, &show.settings, |amf| amf.pipeline.set_input(logc4())).unwrap();
    assert_eq!(written.pipeline.input, None);
    let (written, _) = delivered(&show, &show.settings, |amf| amf.pipeline.set_input(logc4().applied(true))).unwrap();
    assert!(written.pipeline.input.unwrap().is_applied());

    // Values that nobody names: the choice goes before the AMF.
    let mut show = Show::new();
    let still = show.at("still.tif");
    ::image::RgbImage::from_pixel(24, 16, ::image::Rgb([90, 100, 110])).save(&still).unwrap();
    show.clip = camera::open(&still).unwrap();
    assert!(matches!(show.clip.encoding(), camera::Encoding::Coded { .. } | camera::Encoding::Unknown));
    let settings = |input: &str| Settings { input: Some(input.into()), ..show.settings.clone() };
    let (written, _) = delivered(&show, &settings("arri-logc3"), |amf| amf.pipeline.set_input(logc4())).unwrap();
    let input = written.pipeline.input.unwrap();
    let Reference::TransformId(id) = &input.reference else { panic!("{input:?}") };
    assert!(input.is_applied() && prelight::color::named(id).unwrap().name == "arri-logc3", "{id}");
    let (written, _) = delivered(&show, &settings("arri-logc4"), |_| {}).unwrap();
    assert!(written.pipeline.input.unwrap().is_applied());
    // One that no ID names is said in words.
    let row = prelight::color::catalogue()
        .iter()
        .find(|row| row.kind == prelight::color::Kind::Input && Transform::named(row.name, Role::Input).is_none())
        .unwrap();
    let (written, _) = delivered(&show, &settings(row.name), |_| {}).unwrap();
    assert_eq!(written.pipeline.input, None);
    assert!(written.pipeline.info.description.unwrap().contains(row.title));
}

/// Version 1 takes no ID of ACES 2 and no colour space conversion as input.
#[test]
fn what_version_1_cannot_say_is_delivered_in_version_2() {
    let mut show = Show::new();
    let still = show.at("still.tif");
    ::image::RgbImage::from_pixel(24, 16, ::image::Rgb([90, 100, 110])).save(&still).unwrap();
    show.clip = camera::open(&still).unwrap();
    let settings = Settings { input: Some("arri-logc4".into()), ..show.settings.clone() };
    let (written, _) = delivered(&show, &settings, |amf| amf.version = amf::Version::V1).unwrap();
    assert_eq!(written.version, amf::Version::V2);
    assert!(written.pipeline.input.as_ref().is_some_and(Transform::is_applied));
    let found = amf::validate(&written, None).unwrap();
    assert!(
        !found.iter().any(|d| d.path.starts_with("/acesMetadataFile/pipeline")
            && d.code.starts_with("SCHEMA")
            && d.level == prelight::sidecar::Level::Error),
        "{found:?}"
    );
}

/// An error that was there before, and is on record now as well, says nothing about the version.
#[test]
fn errors_on_record_do_not_make_a_version_1_another_version() {
    let show = Show::new();
    let unknown = "urn:ampas:aces:transformId:v1.5:LMT.Acme.Unknown.a1.v1";
    let (written, _) = delivered(&show, &Settings::default(), |amf| {
        amf.version = amf::Version::V1;
        amf.pipeline.steps.clear();
        amf.pipeline.push_look(Transform::id(unknown).applied(true).described("In the pixels"));
    })
    .unwrap();
    let errors = amf::validate(&written, None).unwrap().iter().filter(|d| d.level == prelight::sidecar::Level::Error).count();
    assert!(errors > 1 && written.version == amf::Version::V1, "{errors} {:?}", written.version);
}

const CC: &str =
    "<ColorCorrection id='A012'><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection>";
const CCC: &str = "<ColorCorrectionCollection><ColorCorrection id='other'><SatNode><Saturation>0</Saturation></SatNode></ColorCorrection>
<ColorCorrection id='A012'><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection></ColorCorrectionCollection>";

#[test]
fn a_cdl_of_a_file_keeps_its_id_and_its_space() {
    let show = Show::new();
    fs::write(show.at("package/grade.cc"), CC).unwrap();
    fs::write(show.at("package/nameless.cc"), CC.replace(" id='A012'", "")).unwrap();
    fs::write(show.at("elsewhere/show.ccc"), CCC).unwrap();
    let mut settings = show.settings.clone();
    settings.transforms.insert(CUSTOM.into(), format!("{}#A012", show.at("elsewhere/show.ccc").display()));
    let (written, plan) = delivered(&show, &settings, |amf| {
        amf.pipeline.push_look(Transform::file("grade.cc", None));
        amf.pipeline.push_look(Transform::file("nameless.cc", None));
    })
    .unwrap();
    let looks: Vec<_> = written.pipeline.looks().collect();
    for look in [looks[0], looks[4]] {
        let Reference::Cdl(cdl) = &look.reference else { panic!("{look:?}") };
        assert!(cdl.working_space.is_some() && look.hash.is_some());
        assert!(matches!(&cdl.correction, amf::Correction::File { id, file: Some(_), .. } if id == "A012"), "{cdl:?}");
    }
    assert!(matches!(&looks[5].reference, Reference::Cdl(cdl) if matches!(cdl.correction, amf::Correction::Values { .. })));
    leaves_the_same(&show, &written, &plan);
}

#[test]
fn choices_in_opposite_slots_are_written_as_they_are_rendered() {
    let show = Show::new();
    let mut settings = show.settings.clone();
    settings.transforms.extend([
        ("Acme.there".to_owned(), "acescct".to_owned()),
        ("Acme.device".to_owned(), "ODT.Academy.Rec709_100nits_dim.a1.0.3".to_owned()),
    ]);
    let (written, plan) = delivered(&show, &settings, |amf| {
        let mut look = Transform::cdl(prelight::sidecar::cdl::Cdl { saturation: 0.5, ..Default::default() }, WorkingSpace::acescct());
        if let Reference::Cdl(cdl) = &mut look.reference {
            cdl.working_space.as_mut().unwrap().to = Some(Transform { applied: None, ..Transform::id("Acme.there") });
        }
        amf.pipeline.push_look(look);
        let mut output = Transform::named("ODT.Academy.P3D65_48nits_dim.a1.0.3", Role::Output)
            .or_else(|| Transform::named("ODT.Academy.Rec709_100nits_dim.a1.0.3", Role::Output))
            .unwrap();
        if let Reference::OutputPair { device, .. } = &mut output.reference {
            device.reference = Reference::TransformId("Acme.device".into());
        }
        amf.pipeline.set_output(output);
    })
    .unwrap();
    assert_eq!(
        written.pipeline.output.as_ref().unwrap().reference,
        Transform::named("ODT.Academy.Rec709_100nits_dim.a1.0.3", Role::Output).unwrap().reference
    );
    leaves_the_same(&show, &written, &plan);
    assert!(!amf::write(&written).split("archivedPipeline").next().unwrap().contains("Acme."));

    // The input transform that undoes an output.
    let reference =
        Transform::named_opposite("ODT.Academy.Rec709_100nits_dim.a1.0.3", Role::InverseOutput, Release::NEWEST).unwrap().reference;
    let Reference::InverseOutputPair { device, rendering } = reference else { panic!("{reference:?}") };
    let id = |t: &Transform| if let Reference::TransformId(id) = &t.reference { id.clone() } else { String::new() };
    assert!(id(&device).ends_with(":InvODT.Academy.Rec709_100nits_dim.a1.0.3") && id(&rendering).ends_with(":InvRRT.a1.0.3"));
    let modern =
        Transform::named_opposite("aces2-rec709-d65-100nit-in-rec709-d65-bt1886", Role::InverseOutput, Release::NEWEST).unwrap().reference;
    assert!(matches!(&modern, Reference::InverseOutput(part) if id(part).contains(":InvOutput.Academy.Rec709")), "{modern:?}");
}

#[test]
fn what_an_amf_cannot_name_is_not_approved() {
    let show = Show::new();
    let unnamed = |kind: prelight::color::Kind, role: Role| {
        let rows = prelight::color::catalogue().iter();
        rows.filter(|row| row.kind == kind).find(|row| Transform::named(row.name, role).is_none()).map(|row| row.name.to_owned())
    };
    let space = prelight::color::catalogue()
        .iter()
        .find(|row| row.kind == prelight::color::Kind::WorkingSpace && WorkingSpace::named(row.name).is_none())
        .unwrap();
    let mut cases = vec![(Settings { working_space: Some(space.name.into()), ..show.settings.clone() }, space.name.to_owned())];
    if let Some(output) = unnamed(prelight::color::Kind::Output, Role::Output) {
        cases.push((Settings { output: Some(output.clone()), ..show.settings.clone() }, output));
    }
    for (settings, name) in cases {
        let error = delivered(&show, &settings, |_| {}).unwrap_err();
        assert!(error.exit_code() == 12 && error.to_string().contains(&name), "{error}");
        let show = Show { settings, ..Show::new() };
        let (sidecars, plan) = (show.sidecars(), Ok(show.plan()));
        let refused = show.approve(&sidecars, &plan).unwrap_err();
        assert!(refused.exit_code() == 12 && !show.at("show.recipe").exists(), "{refused}");
    }
}

#[test]
fn what_was_seen_is_what_is_approved() {
    let show = Show::new();
    let seen = fs::read(show.at("package/SHOT.amf")).unwrap();
    let (sidecars, plan) = (show.sidecars(), Ok(show.plan()));
    // Somebody changes the file between the look at it and the approval.
    fs::write(show.at("package/SHOT.amf"), String::from_utf8(seen.clone()).unwrap().replace("Delivery", "Changed")).unwrap();
    let folder = show.approve(&sidecars, &plan).unwrap();
    assert_eq!(fs::read(folder.join("colour/SHOT/SHOT.amf")).unwrap(), seen);
}

#[test]
fn other_arithmetic_is_refused_for_every_clip() {
    let show = Show::new();
    let recipe = show.export();
    let json = fs::read_to_string(recipe.join("recipe.json")).unwrap();
    let pixels = prelight::pipeline::PIXEL_REVISION;
    assert!(json.contains(pixels));
    for other in [json.replace(pixels, "prelight pixels 0"), json.replace(&format!("\"pixels\":\"{pixels}\","), "")] {
        assert_ne!(other, json);
        fs::write(recipe.join("recipe.json"), other).unwrap();
        let open = recipe::open(&recipe).unwrap();
        let entry = open.entry_for(&*show.clip, "SHOT").unwrap();
        // Also a clip that is admitted by its scope alone.
        for name in ["SHOT", "ANOTHER"] {
            let error = open.plan(entry, &*show.clip, name).unwrap_err();
            assert!(error.exit_code() == 12 && error.to_string().contains("engine"), "{error}");
        }
    }
}

#[test]
fn a_look_does_not_take_the_place_of_a_plate() {
    let show = Show::new();
    fs::create_dir(show.at("package/shot.000001.EXR")).unwrap();
    fs::write(show.at("package/shot.000001.EXR/x.cube"), cube(0.4)).unwrap();
    let path = show.at("package/SHOT.amf");
    let mut amf = amf::read(&path).unwrap().0;
    amf.pipeline.push_look(Transform::file("shot.000001.EXR/x.cube", None));
    fs::write(&path, amf::write(&amf)).unwrap();
    let (sidecars, plan) = (show.sidecars(), Ok(show.plan()));
    let refused = show.approve(&sidecars, &plan).unwrap_err();
    assert!(refused.exit_code() == 12 && refused.to_string().contains("shot.000001.EXR/x.cube"), "{refused}");
}

#[test]
fn files_that_nothing_is_left_to_do_with_stay() {
    let show = Show::new();
    fs::write(show.at("package/broken.cube"), "LUT_3D_SIZE two").unwrap();
    fs::write(show.at("package/done.cube"), cube(0.7)).unwrap();
    let (written, plan) = delivered(&show, &show.settings, |amf| {
        amf.pipeline.push_look(Transform::file("broken.cube", None));
        amf.pipeline.push_look(Transform::file("done.cube", None).applied(true));
    })
    .unwrap();
    let places = |files: Vec<&prelight::pipeline::LookFile>| files.iter().map(|f| f.place.clone()).collect::<Vec<_>>();
    assert!(["broken.cube", "done.cube"].iter().all(|name| places(plan.look_files()).contains(&name.to_string())));
    let travelling = places(plan.travelling_files());
    assert!(travelling.len() == 3 && !travelling.iter().any(|p| p == "broken.cube" || p == "done.cube"), "{travelling:?}");
    // What could not be rendered is left as it was.
    assert!(written.pipeline.looks().nth(4).unwrap().hash.is_none());
}

#[test]
fn a_bare_cdl_in_a_file_asks_for_its_space() {
    let show = Show::new();
    fs::write(show.at("package/grade.cc"), CC).unwrap();
    let path = show.at("package/SHOT.amf");
    let mut amf = amf::read(&path).unwrap().0;
    amf.pipeline.steps.clear();
    amf.pipeline.push_look(Transform::file("grade.cc", None));
    fs::write(&path, amf::write(&amf)).unwrap();
    let plan = |space: Option<&str>| {
        let settings = Settings { working_space: space.map(str::to_owned), ..Settings::default() };
        Plan::new(&*show.clip, &show.sidecars(), &settings).unwrap()
    };
    assert!(plan(None).asks_for_working_space() && !plan(Some("acescct")).asks_for_working_space());
}

#[test]
fn the_row_of_the_output_is_known() {
    let show = Show::new();
    let row = |settings: Settings| {
        let plan = Plan::new(&*show.clip, &show.sidecars(), &settings).unwrap();
        plan.steps().last().unwrap().named.map(|row| row.name)
    };
    let name = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886";
    assert_eq!(row(Settings::default()), Some(name));
    let other = "ODT.Academy.Rec709_100nits_dim.a1.0.3";
    assert_eq!(row(Settings { output: Some(other.into()), ..Settings::default() }), prelight::color::named(other).map(|row| row.name));
}
