//! What an event says besides its times: transition, retime, names, comments, correction, markers.

use super::{
    Event, Locator, Speed, Transition as Kind,
    build::{Builder, Said},
    said::has_made_name,
    timeline::stem,
};
use crate::{
    camera::Timecode,
    error::{Error, Result},
    sidecar::timeline::{AMF_NAME, AMF_UUID, CMX, Effect, EffectKind, Fraction, Item, MediaKind, Transition},
};

impl Builder {
    pub(super) fn kind(&mut self, transition: &Transition) -> Result<(impl Fn(u32) -> Kind + use<>, u32)> {
        let frames = self.frames(&transition.before, "in_offset")?.saturating_add(self.frames(&transition.after, "out_offset")?);
        let frames = u32::try_from(frames).map_err(|_| Error::unsupported("a transition beyond 32 bits"))?;
        let code = transition.base.metadata.text(CMX, "transition").unwrap_or_default();
        let pattern = match transition.kind.as_str() {
            "SMPTE_Dissolve" => None,
            "SMPTE_Wipe" => Some(code.strip_prefix('W').and_then(|n| n.parse().ok()).unwrap_or(1)),
            other => {
                self.note_at(transition.base.line.0, &transition.base.name, format!("transition {other:?}, for which a dissolve stands"));
                None
            }
        };
        Ok((
            move |frames| match pattern {
                None => Kind::Dissolve { frames },
                Some(pattern) => Kind::Wipe { pattern, frames },
            },
            frames,
        ))
    }

    /// The one retime that a list can say.
    pub(super) fn retime(&mut self, item: &Item) -> Option<EffectKind> {
        let mut retime = None;
        for Effect { name, kind, enabled, .. } in &item.effects {
            match kind {
                EffectKind::Speed(_) | EffectKind::Freeze if *enabled && retime.is_none() => retime = Some(kind.clone()),
                _ => self.note(item, format!("effect {name:?} of clip {:?}", item.base.name)),
            }
        }
        retime
    }

    /// Names, comments, correction, markers and retime of an event.
    pub(super) fn words(&mut self, item: &Item, event: &mut Event, said: Said) -> Result<()> {
        let Said { at, start, retime, listed, incoming } = said;
        let file = if incoming { "TO CLIP" } else { "FROM CLIP" };
        let freeze = retime == Some(EffectKind::Freeze);
        let name = &item.base.name;
        event.clip_name =
            Some(if freeze && !has_made_name(item) { format!("{name} FF") } else { name.clone() }).filter(|n| !n.trim().is_empty());
        let amf = item.amf();
        (event.amf_uuid, event.amf_name) = (amf.uuid, amf.name);
        for comment in item.comments() {
            match comment.strip_prefix("SOURCE FILE:") {
                Some(file) if event.source_file.is_none() => event.source_file = Some(file.trim().into()),
                _ if comment.starts_with(AMF_UUID) || comment.starts_with(AMF_NAME) => {}
                _ => event.comments.push(comment.into()),
            }
        }
        match item.media().map(|m| &m.kind) {
            Some(MediaKind::External(url)) => {
                // A reader makes that name of the file again.
                event.clip_name.take_if(|n| has_made_name(item) && n == stem(url));
                event.comments.push(format!("{file}: {url}"));
            }
            Some(MediaKind::Sequence(s)) => {
                let last =
                    item.media().and_then(|m| m.available.as_ref()).map(|r| self.frames(&r.duration, "available_range")).transpose()?;
                let last = s.first.saturating_add(last.unwrap_or(1).saturating_sub(1));
                let (folder, width) = (s.folder.trim_end_matches('/'), usize::try_from(s.padding.clamp(0, 18)).unwrap_or(0));
                let separator = if folder.is_empty() { "" } else { "/" };
                event.comments.push(format!("{file}: {folder}{separator}{}[{:0width$}-{last:0width$}]{}", s.prefix, s.first, s.suffix));
            }
            Some(MediaKind::Unknown(_)) => self.note(item, format!("the media of clip {name:?}, of an unknown schema")),
            _ => {}
        }
        event.cdl = item.cdl()?.map(|cdl| crate::sidecar::cdl::Cdl { id: None, ..cdl });
        for marker in &item.markers {
            let offset = marker.range.as_ref().map(|r| self.frames(&r.start, "marked_range")).transpose()?.map(|m| m - start);
            match offset.map(|o| at + o).map(|frame| self.code(frame, "LOC")) {
                Some(Ok(code)) if (0..=self.frames_between(event)).contains(&offset.unwrap_or(-1)) => {
                    let color = marker.base.metadata.text(CMX, "color").or(marker.color.name()).unwrap_or("RED").to_owned();
                    let comment = if marker.base.name.is_empty() { &marker.comment } else { &marker.base.name };
                    event.locators.push(Locator { at: code, color, comment: comment.clone() });
                }
                _ => self.note(item, format!("marker {:?}, which lies outside clip {name:?}", marker.base.name)),
            }
        }
        if freeze {
            event.comments.push("* FREEZE FRAME".into());
        }
        let m2 = match (listed, retime) {
            (Some(listed), _) => listed.m2,
            (None, Some(EffectKind::Freeze)) => Some((0.0, event.source[0])),
            // In whole rates, which every reader takes 24 and 48 for.
            (None, Some(EffectKind::Speed(scalar))) => {
                Some((scalar.number.times(Fraction::new(self.fps.round(), 1)?)?.to_f64(), event.source[0]))
            }
            (None, _) => None,
        };
        event.speed = m2.map(|(frames_per_second, at)| Speed { reel: event.reel.clone(), frames_per_second, at });
        Ok(())
    }

    fn frames_between(&self, event: &Event) -> i64 {
        let count = |code: Timecode| i64::try_from(code.to_frame_count(self.rate)).unwrap_or(0);
        count(event.record[1]) - count(event.record[0])
    }
}

/// `AX` is an unknown or auxiliary source.
pub(super) fn reel(item: &Item) -> String {
    let named = item.reel().map(str::to_owned);
    let made = || match item.media().map(|m| &m.kind) {
        Some(MediaKind::Generator { kind, .. }) if kind.eq_ignore_ascii_case("black") => Some("BL".to_owned()),
        Some(MediaKind::Generator { kind, .. }) if kind == "SMPTEBars" => Some("BARS".to_owned()),
        _ => None,
    };
    named.or_else(made).unwrap_or_else(|| "AX".into())
}
