//! What a manifest says.

use super::Format;
use crate::sidecar::{
    amf::Extra,
    xml::{Line, Node},
};
use serde::Serialize;

/// A manifest: one generation of a folder's history, or a packing list. Schema type `HashListType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    pub creator: Creator,
    pub process: Process,
    pub hashes: Vec<Entry>,
    /// Manifests of histories further inside the folder.
    pub references: Vec<Reference>,
    pub extra: Extra,
    /// Comments and instructions before and after the root element.
    pub around: (Vec<Node>, Vec<Node>),
}

/// Schema type `CreatorInfoType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Creator {
    /// `xs:dateTime` as written.
    pub date: String,
    pub host: String,
    pub tool: String,
    pub tool_version: Option<String>,
    pub authors: Vec<Author>,
    pub location: Option<String>,
    pub comment: Option<String>,
    pub extra: Extra,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Author {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Option<String>,
    pub extra: Extra,
}

/// Schema type `ProcessInfoType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    pub kind: ProcessKind,
    /// The digests of the folder itself.
    pub root: Option<FolderDigests>,
    /// Patterns of what is no part of the list, as in a `.gitignore` file; `None` without the element.
    pub ignore: Option<Vec<String>>,
    pub extra: Extra,
}

/// How the list came about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProcessKind {
    /// The files were hashed where they are.
    #[default]
    InPlace,
    /// They were hashed while they were copied.
    Transfer,
    /// Collected from a history, not hashed.
    Flatten,
    /// A word that the schema does not have.
    Other(String),
}

impl ProcessKind {
    pub fn name(&self) -> &str {
        match self {
            Self::InPlace => "in-place",
            Self::Transfer => "transfer",
            Self::Flatten => "flatten",
            Self::Other(name) => name,
        }
    }

    pub fn from_name(name: &str) -> Self {
        match name {
            "in-place" => Self::InPlace,
            "transfer" => Self::Transfer,
            "flatten" => Self::Flatten,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A child of `hashes`.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    File(FileHash),
    Folder(FolderHash),
    /// What is neither, kept in its place.
    Other(Node),
}

/// A file's record. Schema type `HashType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileHash {
    /// Relative to the folder of the history, steps separated by `/`.
    pub path: String,
    /// In bytes.
    pub size: Option<u64>,
    pub created: Option<String>,
    pub modified: Option<String>,
    /// One a format, in the order of [`Format`].
    pub digests: Vec<Digest>,
    pub previous_path: Option<String>,
    pub line: Line,
    /// Boxed because few records have any and there are many records.
    pub extra: Option<Box<RecordExtra>>,
}

/// A folder's record. Schema type `DirectoryHashType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderHash {
    pub path: String,
    pub created: Option<String>,
    pub modified: Option<String>,
    pub digests: FolderDigests,
    pub previous_path: Option<String>,
    pub line: Line,
    pub extra: Option<Box<RecordExtra>>,
}

/// What a record holds beyond the model, `metadata` among it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordExtra {
    /// Of the record.
    pub record: Extra,
    /// Of its `path` element.
    pub path: Extra,
}

/// The digests of a folder: of its content alone, and of its content with the names in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FolderDigests {
    pub content: Vec<Digest>,
    pub structure: Vec<Digest>,
    /// Of the `content` and `structure` elements.
    pub extra: Option<Box<(Extra, Extra)>>,
    /// Of the `roothash` element where this stands in one.
    pub root_extra: Option<Box<Extra>>,
}

/// What a digest was when it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The first of its file.
    Original,
    /// Equal to an earlier one, or in a new format together with one that was.
    Verified,
    /// Not equal to an earlier one. Never a reference.
    Failed,
    /// A word that the schema does not have, kept among the attributes of [`Digest::extra`]. Never a reference.
    Other,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Other => "other",
        }
    }

    /// `None` for a word that the schema does not have.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Original, Self::Verified, Self::Failed].into_iter().find(|a| a.name() == name)
    }
}

/// Schema type `HashFormatType`.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    pub format: Format,
    pub text: String,
    pub action: Option<Action>,
    /// `xs:dateTime` as written.
    pub date: Option<String>,
    pub extra: Option<Box<Extra>>,
}

impl Digest {
    pub fn new(format: Format, text: impl Into<String>) -> Self {
        Self { format, text: text.into(), action: None, date: None, extra: None }
    }
}

/// Schema type `HashListReferenceType`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Of the manifest, relative to the folder of this history.
    pub path: String,
    pub c4: String,
    pub line: Line,
    pub extra: Extra,
}

/// The digest in a format.
pub fn find(digests: &[Digest], format: Format) -> Option<&Digest> {
    digests.iter().find(|d| d.format == format)
}
