//! Look files from approval to delivery: carried, verified, named with their hashes, and part of the plan's key.

use prelight::{
    camera::{self, Clip},
    check::{self, Subject},
    files::Existing,
    image::{Image, Size},
    pipeline::{Plan, Settings, Sidecars, Stage, amf_road, plate_exr},
    progress::Progress,
    recipe::{self, Approval, Approved, Waiver},
    render::{Job, render},
    sidecar::amf::{self, Amf, Author, ClipId, Media, Reference, Role, Transform, WorkingSpace},
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
        let (sidecars, plan) = (self.sidecars(), Ok(self.plan()));
        let subject = || Subject { name: "SHOT", clip: &*self.clip, sidecars: &sidecars, plan: &plan, found: Default::default() };
        let findings = check::run(&subject(), &Progress::default()).unwrap();
        // The choice for the custom ID settles it.
        assert!(!findings.iter().any(|f| f.id == "COL-02" && f.stands_in_the_way()), "{findings:?}");
        let waiver = |f: &check::Finding| Waiver { check: f.id.clone(), reason: "made for a test".into(), by: "n".into() };
        let waivers = findings.iter().filter(|f| f.stands_in_the_way()).map(waiver).collect();
        let approval = Approval { name: "n".into(), role: "r".into(), ..Approval::default() };
        let folder = self.at("show.recipe");
        recipe::export(&folder, &[Approved { subject: subject(), waivers }], &approval, &Progress::default()).unwrap();
        folder
    }
}

fn deliver(recipe: &Path, clip: &dyn Clip, out: &Path) -> prelight::Result<prelight::render::Delivery> {
    let open = recipe::open(recipe)?;
    render(&Job { recipe: &open, clip, frames: None, out, overwrite: false }, &Progress::default())
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
    assert_eq!(documents.len(), 4, "{documents:?}");
    for (file, sha256) in &delivery.receipt.documents {
        assert_eq!(prelight::files::sha256_of_file(&delivery.folder.join(file)).unwrap(), *sha256);
    }
    // The AMF beside the plates says by itself what is left to do: no choice is needed any more, every file has its hash.
    let path = delivery.folder.join("SHOT.amf");
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
    assert_eq!(recipe::open(&recipe).unwrap_err().exit_code(), 20);
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
    // Two: nobody can say which.
    fs::write(show.at("Day13_2026-11-22_030000Z.amf"), &text).unwrap();
    assert_eq!(found(), None);
    // One that carries the name goes before.
    fs::write(show.at("shot.amf"), &text).unwrap();
    assert_eq!(found(), Some(("shot.amf".into(), "file name".into())));
}
