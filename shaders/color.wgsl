// One frame from the raw stage to the stage in view, a band of rows at a time.
//
// What depends on the clip's pipeline is generated and appended: to_aces, look and to_display, with the numbers they read as
// group 1.
// Values are fetched, never filtered: neighbours of a colour are not its colour.

struct Params {
    size: vec2<u32>,
    first_row: u32,
    // 0 raw, 1 ACES, 2 look, 3 display
    stage: u32,
    // View exposure as a factor; goes in scene-linear, before the look.
    gain: f32,
    has_alpha: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var red: texture_2d<f32>;
@group(0) @binding(2) var green: texture_2d<f32>;
@group(0) @binding(3) var blue: texture_2d<f32>;
@group(0) @binding(4) var alpha: texture_2d<f32>;
@group(0) @binding(5) var picture: texture_storage_2d<rgba32float, write>;

@compute @workgroup_size(64, 1)
fn develop(@builtin(global_invocation_id) id: vec3<u32>) {
    let at = vec2<u32>(id.x, id.y + params.first_row);
    if (at.x >= params.size.x || at.y >= params.size.y) {
        return;
    }
    var px = vec3<f32>(textureLoad(red, at, 0).r, textureLoad(green, at, 0).r, textureLoad(blue, at, 0).r);
    if (params.stage >= 1u) {
        px = to_aces(px);
    }
    px = px * params.gain;
    if (params.stage >= 2u) {
        px = look(px);
    }
    if (params.stage >= 3u) {
        px = to_display(px);
    }
    var a = 1.0;
    if (params.has_alpha != 0u) {
        a = textureLoad(alpha, at, 0).r;
    }
    textureStore(picture, at, vec4<f32>(px, a));
}
