//! Sheets of A4 with text in two scripts, and their PDF.
//!
//! Latin letters are set in Helvetica and Courier, Chinese in STSong-Light with the predefined encoding `UniGB-UTF16-H`: three fonts
//! every reader of PDF has or stands another in for, so none is shipped and the file stays small (docs/decisions/0013).

use super::metrics::{self, Script};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::io::Write;

/// Width of a sheet in points.
pub const WIDTH: f32 = 595.0;
/// Its height.
pub const HEIGHT: f32 = 842.0;
/// What is left free at the edges.
pub const MARGIN: f32 = 42.0;

/// Looks of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Running text.
    Plain,
    /// Headings and what matters.
    Bold,
    /// Codes and hashes: every letter as wide as the next.
    Mono,
}

/// One sheet being filled.
pub struct Sheet {
    content: Content,
}

impl Sheet {
    /// An empty one.
    pub fn new() -> Sheet {
        let mut content = Content::new();
        content.set_line_width(0.5);
        Sheet { content }
    }

    /// Writes a text with its baseline at `y` points from the lower edge.
    pub fn text(&mut self, x: f32, y: f32, size: f32, face: Face, text: &str) {
        let mut x = x;
        for (script, run) in metrics::runs(text) {
            let font = font_of(script, face);
            self.content.begin_text();
            self.content.set_font(Name(font), size);
            self.content.next_line(x, y);
            match script {
                Script::Latin => {
                    let bytes: Vec<u8> = run.chars().map(metrics::win_ansi).collect();
                    self.content.show(Str(&bytes));
                }
                Script::Han => {
                    let bytes: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
                    self.content.show(Str(&bytes));
                }
            }
            self.content.end_text();
            x += metrics::width(&run, size, face);
        }
    }

    /// Writes a text that ends at `x`.
    pub fn text_end(&mut self, x: f32, y: f32, size: f32, face: Face, text: &str) {
        self.text(x - metrics::width(text, size, face), y, size, face, text);
    }

    /// Writes a text cut to a width; what is cut off is marked.
    pub fn text_in(&mut self, x: f32, y: f32, size: f32, face: Face, text: &str, width: f32) {
        self.text(x, y, size, face, &metrics::cut(text, size, face, width));
    }

    /// Writes a text in lines no wider than `width`; the baseline below the last.
    pub fn paragraph(&mut self, x: f32, y: f32, size: f32, text: &str, width: f32) -> f32 {
        let mut y = y;
        for line in metrics::lines(text, size, width) {
            self.text(x, y, size, Face::Plain, &line);
            y -= size * 1.45;
        }
        y
    }

    /// A line across.
    pub fn rule(&mut self, x: f32, y: f32, width: f32) {
        self.content.move_to(x, y);
        self.content.line_to(x + width, y);
        self.content.stroke();
    }

    /// A frame with its lower left corner at x, y.
    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.content.rect(x, y, width, height);
        self.content.stroke();
    }
}

fn font_of(script: Script, face: Face) -> &'static [u8] {
    match (script, face) {
        (Script::Han, _) => b"Song",
        (Script::Latin, Face::Plain) => b"Sans",
        (Script::Latin, Face::Bold) => b"Bold",
        (Script::Latin, Face::Mono) => b"Mono",
    }
}

/// The numbers of the objects every sheet refers to.
struct Fonts {
    latin: [(&'static [u8], &'static [u8], Ref); 3],
    han: [Ref; 3],
}

impl Fonts {
    fn new(next: &mut impl FnMut() -> Ref) -> Fonts {
        Fonts {
            latin: [
                (b"Sans", b"Helvetica", next()),
                (b"Bold", b"Helvetica-Bold", next()),
                (b"Mono", b"Courier", next()),
            ],
            han: [next(), next(), next()],
        }
    }

    fn write(&self, pdf: &mut Pdf) {
        for (_, base, id) in &self.latin {
            pdf.type1_font(*id).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let [font, cid, descriptor] = self.han;
        let name = Name(b"STSong-Light");
        pdf.type0_font(font).base_font(name).encoding_predefined(Name(b"UniGB-UTF16-H")).descendant_font(cid);
        let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 };
        pdf.cid_font(cid)
            .subtype(CidFontType::Type0)
            .base_font(name)
            .system_info(system)
            .default_width(1000.0)
            .font_descriptor(descriptor);
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
            .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
            .italic_angle(0.0)
            .ascent(880.0)
            .descent(-120.0)
            .cap_height(880.0)
            .stem_v(93.0);
    }
}

/// The sheets as a PDF. The same sheets always give the same bytes.
pub fn pdf(sheets: Vec<Sheet>, title: &str, language: &str) -> Vec<u8> {
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree, info) = (next(), next(), next());
    let fonts = Fonts::new(&mut next);
    let ids: Vec<(Ref, Ref)> = sheets.iter().map(|_| (next(), next())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr(language));
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("Beiku"));
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    fonts.write(&mut pdf);
    for (sheet, (page_id, content_id)) in sheets.into_iter().zip(ids) {
        let mut page = pdf.page(page_id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(content_id);
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (name, _, id) in &fonts.latin {
            named.pair(Name(name), *id);
        }
        named.pair(Name(b"Song"), fonts.han[0]);
        named.finish();
        resources.finish();
        page.finish();
        let drawn = sheet.content.finish();
        match deflated(&drawn) {
            Some(small) => {
                pdf.stream(content_id, &small).filter(Filter::FlateDecode);
            }
            None => {
                pdf.stream(content_id, &drawn);
            }
        }
    }
    pdf.finish()
}

/// Writing to memory does not fail; should it, the sheet is stored as it is.
fn deflated(drawn: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(drawn).ok()?;
    encoder.finish().ok()
}
