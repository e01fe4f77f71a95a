//! Making and editing AMFs.

use super::{
    Amf, Author, CdlLook, ClipId, Correction, Dates, Extra, Hash, Info, Media, Pipeline, Reference, Release, Role, Step, SystemVersion,
    Transform, Version, WorkingSpace, full_id, ids::URN, opposite, parse_date_time, states_direction,
};
use crate::{
    color,
    sidecar::{cdl::Cdl, xml::Line},
};
use time::{OffsetDateTime, macros::format_description};
use uuid::Uuid;

/// A place on the road of a pipeline: pixels have come through everything up to and including it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// ACES2065-1 as the input transform leaves it: where a plate stops.
    Input,
    /// After the look of this index (looks counted from 0, working location not counted).
    Look(usize),
    /// After all looks.
    Looks,
    /// On the display.
    Output,
}

/// `urn:ampas:aces:transformId:v2.0:` + the names of the ACEScct conversions of ACES 2.
const TO_ACESCCT: &str = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1";
const FROM_ACESCCT: &str = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1";

impl Amf {
    /// A version 2 document with an empty pipeline for ACES 2.0.0. The pipeline's identity is derived from `uuid`.
    pub fn new_v2(description: &str, author: Author, clip_id: Option<ClipId>, now: OffsetDateTime, uuid: Uuid) -> Self {
        let info = |uuid: Uuid| Info {
            description: Some(description.to_owned()),
            authors: vec![author.clone()],
            dates: Some(Dates { created: date_time(now), modified: date_time(now), line: Line(0) }),
            uuid: Some(urn(uuid)),
            ..Info::default()
        };
        let pipeline = Pipeline {
            info: info(Uuid::new_v5(&uuid, b"pipelineInfo")),
            system_version: Some(SystemVersion { major: 2, minor: 0, patch: 0 }),
            ..Pipeline::default()
        };
        Self { version: Version::V2, info: info(uuid), clip_id, pipeline, archived: vec![], extra: Extra::default() }
    }

    /// Marks everything up to and including `upto` as in the pixels, and everything after it as not: what has to be said
    /// of files that were written at that stage.
    pub fn mark_applied(&mut self, upto: Stage) {
        let pipeline = &mut self.pipeline;
        if let Some(input) = &mut pipeline.input {
            input.set_applied(true);
        }
        for (i, look) in pipeline.looks_mut().enumerate() {
            look.set_applied(match upto {
                Stage::Input => false,
                Stage::Look(last) => i <= last,
                Stage::Looks | Stage::Output => true,
            });
        }
        if let Some(output) = &mut pipeline.output {
            output.set_applied(upto == Stage::Output);
        }
    }

    /// Puts a copy of the pipeline as it is on record, before an edit; `now` and `uuid` go to the pipeline to be edited.
    pub fn archive_pipeline(&mut self, now: OffsetDateTime, uuid: Uuid) {
        self.archived.push(self.pipeline.clone());
        self.pipeline.info.uuid = Some(urn(uuid));
        self.touch(now);
    }

    /// Sets both modification times; not before the creation, which another machine's clock may have dated later than `now`.
    pub fn touch(&mut self, now: OffsetDateTime) {
        for info in [&mut self.info, &mut self.pipeline.info] {
            let dates = info.dates.get_or_insert_with(|| Dates { created: date_time(now), ..Dates::default() });
            let ahead =
                parse_date_time(&dates.created).is_some_and(|(at, zone)| at.assume_offset(zone.unwrap_or(time::UtcOffset::UTC)) > now);
            dates.modified = if ahead { dates.created.clone() } else { date_time(now) };
        }
    }
}

impl Pipeline {
    /// The looks, in order.
    pub fn looks(&self) -> impl Iterator<Item = &Transform> {
        self.steps.iter().filter_map(|step| if let Step::Look(look) = step { Some(&**look) } else { None })
    }
    pub fn looks_mut(&mut self) -> impl Iterator<Item = &mut Transform> {
        self.steps.iter_mut().filter_map(|step| if let Step::Look(look) = step { Some(&mut **look) } else { None })
    }
    pub fn set_input(&mut self, transform: Transform) {
        self.input = Some(transform);
    }
    pub fn push_look(&mut self, look: Transform) {
        self.steps.push(Step::Look(Box::new(look)));
    }
    pub fn set_output(&mut self, transform: Transform) {
        self.output = Some(transform);
    }
}

impl Transform {
    fn new(reference: Reference) -> Self {
        Self { applied: Some(false), reference, ..Self::default() }
    }
    /// An ACES transform by its ID; not applied.
    pub fn id(id: &str) -> Self {
        Self::new(Reference::TransformId(id.to_owned()))
    }
    /// [`Transform::named_in`] the newest release.
    pub fn named(name: &str, role: Role) -> Option<Self> {
        Self::named_in(name, role, Release::NEWEST)
    }
    /// A transform of the catalogue by its name or ID, for a slot of a document of `release`; none where it has no official ID. An
    /// output of ACES 1 is that of its device after the reference rendering.
    pub fn named_in(name: &str, role: Role, release: Release) -> Option<Self> {
        let official = |name: &str, role: Role| release.choose(&ids_of(color::named(name)?), role);
        if name.starts_with(URN) {
            return Some(Self::id(name));
        }
        // The row would lose the direction.
        if states_direction(name) {
            return full_id(name).map(|id| Self::id(&id));
        }
        let id = official(name, role)?;
        if role != Role::Output || !Role::OutputDevice.accepts(Version::V2, &id) {
            return Some(Self::id(&id));
        }
        let part = |id: &str| Box::new(Self { applied: None, ..Self::id(id) });
        let rendering = part(&official("RRT", Role::ReferenceRendering)?);
        Some(Self::new(Reference::OutputPair { rendering, device: part(&id) }))
    }
    /// [`Transform::named_in`] for a slot that takes the opposite of what the catalogue names: an input transform that undoes an
    /// output (`role` is then [`Role::InverseOutput`]), or the way to a working space. A name that states its direction is taken at its
    /// word.
    pub fn named_opposite(name: &str, role: Role, release: Release) -> Option<Self> {
        let turned = |id: &str| if states_direction(name) { Some(id.to_owned()) } else { opposite(id) };
        let part = |reference: &Reference| match reference {
            Reference::TransformId(id) => Some(Box::new(Self { applied: None, ..Self::id(&turned(id)?) })),
            _ => None,
        };
        let named = Self::named_in(name, if role == Role::InverseOutput { Role::Output } else { role }, release)?;
        Some(Self::new(match (&named.reference, role) {
            (Reference::OutputPair { rendering, device }, _) => {
                Reference::InverseOutputPair { device: part(&device.reference)?, rendering: part(&rendering.reference)? }
            }
            (other, Role::InverseOutput) => Reference::InverseOutput(part(other)?),
            (other, _) => part(other)?.reference,
        }))
    }
    /// A CLF by its path relative to the AMF, with `/`; not applied. `digest` is the SHA-256 of its bytes.
    pub fn file(path: &str, digest: Option<[u8; 32]>) -> Self {
        Self { hash: digest.map(|d| Hash::sha256(&d)), ..Self::new(Reference::File(super::encode_path(path))) }
    }
    /// An ASC CDL in a working space; not applied.
    pub fn cdl(cdl: Cdl, space: WorkingSpace) -> Self {
        let cdl = Cdl { id: None, description: None, ..cdl };
        let correction = Correction::Values { cdl, sop: Extra::default(), sat: Extra::default(), line: Line(0) };
        Self::new(Reference::Cdl(Box::new(CdlLook { working_space: Some(space), correction })))
    }
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
    pub fn applied(mut self, applied: bool) -> Self {
        self.set_applied(applied);
        self
    }
    /// Says whether it is in the pixels, in place of anything unreadable that was said about it.
    pub fn set_applied(&mut self, applied: bool) {
        self.extra.attributes.retain(|a| !a.name.is("", "applied"));
        self.applied = Some(applied);
    }
    /// Whether it is already in the pixels. Where the file does not say, it is not.
    pub fn is_applied(&self) -> bool {
        self.applied == Some(true)
    }
}

impl WorkingSpace {
    /// ACEScct (S-2016-001), by its ACES 2 transform IDs.
    pub fn acescct() -> Self {
        Self::by_ids(TO_ACESCCT, FROM_ACESCCT)
    }
    /// [`WorkingSpace::named_in`] the newest release.
    pub fn named(name: &str) -> Option<Self> {
        Self::named_in(name, Release::NEWEST)
    }
    /// A working space of the catalogue by the IDs of `release`; none where it has no official IDs.
    pub fn named_in(name: &str, release: Release) -> Option<Self> {
        let row = color::working_space(name)?;
        let role = Role::ColorSpaceConversion;
        let from = release.choose(&ids_of(row), role).filter(|id| role.accepts(Version::V2, id))?;
        Some(Self::by_ids(&opposite(&from)?, &from))
    }
    /// From ACES2065-1 by `to`, and back by `from`.
    pub fn by_ids(to: &str, from: &str) -> Self {
        let part = |id: &str| Transform { applied: None, ..Transform::id(id) };
        Self { to: Some(part(to)), from: Some(part(from)), ..Self::default() }
    }
}

/// The official IDs of a row, the newest first.
fn ids_of(row: &color::Named) -> Vec<String> {
    row.ids.iter().filter_map(|id| full_id(id)).collect()
}

impl Author {
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self { name: name.into(), email: Some(email.into()), extra: Extra::default() }
    }
}

impl ClipId {
    pub fn new(name: impl Into<String>, media: Media) -> Self {
        Self { name: name.into(), media: Some(media), ..Self::default() }
    }
}

/// `urn:uuid:…`
pub fn urn(uuid: Uuid) -> String {
    uuid.urn().to_string()
}

/// `xs:dateTime` in UTC, to the second.
pub fn date_time(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    // Years the format has no room for (beyond 9999) cannot come from a clock.
    time.to_offset(time::UtcOffset::UTC).format(&format).unwrap_or_default()
}
