//! An S3 in this process whose objects are files of a folder, and which can be told to be busy or to hang up.

use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::{Request, Response, body::Incoming, service::Service};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{
    Body, HttpError, HttpResponse,
    auth::SimpleAuth,
    dto::StreamingBlob,
    service::{S3Service, S3ServiceBuilder},
};
use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    process::{Command, Output},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

const KEY: (&str, &str) = ("AKIATEST", "a-secret-for-tests");

/// What it does to requests.
#[derive(Default)]
pub struct Faults {
    /// So many requests are told that it is busy.
    pub busy: AtomicU32,
    /// So many connections are cut while they wait for an answer.
    pub cut: AtomicU32,
    /// Requests that came.
    pub asked: AtomicU32,
    /// So many parts end before their end.
    pub torn: AtomicU32,
    /// Once a part was asked for: puts the first file in the place of the second.
    pub after_part: Mutex<Option<(PathBuf, PathBuf)>>,
    /// The same, when an upload is about to end.
    pub before_end: Mutex<Option<(PathBuf, PathBuf)>>,
    /// No upload may end.
    pub no_end: AtomicBool,
    /// What is there may be read, and nothing is written.
    pub read_only: AtomicBool,
    /// Requests wait until so many have come; then none do.
    pub gather: AtomicU32,
    gathered: tokio::sync::Notify,
    came: AtomicU32,
    /// Bytes of a body, at most, that was asked for or sent.
    pub largest: AtomicU64,
    /// Parts of a megabyte and more that were on their way at once, at most, and now.
    pub most_large: AtomicU32,
    large: AtomicU32,
}

pub struct Server {
    folder: tempfile::TempDir,
    address: String,
    pub faults: Arc<Faults>,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// With one bucket, `bucket`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bucket")).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
        let faults = Arc::new(Faults::default());
        let service = Faulty { inner: builder.build(), faults: faults.clone() };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move {
            let http = Builder::new(TokioExecutor::new());
            while let Ok((socket, _)) = listener.accept().await {
                let connection = http.serve_connection(TokioIo::new(socket), service.clone()).into_owned();
                tokio::spawn(async move { _ = connection.await });
            }
        });
        Self { folder, address, faults, _runtime: runtime }
    }

    /// The file of an object.
    pub fn at(&self, key: &str) -> PathBuf {
        self.folder.path().join("bucket").join(key)
    }
    /// Puts a folder of files.
    pub fn upload(&self, from: &Path, key: &str) {
        for entry in std::fs::read_dir(from).unwrap() {
            let from = entry.unwrap().path();
            let key = format!("{key}/{}", from.file_name().unwrap().to_str().unwrap());
            if from.is_dir() {
                self.upload(&from, &key);
            } else {
                std::fs::create_dir_all(self.at(&key).parent().unwrap()).unwrap();
                std::fs::copy(&from, self.at(&key)).unwrap();
            }
        }
    }

    /// A call of the binary that knows the way to it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.with_keys(env!("CARGO_BIN_EXE_prelight"));
        command.args(arguments);
        command
    }
    /// A call of any program that would.
    pub fn with_keys(&self, program: &str) -> Command {
        let mut command = Self::keys(program);
        command.env("AWS_ENDPOINT_URL", &self.address);
        command
    }
    /// A call that has the keys, of whatever store.
    pub fn keys(program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("AWS_ACCESS_KEY_ID", KEY.0).env("AWS_SECRET_ACCESS_KEY", KEY.1).env("AWS_REGION", "us-east-1");
        command.env("AWS_ALLOW_HTTP", "true");
        command
    }
    /// Parts of uploads that have not ended.
    pub fn parts_left(&self) -> usize {
        let names = std::fs::read_dir(self.folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("upload")).count()
    }
    pub fn run_to(&self, code: i32, arguments: &[&str]) -> String {
        expect(code, self.command(arguments).output().unwrap())
    }
}

/// What a call said, on both ways; it has to have ended so.
pub fn expect(code: i32, output: Output) -> String {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    said
}

#[derive(Clone)]
struct Faulty {
    inner: S3Service,
    faults: Arc<Faults>,
}

impl Service<Request<Incoming>> for Faulty {
    type Response = HttpResponse;
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let take = |count: &AtomicU32| count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        self.faults.asked.fetch_add(1, Ordering::SeqCst);
        if take(&self.faults.cut) {
            return Box::pin(async { Err(HttpError::new("hung up".into())) });
        }
        if take(&self.faults.busy) {
            let body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>".to_owned();
            return Box::pin(async { Ok(Response::builder().status(503).body(Body::from(body)).unwrap()) });
        }
        if self.faults.read_only.load(Ordering::SeqCst) && !matches!(request.method().as_str(), "GET" | "HEAD") {
            let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>".to_owned();
            return Box::pin(async { Ok(Response::builder().status(403).body(Body::from(body)).unwrap()) });
        }
        let waits_for = self.faults.gather.load(Ordering::SeqCst);
        if waits_for > 0 {
            let (faults, service) = (self.faults.clone(), self.inner.clone());
            return Box::pin(async move {
                // Before it is looked whether it is the last: who is told then has to listen.
                let told = faults.gathered.notified();
                if faults.came.fetch_add(1, Ordering::SeqCst) + 1 >= waits_for {
                    faults.gather.store(0, Ordering::SeqCst);
                    faults.gathered.notify_waiters();
                } else {
                    told.await;
                }
                Service::call(&service, request).await
            });
        }
        let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let range = header("range").and_then(|r| r.strip_prefix("bytes=")?.split_once('-'));
        let asked = range.and_then(|(a, b)| Some(b.parse::<u64>().ok()? + 1 - a.parse::<u64>().ok()?));
        let sent = header("content-length").and_then(|l| l.parse::<u64>().ok());
        let size = asked.max(sent).unwrap_or(0);
        self.faults.largest.fetch_max(size, Ordering::SeqCst);
        let is_end = request.method() == "POST" && query.contains("uploadId");
        if is_end {
            if let Some((from, to)) = self.faults.before_end.lock().unwrap().take() {
                std::fs::create_dir_all(to.parent().unwrap()).unwrap();
                std::fs::copy(from, to).unwrap();
            }
            if self.faults.no_end.load(Ordering::SeqCst) {
                return Box::pin(async { Ok(Response::builder().status(403).body(Body::from(String::new())).unwrap()) });
            }
        }
        let is_large = size >= 1 << 20;
        if !is_large {
            return Box::pin(Service::call(&self.inner, request));
        }
        let torn = asked.is_some() && take(&self.faults.torn);
        let (faults, answer) = (self.faults.clone(), Service::call(&self.inner, request));
        Box::pin(async move {
            let now = faults.large.fetch_add(1, Ordering::SeqCst) + 1;
            faults.most_large.fetch_max(now, Ordering::SeqCst);
            let answer = answer.await;
            faults.large.fetch_sub(1, Ordering::SeqCst);
            let answer = answer?;
            if asked.is_some()
                && let Some((from, to)) = faults.after_part.lock().unwrap().take()
            {
                std::fs::copy(from, to).unwrap();
            }
            if !torn {
                return Ok(answer);
            }
            // Half of it, and then the connection is cut.
            let (head, body) = answer.into_parts();
            let half = body.take((size / 2 / 4096) as usize).map_err(std::io::Error::other);
            let cut = stream::once(async { Err(std::io::Error::other("cut")) });
            Ok(Response::from_parts(head, StreamingBlob::wrap(half.chain(cut)).into()))
        })
    }
}
