//! What the code values of a movie mean: range, matrix and siting from the file, or by the convention of its kind.

use super::probe::{Stream, said};
use crate::{
    camera::{
        Field, SignalRange, YcbcrMatrix,
        samples::{Layout, Model, Siting, Subsampling},
    },
    error::{Error, Result},
};

/// Rows up to which a picture is of standard definition, BT.601 (525 and 625 lines); above, BT.709 part 2.
const STANDARD_DEFINITION: u32 = 576;

/// The three, each with its origin; `None` where it does not apply to the layout.
#[derive(Clone, Debug)]
pub struct Stated {
    pub range: Option<Field<SignalRange>>,
    /// An error for a matrix that is not known: a person may say another.
    pub matrix: Option<Result<Field<YcbcrMatrix>>>,
    pub siting: Option<Result<Field<Siting>>>,
}

pub fn stated(stream: &Stream, layout: &Layout) -> Stated {
    let is_ycbcr = matches!(layout.model, Model::Ycbcr(_));
    let has_siting = matches!(layout.model, Model::Ycbcr(Subsampling::S422 | Subsampling::S420));
    let has_range = !layout.sample.is_float();
    Stated {
        range: has_range.then(|| range(stream, is_ycbcr)),
        matrix: is_ycbcr.then(|| matrix(stream)),
        siting: has_siting.then(|| siting(stream, layout)),
    }
}

fn range(stream: &Stream, is_ycbcr: bool) -> Field<SignalRange> {
    let by_definition = match stream.codec_name.as_deref() {
        // FFmpeg says `tv` of these whatever the file; their standards code Y'CbCr in the narrow range.
        Some("prores") => Some("SMPTE RDD 36 (ProRes), by convention"),
        Some("dnxhd") => Some("SMPTE ST 2019-1 (VC-3), by convention"),
        _ => None,
    };
    match (said(&stream.color_range), by_definition) {
        (Some("pc"), _) => Field::stated(SignalRange::Full, "color_range"),
        (Some("tv") | None, Some(why)) if is_ycbcr => Field::assumed(SignalRange::Legal, why),
        (Some("tv"), _) => Field::stated(SignalRange::Legal, "color_range"),
        _ if is_ycbcr => Field::assumed(SignalRange::Legal, "Y'CbCr, by convention"),
        _ => Field::assumed(SignalRange::Full, "R'G'B', by convention"),
    }
}

fn matrix(stream: &Stream) -> Result<Field<YcbcrMatrix>> {
    Ok(match said(&stream.color_space) {
        Some("bt709") => Field::stated(YcbcrMatrix::Bt709, "color_space bt709"),
        // One matrix under three names (H.273 codes 5, 6; BT.470 System B, G).
        Some(name @ ("smpte170m" | "bt470bg")) => Field::stated(YcbcrMatrix::Bt601, format!("color_space {name}")),
        Some("bt2020nc") => Field::stated(YcbcrMatrix::Bt2020, "color_space bt2020nc"),
        None if stream.height <= STANDARD_DEFINITION => Field::assumed(YcbcrMatrix::Bt601, "standard definition, by convention"),
        None => Field::assumed(YcbcrMatrix::Bt709, "high definition, by convention"),
        Some(other) => {
            return Err(Error::unsupported("this matrix is not known: say which one of bt601, bt709, bt2020 it is read by")
                .field("color_space")
                .value(other));
        }
    })
}

fn siting(stream: &Stream, layout: &Layout) -> Result<Field<Siting>> {
    if layout.model == Model::Ycbcr(Subsampling::S420) && is_interlaced(stream) {
        let order = said(&stream.field_order).unwrap_or_default();
        return Err(Error::unsupported("the colour of interlaced 4:2:0 belongs to fields; it is not decoded")
            .field("field_order")
            .value(order));
    }
    Ok(match said(&stream.chroma_location) {
        Some("left") => Field::stated(Siting::Left, "chroma_location"),
        Some("center") => Field::stated(Siting::Center, "chroma_location"),
        Some("topleft") => Field::stated(Siting::TopLeft, "chroma_location"),
        Some("top") => Field::stated(Siting::Top, "chroma_location"),
        None => Field::assumed(Siting::Left, "H.273 type 0, by convention"),
        Some(other) => return Err(Error::unsupported("this chroma siting is not decoded").field("chroma_location").value(other)),
    })
}

/// Whether the stream says that its frames are two fields.
pub fn is_interlaced(stream: &Stream) -> bool {
    said(&stream.field_order).is_some_and(|order| order != "progressive")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{camera::Certainty, image::Size};

    fn stream(json: &str) -> Stream {
        serde_json::from_str(json).unwrap()
    }
    fn of(json: &str, pix_fmt: &str) -> Stated {
        let stream = stream(json);
        stated(&stream, &super::super::pixels::layout(pix_fmt, Size::new(16, 16), None).unwrap())
    }

    #[test]
    fn what_the_file_says_comes_before_conventions() {
        let s = of(r#"{"codec_name":"h264","height":480,"color_range":"pc","color_space":"bt709","chroma_location":"center"}"#, "yuvj420p");
        let (range, matrix, siting) = (s.range.unwrap(), s.matrix.unwrap().unwrap(), s.siting.unwrap().unwrap());
        assert_eq!((range.value, matrix.value, siting.value), (SignalRange::Full, YcbcrMatrix::Bt709, Siting::Center));
        assert_eq!([range.certainty, matrix.certainty, siting.certainty], [Certainty::Stated; 3]);
        let s = of(r#"{"codec_name":"prores","height":1080,"color_range":"tv","color_space":"unknown"}"#, "yuv422p10le");
        let (range, matrix, siting) = (s.range.unwrap(), s.matrix.unwrap().unwrap(), s.siting.unwrap().unwrap());
        assert_eq!((range.value, matrix.value, siting.value), (SignalRange::Legal, YcbcrMatrix::Bt709, Siting::Left));
        assert_eq!([range.certainty, matrix.certainty, siting.certainty], [Certainty::Assumed; 3]);
        let s = of(r#"{"codec_name":"jpeg2000","height":2160}"#, "rgb48le");
        assert!(s.matrix.is_none() && s.siting.is_none());
        assert_eq!(s.range.unwrap().value, SignalRange::Full);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(of(r#"{"codec_name":"hevc","height":1080,"color_space":"ictcp"}"#, "yuv420p10le").matrix.unwrap().is_err());
        assert!(of(r#"{"codec_name":"hevc","height":1080,"chroma_location":"bottom"}"#, "yuv420p10le").siting.unwrap().is_err());
        assert!(of(r#"{"codec_name":"h264","height":1080,"field_order":"tt"}"#, "yuv420p").siting.unwrap().is_err());
        assert!(of(r#"{"codec_name":"h264","height":1080,"field_order":"tt"}"#, "yuv422p10le").siting.unwrap().is_ok());
    }
}
