//! Small pictures as textures. What a pass would have shown is wished for; the session makes it.

use crate::{
    camera::FrameNumber,
    session::{ClipId, Session, Thumb, ThumbKey, ThumbSize, ThumbState},
};
use egui::{Color32, ColorImage, Context, Painter, Pos2, Rect, TextureHandle, TextureOptions, pos2, vec2};
use std::{collections::HashMap, sync::Arc};

pub type Wish = (ClipId, FrameNumber, ThumbSize);

#[derive(Default)]
pub struct Textures {
    known: HashMap<ThumbKey, Texture>,
    wishes: Vec<Wish>,
    pass: u64,
}

/// A picture on the GPU.
struct Texture {
    of: Arc<Thumb>,
    handle: TextureHandle,
    /// The pass that drew it last.
    used: u64,
}

/// Passes after which a texture that was not drawn is given back.
const KEPT: u64 = 120;

/// What there is of a picture.
pub enum Shown {
    Picture(Arc<Thumb>, egui::TextureId),
    Coming,
    Failed(String),
}

impl Textures {
    pub fn begin(&mut self) {
        self.pass += 1;
        self.wishes.clear();
        let pass = self.pass;
        self.known.retain(|_, t| pass - t.used < KEPT);
    }

    pub fn wishes(&self) -> Vec<Wish> {
        self.wishes.clone()
    }

    /// The picture of a frame, which is wished for where it is not there.
    pub fn get(&mut self, ctx: &Context, session: &Session, wish: Wish) -> Shown {
        self.wishes.push(wish);
        let (clip, frame, size) = wish;
        match session.thumb(clip, frame, size) {
            None => Shown::Coming,
            Some((_, ThumbState::Failed(error))) => Shown::Failed(error.to_string()),
            Some((key, ThumbState::Ready(thumb))) => {
                // Of a clip that was read again there is another picture by the same key.
                if !self.known.get(&key).is_some_and(|t| Arc::ptr_eq(&t.of, thumb)) {
                    let p = &thumb.picture;
                    let image = ColorImage::from_rgba_premultiplied([p.size.width as usize, p.size.height as usize], &p.bytes);
                    let handle = ctx.load_texture("small picture", image, TextureOptions::LINEAR);
                    self.known.insert(key.clone(), Texture { of: thumb.clone(), handle, used: 0 });
                }
                let Some(texture) = self.known.get_mut(&key) else { return Shown::Coming };
                texture.used = self.pass;
                Shown::Picture(thumb.clone(), texture.handle.id())
            }
        }
    }
}

/// Draws a picture as large as `room` allows, desqueezed, at its middle. Returns where it lies.
pub fn paint(painter: &Painter, room: Rect, thumb: &Thumb, texture: egui::TextureId) -> Rect {
    fitted(painter, room, [f64::from(thumb.canvas.width) * thumb.aspect, f64::from(thumb.canvas.height)], texture)
}

/// The same of any picture, whose width and height are those that it is seen with.
pub fn fitted(painter: &Painter, room: Rect, [w, h]: [f64; 2], texture: egui::TextureId) -> Rect {
    let scale = (f64::from(room.width()) / w.max(1.0)).min(f64::from(room.height()) / h.max(1.0));
    let rect = Rect::from_center_size(room.center(), vec2((w * scale) as f32, (h * scale) as f32));
    painter.image(texture, rect, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
    rect
}
