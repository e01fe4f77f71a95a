// The developed picture onto the viewport: placed, one channel or all, as display code values.

struct View {
    // Of the picture in the viewport, screen pixels: x, y, width, height.
    rect: vec4<f32>,
    // Red, green, blue, luma, alpha: what is shown as grey. 0 shows all.
    channel: u32,
    // 1 where values are not display code values yet and are shown through the sRGB curve.
    curve: u32,
    // 1 adds less than half a code value of noise before the 8 bits of the screen.
    dither: u32,
    // Grey around the picture, display code value 0..1.
    surround: f32,
    // 1 over the view gamma.
    power: f32,
    // Bands of false colour; 0 shows the picture.
    bands: u32,
    // Clipped from here on: raw values, values of the stage in view.
    sensor: f32,
    top: f32,
    // Negative below it; out of AP1 below it.
    bottom: f32,
    gamut: f32,
    // 1 where any of these is asked for.
    marks: u32,
    // 1 where the picture is converted to the colour of the monitor.
    monitor: u32,
    // What false colour measures.
    weights: vec4<f32>,
    // Rows of the matrix from the stage in view to AP1.
    to_ap1: array<vec4<f32>, 3>,
    // Colours of clipped, negative, out of AP1.
    warnings: array<vec4<f32>, 3>,
    // Where a band begins, and its colour; negative for the picture in grey.
    band: array<vec4<f32>, 16>,
    // Rows of the matrix from the light of the display to that of the monitor.
    to_monitor: array<vec4<f32>, 3>,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var raw_red: texture_2d<f32>;
@group(0) @binding(3) var raw_green: texture_2d<f32>;
@group(0) @binding(4) var raw_blue: texture_2d<f32>;
// Rows: the root of light by the display's code value; code values of the monitor's red, green and blue by the root of light.
@group(0) @binding(5) var tables: texture_2d<f32>;

const LUMA = vec3<f32>(0.2126, 0.7152, 0.0722); // BT.709

// One triangle that covers the viewport.
@vertex
fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32((i << 1u) & 2u) * 2.0 - 1.0, f32(i & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

// sRGB, IEC 61966-2-1.
fn srgb(v: vec3<f32>) -> vec3<f32> {
    return select(1.055 * pow(v, vec3<f32>(1.0 / 2.4)) - 0.055, v * 12.92, v <= vec3<f32>(0.0031308));
}

// One channel as grey, or all.
fn channels(rgb: vec3<f32>, alpha: f32) -> vec3<f32> {
    switch view.channel {
        case 1u: { return rgb.rrr; }
        case 2u: { return rgb.ggg; }
        case 3u: { return rgb.bbb; }
        case 4u: { return vec3<f32>(dot(rgb, LUMA)); }
        case 5u: { return vec3<f32>(alpha); }
        default: { return rgb; }
    }
}

// False colour and warnings; the arithmetic of src/scope/marks.rs. Alpha 0 where nothing is painted.
fn painted(raw: vec3<f32>, px: vec3<f32>, shown: vec3<f32>) -> vec4<f32> {
    if (any(raw >= vec3<f32>(view.sensor)) || any(px >= vec3<f32>(view.top))) {
        return vec4<f32>(view.warnings[0].rgb, 1.0);
    }
    if (any(px < vec3<f32>(view.bottom))) {
        return vec4<f32>(view.warnings[1].rgb, 1.0);
    }
    let ap1 = vec3<f32>(dot(view.to_ap1[0].xyz, px), dot(view.to_ap1[1].xyz, px), dot(view.to_ap1[2].xyz, px));
    if (any(ap1 < vec3<f32>(view.gamut))) {
        return vec4<f32>(view.warnings[2].rgb, 1.0);
    }
    if (view.bands == 0u) {
        return vec4<f32>(0.0);
    }
    let measured = dot(view.weights.xyz, px);
    var at = 0u;
    for (var i = 1u; i < view.bands; i++) {
        if (measured >= view.band[i].x) {
            at = i;
        }
    }
    let color = view.band[at].yzw;
    return vec4<f32>(select(color, vec3<f32>(dot(shown, LUMA)), color.x < 0.0), 1.0);
}

fn look_up(row: i32, at: f32) -> f32 {
    let x = clamp(at, 0.0, 1.0) * 1023.0;
    let i = min(i32(x), 1022);
    let a = textureLoad(tables, vec2<i32>(i, row), 0).r;
    return a + (textureLoad(tables, vec2<i32>(i + 1, row), 0).r - a) * (x - f32(i));
}

// To the colour of the monitor; the arithmetic of src/scope/monitor.rs.
fn converted(code: vec3<f32>) -> vec3<f32> {
    if (view.monitor == 0u) {
        return code;
    }
    let light = pow(vec3<f32>(look_up(0, code.r), look_up(0, code.g), look_up(0, code.b)), vec3<f32>(2.4));
    let m = view.to_monitor;
    let sum = vec3<f32>(dot(m[0].xyz, light), dot(m[1].xyz, light), dot(m[2].xyz, light));
    let root = pow(clamp(sum, vec3<f32>(0.0), vec3<f32>(1.0)), vec3<f32>(1.0 / 2.4));
    return vec3<f32>(look_up(1, root.r), look_up(2, root.g), look_up(3, root.b));
}

// What the screen shows of one pixel of the picture.
fn shown(at: vec2<i32>) -> vec3<f32> {
    let value = textureLoad(picture, at, 0);
    // Not-a-number compares false and becomes black.
    let v = select(vec4<f32>(0.0), clamp(value, vec4<f32>(0.0), vec4<f32>(1.0)), value == value);
    var rgb = v.rgb;
    if (view.curve != 0u) {
        rgb = srgb(rgb);
    }
    if (view.power != 1.0) {
        rgb = pow(rgb, vec3<f32>(view.power));
    }
    rgb = channels(rgb, v.a);
    if (view.marks == 0u) {
        return converted(rgb);
    }
    let raw = vec3<f32>(textureLoad(raw_red, at, 0).r, textureLoad(raw_green, at, 0).r, textureLoad(raw_blue, at, 0).r);
    let over = painted(raw, select(vec3<f32>(0.0), value.rgb, value.rgb == value.rgb), rgb);
    if (over.a != 0.0) {
        return over.rgb;
    }
    return converted(rgb);
}

// Interleaved gradient noise (Jimenez 2014), -0.5..0.5.
fn noise(at: vec2<f32>) -> f32 {
    return fract(52.9829189 * fract(dot(at, vec2<f32>(0.06711056, 0.00583715)))) - 0.5;
}

@fragment
fn show(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let at = (position.xy - view.rect.xy) / view.rect.zw;
    if (any(at < vec2<f32>(0.0)) || any(at >= vec2<f32>(1.0))) {
        return vec4<f32>(vec3<f32>(view.surround), 1.0);
    }
    let size = vec2<f32>(textureDimensions(picture));
    let last = vec2<i32>(size) - 1;
    // Picture pixels a screen pixel covers.
    let reach = size / view.rect.zw;
    var rgb = vec3<f32>(0.0);
    if (reach.x <= 1.0 && reach.y <= 1.0) {
        rgb = shown(min(vec2<i32>(at * size), last));
    } else {
        // The mean of what it covers, each pixel by the share it covers; very small pictures sample evenly instead.
        let from_ = max(at * size - max(reach, vec2<f32>(1.0)) * 0.5, vec2<f32>(0.0));
        let to_ = min(at * size + max(reach, vec2<f32>(1.0)) * 0.5, size);
        let first = vec2<i32>(from_);
        let end = min(vec2<i32>(ceil(to_)), last + 1);
        let stride = max((end - first) / 12, vec2<i32>(1));
        var total = 0.0;
        for (var y = first.y; y < end.y; y += stride.y) {
            let wy = min(f32(y + 1), to_.y) - max(f32(y), from_.y);
            for (var x = first.x; x < end.x; x += stride.x) {
                let w = wy * (min(f32(x + 1), to_.x) - max(f32(x), from_.x));
                rgb += w * shown(vec2<i32>(x, y));
                total += w;
            }
        }
        rgb = rgb / total;
    }
    if (view.dither != 0u) {
        rgb += vec3<f32>(noise(floor(position.xy)) / 255.0);
    }
    return vec4<f32>(rgb, 1.0);
}
