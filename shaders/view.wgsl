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
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var picture: texture_2d<f32>;

// One triangle that covers the viewport.
@vertex
fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32((i << 1u) & 2u) * 2.0 - 1.0, f32(i & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

// sRGB, IEC 61966-2-1.
fn srgb(v: vec3<f32>) -> vec3<f32> {
    return select(1.055 * pow(v, vec3<f32>(1.0 / 2.4)) - 0.055, v * 12.92, v <= vec3<f32>(0.0031308));
}

// What the screen shows of one picture value.
fn shown(value: vec4<f32>) -> vec3<f32> {
    // Not-a-number compares false and becomes black.
    let v = select(vec4<f32>(0.0), clamp(value, vec4<f32>(0.0), vec4<f32>(1.0)), value == value);
    var rgb = v.rgb;
    if (view.curve != 0u) {
        rgb = srgb(rgb);
    }
    switch view.channel {
        case 1u: { return rgb.rrr; }
        case 2u: { return rgb.ggg; }
        case 3u: { return rgb.bbb; }
        case 4u: { return vec3<f32>(dot(rgb, vec3<f32>(0.2126, 0.7152, 0.0722))); } // luma, BT.709
        case 5u: { return v.aaa; }
        default: { return rgb; }
    }
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
        rgb = shown(textureLoad(picture, min(vec2<i32>(at * size), last), 0));
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
                rgb += w * shown(textureLoad(picture, vec2<i32>(x, y), 0));
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
