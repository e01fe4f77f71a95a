//! Expressions: an instance that computes nothing and writes down what it would, as WGSL.
//!
//! Each operation becomes a numbered value, the same one for the same text; what the result does not need is left
//! out when the function is printed. One recording at a time on a thread, between [`Recorder::record`]'s start and end.

use super::{
    Scalar,
    single::{MANTISSA_MASK, SQRT_HALF_BITS},
};
use crate::color::table::{Lattice, Table};
use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
    fmt::{self, Write},
    ops::{Add, Div, Mul, Neg, Sub},
};

thread_local! {
    static RECORDER: RefCell<Recorder> = RefCell::default();
}

/// Constants that are read from `color_live`, at most: all GPUs take 16 KiB of it, and controls need some.
const MOST_CONSTANTS: usize = 3072;

/// The values of the function being recorded, and the tables of all functions so far.
#[derive(Default)]
pub struct Recorder {
    values: Vec<Value>,
    known: HashMap<String, u32>,
    tables: Vec<(Table, usize)>,
    table_data: Vec<f32>,
    lattices: Vec<Lattice>,
    live: Vec<f32>,
    /// Where in `live` constants stand, by their bits.
    constants: HashMap<u32, usize>,
}

/// The numbers that the functions of a shader read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    /// `color_tables`.
    pub tables: Vec<f32>,
    /// `color_lattice_0` and on.
    pub lattices: Vec<Lattice>,
    /// `color_live`, four to a `vec4<f32>`: the constants of the ops and what controls move. Code that differs in these alone
    /// is the same code.
    pub live: Vec<f32>,
}

impl Numbers {
    /// The declarations that the functions need, as bind group `group`: binding 0 the tables, 1 the live parameters, 2 and
    /// on the lattices.
    pub fn declarations(&self, group: u32) -> String {
        let mut text = format!(
            "@group({group}) @binding(0) var<storage, read> color_tables: array<f32>;\n\
             @group({group}) @binding(1) var<uniform> color_live: array<vec4<f32>, {}>;\n",
            self.live.len() / 4
        );
        for i in 0..self.lattices.len() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "@group({group}) @binding({}) var color_lattice_{i}: texture_3d<f32>;", i + 2);
        }
        text
    }
}

struct Value {
    kind: &'static str,
    text: String,
    uses: Vec<u32>,
}

impl Recorder {
    /// Runs `body` on the three channels of `px` and prints `fn name(px: vec3<f32>) -> vec3<f32>`.
    pub fn record(&mut self, name: &str, body: impl FnOnce([Expr; 3]) -> [Expr; 3]) -> String {
        self.values.clear();
        self.known.clear();
        RECORDER.with_borrow_mut(|r| std::mem::swap(r, self));
        let px = ["px.x", "px.y", "px.z"].map(|text| emit("f32", text.to_owned(), &[]));
        let out = body(px);
        RECORDER.with_borrow_mut(|r| std::mem::swap(r, self));
        self.print(name, out)
    }

    /// What all functions recorded read. The buffers are never empty, as a binding must not be.
    pub fn into_numbers(self) -> Numbers {
        let mut numbers = Numbers { tables: self.table_data, lattices: self.lattices, live: self.live };
        if numbers.tables.is_empty() {
            numbers.tables.push(0.0);
        }
        numbers.live.resize(numbers.live.len().next_multiple_of(4).max(4), 0.0);
        numbers
    }

    /// Where `value` stands among the constants; `None` where there is no room for more.
    fn constant(&mut self, value: f32) -> Option<usize> {
        let next = self.live.len();
        match self.constants.entry(value.to_bits()) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(_) if next >= MOST_CONSTANTS => None,
            Entry::Vacant(place) => {
                self.live.push(value);
                Some(*place.insert(next))
            }
        }
    }

    fn print(&self, name: &str, out: [Expr; 3]) -> String {
        let mut needed = vec![false; self.values.len()];
        let mut waiting: Vec<u32> = out.iter().filter_map(Expr::id).collect();
        while let Some(id) = waiting.pop() {
            if !std::mem::replace(&mut needed[id as usize], true) {
                waiting.extend(&self.values[id as usize].uses);
            }
        }
        let mut text = format!("fn {name}(px: vec3<f32>) -> vec3<f32> {{\n");
        for (id, value) in self.values.iter().enumerate().filter(|(id, _)| needed[*id]) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "    let v{id}: {} = {};", value.kind, value.text);
        }
        let _ = writeln!(text, "    return vec3<f32>({}, {}, {});\n}}", out[0], out[1], out[2]);
        text
    }

    fn lattice(&mut self, lattice: &Lattice) -> usize {
        self.lattices.iter().position(|known| known == lattice).unwrap_or_else(|| {
            self.lattices.push(lattice.clone());
            self.lattices.len() - 1
        })
    }

    fn table(&mut self, table: &Table) -> usize {
        if let Some((_, start)) = self.tables.iter().find(|(known, _)| known == table) {
            return *start;
        }
        let start = self.table_data.len();
        self.table_data.extend(table.narrow());
        self.tables.push((table.clone(), start));
        start
    }
}

fn emit(kind: &'static str, text: String, uses: &[Expr]) -> Expr {
    RECORDER.with_borrow_mut(|r| {
        if let Some(&id) = r.known.get(&text) {
            return Expr::Value(id);
        }
        let id = r.values.len() as u32;
        r.known.insert(text.clone(), id);
        r.values.push(Value { kind, text, uses: uses.iter().filter_map(Expr::id).collect() });
        Expr::Value(id)
    })
}

macro_rules! emit {
    ($kind:literal, $format:literal $(, $use:expr)*) => { emit($kind, format!($format $(, $use)*), &[$($use),*]) };
}

/// A recorded value, or a constant in place.
#[derive(Clone, Copy)]
pub enum Expr {
    Value(u32),
    Constant(f32),
}

impl Expr {
    fn id(&self) -> Option<u32> {
        match *self {
            Expr::Value(id) => Some(id),
            Expr::Constant(_) => None,
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Expr::Value(id) => write!(f, "v{id}"),
            Expr::Constant(c) if c.is_sign_negative() => write!(f, "({c:?}f)"),
            Expr::Constant(c) => write!(f, "{c:?}f"),
        }
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $format:literal) => {
        impl $trait for Expr {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                emit!("f32", $format, self, other)
            }
        }
    };
}
operator!(Add, add, "{} + {}");
operator!(Sub, sub, "{} - {}");
operator!(Mul, mul, "{} * {}");
operator!(Div, div, "{} / {}");

impl Neg for Expr {
    type Output = Self;
    fn neg(self) -> Self {
        match self {
            Expr::Constant(c) => Expr::Constant(-c),
            Expr::Value(_) => emit!("f32", "-{}", self),
        }
    }
}

impl Scalar for Expr {
    /// Recorded values too, of type `bool`.
    type Mask = Self;
    const LIVE: bool = true;

    /// Read from a buffer, but for the simplest: then cameras that differ in a matrix, or outputs that differ in their peak,
    /// are one pipeline, and compiling one takes a driver seconds.
    fn constant(value: f64) -> Self {
        let narrow = value as f32;
        if [0.0, 0.5, 1.0, 2.0].contains(&narrow.abs()) {
            return Expr::Constant(narrow);
        }
        match RECORDER.with_borrow_mut(|r| r.constant(narrow)) {
            Some(index) => live(index),
            None => Expr::Constant(narrow),
        }
    }
    fn literal(value: f64) -> Self {
        Expr::Constant(value as f32)
    }
    fn fma(self, factor: Self, addend: Self) -> Self {
        emit!("f32", "fma({}, {}, {})", self, factor, addend)
    }
    fn cancelling_fma(self, factor: Self, addend: Self) -> Self {
        emit!("f32", "cancelling_fma({}, {}, {})", self, factor, addend)
    }
    fn min(self, other: Self) -> Self {
        emit!("f32", "min({}, {})", self, other)
    }
    fn max(self, other: Self) -> Self {
        emit!("f32", "max({}, {})", self, other)
    }
    fn abs(self) -> Self {
        emit!("f32", "abs({})", self)
    }
    fn copysign(self, sign: Self) -> Self {
        emit!("f32", "bitcast<f32>((bitcast<u32>({}) & 0x7fffffffu) | (bitcast<u32>({}) & 0x80000000u))", self, sign)
    }
    fn sqrt(self) -> Self {
        emit!("f32", "sqrt({})", self)
    }
    fn rint(self) -> Self {
        emit!("f32", "round({})", self)
    }
    fn floor(self) -> Self {
        emit!("f32", "floor({})", self)
    }
    fn lt(self, other: Self) -> Self {
        emit!("bool", "{} < {}", self, other)
    }
    fn le(self, other: Self) -> Self {
        emit!("bool", "{} <= {}", self, other)
    }
    /// On the bits: a shader compiler may assume that there are no NaN.
    fn is_nan(self) -> Self {
        emit!("bool", "(bitcast<u32>({}) & 0x7fffffffu) > 0x7f800000u", self)
    }
    fn select(mask: Self, yes: Self, no: Self) -> Self {
        emit!("f32", "select({}, {}, {})", no, yes, mask)
    }
    fn exponent_mantissa(self) -> (Self, Self) {
        let bits = emit("u32", format!("bitcast<u32>({self}) - {SQRT_HALF_BITS:#x}u"), &[self]);
        (
            emit!("f32", "f32(bitcast<i32>({}) >> 23u)", bits),
            emit("f32", format!("bitcast<f32>(({bits} & {MANTISSA_MASK:#x}u) + {SQRT_HALF_BITS:#x}u)"), &[bits]),
        )
    }
    fn scale_exp2(self, n: Self) -> Self {
        let exponent = emit("i32", format!("i32({n}) << 23u"), &[n]);
        emit!("f32", "bitcast<f32>(bitcast<i32>({}) + {})", self, exponent)
    }
    fn exp2_integral(self) -> Self {
        emit!("f32", "bitcast<f32>(u32(i32({}) + 127) << 23u)", self)
    }
    fn parameter(value: f64) -> Self {
        let index = RECORDER.with_borrow_mut(|r| {
            r.live.push(value as f32);
            r.live.len() - 1
        });
        live(index)
    }
    fn fetch1(table: &Table, row: Self) -> Self {
        let [value] = fetch(table, row);
        value
    }
    fn fetch2(table: &Table, row: Self) -> [Self; 2] {
        fetch(table, row)
    }
    fn fetch4(table: &Table, row: Self) -> [Self; 4] {
        fetch(table, row)
    }
    fn fetch8(table: &Table, row: Self) -> [Self; 8] {
        fetch(table, row)
    }
    /// From a texture, whose cache knows neighbours in three directions; loaded, not sampled.
    fn node(lattice: &Lattice, [x, y, z]: [Self; 3]) -> [Self; 3] {
        let index = RECORDER.with_borrow_mut(|r| r.lattice(lattice));
        let at = format!("vec3<i32>(i32({x}), i32({y}), i32({z}))");
        let node = emit("vec3<f32>", format!("textureLoad(color_lattice_{index}, {at}, 0).xyz"), &[x, y, z]);
        ["x", "y", "z"].map(|c| emit("f32", format!("{node}.{c}"), &[node]))
    }
    /// Not in WGSL: `WgslBuilder` refuses the ops that call for it.
    fn on_host(px: [Self; 3], _: impl Fn([f64; 3]) -> [f64; 3]) -> [Self; 3] {
        px
    }
}

fn live(index: usize) -> Expr {
    emit("f32", format!("color_live[{}].{}", index / 4, ["x", "y", "z", "w"][index % 4]), &[])
}

fn fetch<const N: usize>(table: &Table, row: Expr) -> [Expr; N] {
    let start = RECORDER.with_borrow_mut(|r| r.table(table));
    let last = table.len() / N - 1;
    let at = emit("u32", format!("{start}u + {N}u * u32(clamp({row}, 0.0f, {last}.0f))"), &[row]);
    std::array::from_fn(|i| emit("f32", format!("color_tables[{at} + {i}u]"), &[at]))
}
