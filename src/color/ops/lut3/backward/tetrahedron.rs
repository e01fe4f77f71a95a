//! One of the six tetrahedra of a cell.

/// How far outside a tetrahedron a point may be, in parts of its edges, so that none falls between two.
const TOLERANCE: f64 = 1e-9;
/// Volumes below this part of the product of the edges are flat.
const FLAT: f64 = 1e-14;

/// The colours at its corners, from the dark node along one axis after the other to the light node.
pub struct Tetrahedron {
    corners: [[f64; 3]; 4],
    /// The axes in the order walked.
    axes: [usize; 3],
}

/// The six of a cell, whose corners are numbered by bits: 0 red, 1 green, 2 blue.
pub fn tetrahedra(corners: &[[f64; 3]; 8]) -> impl Iterator<Item = Tetrahedron> + '_ {
    const AXES: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [2, 0, 1], [1, 0, 2], [1, 2, 0], [2, 1, 0]];
    AXES.into_iter().map(|axes| {
        let (first, second) = (1 << axes[0], (1 << axes[0]) | (1 << axes[1]));
        Tetrahedron { corners: [corners[0], corners[first], corners[second], corners[7]], axes }
    })
}

fn sub(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

impl Tetrahedron {
    /// Where in the cell, 0..=1 along red, green and blue, the interpolation gives `target`.
    pub fn holds(&self, target: [f64; 3]) -> Option<[f64; 3]> {
        let [dark, first, second, light] = self.corners;
        let (a, b, c) = (sub(first, dark), sub(second, first), sub(light, second));
        let bc = cross(b, c);
        let volume = dot(a, bc);
        if volume.abs() <= FLAT * (dot(a, a) * dot(b, b) * dot(c, c)).sqrt() {
            return None;
        }
        let t = sub(target, dark);
        let along = [dot(t, bc) / volume, dot(a, cross(t, c)) / volume, dot(a, cross(b, t)) / volume];
        let inside = 1.0 + TOLERANCE >= along[0]
            && along[0] + TOLERANCE >= along[1]
            && along[1] + TOLERANCE >= along[2]
            && along[2] + TOLERANCE >= 0.0;
        inside.then(|| self.fraction(along))
    }

    /// Squared distance from `target` to the nearest colour of the tetrahedron, and where in the cell that is.
    /// For targets outside: only corners, edges and faces are tried.
    pub fn nearest(&self, target: [f64; 3]) -> (f64, [f64; 3]) {
        let mut best = (f64::INFINITY, [0.0; 4]);
        let mut offer = |weights: [f64; 4]| {
            let value = |c: usize| (0..4).map(|i| weights[i] * self.corners[i][c]).sum::<f64>();
            let d = sub([value(0), value(1), value(2)], target);
            if dot(d, d) < best.0 {
                best = (dot(d, d), weights);
            }
        };
        for i in 0..4 {
            offer(weights([(i, 1.0)]));
            for j in i + 1..4 {
                if let Some(s) = self.on_edge(target, i, j) {
                    offer(weights([(i, 1.0 - s), (j, s)]));
                }
                for k in j + 1..4 {
                    if let Some((s, t)) = self.on_face(target, i, j, k) {
                        offer(weights([(i, 1.0 - s - t), (j, s), (k, t)]));
                    }
                }
            }
        }
        let [_, first, second, light] = best.1;
        (best.0, self.fraction([first + second + light, second + light, light]))
    }

    /// The foot of `target` on the edge from corner `i` to `j`, if it is on it.
    fn on_edge(&self, target: [f64; 3], i: usize, j: usize) -> Option<f64> {
        let edge = sub(self.corners[j], self.corners[i]);
        let s = dot(sub(target, self.corners[i]), edge) / dot(edge, edge);
        (0.0..=1.0).contains(&s).then_some(s)
    }

    /// The foot of `target` on the face of corners `i`, `j`, `k`, if it is on it.
    fn on_face(&self, target: [f64; 3], i: usize, j: usize, k: usize) -> Option<(f64, f64)> {
        let from = |corner: usize| sub(self.corners[corner], self.corners[i]);
        let (u, v, w) = (from(j), from(k), sub(target, self.corners[i]));
        let (uu, uv, vv, wu, wv) = (dot(u, u), dot(u, v), dot(v, v), dot(w, u), dot(w, v));
        let area = uu * vv - uv * uv;
        if area <= FLAT * uu * vv {
            return None;
        }
        let (s, t) = ((wu * vv - wv * uv) / area, (wv * uu - wu * uv) / area);
        (s >= 0.0 && t >= 0.0 && s + t <= 1.0).then_some((s, t))
    }

    /// Distances walked along the three axes, as red, green and blue.
    fn fraction(&self, along: [f64; 3]) -> [f64; 3] {
        let mut out = [0.0; 3];
        for (axis, a) in self.axes.into_iter().zip(along) {
            out[axis] = a.clamp(0.0, 1.0);
        }
        out
    }
}

fn weights<const N: usize>(of: [(usize, f64); N]) -> [f64; 4] {
    let mut all = [0.0; 4];
    for (corner, weight) in of {
        all[corner] = weight;
    }
    all
}
