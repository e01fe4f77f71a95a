//! A frame and its reference still beside each other, made small: what shows that the two differ.

use super::{
    Match, Placed,
    difference::{BLOCK, Blocks},
};
use crate::{check::report::Picture, error::Result, image::Image, scope::itp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the pictures that show a still beside a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Beside {
    /// The part of the frame that the still is meant to show.
    Meant,
    /// The part of the frame that it shows, as the still lies.
    Ours,
    Still,
    /// dE ITP of both, block by block, as a heat map.
    Apart,
}

impl Beside {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Meant => "Our picture where the still should lie",
            Self::Ours => "Our picture",
            Self::Still => "Reference still",
            Self::Apart => "dE ITP: blue 1, green 3, yellow 6, red 10, white 20",
        }
    }
}

/// The pictures of a still and a frame that differ.
pub fn pictures(placed: &Placed, still: &Image, found: &Match) -> Result<Vec<Picture>> {
    let ours = placed.beside(still, &found.alignment)?;
    let mut shown = vec![
        Picture::of(&ours, found.frame, Beside::Ours.label())?.beside(Beside::Ours),
        Picture::of(still, found.frame, Beside::Still.label())?.beside(Beside::Still),
    ];
    if !found.is_aligned() {
        let meant = placed.beside(still, &super::Alignment::PERFECT)?;
        shown.push(Picture::of(&meant, found.frame, Beside::Meant.label())?.beside(Beside::Meant));
    }
    if let Some(blocks) = Blocks::of(&ours, still) {
        let heat = ::image::RgbImage::from_fn(blocks.columns * BLOCK, blocks.rows * BLOCK, |x, y| {
            ::image::Rgb(itp::heat(blocks.distances[(y / BLOCK * blocks.columns + x / BLOCK) as usize]))
        });
        shown.push(Picture::small(&heat, 1.0, found.frame, Beside::Apart.label())?.beside(Beside::Apart));
    }
    Ok(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::still::Alignment,
        image::{RectF, Size},
    };

    #[test]
    fn what_differs_is_seen_where_it_lies() {
        let size = Size::new(48, 24);
        let picture = |value: fn(u32) -> f32| {
            Image::from_planes(size, std::array::from_fn(|_| (0..size.area() as u32).map(|i| value(i % size.width)).collect()))
        };
        // The left half of the still is too light.
        let (ours, still) = (picture(|_| 0.4), picture(|x| if x < 24 { 0.8 } else { 0.4 }));
        let (whole, alignment) = (RectF::new(0.0, 0.0, 48.0, 24.0), Alignment::PERFECT);
        let difference = Blocks::of(&ours, &still).unwrap().difference();
        let placed = Placed { aces: ours.clone(), display: ours, part: whole, area: whole, name: "the canvas", alignment };
        let found = |alignment| Match {
            frame: 7,
            alignment,
            area: "the canvas",
            part: whole,
            difference,
            still: size,
            diagnosis: None,
            pictures: vec![],
        };
        let made = |found: &Match| pictures(&placed, &still, found).unwrap();
        let kinds = |all: &[Picture]| all.iter().filter_map(|p| p.beside).collect::<Vec<_>>();
        let right = made(&found(alignment));
        assert_eq!(kinds(&right), [Beside::Ours, Beside::Still, Beside::Apart]);
        let seen = |which: usize, x| ::image::load_from_memory(right[which].jpeg()).unwrap().into_rgb8().get_pixel(x, 12).0[1];
        assert!(seen(1, 6) > seen(0, 6) + 80, "the still is lighter");
        assert!(seen(2, 6) > 200 && seen(2, 42) < 60, "hot there, cold here: {} {}", seen(2, 6), seen(2, 42));
        let mirrored = made(&found(Alignment { flip: [true, false], ..alignment }));
        assert_eq!(kinds(&mirrored), [Beside::Ours, Beside::Still, Beside::Meant, Beside::Apart]);
    }
}
