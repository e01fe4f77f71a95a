// Ops over samples in memory, in place: all of red, then green, then blue.
//
// What the ops do is generated and appended: transform, with the numbers it reads as group 1.

@group(0) @binding(0) var<storage, read_write> samples: array<f32>;

@compute @workgroup_size(64)
fn apply(@builtin(global_invocation_id) id: vec3<u32>) {
    let pixels = arrayLength(&samples) / 3u;
    let i = id.x;
    if (i >= pixels) {
        return;
    }
    let px = transform(vec3<f32>(samples[i], samples[pixels + i], samples[2u * pixels + i]));
    samples[i] = px.x;
    samples[pixels + i] = px.y;
    samples[2u * pixels + i] = px.z;
}
