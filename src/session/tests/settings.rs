//! The settings: kept, applied at once, and never lost.

use super::*;
use crate::scope::Monitor;

fn do_(d: &mut Driven, text: &str) {
    d.send(Action::parse(text).unwrap());
}

#[test]
fn settings_outlive_the_session() {
    let state = tempfile::tempdir().unwrap();
    let mut d = Driven::keeping(state.path());
    assert_eq!(*d.session.preferences(), Preferences::default());
    do_(&mut d, r#"Settings/Monitor "display_p3""#);
    do_(&mut d, "Settings/Cache 256");
    do_(&mut d, "Settings/ReadAhead 5");
    do_(&mut d, r#"Settings/Profile "netflix-vfx""#);
    do_(&mut d, r#"Settings/Keys {"action": "Play/Toggle", "keys": ["P", "Ctrl+Space"]}"#);
    d.send(Action::SafeAreas);
    d.send(Action::RealTime);
    d.send(Action::KeepView);
    d.settle();
    let set = d.session.preferences().clone();
    drop(d);

    let text = std::fs::read_to_string(state.path().join("settings.toml")).unwrap();
    assert!(text.contains("monitor = \"display_p3\"") && text.contains("\"Play/Toggle\" = ["), "{text}");
    let d = Driven::keeping(state.path());
    assert_eq!(*d.session.preferences(), set);
    assert!(d.session.log().entries().is_empty(), "{:?}", d.session.log().entries());
    assert_eq!(d.session.cache().budget(), 256 << 20);
    assert_eq!(d.session.document().profile.as_deref(), Some("netflix-vfx"));
    assert!(d.session.view().safe_areas && d.session.view().play.real_time);
    assert_eq!(d.session.monitor_words().0, "Display P3");
    let play = table::entry_of(&Action::PlayToggle).unwrap();
    assert_eq!(d.session.keys().of(play), ["P", "Ctrl+Space"]);
}

#[test]
fn a_bad_file_is_said_and_put_aside() {
    for (bad, says) in [
        ("monitor = \"purple\"\n", "purple"),
        ("\n\nread_ahead = many", "settings.toml:3"),
        ("read_ahead = 100000", "100000"),
        ("from_the_future = 1", "from_the_future"),
        ("\u{0}\u{1}", "settings.toml"),
    ] {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("settings.toml");
        std::fs::write(&file, bad).unwrap();
        let mut d = Driven::keeping(state.path());
        assert_eq!(*d.session.preferences(), Preferences::default());
        let said = d.session.log().last_error().unwrap().text.clone();
        assert!(said.contains(says), "{bad:?}: {said}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), bad, "it is left alone");
        do_(&mut d, "Settings/ReadAhead 3");
        d.settle();
        assert_eq!(std::fs::read_to_string(state.path().join("settings.toml.unread")).unwrap(), bad, "nothing is lost");
        assert!(std::fs::read_to_string(&file).unwrap().contains("read_ahead = 3"));
    }
}

#[test]
fn what_cannot_be_set_says_why_and_changes_nothing() {
    let state = tempfile::tempdir().unwrap();
    let mut d = Driven::keeping(state.path());
    let profile = state.path().join("a.icc");
    std::fs::write(&profile, b"no profile").unwrap();
    for (text, why) in [
        (format!(r#"Settings/Monitor {{"icc": {:?}}}"#, profile.display().to_string()), "not an ICC profile"),
        (r#"Settings/Monitor {"icc": "/nowhere.icc"}"#.to_owned(), "/nowhere.icc"),
        ("Settings/Cache 1".to_owned(), "64 to"),
        ("Settings/ReadAhead 9999".to_owned(), "0 to 240"),
        (r#"Settings/Profile "nowhere""#.to_owned(), "nowhere"),
        (r#"Settings/Keys {"action": "Play/Go 3", "keys": []}"#.to_owned(), "no menu"),
        (r#"Settings/Keys {"action": "Play/Toggle", "keys": ["Ctrl+"]}"#.to_owned(), "not a key"),
    ] {
        let error = d.session.dispatch(Action::parse(&text).unwrap()).unwrap_err();
        assert!(error.to_string().contains(why), "{text}: {error}");
    }
    d.settle();
    assert_eq!(*d.session.preferences(), Preferences::default());
    assert!(!state.path().join("settings.toml").exists());
}

#[test]
fn keys_of_no_action_are_kept_and_said() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("settings.toml");
    std::fs::write(&file, "[keys]\n\"View/Gone\" = [\"G\"]\n\"Play/Toggle\" = []\n").unwrap();
    let mut d = Driven::keeping(state.path());
    assert!(d.session.log().last_error().unwrap().text.contains("View/Gone"));
    assert!(d.session.keys().of(table::entry_of(&Action::PlayToggle).unwrap()).is_empty());
    do_(&mut d, r#"Settings/ResetKeys "Play/Toggle""#);
    d.settle();
    assert_eq!(d.session.keys().of(table::entry_of(&Action::PlayToggle).unwrap()), ["Space"]);
    assert!(std::fs::read_to_string(&file).unwrap().contains("View/Gone"));
    do_(&mut d, "Settings/ResetKeys null");
    d.settle();
    assert!(d.session.preferences().keys.is_empty());
}

#[test]
fn the_monitor_goes_by_the_display_that_is_tried_out() {
    let mut d = Driven::open(&["small.chart"]);
    do_(&mut d, r#"Settings/Monitor "srgb""#);
    d.settle();
    assert_eq!(d.session.monitor_words().0, "sRGB");
    do_(&mut d, r#"Look/Draft {"edits": [{"output": "aces2-p3-d65-1000nit-in-rec2100-d65-st2084"}]}"#);
    d.settle();
    assert!(d.session.shows_draft(), "{:?}", d.session.draft_error());
    assert_eq!(d.session.monitor_words().0, "sRGB, HDR clipped");
    do_(&mut d, "Look/Discard");
    d.settle();
    assert_eq!(d.session.monitor_words().0, "sRGB");
}

#[test]
fn the_monitor_changes_the_picture_on_screen_and_nothing_that_is_measured() {
    let mut d = Driven::open(&["small.chart"]);
    let before = screen(&d);
    let inspected = |d: &Driven| {
        let s = &d.session;
        s.selected_opened().unwrap().plans().unwrap().to(Stage::Display).as_ref().unwrap().pixel(s.shown().unwrap().raw.pixel(30, 180))
    };
    d.send(Action::Tab(Tab::Scopes));
    d.settle();
    let (values, scopes) = (inspected(&d), d.session.scopes().unwrap().plots.clone());
    let middle = middle_frame(&*d.session.selected_opened().unwrap().clip);
    let clip = d.session.document().selected.unwrap();
    let thumb = |d: &mut Driven| {
        d.session.want_thumbs(vec![]);
        d.session.want_thumbs(vec![(clip, middle, ThumbSize::Small)]);
        d.settle();
        match d.session.thumb(clip, middle, ThumbSize::Small).unwrap().1 {
            ThumbState::Ready(thumb) => thumb.picture.clone(),
            ThumbState::Failed(error) => panic!("{error}"),
        }
    };
    let small = thumb(&mut d);

    do_(&mut d, r#"Settings/Monitor "srgb""#);
    d.settle();
    let after = screen(&d);
    let conversion = Monitor::srgb().conversion(&d.session.light().unwrap());
    let mut changed = 0;
    for (a, b) in before.bytes.chunks(4).zip(after.bytes.chunks(4)) {
        let wanted = conversion.apply(std::array::from_fn(|c| f32::from(a[c]) / 255.0)).map(|v| v * 255.0);
        // The conversion is of numbers, here of what is left of them in 8 bits.
        assert!((0..3).all(|c| (f32::from(b[c]) - wanted[c]).abs() <= 2.5), "{a:?} became {b:?}, not {wanted:?}");
        changed += usize::from(a != b);
    }
    assert!(changed > before.size.area() / 2, "{changed}");
    assert_ne!(thumb(&mut d), small, "small pictures are seen on the same monitor");
    assert_eq!(inspected(&d), values);
    assert_eq!(d.session.scopes().unwrap().plots, scopes);

    // B has its own way to the monitor; a difference is of code values, and stays what it is.
    d.send(Action::parse(r#"Compare/With {"stage":"display"}"#).unwrap());
    assert_eq!(side(&mut d).1, after);
    d.send(Action::CompareMode(CompareMode::Difference));
    d.send(Action::CompareWith(With::Frame(24)));
    let apart = side(&mut d);
    do_(&mut d, r#"Settings/Monitor "as_it_is""#);
    let plain = side(&mut d);
    assert_eq!((apart.0.apart, apart.1), (plain.0.apart, plain.1));
    d.send(Action::CompareOff);
    d.settle();
    assert_eq!(screen(&d), before);

    // False colour is of values, not of the monitor.
    d.send(Action::FalseColor);
    d.settle();
    let marked = screen(&d);
    do_(&mut d, r#"Settings/Monitor "display_p3""#);
    d.settle();
    assert_eq!(screen(&d), marked);
}

#[test]
fn an_engine_that_nobody_chose_is_not_kept() {
    let state = tempfile::tempdir().unwrap();
    let mut d = Driven::keeping(state.path());
    d.session.begin_with(Engine::Cpu);
    d.send(Action::KeepView);
    assert_eq!(d.session.preferences().view.engine, None);
    d.session.begin_with(Engine::Gpu);
    d.send(Action::Engine(Engine::Cpu));
    d.send(Action::KeepView);
    assert_eq!(d.session.preferences().view.engine, Some(Engine::Cpu));
}
