// Directional fusion, first pass: green minus chroma at every chroma site. `src/debayer/fusion.rs` says what and why; the
// arithmetic is in the same order. SHARPEN, TAPS and MOST are put before it from there.

@group(0) @binding(2) var differences: texture_storage_2d<r32float, write>;


// Samples, 7 beyond the tile on every side; later sums of changes over five rows, along columns and along rows.
const SAMPLES_WIDTH = 46;
const SAMPLES = 1380;
var<workgroup> samples: array<f32, SAMPLES>;
// Differences along columns, 2 columns and 5 rows beyond.
const DOWN_WIDTH = 36;
const DOWN = 936;
var<workgroup> down: array<f32, DOWN>;
// Differences along rows, 5 columns and 2 rows beyond.
const ACROSS_WIDTH = 42;
const ACROSS = 840;
var<workgroup> across: array<f32, ACROSS>;
// The sums: along columns 2 beyond every side, along rows 4 columns beyond.
const DOWN_SUMS = 720;
const ACROSS_SUMS_WIDTH = 40;
const SUMS = 1360;

fn sample_at(at: vec2<i32>) -> f32 {
    return samples[(at.y + 7) * SAMPLES_WIDTH + at.x + 7];
}
fn down_at(x: i32, y: i32) -> f32 {
    return down[(y + 5) * DOWN_WIDTH + x + 2];
}
fn across_at(x: i32, y: i32) -> f32 {
    return across[(y + 2) * ACROSS_WIDTH + x + 5];
}
fn down_change(x: i32, y: i32) -> f32 {
    return abs(down_at(x, y - 1) - down_at(x, y + 1));
}
fn across_change(x: i32, y: i32) -> f32 {
    return abs(across_at(x - 1, y) - across_at(x + 1, y));
}
fn five(a: f32, b: f32, c: f32, d: f32, e: f32) -> f32 {
    return ((a + e) + (b + d)) + c;
}
fn down_box(x: i32, y: i32) -> f32 {
    let i = (y + 2) * DOWN_WIDTH + x + 2;
    return five(samples[i - 2], samples[i - 1], samples[i], samples[i + 1], samples[i + 2]);
}
fn across_box(x: i32, y: i32) -> f32 {
    let i = DOWN_SUMS + y * ACROSS_SUMS_WIDTH + x + 4;
    return five(samples[i - 2], samples[i - 1], samples[i], samples[i + 1], samples[i + 2]);
}

// Green minus chroma at a site, by its neighbours on a line with step `step`.
fn difference(at: vec2<i32>, step: vec2<i32>, green: bool) -> f32 {
    let c = sample_at(at);
    let near = sample_at(at - step) + sample_at(at + step);
    let far = sample_at(at - 2 * step) + sample_at(at + 2 * step);
    let d = (near * 0.5 + (c + c - far) * SHARPEN) - c;
    return select(d, -d, green);
}

fn walk(a: f32, b: f32, c: f32, d: f32, e: f32) -> f32 {
    return ((a * TAPS[0] + b * TAPS[1]) + c * TAPS[2]) + (d * TAPS[3] + e * TAPS[4]);
}

fn square(sum: f32) -> f32 {
    return min(params.floors.x + sum * sum, MOST);
}

@compute @workgroup_size(16, 16)
fn green(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let first = vec2<i32>(group.xy) * vec2<i32>(TILE_WIDTH, TILE_HEIGHT);
    for (var i = i32(index); i < SAMPLES; i += INVOCATIONS) {
        samples[i] = work(first + vec2<i32>(i % SAMPLES_WIDTH - 7, i / SAMPLES_WIDTH - 7));
    }
    workgroupBarrier();
    // Tiles begin at even columns and rows: parities within are those of the picture.
    for (var i = i32(index); i < DOWN; i += INVOCATIONS) {
        let at = vec2<i32>(i % DOWN_WIDTH - 2, i / DOWN_WIDTH - 5);
        down[i] = difference(at, vec2<i32>(0, 1), channel(at) == 1u);
    }
    for (var i = i32(index); i < ACROSS; i += INVOCATIONS) {
        let at = vec2<i32>(i % ACROSS_WIDTH - 5, i / ACROSS_WIDTH - 2);
        across[i] = difference(at, vec2<i32>(1, 0), channel(at) == 1u);
    }
    workgroupBarrier();
    for (var i = i32(index); i < SUMS; i += INVOCATIONS) {
        if (i < DOWN_SUMS) {
            let x = i % DOWN_WIDTH - 2;
            let y = i / DOWN_WIDTH - 2;
            samples[i] = five(down_change(x, y - 2), down_change(x, y - 1), down_change(x, y), down_change(x, y + 1), down_change(x, y + 2));
        } else {
            let x = (i - DOWN_SUMS) % ACROSS_SUMS_WIDTH - 4;
            let y = (i - DOWN_SUMS) / ACROSS_SUMS_WIDTH;
            samples[i] =
                five(across_change(x, y - 2), across_change(x, y - 1), across_change(x, y), across_change(x, y + 1), across_change(x, y + 2));
        }
    }
    workgroupBarrier();

    let y = i32(local.y);
    let x = 2 * i32(local.x) + i32(channel(vec2<i32>(0, y)) == 1u);
    let at = first + vec2<i32>(x, y);
    if (at.x >= i32(params.size.x) || at.y >= i32(params.size.y)) {
        return;
    }
    let n = walk(down_at(x, y), down_at(x, y - 1), down_at(x, y - 2), down_at(x, y - 3), down_at(x, y - 4));
    let s = walk(down_at(x, y), down_at(x, y + 1), down_at(x, y + 2), down_at(x, y + 3), down_at(x, y + 4));
    let w = walk(across_at(x, y), across_at(x - 1, y), across_at(x - 2, y), across_at(x - 3, y), across_at(x - 4, y));
    let e = walk(across_at(x, y), across_at(x + 1, y), across_at(x + 2, y), across_at(x + 3, y), across_at(x + 4, y));
    let q = vec4<f32>(square(down_box(x, y - 2)), square(down_box(x, y + 2)), square(across_box(x - 2, y)), square(across_box(x + 2, y)));
    textureStore(differences, vec2<i32>(at.x / 2, at.y), vec4<f32>(weighted(vec4<f32>(n, s, w, e), q), 0.0, 0.0, 0.0));
}
