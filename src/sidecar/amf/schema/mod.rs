//! The AMF schemas 1.0 and 2.0 and the part of the CDL schema 1.01 they use, as data, and the walk that checks a tree by them.
//!
//! Written from the schemas' text; each violation names its line and path. Where a content model breaks, the rest of that
//! element's children is not judged. What real exporters leave out and every reader takes is a warning.

mod walk;

pub(super) use walk::check;

use super::{Version, ids::Role, values::Simple};

/// What an element may hold.
enum Content {
    Text(Simple),
    Elements(Particle),
    Nothing,
}

/// An element's type: its attributes (name, type, since which version; all required) and content.
struct Type {
    attributes: &'static [(&'static str, Simple, Version)],
    content: Content,
}

/// A piece of a content model.
enum Particle {
    /// One element by local name in the namespace of AMF.
    Amf(&'static str, &'static Type),
    /// One CDL element by any of its two names.
    Cdl(&'static str, &'static str, &'static Type),
    All(&'static [Particle]),
    One(&'static [Particle]),
    Optional(&'static Particle),
    Many(&'static Particle),
    /// Required, but reported as a warning where it is missing in this way.
    Expected(&'static Particle, Tolerance),
    /// By version of the schema.
    By(&'static Particle, &'static Particle),
}

/// When a missing element is taken.
#[derive(Clone, Copy, PartialEq)]
enum Tolerance {
    Always,
    /// DaVinci Resolve writes bare CDLs behind a `workingLocation`.
    BehindWorkingLocation,
}

use Particle::{All, Amf, By, Many, One, Optional};

const EMPTY: Particle = All(&[]);

const fn text(simple: Simple) -> Type {
    Type { attributes: &[], content: Content::Text(simple) }
}
const fn elements(particle: Particle) -> Type {
    Type { attributes: &[], content: Content::Elements(particle) }
}

static STRING: Type = text(Simple::String);
static URI: Type = text(Simple::String);
static UUID: Type = text(Simple::Uuid);
static DATE_TIME: Type = text(Simple::DateTime);
static DIGIT: Type = text(Simple::Digit);
static HASH: Type = Type { attributes: &[("algorithm", Simple::HashAlgorithm, Version::V1)], content: Content::Text(Simple::Base64) };

static DATES: Type = elements(All(&[Amf("creationDateTime", &DATE_TIME), Amf("modificationDateTime", &DATE_TIME)]));
static EMAIL: Type = text(Simple::Email);
static AUTHOR: Type = elements(All(&[Amf("name", &STRING), Particle::Expected(&Amf("emailAddress", &EMAIL), Tolerance::Always)]));
const INFO_PARTS: Particle = All(&[
    Optional(&Amf("description", &STRING)),
    Many(&Amf("author", &AUTHOR)),
    Amf("dateTime", &DATES),
    By(&Optional(&Amf("uuid", &UUID)), &Amf("uuid", &UUID)),
]);
static INFO: Type = elements(INFO_PARTS);
static SYSTEM_VERSION: Type = elements(All(&[Amf("majorVersion", &DIGIT), Amf("minorVersion", &DIGIT), Amf("patchVersion", &DIGIT)]));
static PIPELINE_INFO: Type = elements(All(&[INFO_PARTS, Amf("systemVersion", &SYSTEM_VERSION)]));

static SEQUENCE: Type = Type {
    attributes: &[("idx", Simple::String, Version::V1), ("min", Simple::Count, Version::V1), ("max", Simple::Count, Version::V1)],
    content: Content::Text(Simple::String),
};
static CLIP_ID: Type =
    elements(All(&[Amf("clipName", &STRING), One(&[Amf("sequence", &SEQUENCE), Amf("file", &URI), Amf("uuid", &UUID)])]));

const TRANSFORM_HEAD: Particle = All(&[Optional(&Amf("description", &STRING)), Optional(&Amf("hash", &HASH))]);

/// Declares the type of a transform inside another one, and that of its ID.
macro_rules! inner_transform {
    ($name:ident, $id:ident, $role:expr) => {
        static $id: Type = text(Simple::TransformId($role));
        static $name: Type = elements(All(&[TRANSFORM_HEAD, One(&[Amf("uuid", &UUID), Amf("file", &URI), Amf("transformId", &$id)])]));
    };
}
inner_transform!(INVERSE_OUTPUT, INVERSE_OUTPUT_ID, Role::InverseOutput);
inner_transform!(RENDERING, RENDERING_ID, Role::ReferenceRendering);
inner_transform!(DEVICE, DEVICE_ID, Role::OutputDevice);
inner_transform!(INVERSE_RENDERING, INVERSE_RENDERING_ID, Role::InverseReferenceRendering);
inner_transform!(INVERSE_DEVICE, INVERSE_DEVICE_ID, Role::InverseOutputDevice);
inner_transform!(CONVERSION, CONVERSION_ID, Role::ColorSpaceConversion);

static INPUT_ID: Type = text(Simple::TransformId(Role::Input));
static INPUT: Type = Type {
    attributes: &[("applied", Simple::Boolean, Version::V1)],
    content: Content::Elements(All(&[
        TRANSFORM_HEAD,
        One(&[
            Amf("uuid", &UUID),
            Amf("file", &URI),
            Amf("transformId", &INPUT_ID),
            Amf("inverseOutputTransform", &INVERSE_OUTPUT),
            All(&[Amf("inverseOutputDeviceTransform", &INVERSE_DEVICE), Amf("inverseReferenceRenderingTransform", &INVERSE_RENDERING)]),
        ]),
    ])),
};

static WORKING_SPACE: Type = elements(All(&[Optional(&Amf("toCdlWorkingSpace", &CONVERSION)), Amf("fromCdlWorkingSpace", &CONVERSION)]));
static NUMBER: Type = text(Simple::Numbers(1));
static TRIPLE: Type = text(Simple::Numbers(3));
const CDL_DESCRIPTIONS: Particle = Many(&Particle::Cdl("Description", "Description", &STRING));
static SOP: Type = elements(All(&[
    CDL_DESCRIPTIONS,
    Particle::Cdl("Slope", "Slope", &TRIPLE),
    Particle::Cdl("Offset", "Offset", &TRIPLE),
    Particle::Cdl("Power", "Power", &TRIPLE),
]));
static SAT: Type = elements(All(&[CDL_DESCRIPTIONS, Particle::Cdl("Saturation", "Saturation", &NUMBER)]));
static CORRECTION_REF: Type = Type {
    attributes: &[("ref", Simple::String, Version::V1)],
    content: Content::Elements(All(&[
        CDL_DESCRIPTIONS,
        Optional(&Particle::Cdl("InputDescription", "InputDescription", &STRING)),
        Optional(&Particle::Cdl("ViewingDescription", "ViewingDescription", &STRING)),
    ])),
};
static LOOK_ID: Type = text(Simple::TransformId(Role::Look));
static LOOK: Type = Type {
    attributes: &[("applied", Simple::Boolean, Version::V1)],
    content: Content::Elements(All(&[
        TRANSFORM_HEAD,
        One(&[
            Amf("uuid", &UUID),
            Amf("file", &URI),
            Amf("transformId", &LOOK_ID),
            All(&[
                Particle::Expected(&Amf("cdlWorkingSpace", &WORKING_SPACE), Tolerance::BehindWorkingLocation),
                One(&[
                    All(&[Particle::Cdl("SOPNode", "ASC_SOP", &SOP), Particle::Cdl("SatNode", "ASC_SAT", &SAT)]),
                    All(&[Particle::Cdl("ColorCorrectionRef", "ASC_CC_XML", &CORRECTION_REF), By(&EMPTY, &Amf("file", &URI))]),
                ]),
            ]),
        ]),
    ])),
};

static OUTPUT_ID: Type = text(Simple::TransformId(Role::Output));
static OUTPUT: Type = Type {
    attributes: &[("applied", Simple::Boolean, Version::V2)],
    content: Content::Elements(All(&[
        TRANSFORM_HEAD,
        One(&[
            Amf("uuid", &UUID),
            Amf("file", &URI),
            Amf("transformId", &OUTPUT_ID),
            All(&[Amf("referenceRenderingTransform", &RENDERING), Amf("outputDeviceTransform", &DEVICE)]),
        ]),
    ])),
};

static WORKING_LOCATION: Type = Type { attributes: &[], content: Content::Nothing };
static PIPELINE: Type = elements(All(&[
    Amf("pipelineInfo", &PIPELINE_INFO),
    Optional(&Amf("inputTransform", &INPUT)),
    By(&Many(&Amf("lookTransform", &LOOK)), &Many(&One(&[Amf("workingLocation", &WORKING_LOCATION), Amf("lookTransform", &LOOK)]))),
    By(&Amf("outputTransform", &OUTPUT), &Optional(&Amf("outputTransform", &OUTPUT))),
]));
static ROOT: Type = Type {
    attributes: &[("version", Simple::SchemaVersion, Version::V1)],
    content: Content::Elements(All(&[
        Amf("amfInfo", &INFO),
        Optional(&Amf("clipId", &CLIP_ID)),
        Amf("pipeline", &PIPELINE),
        Many(&Amf("archivedPipeline", &PIPELINE)),
    ])),
};
