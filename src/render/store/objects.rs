//! A prefix of an object store (S3, Google Cloud Storage, Azure Blob Storage) as a store.
//!
//! A new object is put on condition that there is none (`If-None-Match: *`): of two that put one name, one is told so.

use super::{
    Entry, Put,
    parts::{self, Lost},
    runtime,
    upload::{self, Ending, Failed, Uploads},
};
use crate::{
    error::{Error, ErrorKind, Result},
    files,
};
use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::{
    ClientOptions, Error as StoreError, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig, UpdateVersion,
    aws::{AmazonS3, AmazonS3Builder},
    azure::{MicrosoftAzure, MicrosoftAzureBuilder},
    gcp::{GoogleCloudStorage, GoogleCloudStorageBuilder},
    path::Path,
};
use reqwest::header::{HeaderMap, HeaderValue, IF_NONE_MATCH};
use std::{fmt, path::Path as FilePath, sync::Arc, time::Duration};

#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// `s3://bucket`
    root: String,
    prefix: Path,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.location())
    }
}

impl Objects {
    pub(super) fn open(location: &str) -> Result<Self> {
        let usage = |why: String| Error::usage(why).field("location").value(location);
        let url = url::Url::parse(location).map_err(|e| usage(e.to_string()))?;
        let bucket = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| usage("names no bucket".into()))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(usage("keys and options are those of the environment, not of the address".into()));
        }
        let prefix = Path::from_url_path(url.path()).map_err(|e| usage(e.to_string()))?;
        runtime::prepare()?;
        let root = format!("{}://{bucket}", url.scheme());
        let built: Result<Arc<dyn ObjectStore>, StoreError> = match url.scheme() {
            "s3" => s3(bucket, ClientOptions::default()).map(|s| Arc::new(s) as _),
            "gs" => gs(bucket).map(|s| Arc::new(s) as _),
            _ => az(bucket).map(|s| Arc::new(s) as _),
        };
        let store = built.map_err(|e| Error::invalid(e.to_string()).field("environment").file(location))?;
        Ok(Self { store, root, prefix })
    }
    pub(super) fn below(&self, name: &str) -> Self {
        Self { prefix: self.path(name), ..self.clone() }
    }
    pub(super) fn location(&self) -> String {
        if self.prefix.is_root() { self.root.clone() } else { format!("{}/{}", self.root, self.prefix) }
    }

    pub(super) fn put_new(&self, name: &str, bytes: Bytes) -> Result<Put> {
        let options = PutOptions::from(PutMode::Create);
        match runtime::wait_for_end(self.store.put_opts(&self.path(name), bytes.into(), options))? {
            Ok(_) => Ok(Put::Written),
            Err(StoreError::AlreadyExists { .. } | StoreError::Precondition { .. }) => Ok(Put::Exists),
            Err(error) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn put(&self, name: &str, bytes: Bytes) -> Result<()> {
        runtime::wait_for_end(self.store.put(&self.path(name), bytes.into()))?.map(drop).map_err(|e| self.said(name, &e))
    }
    pub(super) fn put_after(&self, name: &str, was: &[u8], bytes: Bytes) -> Result<Put> {
        let path = self.path(name);
        let put = runtime::wait_for_end(async {
            let got = self.store.get(&path).await?;
            let version = UpdateVersion { e_tag: got.meta.e_tag.clone(), version: got.meta.version.clone() };
            if got.meta.size != was.len() as u64 || got.bytes().await? != was {
                return Ok(Put::Exists);
            }
            self.store.put_opts(&path, bytes.into(), PutMode::Update(version).into()).await.map(|_| Put::Written)
        })?;
        match put {
            Ok(put) => Ok(put),
            Err(StoreError::Precondition { .. } | StoreError::NotFound { .. }) => Ok(Put::Exists),
            Err(error) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        runtime::wait_for_end(self.store.delete(&self.path(name)))?.map_err(|e| self.said(name, &e))
    }
    pub(super) fn get(&self, name: &str, limit: u64) -> Result<Option<Bytes>> {
        let got = runtime::wait(async {
            let got = self.store.get(&self.path(name)).await?;
            // Before its bytes come.
            if got.meta.size > limit { Ok(None) } else { got.bytes().await.map(Some) }
        })?;
        match got {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(Error::invalid(format!("larger than the {limit} bytes such a file may have")).file(self.of(name))),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn read(&self, name: &str, limit: u64, take: impl FnMut(&[u8]) -> Result<()>) -> Result<Option<u64>> {
        let about = match runtime::wait(self.store.head(&self.path(name)))? {
            Ok(about) if about.size <= limit => about,
            Ok(_) => return Err(Error::invalid(format!("larger than the {limit} bytes such a file may have")).file(self.of(name))),
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.said(name, &error)),
        };
        match parts::read(&self.store, &about, take)? {
            Ok(()) => Ok(Some(about.size)),
            Err(Lost::Changed | Lost::Said(StoreError::NotFound { .. })) => {
                Err(Error::new(ErrorKind::TryAgain, "has changed while it was read").file(self.of(name)))
            }
            Err(Lost::Said(error)) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn take_file(&self, name: &str, file: &FilePath, replace: bool) -> Result<Put> {
        let length = std::fs::metadata(file).map_err(|e| Error::io(file, &e))?.len();
        if !upload::is_large(length) {
            let bytes = Bytes::from(files::read_bounded(file, length)?);
            return if replace { self.put(name, bytes).map(|()| Put::Written) } else { self.put_new(name, bytes) };
        }
        let last = name.rsplit('/').next().unwrap_or(name);
        let aside = self.path(&format!("{}{}", name.strip_suffix(last).unwrap_or_default(), files::partial_name(last)));
        let uploads = uploads(&self.root).map_err(|e| Error::invalid(e.to_string()).field("environment").file(self.of(name)))?;
        match upload::upload(&*self.store, &uploads, &self.path(name), &aside, file, replace)? {
            Ok(put) => Ok(put),
            Err(Failed::Here(error)) => Err(error),
            Err(Failed::There(error)) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn find(&self, name: &str) -> Result<Option<Entry>> {
        match runtime::wait(self.store.head(&self.path(name)))? {
            Ok(about) => Ok(Some(entry(name.to_owned(), about))),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn head(&self, name: &str, length: u64) -> Result<Option<Bytes>> {
        match runtime::wait(self.store.get_range(&self.path(name), 0..length))? {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.said(name, &error)),
        }
    }
    pub(super) fn list(&self, below: &str) -> Result<Vec<Entry>> {
        let at = if below.is_empty() { self.prefix.clone() } else { self.path(below) };
        let found: Result<Vec<ObjectMeta>, StoreError> = runtime::wait(self.store.list(Some(&at)).try_collect())?;
        let named = |about: ObjectMeta| {
            let mut name = String::new();
            for part in about.location.prefix_match(&self.prefix)? {
                if !name.is_empty() {
                    name.push('/');
                }
                name.push_str(part.as_ref());
            }
            // A folder that a console has made is an object of no name; what is still being written is nothing yet.
            let is_partial = files::is_partial(name.rsplit('/').next().unwrap_or_default());
            (!name.is_empty() && !is_partial).then(|| entry(name, about))
        };
        Ok(found.map_err(|e| self.said(below, &e))?.into_iter().filter_map(named).collect())
    }

    /// The key of a name, with every character as it is: what is listed is found again.
    fn path(&self, name: &str) -> Path {
        let key = if self.prefix.is_root() { name.to_owned() } else { format!("{}/{name}", self.prefix) };
        // Names are plain ones: what the crate would not take as they are it escapes.
        Path::parse(&key).unwrap_or_else(|_| Path::from(key))
    }
    fn of(&self, name: &str) -> String {
        if name.is_empty() { self.location() } else { format!("{}/{name}", self.location()) }
    }
    fn said(&self, name: &str, error: &StoreError) -> Error {
        Error::new(kind_of(error), brief(error)).file(self.of(name))
    }
}

/// As `from_env` makes it, over these options.
fn s3(bucket: &str, options: ClientOptions) -> Result<AmazonS3, StoreError> {
    let mut builder = AmazonS3Builder::new().with_client_options(options);
    for (key, value) in std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))) {
        if let (true, Ok(key)) = (key.starts_with("AWS_"), key.to_ascii_lowercase().parse()) {
            builder = builder.with_config(key, value);
        }
    }
    builder.with_bucket_name(bucket).with_retry(retries()).build()
}

fn gs(bucket: &str) -> Result<GoogleCloudStorage, StoreError> {
    GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket).with_retry(retries()).build()
}

fn az(container: &str) -> Result<MicrosoftAzure, StoreError> {
    MicrosoftAzureBuilder::from_env().with_container_name(container).with_retry(retries()).build()
}

/// What puts the objects of a bucket together, by its address.
fn uploads(root: &str) -> Result<Uploads, StoreError> {
    let (scheme, bucket) = root.split_once("://").unwrap_or_default();
    Ok(match scheme {
        "s3" => {
            // The crate has no word for a condition at the end of an upload; a client may have one for all that it asks.
            let only_new = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("*"))]);
            let last = s3(bucket, ClientOptions::default().with_default_headers(only_new))?;
            Uploads { parts: Arc::new(s3(bucket, ClientOptions::default())?), ending: Ending::Conditional(Arc::new(last)) }
        }
        "gs" => Uploads { parts: Arc::new(gs(bucket)?), ending: Ending::Copied },
        _ => Uploads { parts: Arc::new(az(bucket)?), ending: Ending::LookedAt },
    })
}

/// Requests that a store is too busy for are asked again for about this long.
fn retries() -> RetryConfig {
    let mut config = RetryConfig { max_retries: 8, retry_timeout: Duration::from_secs(60), ..RetryConfig::default() };
    config.backoff.max_backoff = Duration::from_secs(4);
    config
}

fn entry(name: String, about: ObjectMeta) -> Entry {
    let mark = about.e_tag.unwrap_or_else(|| about.last_modified.timestamp_micros().to_string());
    Entry { name, length: about.size, mark, modified: about.last_modified.into() }
}

/// What the store would say again is no use to try again.
fn kind_of(error: &StoreError) -> ErrorKind {
    match error {
        StoreError::NotFound { .. } | StoreError::PermissionDenied { .. } | StoreError::Unauthenticated { .. } => ErrorKind::Io,
        StoreError::InvalidPath { .. } => ErrorKind::Usage,
        StoreError::NotSupported { .. } | StoreError::NotImplemented { .. } => ErrorKind::Unsupported,
        StoreError::Generic { .. } => match status(&error.to_string()) {
            Some(408 | 429) | None => ErrorKind::TryAgain,
            Some(400..=499) => ErrorKind::Io,
            Some(_) => ErrorKind::TryAgain,
        },
        _ => ErrorKind::Io,
    }
}

/// The HTTP status that an error speaks of. The crate has no other word for it.
fn status(text: &str) -> Option<u16> {
    let digits = text.split("status code: ").nth(1)?.get(..3)?;
    digits.parse().ok()
}

/// What it says, on one line and not longer than one reads.
fn brief(error: &StoreError) -> String {
    /// In characters.
    const LONGEST: usize = 400;
    let text = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_store_says_decides_whether_to_try_again() {
        let generic = |text: &str| StoreError::Generic { store: "S3", source: text.to_owned().into() };
        let kind = |text: &str| kind_of(&generic(text));
        assert_eq!(kind("after 8 retries - Server returned non-2xx status code: 503 Service Unavailable: "), ErrorKind::TryAgain);
        assert_eq!(kind("Server returned non-2xx status code: 429 Too Many Requests: slow down"), ErrorKind::TryAgain);
        assert_eq!(kind("Server returned non-2xx status code: 400 Bad Request: "), ErrorKind::Io);
        assert_eq!(kind("HTTP error: error sending request"), ErrorKind::TryAgain);
        assert_eq!(brief(&generic(&"a\n b ".repeat(1000))).chars().count(), 401);
    }

    #[test]
    fn addresses_are_a_bucket_and_a_prefix() {
        let open = |location: &str| Objects::open(location);
        assert_eq!(open("s3://bucket/a/b/").unwrap().location(), "s3://bucket/a/b");
        assert_eq!(open("s3://bucket").unwrap().below("x/y").location(), "s3://bucket/x/y");
        for bad in ["s3:///a", "s3://key:secret@bucket/a", "s3://bucket/a?b=c", "s3://bucket/a/../b#x"] {
            assert_eq!(open(bad).unwrap_err().exit_code(), 2, "{bad}");
        }
    }
}
