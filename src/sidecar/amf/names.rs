//! Namespaces of AMF and of the CDL elements in it.

use super::Version;

/// Namespace of AMF 1.0.
pub const AMF_V1: &str = "urn:ampas:aces:amf:v1.0";
/// Namespace of AMF 2.0.
pub const AMF_V2: &str = "urn:ampas:aces:amf:v2.0";
/// What the namespace began with before version 1.0 was released; still in the field.
pub const AMF_PRE_RELEASE: &str = "urn:acesMetadata:acesMetadataFile:";
/// Namespace of the ASC CDL elements (ASC CDL v1.2, schema v1.01).
pub const CDL: &str = "urn:ASC:CDL:v1.01";

impl Version {
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V1 => AMF_V1,
            Self::V2 => AMF_V2,
        }
    }
    /// The value of the root's `version` attribute.
    pub fn number(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }
}
