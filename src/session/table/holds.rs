//! What is so already: the state that an action would bring about, or end.

use crate::session::{
    Session,
    action::Action,
    view::{Dialog, View},
};

/// Whether what an action stands for is so now: of a toggle, whether it is on; of one of several, whether it is the one. `None` for what
/// leaves no state behind.
pub fn holds(action: &Action, session: &Session) -> Option<bool> {
    let document = session.document();
    Some(match action {
        Action::Profile(id) => session.profile().id == **id,
        Action::Rate(rate) => document.rate == rate.as_ref().and_then(|r| r.parse().ok()),
        Action::SetScope(said) => said.parse().is_ok_and(|scope| document.conditions.scope == scope),
        Action::SetTolerance(said) => document.conditions.tolerance == said.as_ref().and_then(|s| s.parse().ok()),
        Action::SetPins(pins) => document.conditions.pins.iter().eq(pins.iter()),
        Action::SetProved(proved) => document.conditions.proved == *proved,
        _ => return seen(action, session.view()),
    })
}

fn seen(action: &Action, view: &View) -> Option<bool> {
    let (compare, play, intake) = (&view.compare, &view.play, &view.intake);
    Some(match action {
        Action::Room(room) => view.room == *room,
        Action::RoomHelp => view.room_help,
        Action::IntakeSort(sort) => intake.sort == *sort,
        Action::IntakeGroup => intake.grouped,
        Action::FramingEditor => view.framing_editor,
        Action::Before => view.before,
        Action::EvidenceFilter(filter) => view.evidence.filter == *filter,
        Action::Stage(stage) => view.stage == *stage,
        Action::Channel(channel) => view.channel == *channel,
        Action::FalseColor => view.marking.false_color,
        Action::Warn(warning) => view.marking.warnings[*warning as usize],
        Action::Zoom(zoom) => view.zoom == *zoom,
        Action::Squeezed => view.squeezed,
        Action::Overlays => view.overlays,
        Action::SafeAreas => view.safe_areas,
        Action::CenterMark => view.center_mark,
        Action::Engine(engine) => view.engine == *engine,
        Action::Tab(tab) => view.tab == *tab,
        Action::Scope(kind) => [view.scopes.levels, view.scopes.colors].contains(kind),
        Action::ScopeUnit(unit) => view.scopes.unit == *unit,
        Action::Panels => view.panels,
        Action::FrameTimes => view.frame_times,
        Action::FullScreen => view.full_screen,
        Action::CompareWith(with) => compare.on && compare.with == *with,
        Action::CompareMode(mode) => compare.on && compare.mode == *mode,
        Action::CompareGain(gain) => compare.gain == *gain,
        Action::CompareSwap => compare.swapped,
        Action::CompareSigned => compare.signed,
        Action::Loop => play.looping,
        Action::RealTime => play.real_time,
        Action::Speed(speed) => play.speed == *speed,
        Action::SettingsPage => view.settings.is_some(),
        Action::Keys => view.dialogs.contains(&Dialog::Keys),
        Action::Wall(None) => view.dialogs.contains(&Dialog::Wall),
        Action::Library => view.dialogs.contains(&Dialog::Library),
        Action::Log => view.log,
        _ => return None,
    })
}
