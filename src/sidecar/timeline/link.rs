//! Which AMF or clip an event means.
//!
//! `AMF_UUID` wins, then `AMF_NAME`, then what names the clip: its file, its name, its reel (ACES Metadata File, clip
//! association by ALE and EDL). Names are compared whole: a reel that an editing system cut to 8 characters is no match.

use super::model::{Item, MediaKind};
use crate::sidecar::amf::{Amf, Media};
use std::collections::HashMap;

/// What an event can be linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// For messages: a path or clip name.
    pub label: String,
    /// Of an AMF.
    pub uuid: Option<String>,
    /// Of an AMF: its file name.
    pub amf_name: Option<String>,
    /// Names of the clip: name, file, reel.
    pub names: Vec<String>,
}

impl Target {
    /// An AMF, found in the file `file_name`.
    pub fn amf(file_name: &str, amf: &Amf) -> Self {
        let mut names = vec![];
        if let Some(clip) = &amf.clip_id {
            names.push(clip.name.clone());
            if let Some(Media::File(file) | Media::Sequence { template: file, .. }) = &clip.media {
                names.push(file.clone());
            }
        }
        Self { label: file_name.into(), uuid: amf.info.uuid.clone(), amf_name: Some(file_name.into()), names }
    }

    /// A camera clip.
    pub fn clip(name: &str, reel: Option<&str>) -> Self {
        Self { label: name.into(), names: std::iter::once(name).chain(reel).map(str::to_owned).collect(), ..Self::default() }
    }
}

/// By which name an event was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    AmfUuid,
    AmfName,
    /// The media's file, or `SOURCE FILE`.
    File,
    ClipName,
    Reel,
}

/// What an event is linked to: indices into the targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    One {
        target: usize,
        by: By,
        /// What did not fit and was overruled.
        notes: Vec<String>,
    },
    /// Several have that name, and nothing says which is meant.
    Ambiguous { targets: Vec<usize>, by: By },
    /// Nothing, and why.
    None { reason: String },
}

/// Targets, by every name they have.
pub struct Linker<'a> {
    targets: &'a [Target],
    names: HashMap<(Kind, String), Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Uuid,
    AmfName,
    Name,
}

impl<'a> Linker<'a> {
    pub fn new(targets: &'a [Target]) -> Self {
        let mut names: HashMap<(Kind, String), Vec<usize>> = HashMap::new();
        for (i, target) in targets.iter().enumerate() {
            let uuid = target.uuid.iter().map(|u| (Kind::Uuid, bare_uuid(u)));
            let name = target.amf_name.iter().map(|n| (Kind::AmfName, amf_name(n)));
            for key in uuid.chain(name).chain(target.names.iter().map(|n| (Kind::Name, stem(n)))) {
                let list = names.entry(key).or_default();
                if list.last() != Some(&i) {
                    list.push(i);
                }
            }
        }
        Self { targets, names }
    }

    fn find(&self, kind: Kind, name: String) -> &[usize] {
        self.names.get(&(kind, name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Links one event.
    pub fn link(&self, item: &Item) -> Link {
        let wanted = item.amf();
        let by_name = wanted.name.as_ref().map(|n| self.find(Kind::AmfName, amf_name(n))).unwrap_or_default();
        if let Some(uuid) = &wanted.uuid {
            let found = self.find(Kind::Uuid, bare_uuid(uuid));
            if !found.is_empty() {
                let mut notes = vec![];
                if let (Some(name), [target]) = (&wanted.name, found)
                    && !by_name.contains(target)
                {
                    notes.push(format!("AMF_NAME {name} is not the name of {}, which AMF_UUID means", self.label(*target)));
                }
                return decide(found, By::AmfUuid, notes);
            }
            // An AMF of that name with another UUID is another AMF.
            let unnamed: Vec<usize> = by_name.iter().copied().filter(|t| self.targets.get(*t).is_some_and(|t| t.uuid.is_none())).collect();
            if unnamed.is_empty() {
                let other = by_name.first().map(|t| format!("; {} has that AMF_NAME and another UUID", self.label(*t)));
                return Link::None { reason: format!("no AMF has AMF_UUID {uuid}{}", other.unwrap_or_default()) };
            }
            return decide(&unnamed, By::AmfName, vec![format!("no AMF has AMF_UUID {uuid}")]);
        }
        if let Some(name) = &wanted.name {
            return match by_name {
                [] => Link::None { reason: format!("no AMF has AMF_NAME {name}") },
                found => decide(found, By::AmfName, vec![]),
            };
        }
        let names = names(item);
        for (by, name) in &names {
            let found = self.find(Kind::Name, stem(name));
            if !found.is_empty() {
                return decide(found, *by, vec![]);
            }
        }
        let tried = names.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(", ");
        Link::None { reason: if tried.is_empty() { "the event names nothing".into() } else { format!("nothing is named {tried}") } }
    }

    fn label(&self, target: usize) -> &str {
        self.targets.get(target).map_or("", |t| t.label.as_str())
    }
}

fn decide(found: &[usize], by: By, notes: Vec<String>) -> Link {
    match found {
        [target] => Link::One { target: *target, by, notes },
        several => Link::Ambiguous { targets: several.to_vec(), by },
    }
}

/// What names the clip of an event, the surest first.
fn names(item: &Item) -> Vec<(By, String)> {
    let mut names = vec![];
    match item.media().map(|m| &m.kind) {
        Some(MediaKind::External(url)) => names.push((By::File, url.clone())),
        Some(MediaKind::Sequence(s)) => names.push((By::File, s.prefix.trim_end_matches(['.', '_', '-']).to_owned())),
        _ => {}
    }
    names.extend(item.comments().filter_map(|c| c.strip_prefix("SOURCE FILE:")).map(|c| (By::File, c.trim().to_owned())));
    names.push((By::ClipName, item.base.name.clone()));
    names.extend(item.reel().map(|r| (By::Reel, r.to_owned())));
    names.retain(|(_, n)| !n.trim().is_empty());
    names
}

fn bare_uuid(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    text.strip_prefix("urn:uuid:").unwrap_or(&text).to_owned()
}

fn amf_name(text: &str) -> String {
    let name = last_part(text);
    let bare = name.len().checked_sub(4).filter(|at| name.is_char_boundary(*at) && name[*at..].eq_ignore_ascii_case(".amf"));
    bare.map_or(name, |at| &name[..at]).to_owned()
}

pub(crate) fn last_part(path: &str) -> &str {
    path.trim().rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The file name without its extension, where what follows the last dot can be one: `A001C001.mov`, not `TAKE.LAY3`.
pub(super) fn stem(path: &str) -> String {
    let name = last_part(path);
    let extension = |end: &str| {
        let letters = (2..=6).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphabetic());
        letters || ["r3d", "mp4", "cr2", "cr3", "m2t", "m2ts"].contains(&end.to_ascii_lowercase().as_str())
    };
    match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && extension(end) => stem,
        _ => name,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::timeline::{Base, CMX, Content, Media, Sources, strings};

    fn event(name: &str, comments: &[&str]) -> Item {
        let mut item = Item::new(Base::named(name, 1), None, Content::Clip(Sources::one(Media::new(MediaKind::Missing))));
        item.base.metadata.set(CMX, "comments", strings(comments.iter().copied()));
        item
    }

    fn target(file: &str, uuid: Option<&str>, clip: &str) -> Target {
        Target { label: file.into(), uuid: uuid.map(str::to_owned), amf_name: Some(file.into()), names: vec![clip.into()] }
    }

    const ONE: &str = "urn:uuid:AFE122BE-59D3-4360-AD69-33C10108FA7A";
    const TWO: &str = "urn:uuid:11111111-59d3-4360-ad69-33c10108fa7a";

    #[test]
    fn the_uuid_wins_then_the_name_then_the_clip() {
        let targets =
            [target("a.amf", Some(ONE), "A001C001"), target("b.amf", Some(TWO), "A001C002"), target("c.amf", None, "A001C003.mov")];
        let linker = Linker::new(&targets);
        let link = |name: &str, comments: &[&str]| linker.link(&event(name, comments));
        let one = |target, by| Link::One { target, by, notes: vec![] };
        assert_eq!(link("A001C002", &["AMF_UUID afe122be-59d3-4360-ad69-33c10108fa7a"]), one(0, By::AmfUuid));
        assert_eq!(link("A001C001", &["AMF_NAME: B.amf", "AMF_NAME b.amf"]), Link::None { reason: "no AMF has AMF_NAME B.amf".into() });
        assert_eq!(link("A001C001", &["AMF_NAME b.amf"]), one(1, By::AmfName));
        assert_eq!(link("A001C003.mxf", &[]), one(2, By::ClipName));
        assert_eq!(link("x", &["SOURCE FILE: /cards/A001C003.mov"]), one(2, By::File));
        // Overruled, and said so.
        let Link::One { target: 0, by: By::AmfUuid, notes } = link("x", &[&format!("AMF_UUID {ONE}"), "AMF_NAME b.amf"]) else { panic!() };
        assert!(notes[0].contains("b.amf is not the name of a.amf"), "{notes:?}");
        // A name does not stand in for a UUID that contradicts it; it does where the AMF has none.
        let unknown = "AMF_UUID urn:uuid:22222222-59d3-4360-ad69-33c10108fa7a";
        let Link::None { reason } = link("A001C001", &[unknown, "AMF_NAME a.amf"]) else { panic!() };
        assert!(reason.contains("another UUID"), "{reason}");
        assert!(matches!(link("x", &[unknown, "AMF_NAME c.amf"]), Link::One { target: 2, by: By::AmfName, .. }));
        assert!(matches!(link("nothing", &[]), Link::None { .. }));
    }

    #[test]
    fn several_of_one_name_are_listed() {
        let targets = [Target::clip("A001C001.mov", Some("A001")), Target::clip("A001C002.mov", Some("A001"))];
        let linker = Linker::new(&targets);
        assert_eq!(linker.link(&event("A001C002", &[])), Link::One { target: 1, by: By::ClipName, notes: vec![] });
        let mut item = event("x", &[]);
        item.base.metadata.set(CMX, "reel", crate::sidecar::timeline::string("A001"));
        assert_eq!(linker.link(&item), Link::Ambiguous { targets: vec![0, 1], by: By::Reel });
    }
}
