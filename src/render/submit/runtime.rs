//! The loop of a function: asks the runtime interface of AWS Lambda for an event, hands it to a command, and says what came of it.
//!
//! The command gets the event on its standard input. Its standard output is the answer; where it fails, the kind of the error is named by
//! its exit code, so that whoever calls the function can tell what is worth another try.

use crate::{
    error::{Error, ErrorKind, Result},
    render::store,
};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

/// The variable that says where the interface is.
pub const VARIABLE: &str = "AWS_LAMBDA_RUNTIME_API";
const VERSION: &str = "2018-06-01";
/// Bytes of an answer, at most.
const LARGEST: usize = 6 << 20;
/// Bytes of what a command said, that are told on.
const SAID: usize = 4 << 10;

/// What came of an event.
#[derive(Debug, PartialEq)]
enum Answer {
    Done(Vec<u8>),
    Failed { kind: &'static str, message: String },
}

/// Serves events until the interface is gone, which is an error: the loop of a function ends with its machine. `interface` is a host and
/// a port.
///
/// # Errors
/// I/O: the interface cannot be reached, or answers what it should not.
pub fn serve(interface: &str, command: &[String]) -> Result<()> {
    let client = Client::new(interface)?;
    loop {
        let event = client.next()?;
        let answer = handle(command, &event.body);
        client.answer(&event.id, answer)?;
    }
}

fn handle(command: &[String], event: &[u8]) -> Answer {
    let failed = |kind, message: String| Answer::Failed { kind, message };
    let Some((program, arguments)) = command.split_first() else {
        return failed(name_of(Some(ErrorKind::Usage)), "no command to hand events to".into());
    };
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return failed(name_of(Some(ErrorKind::Io)), format!("{program}: {error}")),
    };
    // In a thread: a command may say much before it has read all. One that needs no event may have gone.
    let input = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| input.map(|mut input| input.write_all(event)));
        child.wait_with_output()
    });
    match output {
        Err(error) => failed(name_of(Some(ErrorKind::Io)), format!("{program}: {error}")),
        Ok(output) if output.status.success() && output.stdout.len() <= LARGEST => Answer::Done(output.stdout),
        Ok(output) if output.status.success() => {
            failed(name_of(Some(ErrorKind::Invalid)), format!("an answer of {} bytes", output.stdout.len()))
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr[output.stderr.len().saturating_sub(SAID)..]).trim().to_owned();
            let said = if said.is_empty() { output.status.to_string() } else { said };
            failed(output.status.code().map_or("Prelight.Killed", |code| name_of(ErrorKind::of_exit_code(code))), said)
        }
    }
}

/// The name of an error by its kind: Step Functions decide by it.
fn name_of(kind: Option<ErrorKind>) -> &'static str {
    use ErrorKind::{Cancelled, Invalid, Io, Refused, TryAgain, Unsupported, Usage, Verification};
    match kind {
        Some(Usage) => "Prelight.Usage",
        Some(Invalid | Unsupported) => "Prelight.Invalid",
        Some(Verification) => "Prelight.Verification",
        Some(Refused) => "Prelight.Refused",
        Some(Io) => "Prelight.Io",
        Some(TryAgain | Cancelled) => "Prelight.TryAgain",
        None => "Prelight.Failed",
    }
}

struct Event {
    id: String,
    body: Vec<u8>,
}

struct Client {
    http: reqwest::Client,
    base: String,
}

impl Client {
    fn new(interface: &str) -> Result<Self> {
        store::prepare()?;
        let wrong = |e: &dyn std::fmt::Display| Error::new(ErrorKind::Io, e.to_string()).field(VARIABLE).value(interface);
        // The machine sleeps while it waits for an event: no time is too long.
        let http = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build().map_err(|e| wrong(&e))?;
        Ok(Self { http, base: format!("http://{interface}/{VERSION}/runtime/invocation") })
    }

    fn next(&self) -> Result<Event> {
        let url = format!("{}/next", self.base);
        store::wait(async {
            let response = self.http.get(&url).send().await.and_then(reqwest::Response::error_for_status).map_err(|e| of_http(&e))?;
            let id = response.headers().get("Lambda-Runtime-Aws-Request-Id").and_then(|id| id.to_str().ok());
            // It becomes a part of an address.
            let id = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
            let id =
                id.ok_or_else(|| Error::new(ErrorKind::Io, "an event without an id").field("Lambda-Runtime-Aws-Request-Id"))?.to_owned();
            let body = response.bytes().await.map_err(|e| of_http(&e))?.to_vec();
            Ok(Event { id, body })
        })?
    }

    fn answer(&self, id: &str, answer: Answer) -> Result<()> {
        let (place, body, kind) = match answer {
            Answer::Done(text) => ("response", document(&text), None),
            Answer::Failed { kind, message } => {
                ("error", json!({ "errorType": kind, "errorMessage": message, "stackTrace": [] }), Some(kind))
            }
        };
        let mut request = self.http.post(format!("{}/{id}/{place}", self.base)).header("Content-Type", "application/json");
        if let Some(kind) = kind {
            request = request.header("Lambda-Runtime-Function-Error-Type", kind);
        }
        store::wait(async {
            let response = request.body(body.to_string()).send().await;
            response.and_then(reqwest::Response::error_for_status).map(drop).map_err(|e| of_http(&e))
        })?
    }
}

/// An answer is JSON: text that is none becomes a string.
fn document(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|_| String::from_utf8_lossy(text).trim().into())
}

fn of_http(error: &reqwest::Error) -> Error {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        said = format!("{said}: {inner}");
        source = inner.source();
    }
    Error::new(ErrorKind::Io, said).field(VARIABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Answer {
        handle(&["sh".into(), "-c".into(), script.into()], b"{\"a\":1}")
    }

    #[test]
    fn a_command_gets_the_event_and_its_output_is_the_answer() {
        assert_eq!(shell("cat"), Answer::Done(b"{\"a\":1}".to_vec()));
        assert_eq!(shell("exit 0"), Answer::Done(vec![]));
        assert_eq!(document(b"3 frames\n"), json!("3 frames"));
        assert_eq!(document(b"{\"a\":[1]}\n"), json!({ "a": [1] }));
    }

    #[test]
    fn what_fails_is_named_by_its_exit_code() {
        let kind = |script: &str| match shell(script) {
            Answer::Failed { kind, message } => (kind, message),
            Answer::Done(_) => panic!("{script}"),
        };
        assert_eq!(kind("echo no >&2; exit 12"), ("Prelight.Refused", "no".into()));
        assert_eq!(kind("exit 75").0, "Prelight.TryAgain");
        assert_eq!(kind("exit 3"), ("Prelight.Failed", "exit status: 3".into()));
        assert_eq!(kind("kill -9 $$").0, "Prelight.Killed");
        assert_eq!(kind("head -c 7000000 /dev/zero").0, "Prelight.Invalid");
        assert!(matches!(handle(&["/nowhere".into()], b""), Answer::Failed { kind: "Prelight.Io", .. }));
        assert!(matches!(handle(&[], b""), Answer::Failed { kind: "Prelight.Usage", .. }));
    }
}
