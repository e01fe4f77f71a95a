//! The members of one object of the document, taken out one after the other; what is left is kept.

use crate::{
    error::{Error, Result},
    sidecar::{
        json::{Node, Value},
        timeline::{Base, Exact, Metadata, Time, TimeRange},
        xml::Line,
    },
};

pub(super) struct Members {
    /// The schema without its version, in today's word.
    pub schema: String,
    pub line: u32,
    left: Vec<(String, Node)>,
}

/// `Name.version` of an object.
pub(super) fn schema(node: &Node) -> Option<(&str, u32)> {
    let (name, version) = node.value.member("OTIO_SCHEMA")?.value.text()?.rsplit_once('.')?;
    Some((name, version.parse().ok()?))
}

/// The newest version of a schema that the model holds.
fn newest(name: &str) -> Option<u32> {
    match name {
        "Marker" => Some(3),
        "Clip" => Some(2),
        "Timeline"
        | "SerializableCollection"
        | "SerializeableCollection"
        | "Stack"
        | "Track"
        | "Sequence"
        | "Gap"
        | "Filler"
        | "Transition"
        | "MissingReference"
        | "ExternalReference"
        | "GeneratorReference"
        | "ImageSequenceReference"
        | "LinearTimeWarp"
        | "FreezeFrame"
        | "TimeEffect"
        | "Effect"
        | "RationalTime"
        | "TimeRange" => Some(1),
        _ => None,
    }
}

/// The name of a schema where the model holds it in that version.
pub(super) fn known(node: &Node) -> Option<&str> {
    schema(node).filter(|(name, version)| newest(name).is_some_and(|newest| (1..=newest).contains(version))).map(|(name, _)| name)
}

impl Members {
    /// # Errors
    /// Not an object, one without a schema, or one of a version that is not known.
    pub fn new(node: Node) -> Result<Self> {
        let line = node.line;
        let Some((name, _)) = schema(&node) else {
            let what = if matches!(node.value, Value::Object(_)) { "an object without a schema" } else { node.value.kind() };
            return Err(Error::invalid("an object with `Name.version` was expected").field("OTIO_SCHEMA").value(what).line(line));
        };
        if newest(name).is_some() && known(&node).is_none() {
            let value = node.value.member("OTIO_SCHEMA").and_then(|s| s.value.text()).unwrap_or_default();
            return Err(Error::unsupported("a version that is not known").field("OTIO_SCHEMA").value(value).line(line));
        }
        let schema = match name {
            "Sequence" => "Track",
            "Filler" => "Gap",
            "SerializeableCollection" => "SerializableCollection",
            name => name,
        };
        let schema = schema.to_owned();
        let Value::Object(left) = node.value else { return Err(Error::invalid("not an object").line(line)) };
        let mut members = Self { schema, line, left };
        members.take("OTIO_SCHEMA")?;
        Ok(members)
    }

    /// A member; `null` counts as missing.
    pub fn take(&mut self, name: &'static str) -> Result<Option<Node>> {
        let Some(at) = self.left.iter().position(|(n, _)| n == name) else { return Ok(None) };
        let (_, node) = self.left.remove(at);
        if self.left.iter().any(|(n, _)| n == name) {
            return Err(Error::invalid("a member stands twice").field(name).line(node.line));
        }
        Ok(Some(node).filter(|n| n.value != Value::Null))
    }

    pub fn text(&mut self, name: &'static str) -> Result<String> {
        match self.take(name)? {
            None => Ok(String::new()),
            Some(Node { value: Value::String(text), .. }) => Ok(text),
            Some(other) => Err(wrong(name, "a string", &other)),
        }
    }

    /// `true` where it is missing, as OpenTimelineIO takes it.
    pub fn flag(&mut self, name: &'static str) -> Result<bool> {
        match self.take(name)? {
            None => Ok(true),
            Some(Node { value: Value::Bool(flag), .. }) => Ok(flag),
            Some(other) => Err(wrong(name, "a boolean", &other)),
        }
    }

    pub fn list(&mut self, name: &'static str) -> Result<Vec<Node>> {
        match self.take(name)? {
            None => Ok(vec![]),
            Some(Node { value: Value::Array(items), .. }) => Ok(items),
            Some(other) => Err(wrong(name, "an array", &other)),
        }
    }

    pub fn object(&mut self, name: &'static str) -> Result<Vec<(String, Node)>> {
        match self.take(name)? {
            None => Ok(vec![]),
            Some(Node { value: Value::Object(members), .. }) => Ok(members),
            Some(other) => Err(wrong(name, "an object", &other)),
        }
    }

    pub fn number(&mut self, name: &'static str) -> Result<Option<(String, u32)>> {
        match self.take(name)? {
            None => Ok(None),
            Some(Node { value: Value::Number(text), line }) => Ok(Some((text, line))),
            Some(other) => Err(wrong(name, "a number", &other)),
        }
    }

    pub fn exact(&mut self, name: &'static str) -> Result<Option<Exact>> {
        self.number(name)?.map(|(text, line)| Exact::parse(&text).map_err(|e| e.field(name).line(line))).transpose()
    }

    pub fn whole(&mut self, name: &'static str, missing: i64) -> Result<i64> {
        let Some((text, line)) = self.number(name)? else { return Ok(missing) };
        text.parse().map_err(|_| Error::invalid("not a whole number of 64 bits").field(name).value(text).line(line))
    }

    pub fn time(&mut self, name: &'static str) -> Result<Option<Time>> {
        self.take(name)?.map(|node| time(node).map_err(|e| e.field(name))).transpose()
    }

    pub fn range(&mut self, name: &'static str) -> Result<Option<TimeRange>> {
        self.take(name)?.map(|node| range(node).map_err(|e| e.field(name))).transpose()
    }

    /// Name, metadata and everything not taken: the last to be called.
    pub fn base(mut self) -> Result<Base> {
        let (name, metadata) = (self.text("name")?, Metadata(self.object("metadata")?));
        Ok(Base { name, metadata, extra: self.left, line: Line(self.line) })
    }

    /// Whether nothing else is there, of objects that have no base.
    fn nothing_left(self) -> Result<()> {
        match self.left.into_iter().next() {
            None => Ok(()),
            Some((name, node)) => Err(Error::unsupported("a member that a time does not have").field(name).line(node.line)),
        }
    }
}

pub(super) fn wrong(name: &str, expected: &str, found: &Node) -> Error {
    Error::invalid(format!("{expected} was expected")).field(name).value(found.value.kind()).line(found.line)
}

fn time(node: Node) -> Result<Time> {
    let mut members = Members::new(node)?;
    expect(&members, "RationalTime")?;
    let line = members.line;
    let value = members.exact("value")?.unwrap_or(Exact::whole(0));
    let rate = match members.number("rate")? {
        None => Exact::whole(1),
        Some((text, line)) => Exact::parse_rate(&text).map_err(|e| e.field("rate").line(line))?,
    };
    members.nothing_left()?;
    let time = Time { value, rate };
    time.seconds().map_err(|e| e.line(line))?;
    Ok(time)
}

fn range(node: Node) -> Result<TimeRange> {
    let mut members = Members::new(node)?;
    expect(&members, "TimeRange")?;
    let line = members.line;
    let missing = |name: &str| Error::invalid("a range without it").field(name).line(line);
    let start = members.time("start_time")?.ok_or_else(|| missing("start_time"))?;
    let duration = members.time("duration")?.ok_or_else(|| missing("duration"))?;
    members.nothing_left()?;
    if duration.is_negative() {
        return Err(Error::invalid("a duration below 0").field("duration").value(duration.value.text()).line(line));
    }
    let range = TimeRange { start, duration };
    range.end().map_err(|e| e.line(line))?;
    Ok(range)
}

pub(super) fn expect(members: &Members, schema: &str) -> Result<()> {
    if members.schema == schema {
        return Ok(());
    }
    Err(Error::invalid(format!("{schema} was expected")).field("OTIO_SCHEMA").value(&members.schema).line(members.line))
}
