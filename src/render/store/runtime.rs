//! Object stores are asked by tasks of a runtime of their own; who asks waits. It is made when the first is opened.

use crate::error::{Error, ErrorKind, Result};
use futures_util::future::{Either, select};
use std::{
    future::Future,
    pin::pin,
    sync::OnceLock,
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Runtime};

/// Threads that move bytes: their work is waiting.
const THREADS: usize = 2;

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        // An error says that one is there already, which does as well.
        _ = rustls::crypto::ring::default_provider().install_default();
        Builder::new_multi_thread().worker_threads(THREADS).enable_all().thread_name("store").build()
    });
    made.as_ref().map_err(|e| Error::new(ErrorKind::Io, format!("no threads for object stores: {e}")))
}

/// Makes sure that it is there, and with it the cryptography that clients of the network are built with.
///
/// # Errors
/// `Io`: the system has no threads for it.
pub fn prepare() -> Result<()> {
    runtime().map(drop)
}

/// A while before something is tried again: longer each time.
pub(super) async fn pause(tries: u32) {
    tokio::time::sleep(Duration::from_millis(100 << tries.min(6))).await;
}

/// When the process was asked to end.
static ENDING: OnceLock<Instant> = OnceLock::new();
/// How long a store may still take from then on: with an answer, and with what it is given, which is to be there whole. Engines of farms
/// wait half a minute before they end a process by force.
const TO_ANSWER: Duration = Duration::from_secs(1);
const TO_TAKE: Duration = Duration::from_secs(20);
/// How often is looked whether the process is to end.
const LOOK: Duration = Duration::from_millis(100);

/// The process is to end: from now on nobody waits long for a store that does not answer.
pub fn end() {
    _ = ENDING.set(Instant::now());
}

/// Waits for what a store is asked.
///
/// # Errors
/// Cancelled: the process is to end, and it has not answered.
pub(in crate::render) fn wait<T>(future: impl Future<Output = T>) -> Result<T> {
    wait_within(future, TO_ANSWER)
}

/// Waits until a store has what it is given.
///
/// # Errors
/// As [`wait`], some time later.
pub(super) fn wait_for_end<T>(future: impl Future<Output = T>) -> Result<T> {
    wait_within(future, TO_TAKE)
}

fn wait_within<T>(future: impl Future<Output = T>, patience: Duration) -> Result<T> {
    let given_up = async {
        while ENDING.get().is_none_or(|at| at.elapsed() < patience) {
            tokio::time::sleep(LOOK).await;
        }
    };
    runtime()?.block_on(async {
        match select(pin!(future), pin!(given_up)).await {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(Error::cancelled()),
        }
    })
}
