// Directional fusion, second pass: the opposite chroma at chroma sites, both chromas at green sites, and back to light.
// `src/debayer/fusion.rs` says what and why; the arithmetic is in the same order.

// Of the first pass: one a pair of columns.
@group(0) @binding(2) var differences: texture_2d<f32>;
@group(0) @binding(3) var picture: texture_storage_2d<rgba32float, write>;

// Samples, and green minus the chroma at chroma sites: 3 beyond the tile on every side.
const WIDTH = 38;
const SAMPLES = 836;
var<workgroup> samples: array<f32, SAMPLES>;
var<workgroup> own: array<f32, SAMPLES>;
// Green minus the opposite chroma at chroma sites, 1 beyond.
const OTHER_WIDTH = 34;
const OTHER = 612;
var<workgroup> other: array<f32, OTHER>;

fn index_of(x: i32, y: i32) -> i32 {
    return (y + 3) * WIDTH + x + 3;
}
fn sample_at(x: i32, y: i32) -> f32 {
    return samples[index_of(x, y)];
}
fn own_at(x: i32, y: i32) -> f32 {
    return own[index_of(x, y)];
}
// Green at a chroma site.
fn green_at(x: i32, y: i32) -> f32 {
    let i = index_of(x, y);
    return samples[i] + own[i];
}
fn other_at(x: i32, y: i32) -> f32 {
    return other[(y + 1) * OTHER_WIDTH + x + 1];
}
// The opposite chroma at a chroma site.
fn opposite_at(x: i32, y: i32) -> f32 {
    return green_at(x, y) - other_at(x, y);
}

// Green minus the opposite chroma, of the four diagonal neighbours.
fn opposite(x: i32, y: i32) -> f32 {
    let here = green_at(x, y);
    let falling = params.floors.y + abs(sample_at(x - 1, y - 1) - sample_at(x + 1, y + 1));
    let rising = params.floors.y + abs(sample_at(x + 1, y - 1) - sample_at(x - 1, y + 1));
    let far = vec4<f32>(green_at(x - 2, y - 2), green_at(x + 2, y + 2), green_at(x + 2, y - 2), green_at(x - 2, y + 2));
    let q = vec4<f32>(falling, falling, rising, rising) + abs(vec4<f32>(here) - far);
    return weighted(vec4<f32>(own_at(x - 1, y - 1), own_at(x + 1, y + 1), own_at(x + 1, y - 1), own_at(x - 1, y + 1)), q);
}

// A chroma at a green site, from values and differences to its north, south, west and east.
fn chroma(here: f32, steps: vec4<f32>, c: vec4<f32>, d: vec4<f32>) -> f32 {
    let along = abs(c.x - c.y);
    let across = abs(c.z - c.w);
    return here - weighted(d, steps + vec4<f32>(along, along, across, across));
}

// The largest sample around a site.
fn top(x: i32, y: i32) -> f32 {
    var most = sample_at(x, y);
    for (var dy = -1; dy <= 1; dy += 1) {
        for (var dx = -1; dx <= 1; dx += 1) {
            most = max(most, sample_at(x + dx, y + dy));
        }
    }
    return most;
}

// A value of a channel held at the largest sample around, or at clip where that is higher.
fn held(value: f32, most: f32, tint: u32) -> f32 {
    return select(value, min(value, max(most, params.clip[tint])), params.limit != 0u);
}

@compute @workgroup_size(16, 16)
fn chromas(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let first = vec2<i32>(group.xy) * vec2<i32>(TILE_WIDTH, TILE_HEIGHT);
    for (var i = i32(index); i < SAMPLES; i += INVOCATIONS) {
        let at = first + vec2<i32>(i % WIDTH - 3, i / WIDTH - 3);
        samples[i] = work(at);
        // Beyond the border lie mirrored differences: the first pass makes no difference between left and right.
        let inside = mirrored(at);
        own[i] = textureLoad(differences, vec2<i32>(inside.x / 2, inside.y), 0).r;
    }
    workgroupBarrier();
    for (var i = i32(index); i < OTHER; i += INVOCATIONS) {
        let at = vec2<i32>(i % OTHER_WIDTH - 1, i / OTHER_WIDTH - 1);
        if (channel(at) != 1u) {
            other[i] = opposite(at.x, at.y);
        }
    }
    workgroupBarrier();

    let y = i32(local.y);
    let odd = i32(channel(vec2<i32>(0, y)) == 1u);
    // The chroma site of the pair, and its green site.
    let x = 2 * i32(local.x) + odd;
    let g = 2 * i32(local.x) + 1 - odd;
    let channel_own = channel(vec2<i32>(x, y));
    let channel_other = 2u - channel_own;
    let size = vec2<i32>(params.size);
    let at_chroma = first + vec2<i32>(x, y);
    if (all(at_chroma < size)) {
        let most = top(x, y);
        let green = light(held(green_at(x, y), most, 1u), 1u);
        let across = light(held(opposite_at(x, y), most, channel_other), channel_other);
        textureStore(picture, at_chroma, pixel(textureLoad(mosaic, at_chroma, 0).r, channel_own, green, across));
    }
    let at_green = first + vec2<i32>(g, y);
    if (all(at_green < size)) {
        let most = top(g, y);
        let here = sample_at(g, y);
        let far = vec4<f32>(sample_at(g, y - 2), sample_at(g, y + 2), sample_at(g - 2, y), sample_at(g + 2, y));
        let steps = vec4<f32>(params.floors.y) + abs(vec4<f32>(here) - far);
        // Above and below lie sites of the other chroma, beside it those of this row's.
        let row = chroma(
            here,
            steps,
            vec4<f32>(opposite_at(g, y - 1), opposite_at(g, y + 1), sample_at(g - 1, y), sample_at(g + 1, y)),
            vec4<f32>(other_at(g, y - 1), other_at(g, y + 1), own_at(g - 1, y), own_at(g + 1, y)),
        );
        let column = chroma(
            here,
            steps,
            vec4<f32>(sample_at(g, y - 1), sample_at(g, y + 1), opposite_at(g - 1, y), opposite_at(g + 1, y)),
            vec4<f32>(own_at(g, y - 1), own_at(g, y + 1), other_at(g - 1, y), other_at(g + 1, y)),
        );
        let red_or_blue = light(held(row, most, channel_own), channel_own);
        let other_one = light(held(column, most, channel_other), channel_other);
        textureStore(picture, at_green, pixel(red_or_blue, channel_own, textureLoad(mosaic, at_green, 0).r, other_one));
    }
}
