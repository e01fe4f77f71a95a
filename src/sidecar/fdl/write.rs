//! From the model to JSON: members in the schema's order, then the others as they were read.

use super::{
    json::{self, Node, Value},
    model::*,
};

/// The document as JSON text. Numbers are written as they were read; nothing is added, the `uuid` is the caller's.
pub fn write(fdl: &Fdl) -> String {
    let mut o = Object::default();
    o.string("uuid", &fdl.uuid);
    let mut version = Object::default();
    version.whole("major", fdl.version.major);
    version.whole("minor", fdl.version.minor);
    o.node("version", version.done(&fdl.version.other));
    o.text("fdl_creator", &fdl.fdl_creator);
    o.text("default_framing_intent", &fdl.default_framing_intent);
    o.list("framing_intents", &fdl.framing_intents, intent);
    o.list("contexts", &fdl.contexts, context);
    o.list("canvas_templates", &fdl.canvas_templates, template);
    json::print(&o.done(&fdl.other))
}

/// One canvas template alone.
pub fn write_template(t: &CanvasTemplate) -> String {
    json::print(&template(t))
}

#[derive(Default)]
struct Object(Members);

impl Object {
    fn node(&mut self, name: &str, node: Node) {
        self.0.push((name.to_owned(), node));
    }
    fn string(&mut self, name: &str, text: &str) {
        self.node(name, Value::String(text.to_owned()).into());
    }
    fn text(&mut self, name: &str, text: &Option<String>) {
        if let Some(text) = text {
            self.string(name, text);
        }
    }
    fn whole(&mut self, name: &str, n: u32) {
        self.number(name, &n.into());
    }
    fn number(&mut self, name: &str, n: &Number) {
        self.node(name, Value::Number(n.0.clone()).into());
    }
    fn word(&mut self, name: &str, word: Option<&str>) {
        if let Some(word) = word {
            self.string(name, word);
        }
    }
    fn optional<T>(&mut self, name: &str, value: &Option<T>, node: impl Fn(&T) -> Node) {
        if let Some(value) = value {
            self.node(name, node(value));
        }
    }
    fn list<T>(&mut self, name: &str, items: &[T], node: impl Fn(&T) -> Node) {
        self.node(name, Value::Array(items.iter().map(node).collect()).into());
    }
    fn done(mut self, other: &Members) -> Node {
        self.0.extend(other.iter().cloned());
        Value::Object(self.0).into()
    }
}

fn whole_dimensions(d: &DimensionsInt) -> Node {
    let mut o = Object::default();
    o.whole("width", d.width);
    o.whole("height", d.height);
    o.done(&d.other)
}

fn dimensions(d: &Dimensions) -> Node {
    let mut o = Object::default();
    o.number("width", &d.width);
    o.number("height", &d.height);
    o.done(&d.other)
}

fn point(p: &Point) -> Node {
    let mut o = Object::default();
    o.number("x", &p.x);
    o.number("y", &p.y);
    o.done(&p.other)
}

fn number(n: &Number) -> Node {
    Value::Number(n.0.clone()).into()
}

fn intent(i: &FramingIntent) -> Node {
    let mut o = Object::default();
    o.text("label", &i.label);
    o.string("id", &i.id);
    o.node("aspect_ratio", whole_dimensions(&i.aspect_ratio));
    o.optional("protection", &i.protection, number);
    o.done(&i.other)
}

fn context(c: &Context) -> Node {
    let mut o = Object::default();
    o.text("label", &c.label);
    o.text("context_creator", &c.context_creator);
    o.optional("clip_id", &c.clip_id, clip_id);
    o.list("canvases", &c.canvases, canvas);
    o.done(&c.other)
}

fn clip_id(c: &ClipId) -> Node {
    let mut o = Object::default();
    o.string("clip_name", &c.clip_name);
    o.text("file", &c.file);
    o.optional("sequence", &c.sequence, |s| {
        let mut o = Object::default();
        o.string("value", &s.value);
        o.string("idx", &s.idx);
        o.whole("min", s.min);
        o.whole("max", s.max);
        o.done(&s.other)
    });
    o.done(&c.other)
}

fn canvas(c: &Canvas) -> Node {
    let mut o = Object::default();
    o.text("label", &c.label);
    o.string("id", &c.id);
    o.string("source_canvas_id", &c.source_canvas_id);
    o.node("dimensions", whole_dimensions(&c.dimensions));
    o.optional("effective_dimensions", &c.effective_dimensions, whole_dimensions);
    o.optional("effective_anchor_point", &c.effective_anchor_point, point);
    o.optional("photosite_dimensions", &c.photosite_dimensions, whole_dimensions);
    o.optional("physical_dimensions", &c.physical_dimensions, dimensions);
    o.optional("anamorphic_squeeze", &c.anamorphic_squeeze, number);
    o.list("framing_decisions", &c.framing_decisions, decision);
    o.done(&c.other)
}

fn decision(d: &FramingDecision) -> Node {
    let mut o = Object::default();
    o.text("label", &d.label);
    o.string("id", &d.id);
    o.string("framing_intent_id", &d.framing_intent_id);
    o.node("dimensions", dimensions(&d.dimensions));
    o.node("anchor_point", point(&d.anchor_point));
    o.optional("protection_dimensions", &d.protection_dimensions, dimensions);
    o.optional("protection_anchor_point", &d.protection_anchor_point, point);
    o.done(&d.other)
}

fn template(t: &CanvasTemplate) -> Node {
    let mut o = Object::default();
    o.text("label", &t.label);
    o.string("id", &t.id);
    o.node("target_dimensions", whole_dimensions(&t.target_dimensions));
    o.number("target_anamorphic_squeeze", &t.target_anamorphic_squeeze);
    o.string("fit_source", t.fit_source.word());
    o.string("fit_method", t.fit_method.word());
    o.word("alignment_method_vertical", t.alignment_method_vertical.map(AlignVertical::word));
    o.word("alignment_method_horizontal", t.alignment_method_horizontal.map(AlignHorizontal::word));
    o.word("preserve_from_source_canvas", t.preserve_from_source_canvas.map(Layer::word));
    o.optional("maximum_dimensions", &t.maximum_dimensions, whole_dimensions);
    o.optional("pad_to_maximum", &t.pad_to_maximum, |b| Value::Bool(*b).into());
    o.optional("round", &t.round, |r| {
        let mut o = Object::default();
        o.string("even", r.even.word());
        o.string("mode", r.mode.word());
        o.done(&r.other)
    });
    o.done(&t.other)
}
