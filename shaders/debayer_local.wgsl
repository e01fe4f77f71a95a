// The tiers that look at the next samples only, in one pass: bilinear (`src/debayer/bilinear.rs`) and Malvar, He, Cutler
// (`src/debayer/mhc.rs`); the arithmetic is in the same order.

@group(0) @binding(2) var picture: texture_storage_2d<rgba32float, write>;

// Samples, 2 beyond the tile on every side.
const WIDTH = 36;
const SAMPLES = 720;
var<workgroup> samples: array<f32, SAMPLES>;

fn sample_at(x: i32, y: i32) -> f32 {
    return samples[(y + 2) * WIDTH + x + 2];
}

// At a chroma site green and the opposite chroma; at a green site the chroma of the row and that of the column.
fn missing(x: i32, y: i32, is_green: bool) -> vec2<f32> {
    let c = sample_at(x, y);
    let n = sample_at(x, y - 1);
    let s = sample_at(x, y + 1);
    let w = sample_at(x - 1, y);
    let e = sample_at(x + 1, y);
    let nw = sample_at(x - 1, y - 1);
    let ne = sample_at(x + 1, y - 1);
    let sw = sample_at(x - 1, y + 1);
    let se = sample_at(x + 1, y + 1);
    let diagonals = (nw + ne) + (sw + se);
    if (params.tier == 0u) {
        return select(vec2<f32>(0.25 * ((n + s) + (w + e)), 0.25 * diagonals), vec2<f32>(0.5 * (w + e), 0.5 * (n + s)), is_green);
    }
    let columns = sample_at(x, y - 2) + sample_at(x, y + 2);
    let rows = sample_at(x - 2, y) + sample_at(x + 2, y);
    let far = columns + rows;
    var v = vec2<f32>(0.5 * c + 0.25 * ((n + s) + (w + e)) - 0.125 * far, 0.75 * c + 0.25 * diagonals - 0.1875 * far);
    if (is_green) {
        v = vec2<f32>(
            0.625 * c + 0.5 * (w + e) - 0.125 * (rows + diagonals) + 0.0625 * columns,
            0.625 * c + 0.5 * (n + s) - 0.125 * (columns + diagonals) + 0.0625 * rows,
        );
    }
    if (params.limit == 0u) {
        return v;
    }
    let most = max(max(c, max(max(n, s), max(w, e))), max(max(nw, ne), max(sw, se)));
    return min(v, vec2<f32>(most));
}

@compute @workgroup_size(16, 16)
fn local(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let first = vec2<i32>(group.xy) * vec2<i32>(TILE_WIDTH, TILE_HEIGHT);
    for (var i = i32(index); i < SAMPLES; i += INVOCATIONS) {
        samples[i] = work(first + vec2<i32>(i % WIDTH - 2, i / WIDTH - 2));
    }
    workgroupBarrier();
    for (var column = 0; column < 2; column += 1) {
        let site = vec2<i32>(2 * i32(id.x) + column, i32(id.y));
        let at = first + site;
        if (any(at >= vec2<i32>(params.size))) {
            continue;
        }
        let recorded = textureLoad(mosaic, at, 0).r;
        let tint = channel(site);
        let is_green = tint == 1u;
        let v = missing(site.x, site.y, is_green);
        // The chroma of this row.
        let own = select(tint, channel(vec2<i32>(site.x + 1, site.y)), is_green);
        if (is_green) {
            textureStore(picture, at, pixel(light(v.x, own), own, recorded, light(v.y, 2u - own)));
        } else {
            textureStore(picture, at, pixel(recorded, own, light(v.x, 1u), light(v.y, 2u - own)));
        }
    }
}
