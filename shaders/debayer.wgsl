// What the debayer passes share: the mosaic in the working domain. `encode`, `decode` are generated from the CPU's curve.

struct Params {
    size: vec2<u32>,
    // Whether the working domain is logarithmic, and whether results are held at the largest sample around.
    log_domain: u32,
    limit: u32,
    // Channel over even and odd columns of even rows, then of odd rows.
    channels: vec4<u32>,
    // White balance, in a log domain times its slope; and the inverse. By channel.
    gain: vec4<f32>,
    inverse: vec4<f32>,
    // Sensor clip in the working domain.
    clip: vec4<f32>,
    // Held above 0 where nothing changes: squares of gradient sums, sums of gradients.
    floors: vec2<f32>,
    // 0 bilinear, 1 Malvar-He-Cutler: for `debayer_local.wgsl`.
    tier: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var mosaic: texture_2d<f32>;

// Pixels of a workgroup; each invocation has a pair of columns in a row.
const TILE_WIDTH = 32;
const TILE_HEIGHT = 16;
const INVOCATIONS = 256;

// Where column or row `i` of a picture of `n` (2 or more) lies when mirrored without repeating the edge.
fn mirror(i: i32, n: i32) -> i32 {
    let period = 2 * (n - 1);
    let k = ((i % period) + period) % period;
    return min(k, period - k);
}

fn mirrored(at: vec2<i32>) -> vec2<i32> {
    return vec2<i32>(mirror(at.x, i32(params.size.x)), mirror(at.y, i32(params.size.y)));
}

fn channel(at: vec2<i32>) -> u32 {
    return params.channels[(at.x & 1) + 2 * (at.y & 1)];
}

// The sample at any place, in the working domain.
fn work(at: vec2<i32>) -> f32 {
    let sample = textureLoad(mosaic, mirrored(at), 0).r * params.gain[channel(at)];
    if (params.log_domain == 0u) {
        return sample;
    }
    return encode(vec3<f32>(sample)).x;
}

// A value of a channel back from the working domain.
fn light(value: f32, tint: u32) -> f32 {
    var linear = value;
    if (params.log_domain != 0u) {
        linear = decode(vec3<f32>(value)).x;
    }
    return linear * params.inverse[tint];
}

// Mean of values, each weighted by one over its `q`, over a common denominator.
fn weighted(v: vec4<f32>, q: vec4<f32>) -> f32 {
    let first = q.x * q.y;
    let second = q.z * q.w;
    let sum = (v.x * q.y + v.y * q.x) * second + (v.z * q.w + v.w * q.z) * first;
    return sum / ((q.x + q.y) * second + (q.z + q.w) * first);
}

// One pixel: green and both chromas, `own` being the chroma of channel `c` (0 or 2).
fn pixel(own: f32, c: u32, green: f32, other: f32) -> vec4<f32> {
    return select(vec4<f32>(other, green, own, 1.0), vec4<f32>(own, green, other, 1.0), c == 0u);
}
