//! What changes the picture on screen, and not the document: stages, channels, warnings, scopes, the lamp.

use super::*;

#[test]
fn stage_channel_and_exposure_change_the_screen_and_not_the_document() {
    let mut d = Driven::open(&["one.chart"]);
    let document = d.session.document().clone();
    let display = d.pixel(640, 300);
    d.send(Action::Stage(Stage::Raw));
    d.settle();
    assert_ne!(d.pixel(640, 300), display);
    d.send(Action::Stage(Stage::Display));
    d.send(Action::Expose(1.0));
    d.settle();
    assert!(d.pixel(640, 300)[1] > display[1]);
    d.send(Action::Channel(Channel::Red));
    d.settle();
    let grey = d.pixel(640, 620);
    assert_eq!([grey[0]; 3], grey);
    assert_eq!(d.session.document(), &document);
    d.send(Action::Channel(Channel::Red));
    assert_eq!(d.session.view().channel, Channel::Rgb, "again: all channels");
}

#[test]
fn view_exposure_equals_the_same_exposure_in_the_recipe() {
    let mut d = Driven::open(&["one.chart"]);
    d.send(Action::Exposure(1.5));
    d.settle();
    let nudged = d.pixel(640, 300);
    d.send(Action::Exposure(0.0));
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.5}}).as_object().unwrap().clone()));
    d.settle();
    assert_eq!(d.pixel(640, 300), nudged);
}

#[test]
fn a_measurement_lights_the_lamp_only_for_the_look_it_was_made_of() {
    let mut d = Driven::open(&["one.chart"]);
    d.session.set_gpu_usable(true);
    assert_eq!(d.session.lamp(), &Lamp::Waiting);
    let comparison = Comparison { adapter: "a".into(), driver: "d".into(), pixels: 4, worst: 0.25, at: [1, 2], delta_e: Some(0.1) };
    assert!(comparison.within_limit() && !Comparison { delta_e: Some(0.3), ..comparison.clone() }.within_limit());
    let look = d.session.look().unwrap();
    let result = comparison.clone();
    d.session.measure(look.clone(), move |_| Ok(result));
    d.settle();
    assert_eq!(d.session.lamp(), &Lamp::Measured { look, comparison });
    d.send(Action::Expose(0.25));
    assert_eq!(d.session.lamp(), &Lamp::Waiting);
    d.send(Action::OtherEngine);
    d.settle();
    assert_eq!(d.session.lamp(), &Lamp::Cpu);
}

#[test]
fn a_plan_that_the_gpu_refuses_is_shown_by_the_cpu() {
    let mut d = Driven::open(&["one.chart"]);
    d.session.set_gpu_usable(true);
    assert!(!d.session.shows_cpu());
    d.session.refuse_gpu();
    d.settle();
    assert!(d.session.shows_cpu() && d.session.gpu_usable());
    assert_eq!(d.session.lamp(), &Lamp::Cpu);
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.5}}).as_object().unwrap().clone()));
    d.settle();
    assert!(!d.session.shows_cpu(), "another plan is another question");
}

#[test]
fn scopes_count_every_pixel_of_what_is_in_view() {
    let mut d = Driven::open(&["one.chart"]);
    assert!(d.session.scopes().is_none(), "nobody looks at them");
    d.send(Action::Scope(Kind::Waveform));
    d.settle();
    let set = d.session.scopes().unwrap().clone();
    assert_eq!((set.key.look.clone(), set.key.scale), (d.session.look().unwrap(), Scale::Code));
    let pixels = d.session.shown().unwrap().raw.size().area() as u32;
    assert_eq!(set.plots[0].counts.iter().sum::<u32>(), pixels);
    assert_eq!(set.plots[2].counts.iter().sum::<u32>(), 3 * pixels);
    d.send(Action::Stage(Stage::Aces));
    d.send(Action::Scope(Kind::Chromaticity));
    d.settle();
    let scene = d.session.scopes().unwrap();
    assert_eq!((scene.key.scale, scene.plots[1].kind), (Scale::Stops, Kind::Chromaticity));
    d.send(Action::Tab(Tab::Metadata));
    d.send(Action::Expose(1.0));
    d.settle();
    assert_ne!(d.session.scopes().unwrap().key.look, d.session.look().unwrap(), "counted although nobody looks");
}

#[test]
fn gamma_lifts_the_screen_and_nothing_else() {
    let mut d = Driven::open(&["one.chart"]);
    let (document, look, before) = (d.session.document().clone(), d.session.look(), d.pixel(640, 300));
    d.send(Action::Gamma(2.0));
    d.settle();
    let want = before.map(|v| ((f32::from(v) / 255.0).sqrt() * 255.0).round() as u8);
    assert!((0..3).all(|c| d.pixel(640, 300)[c].abs_diff(want[c]) <= 4), "{:?}, {want:?}", d.pixel(640, 300));
    assert_eq!((d.session.document(), d.session.look()), (&document, look), "checks, scopes and recipe see nothing of it");
    d.send(Action::Gamma(1.0));
    (0..3).for_each(|_| d.send(Action::NudgeGamma(0.1)));
    (0..3).for_each(|_| d.send(Action::NudgeGamma(-0.1)));
    assert_eq!(d.session.view().gamma, 1.0);
    d.send(Action::Gamma(f64::NAN));
    assert_eq!(d.session.view().gamma, 1.0);
    d.settle();
    assert_eq!(d.pixel(640, 300), before);
}

#[test]
fn warnings_are_painted_and_counted_over_the_whole_frame() {
    let mut d = Driven::open(&["one.chart"]);
    d.send(Action::Stage(Stage::Aces));
    d.send(Action::Warn(Warning::Clip));
    d.settle();
    let raw = d.session.shown().unwrap().raw.clone();
    let clips = |i: &usize| raw.planes.iter().any(|p| p[*i] >= 1.0);
    let clipped: Vec<usize> = (0..raw.size().area()).filter(clips).collect();
    let warned = d.session.warned().unwrap().clone();
    assert_eq!((warned.counts[0], warned.pixels), (clipped.len() as u64, raw.size().area() as u64));
    assert!(!clipped.is_empty());
    let (x, y) = (clipped[0] % 1280, clipped[0] / 1280);
    assert_eq!(d.pixel(x, y), Warning::Clip.color());
    d.send(Action::Expose(3.0));
    d.settle();
    assert_eq!(d.session.warned().unwrap().counts[0], warned.counts[0], "the sensor clips, not the view exposure");
    d.send(Action::Warn(Warning::Clip));
    d.send(Action::FalseColor);
    d.send(Action::Exposure(0.0));
    d.settle();
    let grey = d.session.shown().unwrap().raw.size();
    assert_eq!(d.pixel(grey.width as usize / 2, grey.height as usize / 2), [128; 3], "18 % grey in the middle of the chart");
}

#[test]
fn an_area_is_measured_at_every_stage_and_of_b() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Area(Some([150, 110, 10, 8])));
    d.settle();
    let values = d.session.area_values().unwrap().clone();
    assert_eq!((values.pixels, values.b.is_none()), (80, true));
    let aces = values.a[Stage::Aces as usize].unwrap();
    assert!(aces.mean.iter().all(|v| (v - 0.18).abs() < 1e-4), "the grey ground: {aces:?}");
    let shown = d.session.shown().unwrap().clone();
    let display =
        d.session.selected_opened().unwrap().plans().unwrap().to(Stage::Display).as_ref().unwrap().pixel(shown.raw.pixel(150, 110));
    assert_eq!(values.a[Stage::Display as usize].unwrap().max, display);
    d.send(Action::SetClip(json!({"decode": {"exposure": 1.0}}).as_object().unwrap().clone()));
    d.send(Action::CompareWith(With::LastEdit));
    d.settle();
    let values = d.session.area_values().unwrap();
    let [a, b] = [&values.a, values.b.as_ref().unwrap()].map(|s| s[Stage::Aces as usize].unwrap().mean[1]);
    assert!((a / b - 2.0).abs() < 1e-3, "a stop apart: {a} {b}");
    d.send(Action::Area(Some([0, 0, 0, 5])));
    assert_eq!(d.session.view().area, None);
}

#[test]
fn an_area_is_measured_as_far_as_it_lies_on_the_picture() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Area(Some([310, 230, 100, 100])));
    d.settle();
    assert_eq!(d.session.area_values().unwrap().pixels, 100);
    d.send(Action::Area(Some([320, 0, 10, 10])));
    d.settle();
    assert!(d.session.area_values().is_none(), "beside it there is nothing");
}

#[test]
fn units_that_a_stage_has_not_are_refused_and_remembered() {
    let mut d = Driven::open(&["small.chart"]);
    d.send(Action::Scope(Kind::Waveform));
    let unit = |unit| Action::ScopeUnit(Some(unit));
    for (stage, right, wrong) in [(Stage::Display, Unit::Nits, Unit::Stops), (Stage::Aces, Unit::Stops, Unit::Nits)] {
        d.send(Action::Stage(stage));
        assert!(d.session.dispatch(unit(wrong)).is_err(), "{wrong:?} at {stage}");
        d.send(unit(right));
        d.settle();
        assert_eq!(d.session.scopes().unwrap().key.scale.unit(), right);
    }
    d.send(Action::Stage(Stage::Display));
    d.settle();
    assert_eq!((d.session.scopes().unwrap().key.scale, d.session.view().scopes.unit), (Scale::Code, Some(Unit::Stops)));
    d.send(Action::Stage(Stage::Look));
    d.settle();
    assert_eq!(d.session.scopes().unwrap().key.scale, Scale::Stops);
}

#[test]
fn a_pixel_is_pinned_and_moved_without_a_pointer() {
    let mut d = Driven::new();
    assert!(d.session.dispatch(Action::PinMiddle).is_err(), "of no clip");
    d.open_here("small.chart");
    d.send(Action::PinMiddle);
    assert_eq!(d.session.view().pin, Some([160, 120]));
    d.send(Action::PinMove([-1, 1]));
    assert_eq!(d.session.view().pin, Some([159, 121]));
    d.send(Action::PinMove([1000, -1000]));
    assert_eq!(d.session.view().pin, Some([319, 0]), "within the picture");
    d.send(Action::Pin(None));
    d.send(Action::PinMove([1, 0]));
    assert_eq!(d.session.view().pin, Some([160, 120]), "begins in the middle");
}
