//! Runs a job on this machine by the session runtime of Open Job Description: the template that a farm gets, task after task.

use super::Bundle;
use crate::{
    error::{Error, ErrorKind, Result},
    progress::Progress,
};
use futures_util::future::{Either, select};
use openjd_model::{
    CallerLimits, JobParameterInputValues, JobParameterValues, ModelProfile, PathParameterOptions, StepDependencyGraph,
    StepParameterSpaceIterator, TaskParameterSet, create_job, decode_job_template, job, preprocess_job_parameters, template::JobTemplate,
};
use openjd_sessions::{ActionState, ActionStatus, Session, SessionConfig, StickyBitPolicy};
use std::{
    convert::Infallible,
    pin::{Pin, pin},
    time::Duration,
};

/// A task that ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    pub step: String,
    /// What it was given, in words: `Frames 0-7`.
    pub task: String,
}

/// Steps of progress that a task is.
const SHARES: u64 = 100;

/// Runs every task of every step, a step after those that it depends on. `told` hears of each task that ended well. Tasks may be repeated:
/// the job that failed is run again and keeps what is right.
///
/// # Errors
/// Of the first task that fails, the kind that its exit code stands for; Invalid: what the specification does not allow; Cancelled.
pub fn run_here(bundle: &Bundle, progress: &Progress, mut told: impl FnMut(&Ran) -> Result<()>) -> Result<()> {
    let (template, parameters) = preprocessed(bundle)?;
    let job = create_job(&template, &parameters, &template.default_validation_context()).map_err(wrong)?;
    let tasks = tasks(&job)?;
    progress.begin(tasks.len() as u64 * SHARES, &job.name);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
    for (done, (step, task)) in tasks.into_iter().enumerate() {
        let ran = Ran { step: step.name.clone(), task: in_words(&task) };
        progress.say(&format!("{} {}", ran.step, ran.task));
        let config = config(done, template.profile(), parameters.clone(), progress, ran.clone());
        runtime.block_on(run_task(config, step, &task, progress)).map_err(|e| e.field(ran.step.clone()).value(&ran.task))?;
        let so_far = (done as u64 + 1) * SHARES;
        progress.advance(so_far.saturating_sub(progress.steps().0))?;
        told(&ran)?;
    }
    Ok(())
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::invalid(error.to_string()).field("template")
}

fn preprocessed(bundle: &Bundle) -> Result<(JobTemplate, JobParameterValues)> {
    let template = decode_job_template(bundle.template.clone(), Some(&["TASK_CHUNKING"]), &CallerLimits::default()).map_err(wrong)?;
    let values: JobParameterInputValues = bundle.values.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let here = std::env::current_dir().map_err(|e| Error::new(ErrorKind::Io, e.to_string()).field("working folder"))?;
    let here = here.to_string_lossy();
    let values = preprocess_job_parameters(&template, &values, &[], &PathParameterOptions::new(&here, &here)).map_err(wrong)?;
    Ok((template, values))
}

/// Every task with its step, in the order they may be run.
fn tasks(job: &job::Job) -> Result<Vec<(&job::Step, TaskParameterSet)>> {
    let order = StepDependencyGraph::new(job).and_then(|graph| graph.topo_sorted_names()).map_err(wrong)?;
    let mut tasks = vec![];
    for step in order.iter().filter_map(|name| job.steps.iter().find(|step| step.name == *name)) {
        match &step.parameter_space {
            None => tasks.push((step, TaskParameterSet::new())),
            Some(space) => tasks.extend(StepParameterSpaceIterator::new(space).map_err(wrong)?.map(|task| (step, task))),
        }
    }
    Ok(tasks)
}

fn in_words(task: &TaskParameterSet) -> String {
    task.iter().map(|(name, value)| format!("{name} {}", value.value.to_display_string())).collect::<Vec<_>>().join(", ")
}

/// What the task says of itself becomes progress of the whole.
fn config(done: usize, profile: ModelProfile, parameters: JobParameterValues, progress: &Progress, ran: Ran) -> SessionConfig {
    let progress = progress.clone();
    let callback = move |_: &str, status: &ActionStatus| {
        if let Some(said) = &status.status_message {
            progress.say(&format!("{} {}: {said}", ran.step, ran.task));
        }
        let share = status.progress.unwrap_or(0.0).clamp(0.0, SHARES as f64) as u64;
        let so_far = done as u64 * SHARES + share;
        // Cancelling is seen to by whoever waits for the task.
        _ = progress.advance(so_far.saturating_sub(progress.steps().0));
    };
    SessionConfig {
        session_id: format!("prelight-{}-{done}", std::process::id()),
        job_parameter_values: parameters,
        path_mapping_rules: None,
        retain_working_dir: false,
        callback: Some(Box::new(callback)),
        os_env_vars: None,
        session_root_directory: None,
        user: None,
        profile: Some(profile),
        cancel_token: None,
        sticky_bit_policy: StickyBitPolicy::Strict,
        debug_collect_stdout: true,
        echo_openjd_directives: true,
    }
}

async fn run_task(config: SessionConfig, step: &job::Step, task: &TaskParameterSet, progress: &Progress) -> Result<()> {
    let io = |e: &dyn std::fmt::Display| Error::new(ErrorKind::Io, e.to_string());
    let mut session = Session::with_config(config).map_err(|e| io(&e))?;
    let handle = session.cancel_handle();
    let cancelling = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if progress.is_cancelled() {
                handle.cancel(None, false);
            }
        }
    };
    let cancelling: Pin<&mut (dyn Future<Output = Infallible> + Send)> = pin!(cancelling);
    let outcome = {
        let running = pin!(session.run_task(&step.name, &step.script, Some(task), step.resolved_symtab.as_ref(), None));
        match select(running, cancelling).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right((never, _)) => match never {},
        }
    };
    let status = session.action_status();
    session.cleanup();
    progress.check()?;
    let result = outcome.map_err(|e| io(&e))?;
    if result.state == ActionState::Success {
        return Ok(());
    }
    let said = status.and_then(|status| status.fail_message);
    let said = said.unwrap_or_else(|| result.stdout.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no word").to_owned());
    Err(match result.exit_code {
        Some(code) => Error::new(ErrorKind::of_exit_code(code).unwrap_or(ErrorKind::Io), said).hint(&format!("exit code {code}")),
        None => Error::new(ErrorKind::Io, said).hint("it was ended from outside"),
    })
}
