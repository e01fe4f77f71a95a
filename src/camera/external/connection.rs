//! One decoder process: a question, an answer, and what happens when none comes.

use super::message::{self, Answer, Capabilities, Request, VERSION, broken};
use crate::{
    camera::child::{self, Messages, Owned, lock},
    error::{Error, ErrorKind, InFile, Result},
    progress::Progress,
};
use serde::Serialize;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a process may take to say what it is.
const HELLO_TIME: Duration = Duration::from_secs(10);
/// How long a decoder that listens may take to give up a frame that is no longer wanted.
const CANCEL_TIME: Duration = Duration::from_secs(1);

/// How long a clip may take to be opened, and a frame to be read: `PRELIGHT_DECODER_TIMEOUT` seconds, else a minute.
pub fn answer_time() -> Duration {
    let said = std::env::var("PRELIGHT_DECODER_TIMEOUT").ok().and_then(|v| v.parse::<u64>().ok());
    Duration::from_secs(said.unwrap_or(60).clamp(1, 3600))
}

type Input = Arc<Mutex<Option<ChildStdin>>>;

struct Question {
    id: u32,
    bytes: Vec<u8>,
    payload: u64,
}

type Reply = Result<Option<(u32, Value, Vec<u8>)>>;

pub struct Connection {
    program: PathBuf,
    process: Owned,
    input: Input,
    ask: Sender<Question>,
    replies: Receiver<Reply>,
    messages: Messages,
    id: u32,
    pub capabilities: Capabilities,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The decoder says so, and is ready for more.
    Said(Error),
    /// The process is of no more use.
    Broken(Error),
}

impl Failure {
    pub fn into_error(self) -> Error {
        match self {
            Failure::Said(e) | Failure::Broken(e) => e,
        }
    }
}

impl Connection {
    /// Starts a decoder and asks what it is.
    pub fn start(program: &Path) -> Result<Self> {
        let mut process = Owned::start(&mut Command::new(program), true)?;
        let child = process.child();
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            return Err(broken("no pipe to it").file(program));
        };
        let input = Arc::new(Mutex::new(Some(stdin)));
        let (ask, questions) = channel();
        let (tell, replies) = channel();
        let writer = input.clone();
        thread::spawn(move || pump(&questions, &writer, stdout, &tell));
        let messages = Messages::collect(stderr, |_| false);
        let capabilities = Capabilities { protocol: 0, name: String::new(), version: String::new(), cancel: false, formats: vec![] };
        let mut connection = Self { program: program.to_owned(), process, input, ask, replies, messages, id: 0, capabilities };
        let hello = Request::Hello { client: format!("prelight {}", env!("CARGO_PKG_VERSION")), protocol: vec![VERSION] };
        let (answer, _) = connection.call(&hello, 0, HELLO_TIME, &Progress::default()).map_err(Failure::into_error).in_file(program)?;
        let capabilities: Capabilities = parse(answer).in_file(program)?;
        if capabilities.protocol != VERSION {
            return Err(broken("another version of the protocol").field("protocol").value(capabilities.protocol).file(program));
        }
        connection.capabilities = capabilities;
        Ok(connection)
    }

    /// Asks, and waits for the answer with a payload of at most `payload` bytes.
    pub fn call(
        &mut self,
        request: &impl Serialize,
        payload: u64,
        time: Duration,
        progress: &Progress,
    ) -> Result<(Value, Vec<u8>), Failure> {
        self.id = self.id.wrapping_add(1);
        let mut bytes = vec![];
        message::write(&mut bytes, self.id, request, &[]).map_err(|e| Failure::Said(Error::usage(e.to_string())))?;
        if self.ask.send(Question { id: self.id, bytes, payload }).is_err() {
            return Err(Failure::Broken(self.gone()));
        }
        let reply = match child::wait(&self.replies, Instant::now() + time, progress) {
            Ok(reply) => reply,
            Err(e) if e.kind() == ErrorKind::Cancelled => return Err(self.give_up()),
            Err(_) => {
                let message = format!("decoder {}: no answer in {} s; it was stopped", child::name(&self.program), time.as_secs());
                return Err(Failure::Broken(Error::new(ErrorKind::TryAgain, message)));
            }
        };
        match reply {
            Some(Ok(Some((id, json, payload)))) if id == self.id => match serde_json::from_value(json) {
                Ok(Answer::Ok(value)) => Ok((value, payload)),
                Ok(Answer::Error(fault)) => Err(Failure::Said(fault.into_error())),
                Err(e) => Err(Failure::Broken(broken(format!("neither an answer nor an error: {e}")))),
            },
            Some(Ok(Some((id, ..)))) => Err(Failure::Broken(broken("answers another question").field("header.id").value(id))),
            Some(Err(e)) => Err(Failure::Broken(e)),
            Some(Ok(None)) | None => Err(Failure::Broken(self.gone())),
        }
    }

    /// The answer is no longer wanted: a decoder that listens may say so, another is stopped.
    fn give_up(&mut self) -> Failure {
        if self.capabilities.cancel
            && self.cancel().is_ok()
            && self.replies.recv_timeout(CANCEL_TIME).is_ok_and(|r| matches!(r, Ok(Some(_))))
        {
            return Failure::Said(Error::cancelled());
        }
        Failure::Broken(Error::cancelled())
    }

    /// Sends `cancel` for the question that is open, if there is one.
    pub fn cancel(&self) -> Result<()> {
        let mut bytes = vec![];
        let write = message::write(&mut bytes, self.id, &Request::Cancel {}, &[]).and_then(|()| match self.input.try_lock() {
            Ok(mut input) => match input.as_mut() {
                Some(input) => std::io::Write::write_all(input, &bytes).and_then(|()| std::io::Write::flush(input)),
                None => Err(std::io::Error::other("closed")),
            },
            Err(_) => Err(std::io::Error::other("busy")),
        });
        write.map_err(|e| Error::io(&self.program, &e))
    }

    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }
    /// Closes its input; whether it ends by itself within `time`.
    pub fn ends_by_itself(mut self, time: Duration) -> bool {
        lock(&self.input).take();
        let until = Instant::now() + time;
        while Instant::now() < until {
            if self.process.has_ended() {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    fn gone(&mut self) -> Error {
        let how = self.process.how_it_ended();
        let said = self.messages.last().map_or(String::new(), |said| format!(": {said}"));
        broken(format!("{} stopped ({how}){said}", child::name(&self.program)))
    }
}

/// Reads an answer into what it has to be.
pub fn parse<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T> {
    serde_json::from_value(answer).map_err(|e| broken(format!("an answer that is not to be understood: {e}")))
}

fn pump(questions: &Receiver<Question>, input: &Input, mut output: ChildStdout, tell: &Sender<Reply>) {
    for question in questions {
        let written = match lock(input).as_mut() {
            Some(input) => std::io::Write::write_all(input, &question.bytes).and_then(|()| std::io::Write::flush(input)),
            None => return,
        };
        // A process that is gone is found out below, where its output ends.
        _ = written;
        let reply = message::read(&mut output, question.payload);
        let is_over = !matches!(&reply, Ok(Some((id, ..))) if *id == question.id);
        if tell.send(reply).is_err() || is_over {
            return;
        }
    }
}
