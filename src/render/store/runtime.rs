//! Object stores are asked by tasks of a runtime of their own; who asks waits. It is made when the first is opened.

use crate::error::{Error, ErrorKind, Result};
use std::{future::Future, sync::OnceLock, time::Duration};
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

/// Waits for what a store is asked.
pub(in crate::render) fn wait<T>(future: impl Future<Output = T>) -> Result<T> {
    Ok(runtime()?.block_on(future))
}
