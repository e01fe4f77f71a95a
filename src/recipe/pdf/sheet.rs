//! A4 pages that fill from the top. Lengths are points, 1/72 inch; `y` grows upwards, as PDF has it.

use super::font::{Face, encode};
use crate::{check::report::Picture, image::Size};
use pdf_writer::{Content, Filter, Name, Pdf, Rect, Ref, Str, TextStr};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 46.0;
/// The foot of the page is below.
const BOTTOM: f32 = 54.0;
/// Where the second column begins.
const INDENT: f32 = MARGIN + 84.0;
/// Greys: 0 is black.
const INK: f32 = 0.1;
const WEAK: f32 = 0.42;
const HAIR: f32 = 0.78;

/// Texts and pictures, from which the pages are made.
pub struct Sheet {
    pages: Vec<Content>,
    y: f32,
    pictures: Vec<Vec<u8>>,
    sizes: Vec<Size>,
}

impl Sheet {
    pub fn new() -> Self {
        let mut sheet = Self { pages: vec![], y: 0.0, pictures: vec![], sizes: vec![] };
        sheet.turn();
        sheet
    }

    fn turn(&mut self) {
        self.pages.push(Content::new());
        self.y = HEIGHT - MARGIN;
    }

    /// Starts a new page where there is no room of this height.
    pub fn keep(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.turn();
        }
    }

    pub fn space(&mut self, height: f32) {
        self.y -= height;
    }

    fn page(&mut self) -> &mut Content {
        // There is one from the start.
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    fn show(&mut self, face: Face, size: f32, grey: f32, x: f32, text: &[u8]) {
        let y = self.y;
        put(self.page(), face, size, grey, (x, y), text);
    }

    /// Lines of one face between `x` and the right margin.
    fn lines(&mut self, face: Face, size: f32, grey: f32, x: f32, text: &str) {
        for line in face.wrap(text, size, WIDTH - MARGIN - x) {
            self.keep(size * 1.32);
            self.y -= size * 1.32;
            self.show(face, size, grey, x, &line);
        }
    }

    pub fn title(&mut self, text: &str) {
        self.lines(Face::Bold, 16.0, INK, MARGIN, text);
    }

    /// The name of a part, below a line. What follows stands on the same page, as far as it is no higher than `with`.
    pub fn heading(&mut self, text: &str, with: f32) {
        self.keep(30.0 + with);
        self.y -= 9.0;
        self.rule();
        self.y -= 3.0;
        self.lines(Face::Bold, 9.5, INK, MARGIN, text);
        self.y -= 1.5;
    }

    fn rule(&mut self) {
        let y = self.y;
        self.page().set_stroke_gray(HAIR).set_line_width(0.6).move_to(MARGIN, y).line_to(WIDTH - MARGIN, y).stroke();
    }

    pub fn small(&mut self, text: &str) {
        self.lines(Face::Regular, 7.5, WEAK, MARGIN, text);
    }

    /// What is it called, and what is it; nothing where there is no text.
    pub fn row(&mut self, label: &str, text: &str) {
        self.labelled(label, text, Face::Regular, 8.0);
    }

    /// A row whose text is a digest.
    pub fn digest(&mut self, label: &str, text: &str) {
        self.labelled(label, text, Face::Mono, 7.0);
    }

    fn labelled(&mut self, label: &str, text: &str, face: Face, size: f32) {
        let lines = face.wrap(text, size, WIDTH - MARGIN - INDENT);
        let labels = Face::Regular.wrap(label, 8.0, INDENT - MARGIN - 6.0);
        for i in 0..lines.len().max(if lines.is_empty() { 0 } else { labels.len() }) {
            self.keep(10.6);
            self.y -= 10.6;
            if let Some(label) = labels.get(i) {
                self.show(Face::Regular, 8.0, WEAK, MARGIN, label);
            }
            if let Some(line) = lines.get(i) {
                self.show(face, size, INK, INDENT, line);
            }
        }
    }

    /// Small pictures with their captions, as many side by side as there are, three to five. The last line of each is a digest.
    pub fn pictures(&mut self, pictures: &[(&Picture, Vec<String>)]) {
        const GAP: f32 = 8.0;
        const SIZE: f32 = 6.4;
        const TALLEST: f32 = 240.0;
        let columns = pictures.len().clamp(3, 5);
        let width = (WIDTH - 2.0 * MARGIN + GAP) / columns as f32 - GAP;
        // No wider than its column, no higher than a third of the page.
        let shown = |p: &Picture| {
            let aspect = p.size().width as f32 / p.size().height.max(1) as f32;
            let height = (width / aspect).min(TALLEST);
            (height * aspect, height)
        };
        for row in pictures.chunks(columns) {
            let captions: Vec<Vec<(Face, Vec<u8>)>> = row.iter().map(|(_, texts)| caption(texts, SIZE, width)).collect();
            let tallest = row.iter().map(|(p, _)| shown(p).1).fold(0.0, f32::max);
            let below = captions.iter().map(Vec::len).max().unwrap_or(0) as f32 * 8.0;
            self.keep(tallest + below + 10.0);
            self.y -= tallest + 5.0;
            let y = self.y;
            for (i, ((picture, _), lines)) in row.iter().zip(&captions).enumerate() {
                let ((w, h), x) = (shown(picture), MARGIN + i as f32 * (width + GAP));
                let name = format!("P{}", self.pictures.len());
                self.pictures.push(picture.jpeg().to_vec());
                self.sizes.push(picture.size());
                let page = self.page();
                page.save_state().transform([w, 0.0, 0.0, h, x, y + tallest - h]).x_object(Name(name.as_bytes())).restore_state();
                for (n, (face, line)) in lines.iter().enumerate() {
                    put(page, *face, SIZE, WEAK, (x, y - 8.0 * (n + 1) as f32), line);
                }
            }
            self.y -= below + 4.0;
        }
    }

    /// Lines to sign by hand.
    pub fn signatures(&mut self, fields: &[(&str, f32)], rows: usize) {
        for _ in 0..rows {
            self.keep(36.0);
            self.y -= 26.0;
            let mut x = MARGIN;
            for (label, width) in fields {
                let y = self.y;
                self.page().set_stroke_gray(WEAK).set_line_width(0.6).move_to(x, y).line_to(x + width, y).stroke();
                put(self.page(), Face::Regular, 6.8, WEAK, (x, y - 8.0), &encode(label));
                x += width + 12.0;
            }
            self.y -= 10.0;
        }
    }

    /// The file. Nothing in it depends on anything but what was put in: the same sheet has the same bytes.
    pub fn finish(self, title: &str, foot: &str) -> Vec<u8> {
        let mut ids = (1..).map(Ref::new);
        let mut next = || ids.next().unwrap_or(Ref::new(i32::MAX));
        let (catalog, tree, info) = (next(), next(), next());
        let fonts = Face::ALL.map(|face| (face, next()));
        let images: Vec<Ref> = self.pictures.iter().map(|_| next()).collect();
        let pages: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (next(), next())).collect();

        let mut pdf = Pdf::new();
        pdf.set_version(1, 7);
        let mut root = pdf.catalog(catalog);
        root.pages(tree).lang(TextStr("en"));
        root.viewer_preferences().display_doc_title(true);
        drop(root);
        pdf.document_info(info).title(TextStr(title)).creator(TextStr(concat!("Prelight ", env!("CARGO_PKG_VERSION"))));
        pdf.pages(tree).kids(pages.iter().map(|p| p.0)).count(pages.len() as i32);
        for (face, id) in fonts {
            pdf.type1_font(id).base_font(Name(face.base())).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        for ((jpeg, id), size) in self.pictures.iter().zip(&images).zip(&self.sizes) {
            let mut image = pdf.image_xobject(*id, jpeg);
            image.filter(Filter::DctDecode);
            image.width(size.width as i32).height(size.height as i32).bits_per_component(8);
            image.color_space().device_rgb();
        }
        let count = pages.len();
        for (n, (mut content, (id, stream))) in self.pages.into_iter().zip(pages).enumerate() {
            let right = encode(&format!("Page {} of {count}", n + 1));
            put(&mut content, Face::Regular, 6.8, WEAK, (MARGIN, 32.0), &encode(foot));
            put(&mut content, Face::Regular, 6.8, WEAK, (WIDTH - MARGIN - Face::Regular.width(&right, 6.8), 32.0), &right);
            let mut page = pdf.page(id);
            page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(stream);
            let mut resources = page.resources();
            let mut named = resources.fonts();
            fonts.iter().for_each(|(face, id)| _ = named.pair(Name(face.key()), *id));
            drop(named);
            let mut named = resources.x_objects();
            images.iter().enumerate().for_each(|(i, id)| _ = named.pair(Name(format!("P{i}").as_bytes()), *id));
            drop(named);
            drop(resources);
            drop(page);
            pdf.stream(stream, &content.finish());
        }
        pdf.finish()
    }
}

fn put(page: &mut Content, face: Face, size: f32, grey: f32, (x, y): (f32, f32), text: &[u8]) {
    page.begin_text().set_font(Name(face.key()), size).set_fill_gray(grey).next_line(x, y).show(Str(text)).end_text();
}

/// Texts as lines of this width; the last is a digest.
fn caption(texts: &[String], size: f32, width: f32) -> Vec<(Face, Vec<u8>)> {
    let face = |n: usize| if n + 1 == texts.len() { Face::Mono } else { Face::Regular };
    texts.iter().enumerate().flat_map(|(n, text)| face(n).wrap(text, size, width).into_iter().map(move |line| (face(n), line))).collect()
}
