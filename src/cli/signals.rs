//! SIGTERM and SIGINT, as engines of farms and people at terminals send them. The first cancels the work, so that what is being written
//! ends whole or not at all and the command says how it ended, and gives up a store that does not answer; the second ends the process at once.

use super::out;
use crate::{error::ErrorKind, progress::Progress, render::store};
use std::{
    io,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

/// Whether a signal has come.
static CAME: AtomicBool = AtomicBool::new(false);

/// From now on a signal ends the process by its work. One that comes while no work is watched cancels the next.
pub(super) fn heed() {
    static HEEDED: Once = Once::new();
    HEEDED.call_once(|| {
        // They end the process then, as they would without us.
        if let Err(error) = listen() {
            out::message(format_args!("prelight: signals are not heeded: {error}"));
        }
    });
}

/// The progress of work that a signal cancels.
pub(super) fn progress() -> Progress {
    heed();
    Progress::until(&CAME)
}

#[cfg(unix)]
fn listen() -> io::Result<()> {
    use futures_util::future::select;
    use std::pin::pin;
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let (ready, told) = std::sync::mpsc::sync_channel(1);
    let wait = async move {
        // Only where somebody is there to wait for them: a signal that is registered does nothing by itself any more.
        let registered = signal(SignalKind::terminate()).and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)));
        match registered {
            Err(error) => _ = ready.send(Err(error)),
            Ok((mut terminate, mut interrupt)) => {
                _ = ready.send(Ok(()));
                loop {
                    select(pin!(terminate.recv()), pin!(interrupt.recv())).await;
                    came();
                }
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(wait))?;
    // What comes from now on is heeded.
    told.recv().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
}

#[cfg(unix)]
fn came() {
    if CAME.swap(true, Ordering::Relaxed) {
        std::process::exit(ErrorKind::Cancelled.exit_code().into());
    }
    store::end();
    out::message("prelight: cancelling; a second signal ends it at once");
}

/// Other systems have their own way to end a process.
#[cfg(not(unix))]
fn listen() -> io::Result<()> {
    Ok(())
}
