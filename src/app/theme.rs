//! Strictly achromatic: any hue in the chrome would bias the eye. Hue stands only for meaning, and never without a word or
//! a shape beside it.

use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, style::TextCursorStyle, vec2};

/// Around the picture, and of the panels.
pub const SURROUND: u8 = 46;
const PANEL: u8 = 38;
const WINDOW: u8 = 44;
const FIELD: u8 = 28;
pub const LINE: Color32 = Color32::from_gray(58);
pub const TEXT: Color32 = Color32::from_gray(212);
pub const STRONG: Color32 = Color32::from_gray(240);
pub const WEAK: Color32 = Color32::from_gray(152);
/// Around what has the keyboard: lighter than every fill, and not what marks a choice.
pub const FOCUS: Color32 = Color32::from_gray(184);
const SELECTED: Color32 = Color32::from_gray(88);

pub const FAIL: Color32 = Color32::from_rgb(224, 108, 100);
pub const WARN: Color32 = Color32::from_rgb(222, 178, 84);
pub const PASS: Color32 = Color32::from_rgb(126, 184, 126);

/// Of the framing overlay, from the outside in.
pub const CANVAS: Color32 = Color32::from_gray(170);
pub const EFFECTIVE: Color32 = Color32::from_rgb(120, 170, 220);
pub const PROTECTION: Color32 = Color32::from_rgb(226, 140, 76);
pub const DECISION: Color32 = Color32::from_rgb(236, 206, 84);

pub const MARGIN: i8 = 10;

/// Has the letters of every text style made, in the first pass, when nothing moves yet: the panels of the first clip would have them made
/// all at once.
pub fn warm(ctx: &Context) {
    let letters: String = (' '..='~').collect();
    let fonts: Vec<FontId> = ctx.style_of(Theme::Dark).text_styles.values().cloned().collect();
    ctx.fonts_mut(|view| {
        for font in fonts {
            // They are made for every quarter of a pixel that they begin at; a space is no whole number of them.
            for spaces in 0..4 {
                view.layout_no_wrap(" ".repeat(spaces) + &letters, font.clone(), TEXT);
            }
        }
    });
}

pub fn install(ctx: &Context) {
    ctx.set_theme(Theme::Dark);
    ctx.style_mut_of(Theme::Dark, |s| {
        let font = |size| FontId::new(size, FontFamily::Proportional);
        s.text_styles = [
            (TextStyle::Small, font(11.5)),
            (TextStyle::Body, font(13.5)),
            (TextStyle::Button, font(13.5)),
            (TextStyle::Heading, font(16.0)),
            (TextStyle::Monospace, FontId::new(12.5, FontFamily::Monospace)),
        ]
        .into();
        s.spacing.item_spacing = vec2(6.0, 4.0);
        s.spacing.button_padding = vec2(7.0, 2.0);
        s.spacing.interact_size.y = 22.0;
        s.spacing.menu_margin = Margin::same(6);
        s.spacing.window_margin = Margin::symmetric(12, 8);
        s.spacing.scroll.floating = false;
        s.spacing.scroll.bar_width = 6.0;
        s.spacing.scroll.foreground_color = false;
        // Nothing moves by itself: a still window costs nothing.
        s.animation_time = 0.0;
        let v = &mut s.visuals;
        v.panel_fill = Color32::from_gray(PANEL);
        v.window_fill = Color32::from_gray(WINDOW);
        v.window_stroke = Stroke::new(1.0, Color32::from_gray(70));
        v.window_corner_radius = CornerRadius::same(4);
        v.menu_corner_radius = CornerRadius::same(3);
        v.extreme_bg_color = Color32::from_gray(FIELD);
        v.faint_bg_color = Color32::from_gray(PANEL + 4);
        v.code_bg_color = Color32::from_gray(FIELD);
        v.selection.bg_fill = SELECTED;
        v.selection.stroke = Stroke::new(1.0, STRONG);
        v.hyperlink_color = STRONG;
        v.weak_text_color = Some(WEAK);
        v.warn_fg_color = WARN;
        v.error_fg_color = FAIL;
        v.text_cursor = TextCursorStyle { blink: false, stroke: Stroke::new(1.5, STRONG), ..v.text_cursor.clone() };
        v.widgets.noninteractive.fg_stroke.color = TEXT;
        v.widgets.noninteractive.bg_stroke = Stroke::new(1.0, LINE);
        let w = &mut v.widgets;
        for (visuals, fill, line, text) in [
            (&mut w.inactive, 54, 54, TEXT),
            (&mut w.hovered, 68, 110, STRONG),
            (&mut w.active, 84, 150, STRONG),
            (&mut w.open, 62, 90, STRONG),
        ] {
            visuals.bg_fill = Color32::from_gray(fill);
            visuals.weak_bg_fill = Color32::from_gray(fill);
            visuals.bg_stroke = Stroke::new(1.0, Color32::from_gray(line));
            visuals.fg_stroke = Stroke::new(1.0, text);
            visuals.corner_radius = CornerRadius::same(2);
            visuals.expansion = 0.0;
        }
    });
}
