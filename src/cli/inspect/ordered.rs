//! Work on a stream of things by all processors, with the results in the order of the stream and a bounded number of both
//! in memory.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
    thread::{available_parallelism, scope},
};

/// Things in hand for each processor: enough to keep all busy behind one that takes long.
const AHEAD: usize = 32;

/// Calls `work` on everything that `produce` gives, on all processors, and `consume` on each result, in order, on this
/// thread. When `consume` breaks, what is not begun is dropped and `produce` is told to break.
pub fn map<T: Send, R: Send>(
    produce: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>) + Send,
    work: impl Fn(T) -> R + Sync,
    mut consume: impl FnMut(R) -> ControlFlow<()>,
) {
    let threads = available_parallelism().map_or(1, usize::from);
    let (send_job, jobs) = bounded::<(T, Sender<R>)>(threads * AHEAD);
    // The promise of each result, in order. Its capacity bounds how far work runs ahead of a slow reader.
    let (send_promise, promises) = bounded::<Receiver<R>>(threads * AHEAD);
    let enough = AtomicBool::new(false);
    scope(|s| {
        s.spawn(move || {
            produce(&mut |thing| {
                let (done, promise) = bounded(1);
                // The receivers are gone once the consumer has had enough.
                if send_promise.send(promise).is_err() || send_job.send((thing, done)).is_err() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
        });
        for _ in 0..threads {
            let (jobs, work, enough) = (jobs.clone(), &work, &enough);
            s.spawn(move || {
                for (thing, done) in jobs.iter().take_while(|_| !enough.load(Ordering::Relaxed)) {
                    _ = done.send(work(thing));
                }
            });
        }
        drop(jobs);
        for promise in promises {
            // A worker that panicked leaves no result; the panic itself ends the scope.
            let Ok(result) = promise.recv() else { break };
            if consume(result).is_break() {
                break;
            }
        }
        enough.store(true, Ordering::Relaxed);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn results_come_in_order_and_not_far_ahead() {
        let (begun, mut taken) = (AtomicUsize::new(0), vec![]);
        let produce = |give: &mut dyn FnMut(usize) -> ControlFlow<()>| {
            for n in 0..5000 {
                if give(n).is_break() {
                    return;
                }
            }
        };
        let work = |n: usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            n * 2
        };
        let most = available_parallelism().map_or(1, usize::from) * (2 * AHEAD + 1) + 2;
        map(produce, work, |n| {
            taken.push(n);
            assert!(begun.load(Ordering::Relaxed) <= taken.len() + most);
            ControlFlow::Continue(())
        });
        assert!(taken.iter().copied().eq((0..5000).map(|n| n * 2)));
    }

    #[test]
    fn a_consumer_that_has_enough_ends_it() {
        let produced = AtomicUsize::new(0);
        let produce = |give: &mut dyn FnMut(usize) -> ControlFlow<()>| {
            for n in 0.. {
                produced.fetch_add(1, Ordering::Relaxed);
                if give(n).is_break() {
                    return;
                }
            }
        };
        let mut taken = 0;
        map(
            produce,
            |n| n,
            |_| {
                taken += 1;
                if taken == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(taken, 3);
    }
}
