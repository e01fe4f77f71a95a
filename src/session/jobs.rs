//! Work off the caller's thread. A few lanes, one thread each, so that nothing long stands before the frame in view.

use crate::{
    error::{Error, Result},
    progress::Progress,
};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Called from any thread when there is something to [`poll`](Jobs::poll).
pub type Waker = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JobId(u64);

/// Who waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The frame in view, from the file.
    Picture,
    /// The picture on screen, from a frame at hand.
    Develop,
    /// The plan of a look that is tried out: not behind a picture of the one before.
    Draft,
    /// Clips being opened.
    Open,
    /// What may be wanted next, and measurements of what is in view.
    Ahead,
    /// Scopes of what is in view.
    Scopes,
    /// What is compared with the picture in view.
    Side,
    /// Checks and exports.
    Long,
    /// Golden frames that are looked for: neither a signature nor an export waits for it.
    Propose,
    /// What was approved being rendered.
    Render,
    /// Rolls that are read as a whole.
    Verify,
    /// Small pictures for lists and evidence.
    Thumbs,
    /// The library being searched.
    Library,
    /// Clips being read into a library.
    Index,
    /// Deliveries being looked at.
    Wall,
    /// Deliveries held against their receipts: neither a rendering nor a look waits for it.
    Hold,
    /// State to disk, and whether files changed there.
    Save,
}

/// Bytes of a lane's stack: without optimisation an export takes more than a thread has by itself.
const STACK: usize = 16 << 20;

impl Lane {
    /// Whether somebody wants to see how far its jobs are.
    pub fn is_shown(self) -> bool {
        !matches!(self, Self::Ahead | Self::Scopes | Self::Thumbs | Self::Wall | Self::Save)
    }
}

const LANES: [(Lane, &str); 17] = [
    (Lane::Picture, "picture"),
    (Lane::Develop, "develop"),
    (Lane::Draft, "draft"),
    (Lane::Open, "open"),
    (Lane::Ahead, "ahead"),
    (Lane::Scopes, "scopes"),
    (Lane::Side, "side"),
    (Lane::Long, "long"),
    (Lane::Propose, "propose"),
    (Lane::Render, "render"),
    (Lane::Verify, "verify"),
    (Lane::Thumbs, "thumbs"),
    (Lane::Library, "library"),
    (Lane::Index, "index"),
    (Lane::Wall, "wall"),
    (Lane::Hold, "hold"),
    (Lane::Save, "save"),
];

/// A job that has not reported yet.
pub struct Job {
    pub id: JobId,
    pub lane: Lane,
    /// What it does, as the status bar says it.
    pub title: String,
    pub progress: Progress,
    pub started: Instant,
}

/// The result of a job, of whatever type its submitter uses.
pub struct Report<T> {
    pub id: JobId,
    pub title: String,
    pub result: Result<T>,
}

type Done<T> = (JobId, Result<T>);
type Task<T> = (JobId, Progress, Box<dyn FnOnce(&Progress) -> Result<T> + Send>);

/// Where a lane's tasks go, and the thread that does them; none where it could not be started.
type LaneThread<T> = (Sender<Task<T>>, Option<JoinHandle<()>>);

/// Runs jobs and hands back their results, but for those that were cancelled meanwhile.
pub struct Jobs<T> {
    lanes: [Option<LaneThread<T>>; LANES.len()],
    reports: (Sender<Done<T>>, Receiver<Done<T>>),
    active: Vec<Job>,
    next: u64,
    waker: Waker,
}

/// A progress bar moves at most this often.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

impl<T: Send + 'static> Jobs<T> {
    pub fn new(waker: Waker) -> Self {
        Self { lanes: [const { None }; LANES.len()], reports: unbounded(), active: vec![], next: 0, waker }
    }

    /// Queues work in a lane. It should ask its [`Progress`] now and then whether it is still wanted.
    pub fn spawn(&mut self, lane: Lane, title: impl Into<String>, work: impl FnOnce(&Progress) -> Result<T> + Send + 'static) -> JobId {
        self.next += 1;
        let id = JobId(self.next);
        let progress = Progress::watched(throttled(self.waker.clone()));
        self.active.push(Job { id, lane, title: title.into(), progress: progress.clone(), started: Instant::now() });
        let index = LANES.iter().position(|(l, _)| *l == lane).unwrap_or(0);
        let task: Task<T> = (id, progress, Box::new(work));
        let (sender, _) = self.lanes[index].get_or_insert_with(|| start_lane(LANES[index].1, self.reports.0.clone(), self.waker.clone()));
        if sender.send(task).is_err() {
            let _ = self.reports.0.send((id, Err(Error::new(crate::ErrorKind::TryAgain, "no thread to run it on"))));
        }
        id
    }

    /// Asks a job to stop; its result is dropped.
    pub fn cancel(&mut self, id: JobId) {
        if let Some(i) = self.active.iter().position(|j| j.id == id) {
            self.active.remove(i).progress.cancel();
        }
    }

    /// The results that came in since the last call, oldest first. Results of cancelled jobs are dropped here.
    pub fn poll(&mut self) -> Vec<Report<T>> {
        let mut out = vec![];
        while let Ok((id, result)) = self.reports.1.try_recv() {
            if let Some(i) = self.active.iter().position(|j| j.id == id) {
                let job = self.active.remove(i);
                out.push(Report { id, title: job.title, result });
            }
        }
        out
    }

    /// Jobs that have not reported, oldest first.
    pub fn active(&self) -> &[Job] {
        &self.active
    }
    pub fn is_active(&self, id: JobId) -> bool {
        self.active.iter().any(|j| j.id == id)
    }
}

impl<T> Drop for Jobs<T> {
    fn drop(&mut self) {
        for job in &self.active {
            job.progress.cancel();
        }
        // No thread of ours outlives its session: a process that ends while they run ends in the middle of something.
        for (sender, thread) in self.lanes.iter_mut().filter_map(Option::take) {
            drop(sender);
            // Tasks catch their panics, so there is nothing to learn from the result.
            let _ = thread.map(JoinHandle::join);
        }
    }
}

fn start_lane<T: Send + 'static>(name: &str, reports: Sender<Done<T>>, waker: Waker) -> LaneThread<T> {
    let (sender, tasks) = unbounded::<Task<T>>();
    // Without a thread the receiver is dropped and `spawn` reports the failure.
    let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(move || {
        for (id, progress, work) in tasks {
            let result = progress.check().and_then(|()| {
                catch_unwind(AssertUnwindSafe(|| work(&progress))).unwrap_or_else(|panic| {
                    let text = panic.downcast_ref::<&str>().map(|s| s.to_string()).or_else(|| panic.downcast_ref::<String>().cloned());
                    Err(Error::new(crate::ErrorKind::Unsupported, "internal error").value(text.unwrap_or_default()))
                })
            });
            if reports.send((id, result)).is_err() {
                return;
            }
            waker();
        }
    });
    (sender, thread.ok())
}

fn throttled(waker: Waker) -> impl Fn() + Send + Sync {
    let last = Mutex::new(None::<Instant>);
    move || {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|t| t.elapsed() >= PROGRESS_EVERY) {
            *last = Some(Instant::now());
            waker();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs() -> (Jobs<u32>, Receiver<()>) {
        let (tx, rx) = unbounded();
        let jobs = Jobs::new(Arc::new(move || {
            let _ = tx.send(());
        }));
        (jobs, rx)
    }

    fn wait(jobs: &mut Jobs<u32>, woken: &Receiver<()>) -> Vec<Report<u32>> {
        loop {
            let out = jobs.poll();
            if !out.is_empty() {
                return out;
            }
            woken.recv_timeout(Duration::from_secs(10)).expect("a job reports");
        }
    }

    #[test]
    fn results_come_back_with_their_id() {
        let (mut jobs, woken) = jobs();
        let id = jobs.spawn(Lane::Picture, "seven", |_| Ok(7));
        assert!(jobs.is_active(id));
        let out = wait(&mut jobs, &woken);
        assert_eq!((out[0].id, out[0].result.clone()), (id, Ok(7)));
        assert!(jobs.active().is_empty());
    }

    #[test]
    fn a_long_job_does_not_hold_up_the_picture() {
        let (mut jobs, woken) = jobs();
        let (release, held) = unbounded::<()>();
        let long = jobs.spawn(Lane::Long, "long", move |_| {
            let _ = held.recv();
            Ok(1)
        });
        jobs.spawn(Lane::Picture, "picture", |_| Ok(2));
        assert_eq!(wait(&mut jobs, &woken)[0].result, Ok(2));
        assert!(jobs.is_active(long));
        drop(release);
        assert_eq!(wait(&mut jobs, &woken)[0].result, Ok(1));
    }

    #[test]
    fn a_cancelled_job_stops_and_its_result_is_dropped() {
        let (mut jobs, woken) = jobs();
        let (tx, stopped) = unbounded();
        let id = jobs.spawn(Lane::Ahead, "endless", move |p| {
            while p.check().is_ok() {
                thread::sleep(Duration::from_millis(1));
            }
            let _ = tx.send(());
            Ok(1)
        });
        jobs.cancel(id);
        stopped.recv_timeout(Duration::from_secs(10)).ok(); // it may not even have started
        jobs.spawn(Lane::Ahead, "next", |_| Ok(2));
        assert_eq!(wait(&mut jobs, &woken)[0].result, Ok(2));
    }

    #[test]
    fn no_task_outlives_the_jobs() {
        let (mut jobs, _woken) = jobs();
        let (tx, ended) = unbounded();
        let (started, begun) = unbounded();
        jobs.spawn(Lane::Long, "endless", move |p| {
            let _ = started.send(());
            while p.check().is_ok() {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_millis(50));
            let _ = tx.send(());
            Ok(1)
        });
        begun.recv_timeout(Duration::from_secs(10)).unwrap();
        drop(jobs);
        assert_eq!(ended.try_recv(), Ok(()));
    }

    #[test]
    fn a_panic_is_an_error_and_the_lane_lives_on() {
        let (mut jobs, woken) = jobs();
        jobs.spawn(Lane::Open, "bad", |_| panic!("index out of range"));
        let error = wait(&mut jobs, &woken)[0].result.clone().unwrap_err();
        assert!(error.to_string().contains("index out of range"), "{error}");
        jobs.spawn(Lane::Open, "good", |_| Ok(3));
        assert_eq!(wait(&mut jobs, &woken)[0].result, Ok(3));
    }
}
