//! The rooms: chart of evidence, intake, framings, show files, the state that outlives a run.

use super::*;
use crate::session::Room;

const ONE: &str = "Prelight Chart One, 1280x720";

fn cell(rule: &str, mode: &str) -> CellAt {
    CellAt { rule: rule.into(), mode: mode.into() }
}

#[test]
fn the_chart_groups_clips_by_camera_mode_and_shows_the_worst() {
    let mut d = Driven::open(&["one.chart", "2x.chart", "gap.chart"]);
    let names: Vec<String> = d.session.modes().iter().map(|m| m.name.clone()).collect();
    assert_eq!(names, [ONE.to_owned(), format!("{ONE}, 2x")]);
    let matrix = d.session.matrix();
    let gaps = matrix.cell(&cell("META-02", ONE)).unwrap();
    let gap = d.session.document().clips[2].id;
    assert_eq!((gaps.grade, gaps.clips, gaps.of, gaps.worst), (Grade::Blocks, 1, 2, Some(gap)));
    assert_eq!(matrix.cell(&cell("META-02", &names[1])).unwrap().grade, Grade::Passes);
    assert_eq!(matrix.families[0].title, "Integrity and chain");
    assert_eq!(matrix.rows().count(), crate::check::rules().count() + crate::check::show_rules().len());
    assert!(matrix.cell(&cell("META-02", "no such camera")).is_none());

    d.send(Action::EvidenceNext);
    assert_eq!(d.session.view().evidence.at, Some(cell("META-02", ONE)));
    assert_eq!((d.session.view().room, d.session.document().selected), (Room::Evidence, Some(gap)));
    assert_eq!(d.session.finding_in_view().unwrap().outcome, crate::check::Outcome::Fail);
    d.send(Action::EvidenceFilter(Filter::Failing));
    let rows: Vec<&str> = d.session.matrix().rows().map(|r| r.id).collect();
    assert!(rows.contains(&"META-02") && !rows.contains(&"META-01"), "{rows:?}");

    d.send(Action::EvidenceWaive);
    assert!(matches!(d.session.view().dialogs.as_slice(), [Dialog::Waive(of)] if of.clip == gap && of.check == "META-02"));
    d.send(Action::Waive { check: "META-02".into(), name: "N".into(), reason: "pickup".into(), alike: false });
    d.send(Action::EvidenceFilter(Filter::All));
    assert_eq!(d.session.matrix().cell(&cell("META-02", ONE)).unwrap().grade, Grade::Waived);
    d.send(Action::EvidenceNext);
    assert_eq!(d.session.view().evidence.at, Some(cell("META-05", SHOW)), "the charts share their timecode");
    d.send(Action::Waive { check: "META-05".into(), name: "N".into(), reason: "charts".into(), alike: false });
    assert!(d.session.dispatch(Action::EvidenceNext).is_err(), "nothing else fails");
    assert!(d.session.dispatch(Action::EvidenceWaive).is_err(), "it is waived already");
}

#[test]
fn a_rule_is_waived_for_a_whole_camera_mode_in_one_step() {
    let mut d = Driven::open(&["one.chart", "gap.chart", "gap-two.chart", "gap-small.chart"]);
    let waived = |d: &Driven| -> Vec<bool> { d.session.document().clips.iter().map(|c| c.waiver("META-02").is_some()).collect() };
    let waive = |alike| Action::Waive { check: "META-02".into(), name: "N".into(), reason: "pickup".into(), alike };
    d.send(Action::SelectClip(0));
    assert_eq!(d.session.failing_alike(d.session.document().selected, "META-02").len(), 2);
    let before = d.session.document().clone();
    d.send(waive(true));
    assert_eq!(waived(&d), [false, true, true, false], "what fails, and only in this mode");
    let clips = d.session.document().clips.clone();
    assert_eq!(d.session.tally(&clips[2]).unwrap().waived, 1);
    assert_eq!(d.session.matrix().cell(&cell("META-02", ONE)).unwrap().grade, Grade::Waived);
    assert!(d.session.dispatch(waive(true)).is_err(), "nothing is left to waive");
    d.send(Action::Undo);
    assert_eq!(*d.session.document(), before);
    d.send(Action::Redo);
    assert_eq!(waived(&d), [false, true, true, false]);
    d.send(Action::UnwaiveAlike("META-02".into()));
    assert_eq!(waived(&d), [false; 4]);
    d.send(Action::Undo);
    assert_eq!(waived(&d), [false, true, true, false]);
    assert!(d.session.dispatch(Action::Waive { check: "NONE-1".into(), name: "N".into(), reason: "r".into(), alike: false }).is_err());
}

#[test]
fn what_was_found_on_the_show_is_waived_for_the_show() {
    let mut d = Driven::open(&["one-small.chart", "two-small.chart"]);
    let at = cell("META-05", SHOW);
    assert_eq!(d.session.matrix().cell(&at).unwrap().grade, Grade::Warns);
    assert_eq!(d.session.matrix().cell(&cell("META-05", "Prelight Chart One, 320x240")).unwrap().of, 0, "it is about the show");
    let recipe = d.folder.path().join("show.recipe");
    let export = |clips: Vec<usize>| Action::Export { dir: recipe.clone(), name: "N".into(), role: "r".into(), note: "".into(), clips };
    let refused = d.session.dispatch(export(vec![])).unwrap_err().to_string();
    assert!(refused.contains("the show: 1 check fails"), "{refused}");
    assert!(d.session.show_in_the_way(&[0]).is_none(), "a recipe of one clip is of no show");

    let selected = d.session.document().selected;
    d.send(Action::EvidenceCell(at.clone()));
    assert_eq!(d.session.document().selected, selected);
    assert_eq!(d.session.finding_in_view().unwrap().id, "META-05");
    d.send(Action::EvidenceWaive);
    assert!(matches!(d.session.view().dialogs.as_slice(), [Dialog::Waive(of)] if of.check == "META-05"));
    d.send(Action::Waive { check: "META-05".into(), name: "N".into(), reason: "free run".into(), alike: false });
    assert_eq!(d.session.matrix().cell(&at).unwrap().grade, Grade::Waived);
    assert!(d.session.document().clips.iter().all(|c| c.waivers.is_empty()));
    d.send(Action::Undo);
    assert_eq!(d.session.matrix().cell(&at).unwrap().grade, Grade::Warns);
    d.send(Action::Redo);
    // Of cut lists, too: they are known by their rules.
    d.send(Action::Waive { check: "EDL-02".into(), name: "N".into(), reason: "seen".into(), alike: true });
    assert_eq!(d.session.document().waivers.len(), 2);

    d.send(export(vec![]));
    d.settle();
    let exported = crate::recipe::open(&recipe).unwrap();
    let show = exported.recipe.show.as_ref().unwrap();
    assert!(show.checks.iter().any(|f| f.id == "META-05" && f.stands_in_the_way()));
    assert_eq!(show.waivers.iter().map(|w| (&*w.check, &*w.reason)).collect::<Vec<_>>(), [("EDL-02", "seen"), ("META-05", "free run")]);
    let page = std::fs::read_to_string(recipe.join("evidence/report.html")).unwrap();
    assert!(page.contains("waived by N: free run"));
    let saved = d.folder.path().join("a.prelight");
    d.send(Action::SaveAs(saved.clone()));
    d.settle();
    assert_eq!(Saved::read(&saved).unwrap().document.waivers, d.session.document().waivers);
    d.send(Action::Unwaive("META-05".into()));
    assert_eq!(d.session.show_grade("META-05"), Grade::Warns);
}

#[test]
fn arrows_move_through_the_chart_and_stop_at_its_edges() {
    let mut d = Driven::open(&["one.chart", "2x.chart"]);
    assert!(d.session.dispatch(Action::EvidenceOpen).is_err(), "no cell is chosen");
    d.send(Action::EvidenceMove([0, 1]));
    let first = d.session.matrix().rows().next().unwrap().id;
    assert_eq!(d.session.view().evidence.at, Some(cell(first, ONE)));
    d.send(Action::EvidenceMove([1, 1]));
    let second = d.session.matrix().rows().nth(1).unwrap().id;
    assert_eq!(d.session.view().evidence.at, Some(cell(second, &format!("{ONE}, 2x"))));
    assert_eq!(d.session.document().selected, Some(d.session.document().clips[1].id), "a clip of the mode is in view");
    d.send(Action::EvidenceMove([9, 0]));
    assert_eq!(d.session.view().evidence.at, Some(cell(second, SHOW)));
    d.send(Action::EvidenceMove([-9, -9]));
    assert_eq!(d.session.view().evidence.at, Some(cell(first, ONE)));
    d.send(Action::EvidenceOpen);
    assert!(d.session.view().evidence.open);
    d.send(Action::EvidenceClose);
    assert!(!d.session.view().evidence.open);
    assert!(d.session.dispatch(Action::EvidenceCell(cell("XXX-01", ONE))).is_err());
}

#[test]
fn checks_are_stopped_and_run_again() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    d.send(Action::RunAllChecks);
    assert_eq!(d.session.checks_done(), (0, 2));
    d.send(Action::StopChecks);
    assert_eq!(d.session.checks_done(), (2, 2));
    d.settle();
    assert_eq!(d.session.matrix().cell(&cell("META-01", ONE)).unwrap().grade, Grade::Pending, "stopped, and not started again");
    d.send(Action::Profile("netflix-vfx".into()));
    d.settle();
    assert!(d.session.matrix().count(Grade::Passes) > 0);
    let id = d.session.document().clips[0].id;
    assert!(d.session.check_line(id).unwrap().ends_with(" --profile netflix-vfx"));
    assert!(d.session.dispatch(Action::Profile("nobody".into())).is_err());
}

#[test]
fn the_intake_is_sorted_and_grouped() {
    let mut d = Driven::open(&["b.chart", "2x.chart", "a.chart"]);
    let names = |d: &Driven| -> Vec<String> {
        let name = |l: &Line| match l {
            Line::Mode(name, n) => format!("{n} {name}"),
            Line::Clip(_, e) => e.path.file_stem().unwrap().to_string_lossy().into_owned(),
        };
        d.session.intake().iter().map(name).collect()
    };
    assert_eq!(names(&d), [format!("2 {ONE}"), "b".into(), "a".into(), format!("1 {ONE}, 2x"), "2x".into()]);
    d.send(Action::IntakeGroup);
    d.send(Action::IntakeSort(Sort::Name));
    assert_eq!(names(&d), ["2x", "a", "b"]);
    d.send(Action::IntakeSort(Sort::Name));
    assert_eq!(names(&d), ["b", "a", "2x"]);
    // There the next clip is the one below; elsewhere, the one that was opened next.
    let next = |d: &mut Driven, from| {
        d.send(Action::SelectClip(from));
        d.send(Action::NextClip);
        d.session.document().selected_index()
    };
    assert_eq!(next(&mut d, 0), Some(1));
    d.send(Action::Room(Room::Intake));
    assert_eq!([next(&mut d, 0), next(&mut d, 2), next(&mut d, 1)], [Some(2), Some(1), Some(1)]);
    d.send(Action::PreviousClip);
    assert_eq!(d.session.document().selected_index(), Some(2));
    d.send(Action::IntakeOpen);
    assert_eq!(d.session.view().room, Room::Bench);
}

#[test]
fn the_first_framing_is_that_of_the_selected_clip() {
    let mut d = Driven::open(&["one.chart", "2x.chart"]);
    d.send(Action::SelectClip(1));
    d.send(Action::Room(Room::Framing));
    d.settle();
    d.send(Action::FramingMove([1, 0]));
    let selected = d.session.document().selected;
    assert_eq!(d.session.document().selected_index(), Some(1), "it stays selected");
    assert_eq!(d.session.view().framing.map(|at| (Some(at.clip), at.template)), Some((selected, None)));
}

#[test]
fn sidecars_of_no_clip_are_listed_until_one_has_them() {
    let mut d = Driven::new();
    // In folders of its own: those beside are looked into, too.
    let roll = d.folder.path().canonicalize().unwrap().join("card/A001");
    std::fs::create_dir_all(&roll).unwrap();
    let path = |name: &str| roll.join(name);
    let (clip, fdl, stray) = (path("one.chart"), path("one.fdl"), path("day.fdl"));
    for p in [&clip, &fdl, &stray] {
        std::fs::write(p, b"chart").unwrap();
    }
    d.send(Action::Add(vec![clip]));
    d.settle();
    let paired = |d: &Driven| -> Vec<(SidecarKind, String, String)> {
        let all = d.session.selected_opened().unwrap().paired();
        all.into_iter().map(|p| (p.kind, p.path.file_name().unwrap().to_string_lossy().into_owned(), p.by)).collect()
    };
    assert_eq!(paired(&d), [(SidecarKind::Fdl, "one.fdl".into(), "file name".into())]);
    let left = |d: &Driven| -> Vec<PathBuf> { d.session.leftovers().iter().map(|l| l.path.clone()).collect() };
    assert_eq!(left(&d), std::slice::from_ref(&stray));

    d.send(Action::Attach { clip: Some(0), paths: vec![stray.clone()] });
    d.settle();
    assert_eq!(paired(&d), [(SidecarKind::Fdl, "day.fdl".into(), "chosen".into())]);
    assert_eq!(left(&d), std::slice::from_ref(&fdl));
    d.send(Action::Detach(SidecarKind::Fdl));
    d.settle();
    assert_eq!(paired(&d)[0].1, "one.fdl", "what was chosen gives way to what is beside the clip");
    d.send(Action::Detach(SidecarKind::Fdl));
    d.settle();
    assert!(paired(&d).is_empty());
    assert_eq!(left(&d), [stray, fdl]);
    assert!(d.session.dispatch(Action::Detach(SidecarKind::Amf)).is_err(), "it has none");
    assert!(d.session.dispatch(Action::Attach { clip: Some(0), paths: vec!["/a.mov".into()] }).is_err());
    d.send(Action::Undo);
    d.settle();
    assert_eq!(paired(&d)[0].1, "one.fdl");
}

#[test]
fn a_sidecar_is_moved_to_another_clip_in_one_step() {
    let mut d = Driven::new();
    let roll = d.folder.path().canonicalize().unwrap().join("card/A001");
    std::fs::create_dir_all(&roll).unwrap();
    for name in ["one-small.chart", "two-small.chart", "one-small.fdl", "one-small.cc"] {
        std::fs::write(roll.join(name), b"chart").unwrap();
    }
    let text = crate::sidecar::amf::write(&crate::sidecar::amf::Amf::new_v2(
        "d",
        crate::sidecar::amf::Author::new("n", "n@n"),
        Some(crate::sidecar::amf::ClipId::new("A009C001", crate::sidecar::amf::Media::File("A009C001.mov".into()))),
        time::macros::datetime!(2026-01-01 0:00 UTC),
        uuid::Uuid::from_u128(1),
    ));
    std::fs::write(roll.join("day.amf"), text).unwrap();
    d.send(Action::Add(vec![roll.join("one-small.chart"), roll.join("two-small.chart")]));
    d.settle();
    let has = |d: &Driven, i: usize| -> Vec<(SidecarKind, String)> {
        let all = d.session.opened(d.session.document().clips[i].id).unwrap().paired();
        all.into_iter().filter(|p| p.kind == SidecarKind::Fdl).map(|p| (p.kind, p.by)).collect()
    };
    assert_eq!(has(&d, 0), [(SidecarKind::Fdl, "file name".into())]);
    let left: Vec<(String, &str)> =
        d.session.leftovers().iter().map(|l| (l.path.file_name().unwrap().to_string_lossy().into_owned(), &*l.why)).collect();
    assert_eq!(left, [("day.amf".into(), "names A009C001, which is no clip of the show")]);

    let before = d.session.document().clone();
    d.send(Action::MoveSidecar { kind: SidecarKind::Fdl, from: 0, to: 1 });
    d.settle();
    assert!(has(&d, 0).is_empty());
    assert_eq!(has(&d, 1), [(SidecarKind::Fdl, "chosen".into())]);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(*d.session.document(), before);
    assert_eq!(has(&d, 0).len(), 1);
    for (kind, from, to) in [(SidecarKind::Fdl, 1, 0), (SidecarKind::Fdl, 0, 0), (SidecarKind::Fdl, 0, 7), (SidecarKind::Cdl, 0, 1)] {
        assert!(d.session.dispatch(Action::MoveSidecar { kind, from, to }).is_err(), "{kind:?} {from} {to}");
    }
    assert_eq!(*d.session.document(), before);
}

#[test]
fn small_pictures_are_made_when_they_are_wanted() {
    let mut d = Driven::open(&["bad.chart"]);
    let id = d.session.document().clips[0].id;
    let middle = middle_frame(&*d.session.opened(id).unwrap().clip);
    assert_eq!(middle, 24);
    assert!(d.session.thumb(id, middle, ThumbSize::Small).is_none());
    d.session.want_thumbs(vec![(id, middle, ThumbSize::Small), (id, 13, ThumbSize::Small), (id, middle, ThumbSize::Large)]);
    d.settle();
    let Some((_, ThumbState::Ready(small))) = d.session.thumb(id, middle, ThumbSize::Small) else { panic!("no picture") };
    assert_eq!((small.picture.size, small.canvas), (crate::image::Size::new(160, 90), crate::image::Size::new(1280, 720)));
    let grey = &small.picture.bytes[(45 * 160 + 8) * 4..][..3];
    assert!(grey.iter().all(|v| v.abs_diff(grey[0]) <= 2 && (60..140).contains(v)), "18 % grey as displayed: {grey:?}");
    let Some((_, ThumbState::Failed(why))) = d.session.thumb(id, 13, ThumbSize::Small) else { panic!("frame 13 is damaged") };
    assert!(why.to_string().contains("StripByteCounts"));
    assert!(matches!(d.session.thumb(id, middle, ThumbSize::Large), Some((_, ThumbState::Ready(_)))));
}

#[test]
fn a_show_file_brings_everything_back() {
    let mut d = Driven::open(&["one.chart", "gap.chart"]);
    d.send(Action::SelectClip(1));
    d.send(Action::Go(50));
    d.send(Action::SetClip(json!({"decode": {"exposure": 0.5}}).as_object().unwrap().clone()));
    d.send(Action::Room(Room::Framing));
    d.settle();
    let file = d.folder.path().join("a show");
    d.send(Action::SaveAs(file));
    let file = d.session.show_file().unwrap().to_owned();
    assert_eq!(file.extension().unwrap(), "prelight");
    let document = d.session.document().clone();

    let mut other = Driven::open(&["two.chart"]);
    // As a file that is dropped or named on the command line.
    other.send(Action::Add(vec![file.clone()]));
    assert!(other.session.do_line(&Action::Undo).starts_with("prelight open ") && other.session.show_file() == Some(&file));
    other.settle();
    assert_eq!(other.session.document(), &document);
    assert_eq!((other.frame(), other.session.view().room), (50, Room::Framing));
    assert!(other.session.history().undo_label().is_none());
    assert_eq!(other.session.tally(&document.clips[1]).unwrap().open(), d.session.tally(&document.clips[1]).unwrap().open());
}

#[test]
fn what_is_no_show_file_says_why() {
    let mut d = Driven::open(&["one.chart"]);
    let path = d.folder.path().join("x.prelight");
    d.send(Action::SaveAs(path.clone()));
    let good = std::fs::read_to_string(&path).unwrap();
    let before = d.session.document().clone();
    for (text, code, what) in [
        ("{", 10, "line 1"),
        ("{}", 10, "format"),
        (r#"{"format": "prelight.show"}"#, 10, "version"),
        (&good.replace("\"version\": 1", "\"version\": 2"), 10, "version"),
        (&good.replace("\"next_id\": 1", "\"next_id\": 0"), 10, "clips.id"),
        (&good.replace("\"selected\": 0", "\"selected\": 7"), 10, "selected"),
        (&good.replace("\"room\"", "\"rom\""), 10, "rom"),
    ] {
        assert_ne!(text, good, "{what}");
        std::fs::write(&path, text).unwrap();
        let error = d.session.dispatch(Action::OpenShow(path.clone())).unwrap_err();
        assert_eq!(error.exit_code(), code, "{error}");
        assert!(error.to_string().contains(what) && error.path() == Some(&path), "{what}: {error}");
    }
    assert_eq!(d.session.dispatch(Action::OpenShow("/nowhere.prelight".into())).unwrap_err().exit_code(), 20);
    assert_eq!(d.session.document(), &before, "nothing was changed");
}

/// Waits until the state on disk is as wanted.
pub fn kept(d: &mut Driven, folder: &Path, wanted: impl Fn(&Saved) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !Saved::read(&folder.join("last.prelight")).is_ok_and(|s| wanted(&s)) {
        assert!(Instant::now() < deadline, "never written");
        d.session.poll();
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_state_is_kept_but_for_the_demo() {
    let state = tempfile::tempdir().unwrap();
    let clip = state.path().join("one.chart");
    std::fs::write(&clip, b"chart").unwrap();
    let mut d = Driven::keeping(state.path());
    assert!(d.session.last_state().is_none(), "the first run");
    d.session.set_demo();
    d.session.prepare("demo", {
        let clip = clip.clone();
        move |_| Ok(vec![clip])
    });
    kept(&mut d, state.path(), |s| s.demo && s.document.clips.len() == 1);
    assert!(Driven::keeping(state.path()).session.last_state().is_none(), "the demo is not worth it");
    d.send(Action::Add(vec![clip]));
    d.send(Action::Room(Room::Recipe));
    kept(&mut d, state.path(), |s| !s.demo && s.view.room == Room::Recipe);
    let saved = Driven::keeping(state.path()).session.last_state().unwrap();
    assert_eq!((saved.document.clips.len(), saved.view.room), (1, Room::Recipe));
    std::fs::write(state.path().join("last.prelight"), b"half").unwrap();
    let mut again = Driven::keeping(state.path());
    assert!(again.session.last_state().is_none());
    assert!(again.session.log().last_error().unwrap().text.contains("cannot be restored"));
}

/// Names the folder for the process that is killed.
const KILLED: &str = "PRELIGHT_TEST_KILLED";

#[test]
fn a_killed_session_goes_on_where_it_was() {
    let state = tempfile::tempdir().unwrap();
    std::fs::write(state.path().join("one.chart"), b"chart").unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::tests::rooms::waits_to_be_killed", "--ignored"])
        .env(KILLED, state.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let last = state.path().join("last.prelight");
    let deadline = Instant::now() + Duration::from_secs(120);
    let there = |s: &Saved| s.view.room == Room::Evidence && s.view.frames.values().any(|f| *f == 7);
    while !Saved::read(&last).is_ok_and(|s| there(&s)) {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "the other process wrote nothing");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut d = Driven::keeping(state.path());
    let saved = d.session.last_state().unwrap();
    d.session.restore(saved);
    d.settle();
    assert_eq!((d.frame(), d.session.view().room), (7, Room::Evidence));
    assert_eq!(d.session.document().clips[0].settings.decode.exposure, 1.0);
}

#[test]
#[ignore = "is started, and killed, by the test above"]
fn waits_to_be_killed() {
    let Some(state) = std::env::var_os(KILLED).map(PathBuf::from) else { return };
    let mut d = Driven::keeping(&state);
    d.send(Action::Add(vec![state.join("one.chart")]));
    d.settle();
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.0}}).as_object().unwrap().clone()));
    d.send(Action::Go(7));
    d.send(Action::Room(Room::Evidence));
    // A minute, should nobody come.
    let end = Instant::now() + Duration::from_secs(60);
    while Instant::now() < end {
        d.session.poll();
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_file_that_changed_on_disk_is_noticed_and_read_again() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    d.send(Action::Go(5));
    d.session.look_at_files();
    d.settle();
    assert!(d.session.changed_clips().is_empty());
    assert!(d.session.dispatch(Action::Reload).is_err());
    let (id, path) = (d.session.document().clips[0].id, d.session.document().clips[0].path.clone());
    std::fs::write(&path, b"another chart").unwrap();
    d.session.look_at_files();
    d.settle();
    assert_eq!(d.session.changed_clips().iter().collect::<Vec<_>>(), [&id]);
    let bytes = d.session.opened(id).unwrap().bytes;
    d.send(Action::Reload);
    d.settle();
    assert!(d.session.changed_clips().is_empty());
    assert_eq!(d.session.opened(id).unwrap().bytes, bytes + 8);
    assert_eq!(d.frame(), 5, "on the same frame");
}

#[test]
fn a_session_at_rest_is_woken_only_by_a_file_that_changed() {
    let studio = tempfile::tempdir().unwrap();
    let folder = studio.path().join("profiles");
    let config = Config { look_every: Duration::from_millis(1), profiles: Some(folder.clone()), ..Config::default() };
    let mut d = Driven::with(config);
    let path = d.folder.path().join("one-small.chart");
    std::fs::write(&path, b"chart").unwrap();
    d.send(Action::Add(vec![path.clone()]));
    d.session.watch_files(true);
    d.settle();
    // Until it has looked many times more.
    let rests = |d: &Driven| {
        while d.woken.try_recv().is_ok() {}
        let before = d.session.watch.watcher.looks();
        while d.session.watch.watcher.looks() < before + 20 {
            std::thread::sleep(Duration::from_millis(1));
        }
        d.woken.try_recv().is_err()
    };
    let woken = |d: &Driven| d.woken.recv_timeout(Duration::from_secs(120)).expect("it is woken");
    assert!(rests(&d), "nothing has changed");
    std::fs::write(&path, b"another chart").unwrap();
    woken(&d);
    d.until("noticed", |s| s.changed_clips().len() == 1 && s.is_settled());
    assert!(rests(&d), "it is known");

    // A studio adds a profile, and one that is broken.
    std::fs::create_dir(&folder).unwrap();
    let profile = "id = 'ours'\ntitle = 'Ours'\nversion = '1'\nextends = 'neutral'\n";
    std::fs::write(folder.join("ours.toml"), profile).unwrap();
    std::fs::write(folder.join("broken.toml"), "id = 'x'").unwrap();
    woken(&d);
    let titles = |s: &Session| s.offered_profiles().iter().filter_map(|o| o.profile.as_ref().ok()).filter(|p| p.id == "ours").count();
    d.until("offered", |s| titles(s) == 1 && s.offered_profiles().iter().any(|o| o.profile.is_err()) && s.is_settled());
    d.send(Action::Profile("ours".into()));
    d.send(Action::SetNewProfile(Some("ours".into())));
    assert_eq!((d.session.profile().title.as_str(), d.session.document().profile.as_deref()), ("Ours", Some("ours")));
    assert!(d.session.log().entries().iter().any(|e| e.text.contains("broken.toml")), "told, not hidden");
    assert!(d.session.dispatch(Action::Profile("x".into())).is_err());
}

#[test]
fn what_was_known_of_a_file_is_not_believed_of_the_next() {
    let mut d = Driven::open(&["one-small.chart", "two-small.chart"]);
    d.send(Action::Warn(crate::scope::Warning::ALL[0]));
    d.send(Action::Area(Some([1, 1, 4, 4])));
    d.send(Action::CompareWith(With::Clip { index: 1, frame: None }));
    d.settle();
    let known = |d: &Driven| {
        let s = &d.session;
        let side = s.side().map(|side| side.key.clone());
        (s.look(), s.warned().map(|w| w.look.clone()), s.area_values().map(|v| v.key.clone()), side, s.show.key().map(str::to_owned))
    };
    let before = known(&d);
    assert!(before.1.is_some() && before.2.is_some() && before.3.is_some() && before.4.is_some());
    for entry in d.session.document().clips.clone() {
        std::fs::write(&entry.path, b"another chart").unwrap();
    }
    d.session.look_at_files();
    d.settle();
    d.send(Action::Reload);
    assert!(d.session.warned().is_none() && d.session.area_values().is_none() && d.session.side().is_none(), "of the old file");
    d.settle();
    let after = known(&d);
    assert!(after.0 != before.0 && after.1 != before.1 && after.2 != before.2 && after.3 != before.3 && after.4 != before.4);
    assert!(after.1.is_some() && after.2.is_some() && after.3.is_some() && after.4.is_some());

    // B alone, opened again.
    std::fs::write(d.session.document().clips[1].path.clone(), b"a third chart").unwrap();
    d.session.look_at_files();
    d.settle();
    d.send(Action::Reload);
    d.settle();
    let last = known(&d);
    assert!(last.0 == after.0 && last.3 != after.3 && last.3.is_some());
}

#[test]
fn a_clip_that_was_removed_has_not_changed() {
    let mut d = Driven::open(&["one-small.chart", "two-small.chart"]);
    std::fs::write(d.session.document().clips[0].path.clone(), b"another chart").unwrap();
    d.session.look_at_files();
    d.settle();
    assert_eq!(d.session.changed_clips().len(), 1);
    d.send(Action::RemoveClip);
    assert!(d.session.changed_clips().is_empty());
    assert!(d.session.dispatch(Action::Reload).is_err());
    // Nor where it is removed while the files are looked at.
    std::fs::write(d.session.document().clips[0].path.clone(), b"another chart").unwrap();
    d.session.look_at_files();
    d.send(Action::RemoveClip);
    d.settle();
    assert!(d.session.changed_clips().is_empty());
}

/// No change makes the session look for each clip among all: a thousand clips would be a million steps.
#[test]
fn many_clips_are_not_searched_for_one_by_one() {
    const CLIPS: usize = 120;
    let mut d = Driven::new();
    let paths: Vec<PathBuf> = (0..CLIPS).map(|i| d.folder.path().join(format!("c{i:03}-small.chart"))).collect();
    paths.iter().for_each(|p| std::fs::write(p, b"chart").unwrap());
    let searches = |what: &mut dyn FnMut()| {
        let before = super::document::SEARCHES.get();
        what();
        super::document::SEARCHES.get() - before
    };
    d.send(Action::Add(paths.clone()));
    d.until("opened", |s| s.checks_done().1 == CLIPS);
    d.send(Action::StopChecks);
    d.settle();
    for action in [
        Action::Add(paths),
        Action::SelectClip(7),
        Action::IntakeSort(Sort::Name),
        Action::EvidenceFilter(Filter::Failing),
        Action::Waive { check: "META-07".into(), name: "N".into(), reason: "r".into(), alike: false },
        Action::Undo,
        Action::RemoveClip,
        Action::Undo,
    ] {
        let n = searches(&mut || {
            d.send(action.clone());
            _ = (d.session.matrix(), d.session.intake());
            d.settle();
        });
        assert!(n < CLIPS, "{action}: {n} searches");
    }
    assert_eq!(d.session.document().clips.len(), CLIPS, "none twice");
    // The chart and the list are made once after a change, however often they are drawn.
    let (matrix, n) = (std::ptr::from_ref(d.session.matrix()), searches(&mut || (0..9).for_each(|_| drop(d.session.intake()))));
    assert_eq!((matrix, n), (std::ptr::from_ref(d.session.matrix()), 0));
}

#[test]
fn framings_are_worked_out_for_every_camera_mode_and_template() {
    let mut d = Driven::open(&["one.chart", "two.chart"]);
    let fdl = d.folder.path().join("t.fdl");
    std::fs::write(
        &fdl,
        r#"{"uuid": "00000000-0000-4000-8000-000000000001", "version": {"major": 2, "minor": 0}, "canvas_templates": []}"#,
    )
    .unwrap();
    assert!(d.session.dispatch(Action::AddTemplates(fdl)).is_err(), "it has no template");
    d.send(Action::Room(Room::Framing));
    d.settle();
    let table = d.session.fits();
    let clips: Vec<ClipId> = d.session.document().clips.iter().map(|c| c.id).collect();
    assert_eq!(table.rows.iter().map(|r| &r.clips).collect::<Vec<_>>(), [&clips], "one camera mode");
    let size = d.session.opened(clips[0]).unwrap().clip.size();
    let canvas = |fit: &Fit| fit.made.as_ref().map(|m| m.canvas).map_err(ToString::to_string);
    assert_eq!((table.rows[0].has_fdl, table.columns(), canvas(&table.rows[0].fits[0])), (false, 1, Ok(size)), "the whole picture");

    // A template of half the picture, for the second clip's row, and back.
    let fdl = d.folder.path().join("half.fdl");
    let document = |width: u32, height: u32| {
        format!(
            r#"{{"uuid": "00000000-0000-4000-8000-000000000002", "version": {{"major": 2, "minor": 0}}, "canvas_templates": [
            {{"id": "HALF", "target_dimensions": {{"width": {width}, "height": {height}}}, "target_anamorphic_squeeze": 1,
            "fit_source": "framing_decision.dimensions", "fit_method": "fit_all", "round": {{"even": "even", "mode": "up"}}}}]}}"#
        )
    };
    std::fs::write(&fdl, document(size.width / 2, size.height / 2)).unwrap();
    d.send(Action::AddTemplates(fdl));
    assert!(d.session.dispatch(Action::FramingUse).is_err(), "no cell is open");
    d.settle();
    d.send(Action::FramingMove([1, 0]));
    d.send(Action::FramingMove([1, 0]));
    d.settle();
    let (at, fit) = d.session.fits().open.as_ref().unwrap();
    assert_eq!((at.template, canvas(fit)), (Some(0), Ok(Size::new(size.width / 2, size.height / 2))));
    d.send(Action::FramingUse);
    d.settle();
    let targets = |d: &Driven| {
        clips.iter().map(|id| d.session.opened(*id).unwrap().plans().unwrap().full.geometry().target.width).collect::<Vec<_>>()
    };
    assert_eq!(targets(&d), [size.width / 2; 2], "both clips of the row");
    assert_eq!(d.session.fits().rows[0].used, [0, 2]);
    d.send(Action::Undo);
    d.settle();
    assert_eq!(targets(&d), [size.width; 2], "one step");
}

#[test]
fn an_edited_look_is_written_as_an_amf_that_the_clip_then_has() {
    let mut d = Driven::open(&["one.chart"]);
    let plain = d.pixel(640, 300);
    // Not beside the clip, where it would be found by its clipId once it is no longer chosen.
    let looks = d.folder.path().join("looks");
    std::fs::create_dir(&looks).unwrap();
    let out = looks.join("graded");
    let cdl = |slope: f64| LookEdit::AddCdl(CdlNumbers { slope: [slope; 3], ..CdlNumbers::default() });
    for (edits, what) in [(vec![], "nothing changes"), (vec![cdl(-1.0)], "slope"), (vec![LookEdit::Output("nobody".into())], "nobody")] {
        let error = d.session.dispatch(Action::WriteAmf { out: out.clone(), edits: Some(edits), version: None }).unwrap_err();
        assert!(error.to_string().to_lowercase().contains(what), "{what}: {error}");
    }
    assert!(!out.with_extension("amf").exists());
    let action = Action::WriteAmf { out: out.clone(), edits: Some(vec![cdl(1.2)]), version: None };
    assert_eq!(Action::parse(&action.to_string()).unwrap(), action);
    d.send(action);
    d.settle();
    let opened = d.session.selected_opened().unwrap();
    assert_eq!(opened.paired()[0].by, "chosen");
    let steps: Vec<&str> = opened.planned.result.as_ref().as_ref().unwrap().steps().iter().map(|s| s.label.as_str()).collect();
    assert_eq!(steps.iter().filter(|s| s.starts_with("Look")).count(), 1, "{steps:?}");
    assert!(d.pixel(640, 300)[1] > plain[1], "the picture has the grade");
    assert_eq!(
        d.session.dispatch(Action::WriteAmf { out, edits: Some(vec![cdl(1.1)]), version: None }).unwrap_err().exit_code(),
        20,
        "never overwritten"
    );
    d.send(Action::Undo);
    d.settle();
    assert_eq!(d.pixel(640, 300), plain);
}

#[test]
fn what_changes_while_a_picture_plays_is_kept() {
    let state = tempfile::tempdir().unwrap();
    let clip = state.path().join("small.chart");
    std::fs::write(&clip, b"chart").unwrap();
    let mut d = Driven::keeping(state.path());
    d.send(Action::Add(vec![clip]));
    d.settle();
    d.send(Action::PlayToggle);
    d.send(Action::AddDeliverable("dpx10".into()));
    assert!(d.session.playback().is_some());
    kept(&mut d, state.path(), |s| s.document.output.is_some());
    assert!(d.session.playback().is_some(), "it still plays");
    d.send(Action::PlayToggle);
    let at = d.frame();
    kept(&mut d, state.path(), |s| s.view.frames.values().any(|f| *f == at));
}
