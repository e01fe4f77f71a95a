//! Looks now and then, on a thread of its own, whether files are as they were known to be, and wakes the session only where they are not:
//! a window at rest is left alone.

use super::{ClipId, jobs::Waker, profile::Shelf, reload::Stamps};
use crossbeam_channel::{RecvTimeoutError, Sender, unbounded};
use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often files are looked at.
pub const EVERY: Duration = Duration::from_secs(5);

/// A clip and its files, as they were when it was opened.
pub type Stamped = (ClipId, Arc<Stamps>);

/// What is looked at, as it is known.
#[derive(Clone)]
pub struct Known {
    pub clips: Vec<Stamped>,
    /// Those of them that have changed, as is known already.
    pub changed: BTreeSet<ClipId>,
    /// Cut lists, as they were when they were read.
    pub lists: Vec<(PathBuf, Arc<Stamps>)>,
    pub shelf: Arc<Shelf>,
}

impl Known {
    fn is(&self, other: &Self) -> bool {
        let same = |(a, b): (&Stamped, &Stamped)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
        self.clips.len() == other.clips.len()
            && self.clips.iter().zip(&other.clips).all(same)
            && self.changed == other.changed
            && self.lists.len() == other.lists.len()
            && self.lists.iter().zip(&other.lists).all(|(a, b)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1))
            && Arc::ptr_eq(&self.shelf, &other.shelf)
    }

    /// Whether something is not as it is known; `false`, too, where nobody wants to know any more.
    fn differs(&self, is_wanted: impl Fn() -> bool) -> bool {
        self.shelf.changed()
            || self.lists.iter().any(|(_, stamps)| stamps.changed())
            || self.clips.iter().any(|(id, stamps)| is_wanted() && stamps.changed() != self.changed.contains(id))
    }
}

/// Looks while it is told to, and tells what it found.
pub struct Watcher {
    every: Duration,
    waker: Waker,
    /// Started when there is something to look at.
    thread: Option<Thread>,
    told: Option<Known>,
    shared: Arc<Shared>,
}

/// Where what is to be looked at is sent to, and the thread that does; none where it could not be started.
type Thread = (Sender<Option<Known>>, Option<JoinHandle<()>>);

#[derive(Default)]
struct Shared {
    /// Something is not as it is known.
    differs: AtomicBool,
    /// Nobody wants to know any more.
    gone: AtomicBool,
    #[cfg(test)]
    looks: std::sync::atomic::AtomicU64,
}

impl Watcher {
    /// Looks every `every`; the waker is called where [`take`](Self::take) has something to say.
    pub fn new(every: Duration, waker: Waker) -> Self {
        Self { every, waker, thread: None, told: None, shared: Arc::default() }
    }

    /// Has these looked at from now on; nothing with `None`.
    pub fn watch(&mut self, known: Option<Known>) {
        let is_told = match (&self.told, &known) {
            (Some(a), Some(b)) => a.is(b),
            (a, b) => a.is_none() && b.is_none(),
        };
        if is_told {
            return;
        }
        let (orders, _) = self.thread.get_or_insert_with(|| start(self.every, self.waker.clone(), self.shared.clone()));
        // Where no thread could be started nothing is noticed until somebody looks.
        let _ = orders.send(known.clone());
        self.told = known;
    }

    /// Whether something was found that is not as it is known: somebody is to look, and to say what is known then.
    pub fn take(&mut self) -> bool {
        let differs = self.shared.differs.swap(false, Ordering::AcqRel);
        if differs {
            self.told = None;
        }
        differs
    }

    #[cfg(test)]
    pub fn looks(&self) -> u64 {
        self.shared.looks.load(Ordering::Relaxed)
    }
}

fn start(every: Duration, waker: Waker, shared: Arc<Shared>) -> Thread {
    let (orders, taken) = unbounded();
    let thread = thread::Builder::new().name("watch".into()).spawn(move || {
        let mut known: Option<Known> = None;
        let mut next = Instant::now();
        loop {
            let order = match &known {
                Some(_) => taken.recv_deadline(next),
                None => taken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match order {
                Ok(order) => {
                    // One that follows another does not put the look off.
                    if known.is_none() {
                        next = Instant::now() + every;
                    }
                    known = order;
                }
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    let differs = known.as_ref().is_some_and(|k| k.differs(|| !shared.gone.load(Ordering::Relaxed)));
                    #[cfg(test)]
                    shared.looks.fetch_add(1, Ordering::Relaxed);
                    next = Instant::now() + every;
                    if differs {
                        // Told once; the next order says what is known by then.
                        known = None;
                        shared.differs.store(true, Ordering::Release);
                        waker();
                    }
                }
            }
        }
    });
    (orders, thread.ok())
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.gone.store(true, Ordering::Relaxed);
        // No thread of ours outlives its session.
        if let Some((orders, thread)) = self.thread.take() {
            drop(orders);
            // It does not panic.
            let _ = thread.map(JoinHandle::join);
        }
    }
}
