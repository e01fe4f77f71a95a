//! How long the window's passes take, counted as they happen: shown over the window, written as JSON.

use super::theme;
use crate::{
    error::{Error, Result},
    files::{self, Existing},
};
use egui::{Align2, Area, Context, FontId, Id, Order, Sense, TextWrapMode, vec2};
use serde::Serialize;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// A pass that takes longer than this is felt.
pub const LIMIT: Duration = Duration::from_millis(8);

/// Bins double every four, from 1/64 ms; the last takes all that is above 16 s.
const BINS: usize = 81;
const A_DOUBLING: f64 = 4.0;
const FIRST: f64 = 1.0 / 64.0;

/// Durations counted in logarithmic bins.
#[derive(Clone, PartialEq)]
pub struct Histogram {
    bins: [u32; BINS],
    count: u32,
    over: u32,
    worst: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { bins: [0; BINS], count: 0, over: 0, worst: Duration::ZERO }
    }
}

/// What a histogram comes to, milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    pub count: u32,
    pub median: f64,
    pub p95: f64,
    pub p99: f64,
    pub worst: f64,
    /// How many were longer than [`LIMIT`].
    pub over_8_ms: u32,
}

fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

impl Histogram {
    pub fn add(&mut self, time: Duration) {
        let bin = (time.as_secs_f64() * 1e3 / FIRST).log2() * A_DOUBLING;
        // The logarithm of no time at all is below every bin.
        self.bins[(bin.max(0.0) as usize).min(BINS - 1)] += 1;
        self.count += 1;
        self.over += u32::from(time > LIMIT);
        self.worst = self.worst.max(time);
    }

    /// The time in milliseconds that `share` (0..1) of the passes kept to: the upper edge of its bin, at most the worst.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut left = (share * f64::from(self.count)).ceil().max(1.0) as u32;
        for (i, n) in self.bins.iter().enumerate() {
            if *n >= left && i + 1 < BINS {
                return (FIRST * ((i + 1) as f64 / A_DOUBLING).exp2()).min(ms(self.worst));
            }
            left -= (*n).min(left);
        }
        ms(self.worst)
    }

    pub fn summary(&self) -> Summary {
        let [median, p95, p99] = [0.5, 0.95, 0.99].map(|share| (self.quantile(share) * 1e3).round() / 1e3);
        Summary { count: self.count, median, p95, p99, worst: ms(self.worst), over_8_ms: self.over }
    }

    /// Where bins begin in milliseconds, and what is in them; those that are not empty.
    fn filled(&self) -> Vec<(f64, u32)> {
        let edge = |i: usize| if i == 0 { 0.0 } else { FIRST * (i as f64 / A_DOUBLING).exp2() };
        self.bins.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, n)| ((edge(i) * 1e3).round() / 1e3, *n)).collect()
    }
}

/// What a pass does, in order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Input to actions, actions to the session.
    Actions,
    /// What jobs brought.
    Poll,
    /// The picture to the GPU.
    Picture,
    /// Panels laid out and painted.
    Panels,
}

impl Stretch {
    const COUNT: usize = 4;
    const NAMES: [&str; Self::COUNT] = ["actions", "poll", "picture", "panels"];
}

/// One of the slowest passes, milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Slow {
    pass: u32,
    ms: f64,
    processor: Option<f64>,
    of_it: [(&'static str, f64); Stretch::COUNT],
}

/// The passes of the window since it opened, or since they were forgotten.
#[derive(Default)]
pub struct FrameTimes {
    /// The window's own time on its thread.
    pub work: Histogram,
    /// What of that a processor spent on it: the same on a machine with much else to do. Counted where the system tells.
    pub processor: Histogram,
    /// As the window system sees it: with layout of text, what goes to the GPU, and without waiting for the screen.
    pub whole: Histogram,
    /// From one pass to the next while frames are played.
    pub between: Histogram,
    /// From opening files to the first picture of one of them.
    pub first_picture: Histogram,
    /// From a step to the picture of that frame.
    pub step: Histogram,
    awaited: Option<(Awaited, Instant)>,
    slow: Vec<Slow>,
    pass: [Duration; Stretch::COUNT],
    processor_since: Option<Duration>,
    since: Option<Instant>,
    last: Option<Instant>,
}

/// A picture that the user waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    First,
    Step,
}

/// Processor time of this thread.
#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().ok()
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}

/// The slowest passes that are kept.
const SLOWEST: usize = 12;

impl FrameTimes {
    /// A pass begins. `whole` is what the pass before took in all, where that is known.
    pub fn begin(&mut self, playing: bool, whole: Option<f32>) {
        let now = Instant::now();
        if let Some(last) = self.last.filter(|_| playing) {
            self.between.add(now - last);
        }
        if let Some(seconds) = whole.filter(|s| self.work.count > 0 && s.is_finite() && *s >= 0.0) {
            self.whole.add(Duration::from_secs_f32(seconds));
        }
        self.last = playing.then_some(now);
        self.pass = Default::default();
        self.processor_since = processor_time();
        self.since = Some(now);
    }

    /// What was done since the last call, or since the pass began, was this.
    pub fn was(&mut self, stretch: Stretch) {
        let now = Instant::now();
        if let Some(since) = self.since.replace(now) {
            self.pass[stretch as usize] += now - since;
        }
    }

    /// The time between this and the next [`Self::was`] counts; what lay before is not the window's.
    pub fn resume(&mut self) {
        self.since = Some(Instant::now());
    }

    /// The user waits for a picture from now on; for the one that was asked for first, where that is not there yet.
    pub fn awaits(&mut self, what: Awaited) {
        self.awaited.get_or_insert_with(|| (what, Instant::now()));
    }

    /// The picture of the frame in view is on the screen after this pass.
    pub fn shown(&mut self) {
        if let Some((what, since)) = self.awaited.take() {
            let of = if what == Awaited::First { &mut self.first_picture } else { &mut self.step };
            of.add(since.elapsed());
        }
    }

    pub fn end(&mut self) {
        let time = self.pass.iter().sum();
        self.work.add(time);
        let processor = processor_time().zip(self.processor_since).and_then(|(now, then)| now.checked_sub(then));
        if let Some(processor) = processor {
            self.processor.add(processor);
        }
        let least = self.slow.last().map_or(0.0, |s| s.ms);
        if self.slow.len() < SLOWEST || ms(time) > least {
            let of_it = std::array::from_fn(|i| (Stretch::NAMES[i], ms(self.pass[i])));
            let at = self.slow.partition_point(|s| s.ms >= ms(time));
            self.slow.insert(at, Slow { pass: self.work.count, ms: ms(time), processor: processor.map(ms), of_it });
            self.slow.truncate(SLOWEST);
        }
    }

    /// Measures afresh.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    pub fn write(&self, path: &Path) -> Result<()> {
        #[derive(Serialize)]
        struct Told {
            #[serde(flatten)]
            summary: Summary,
            /// Begin of the bin in milliseconds, and how many.
            bins: Vec<(f64, u32)>,
        }
        let told = |h: &Histogram| Told { summary: h.summary(), bins: h.filled() };
        let json = serde_json::json!({
            "unit": "ms",
            "work": told(&self.work),
            "processor": told(&self.processor),
            "whole": told(&self.whole),
            "between_while_playing": told(&self.between),
            "first_picture": told(&self.first_picture),
            "step": told(&self.step),
            "slowest": self.slow,
        });
        let mut bytes = serde_json::to_vec_pretty(&json).map_err(|e| Error::invalid(e.to_string()).file(path))?;
        bytes.push(b'\n');
        files::write_bytes(path, Existing::Replace, &bytes)
    }

    /// Over the window's lower right corner. What it shows changes with the passes that something else asked for.
    pub fn show(&self, ctx: &Context) {
        let area = Area::new(Id::unique("frame times")).order(Order::Foreground).interactable(false);
        area.anchor(Align2::RIGHT_BOTTOM, vec2(-10.0, -38.0)).show(ctx, |ui| {
            egui::Frame::new().fill(egui::Color32::from_black_alpha(200)).inner_margin(6).corner_radius(2).show(ui, |ui| {
                ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
                ui.spacing_mut().item_spacing.y = 2.0;
                for (name, of) in [("work", &self.work), ("whole", &self.whole), ("playing", &self.between)] {
                    if of.count > 0 {
                        row(ui, name, of);
                    }
                }
            });
        });
    }
}

fn row(ui: &mut egui::Ui, name: &str, of: &Histogram) {
    let s = of.summary();
    // Where the clock has nothing to say about 8 ms: a playback waits for its next frame.
    let over = if name == "playing" { String::new() } else { format!("  {} over 8 ms", s.over_8_ms) };
    let text = format!(
        "{name:<8}{:>6}  median {:>6.2}  p95 {:>6.2}  p99 {:>6.2}  worst {:>6.1} ms{over}",
        s.count, s.median, s.p95, s.p99, s.worst
    );
    let label = ui.label(egui::RichText::new(&text).font(FontId::monospace(11.0)).color(theme::TEXT));
    let spoken = format!("Frame times {text}");
    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    // One column a bin, 1/4 ms to 4 s; the line is at 8 ms.
    let (rect, _) = ui.allocate_exact_size(vec2(label.rect.width(), 16.0), Sense::hover());
    let painter = ui.painter_at(rect);
    let (from, to) = (16, 72);
    let width = rect.width() / (to - from) as f32;
    let most = of.bins.iter().copied().max().unwrap_or(1).max(1) as f32;
    for (i, n) in of.bins[from..to].iter().enumerate().filter(|(_, n)| **n > 0) {
        let height = (1.0 + *n as f32).ln() / (1.0 + most).ln() * rect.height();
        let left = rect.left() + i as f32 * width;
        let column = egui::Rect::from_min_max(egui::pos2(left, rect.bottom() - height), egui::pos2(left + width - 0.5, rect.bottom()));
        painter.rect_filled(column, 0.0, egui::Color32::from_gray(170));
    }
    let limit = (ms(LIMIT) / FIRST).log2() * A_DOUBLING - from as f64;
    painter.vline(rect.left() + limit as f32 * width, rect.y_range(), egui::Stroke::new(1.0, theme::STRONG));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_a_bin() {
        let mut h = Histogram::default();
        (1..=100u64).for_each(|i| h.add(Duration::from_micros(i * 100)));
        let s = h.summary();
        assert_eq!((s.count, s.over_8_ms, s.worst), (100, 20, 10.0));
        for (is, should) in [(s.median, 5.0), (s.p95, 9.5), (s.p99, 9.9)] {
            assert!(is >= should && is <= should * 1.19, "{is} for {should}");
        }
    }

    #[test]
    fn nothing_and_very_long_are_counted() {
        let mut h = Histogram::default();
        assert_eq!(h.quantile(0.5), 0.0);
        h.add(Duration::ZERO);
        h.add(Duration::from_secs(3600));
        assert_eq!((h.count, h.quantile(1.0)), (2, 3_600_000.0));
    }

    #[test]
    fn slow_passes_say_where_they_were_slow() {
        let mut times = FrameTimes::default();
        times.awaits(Awaited::First);
        times.awaits(Awaited::Step);
        for pass in 0..20 {
            times.begin(false, None);
            if pass == 8 {
                times.shown();
                times.shown();
            }
            if pass == 7 {
                std::thread::sleep(Duration::from_millis(20));
            }
            times.was(Stretch::Poll);
            times.was(Stretch::Panels);
            times.end();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.json");
        times.write(&path).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(json["work"]["count"], 20);
        assert!(json["first_picture"]["worst"].as_f64().unwrap() >= 20.0);
        assert_eq!((&json["first_picture"]["count"], &json["step"]["count"]), (&1.into(), &0.into()), "the first that was awaited");
        let slow = &json["slowest"][0];
        assert_eq!(slow["pass"], 8);
        assert_eq!(slow["of_it"][1][0], "poll");
        assert!(slow["of_it"][1][1].as_f64().unwrap() >= 20.0, "{slow}");
        assert_eq!(json["slowest"].as_array().unwrap().len(), SLOWEST);
    }
}
