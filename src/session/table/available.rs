//! What can be done now, and why the rest cannot.

use super::Entry;
use crate::{
    pipeline::Stage,
    scope::Unit,
    session::{
        Opened, Rendering, Session,
        action::Action,
        compare::{CompareMode, With},
        framing_edit::DraftFrom,
        mend,
        view::{Channel, Engine},
    },
};

/// Why an action is of no use now, or `Ok`.
pub fn available(action: &Action, session: &Session) -> Result<(), &'static str> {
    use Action as A;
    let need = |ok: bool, why| if ok { Ok(()) } else { Err(why) };
    let is_approved = || session.document().selected_clip().is_some_and(|c| c.approved.is_some());
    let clips = session.document().clips.len();
    match action {
        A::Undo => need(session.undo_labels()[0].is_some(), "nothing to undo"),
        A::Redo => need(session.undo_labels()[1].is_some(), "nothing to redo"),
        A::NextClip | A::PreviousClip => need(clips > 1, "needs two clips"),
        A::AskRender(_) | A::Render { .. } | A::AskPull(_) | A::Pull { .. } if matches!(session.rendering(), Rendering::Running { .. }) => {
            Err("something is being rendered")
        }
        A::AskSign | A::Sign(_) | A::Validate | A::AskRender(_) | A::Render { .. } => need(is_approved(), "the clip is in no recipe yet"),
        A::AskPull(list) => {
            session.list_to_pull(list.as_deref())?;
            need(is_approved(), "the selected clip is in no recipe yet")
        }
        A::VerifyWall => match session.watched() {
            None => Err("no delivery is looked at"),
            Some(watched) => need(!watched.is_verifying(), "it is being verified"),
        },
        A::VerifyDelivery => need(matches!(session.rendering(), Rendering::Done { .. }), "nothing was rendered yet"),
        A::AskNewLibrary => session.may_index(),
        A::AskIndex(into) | A::Index { into, .. } => session.to_index(into.as_deref()).map(drop),
        A::FindInLibrary(_) => need(session.library().is_some(), "no library is chosen"),
        A::FramingMove(_) => need(clips > 0, "no clip is open"),
        A::FramingUse => need(session.view().framing.is_some(), "no cell is open"),
        A::SelectClip(_) | A::NextFailing | A::Approve | A::Export { .. } => need(clips > 0, "no clip is open"),
        A::TakeExposure => session.can_take_exposure(),
        A::RemoveClip | A::SetClip(_) | A::ResetClip => need(session.document().selected.is_some(), "no clip is selected"),
        A::AddGolden(_) | A::RemoveGolden(_) | A::ProposeGolden => need(session.selected_opened().is_some(), "no clip is open"),
        A::RunChecks | A::AskWaive(_) | A::Waive { .. } | A::Unwaive(_) | A::UnwaiveAlike(_) => {
            need(session.selected_opened().is_some(), "no clip is open")
        }
        A::AskCopy | A::Copy(Some(_)) => need(session.selected_roll().is_some(), "the clip belongs to no ASC MHL history"),
        A::Copy(None) => {
            let named = session.document().selected.is_some_and(|id| session.copy_of(id).is_some());
            need(named, "no second copy is named")
        }
        A::VerifyRoll => match session.selected_roll() {
            None => Err("the clip belongs to no ASC MHL history"),
            Some(root) => need(!session.verification(root).is_some_and(|v| v.is_running()), "it is being verified"),
        },
        A::PlayToggle
        | A::PlayForward
        | A::PlayReverse
        | A::Step(_)
        | A::First
        | A::Last
        | A::Go(_)
        | A::GoTimecode(_)
        | A::MarkIn
        | A::MarkOut => need(session.selected_opened().is_some_and(|o| o.clip.frames().present.len() > 1), "the clip has one frame"),
        A::ClearMarks => need(session.selected_opened().is_some_and(|o| o.marks != [None; 2]), "nothing is marked"),
        A::FramingStart(DraftFrom::Clip) => {
            need(session.selected_opened().is_some_and(|o| o.planned.sidecars.fdl.is_some()), "the clip has no FDL")
        }
        A::FramingStart(DraftFrom::Nothing) => need(session.selected_opened().is_some(), "no clip is open"),
        // In the window they are keys of the editor; `--do` may edit first and look afterwards.
        A::FramingEdit(_) => need(session.selected_opened().is_some(), "no clip is open"),
        A::AskWriteFdl | A::WriteFdl { .. } => need(matches!(session.framing_draft(), Some(Ok(_))), "no frame lines are edited"),
        A::Save | A::AskSave | A::SaveAs(_) => need(clips > 0, "no clip is open"),
        A::Reload => need(!session.changed_clips().is_empty(), "no file has changed"),
        A::AskAttach => need(session.document().selected.is_some(), "no clip is selected"),
        A::Detach(kind) => {
            let has = session.selected_opened().is_some_and(|o| o.paired().iter().any(|p| p.kind == *kind));
            need(has, "the clip has none")
        }
        A::EveryFrame => match session.document().selected {
            Some(id) if session.is_whole(id) => Err("every frame was looked at"),
            _ => need(session.selected_opened().is_some_and(|o| o.clip.refusal().is_none()), "no clip is open that is decoded"),
        },
        A::RunAllChecks | A::EveryFrameOfAll => need(clips > 0, "no clip is open"),
        A::StopChecks => {
            let (done, of) = session.checks_done();
            need(done < of || session.every_frame_job().is_some(), "no check runs")
        }
        A::EvidenceMove(_) | A::EvidenceNext => need(clips > 0, "no clip is open"),
        A::EvidenceOpen | A::EvidenceWaive => need(session.view().evidence.at.is_some(), "no cell is chosen"),
        A::EvidenceMend => need(session.mend_in_view().is_some(), mend::NO_MEND),
        A::Channel(Channel::Alpha) => need(session.shown().is_some_and(|s| s.raw.alpha.is_some()), "the picture has no alpha"),
        A::Engine(Engine::Gpu) | A::OtherEngine => need(session.gpu_usable(), "no GPU that can compute"),
        A::Area(None) => need(session.view().area.is_some(), "no area is marked"),
        A::IntakeOpen => need(session.document().selected.is_some(), "no clip is selected"),
        A::PinMiddle | A::PinMove(_) => need(session.selected_opened().is_some(), "no clip is open"),
        A::Pin(None) => need(session.view().pin.is_some(), "no pixel is pinned"),
        A::CompareWith(With::Approved) => need(is_approved(), "the clip was not approved yet"),
        A::CompareWith(With::LastEdit) => need(session.settings_before().is_some(), "the settings were not changed"),
        A::CompareWith(With::Document) => need(session.look_draft().is_some(), "nothing is tried out"),
        // What is chosen for other stages stays chosen.
        A::ScopeUnit(Some(Unit::Stops)) => {
            need(session.view().stage != Stage::Display, "a display has no stops over grey: see an earlier stage")
        }
        A::ScopeUnit(Some(Unit::Nits)) if session.view().stage != Stage::Display => Err("light is that of the display stage"),
        A::ScopeUnit(Some(Unit::Nits)) => {
            let known = session.plans_in_view().is_none_or(|plans| plans.eotf.is_some());
            need(known, "the light of this display is not known")
        }
        A::CompareWith(With::Cause(nth)) => need(session.cause(*nth).is_some(), "the checks have found no such cause"),
        A::CompareWith(With::Still) => {
            let still = |o: &Opened| o.planned.sidecars.still.is_some();
            need(session.selected_opened().is_some_and(still), "the clip has no reference still")
        }
        A::CompareWith(_) | A::CompareHold | A::CompareMode(_) | A::CompareBlink => {
            need(session.selected_opened().is_some(), "no clip is open")
        }
        A::Draft { .. } => need(session.selected_opened().is_some(), "no clip is open"),
        A::GoAhead | A::Stay => need(session.question().is_some(), "nothing is asked"),
        A::CopyLooks => need(session.looks_elsewhere().is_some(), "no look file lies elsewhere"),
        A::DiscardDraft => need(session.has_draft(), "nothing is tried out"),
        A::Before => need(session.look_draft().is_some(), "nothing is tried out"),
        A::Bypass(None) => need(session.can_bypass_all(), "no look can be left out"),
        A::Bypass(Some(name)) => session.bypassable(*name),
        A::WipeMove(_) | A::WipeTurn(_) => {
            let compare = &session.view().compare;
            need(compare.on && compare.mode == CompareMode::Wipe, "no wipe is in view")
        }
        A::CompareSwap | A::CompareOff => need(session.view().compare.on, "nothing is compared"),
        A::CloseDialog => need(session.view().palette || session.view().windows().next().is_some(), "no window is open"),
        A::CancelJob => need(session.visible_job().is_some(), "nothing runs"),
        _ => Ok(()),
    }
}

/// The same for an entry as menus and palette offer it: what edits frame lines is of no use to whoever does not see them.
pub fn offered(entry: &Entry, session: &Session) -> Result<(), &'static str> {
    if entry.is_of_editor() && !session.edits_framing() {
        return Err("no frame lines are edited: Edit frame lines first");
    }
    available(&entry.action, session)
}
