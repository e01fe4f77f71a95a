//! The documents beside the clips, written as text the way a camera cart writes them: AMF 2.0, FDL 2.0.1, ASC CDL, EDL.
//!
//! Not through [`crate::sidecar`], so that its readers meet documents that its writers did not make.

use super::{
    Finding,
    clips::{BeforeLens, ClipSpec, FRAMES, Framing, Look, rate},
    dng,
};
use crate::image::RectF;
use std::fmt::Write;
use uuid::Uuid;

/// Namespace of the identifiers below (RFC 9562, version 5), so that the same show has the same ones.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f1d_6c52_3b0e_4c0a_9a53_7c0d_e9b1_2f64);
/// When the sidecars say they were written: after the last clip.
const WRITTEN: &str = "2026-11-21T11:00:00Z";
/// Intent of every clip, and its protection: 5 % on top of the decision, measured inwards.
const ASPECT: (u32, u32) = (239, 100);
const PROTECTION: f64 = 0.05;

const TO_ACESCCT: &str = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1";
const FROM_ACESCCT: &str = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1";
const OUTPUT: &str = "urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1";
/// The planted input transform: right for an ALEXA 35, wrong for these clips.
const FOREIGN_INPUT: &str = "urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1";
/// The planted look: an ID of the right form that nobody has.
const UNKNOWN_LOOK: &str = "urn:ampas:aces:transformId:v2.0:Look.Prelight.Lost_Show_Look.a2.v1";
const FOREIGN_CLIP: &str = "A004C012_261121_R3KD";

fn identifier(what: &str) -> String {
    format!("urn:uuid:{}", uuid(what))
}

/// The same for the same words.
pub fn uuid(what: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, what.as_bytes())
}

fn triple(v: [f64; 3]) -> String {
    format!("{} {} {}", v[0], v[1], v[2])
}

/// AMF 2.0. No input transform: the DNG's own matrices take the mosaic to ACES2065-1 (AMF implementation guide,
/// "debayered straight to ACES").
pub fn amf(clip: &ClipSpec) -> String {
    let (clip_name, input) = match clip.faults.foreign_amf {
        false => (clip.name, String::new()),
        true => (
            FOREIGN_CLIP,
            format!(
                r#"
    <aces:inputTransform applied="false">
      <aces:description>ARRI LogC4 to ACES2065-1</aces:description>
      <aces:transformId>{FOREIGN_INPUT}</aces:transformId>
    </aces:inputTransform>"#
            ),
        ),
    };
    let unknown = match clip.faults.unknown_look {
        false => String::new(),
        true => format!(
            r#"
    <aces:lookTransform applied="false">
      <aces:description>A look from another show</aces:description>
      <aces:transformId>{UNKNOWN_LOOK}</aces:transformId>
    </aces:lookTransform>"#
        ),
    };
    let Look { description, slope, offset, power, saturation, .. } = &clip.look;
    let (slope, offset, power) = (triple(*slope), triple(*offset), triple(*power));
    format!(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<aces:acesMetadataFile xmlns:aces="urn:ampas:aces:amf:v2.0" xmlns:cdl="urn:ASC:CDL:v1.01" version="2.0">
  <aces:amfInfo>
    <aces:description>Prelight demo show, clip {name}</aces:description>
    <aces:author>
      <aces:name>Prelight demo cart</aces:name>
      <aces:emailAddress>cart@example.com</aces:emailAddress>
    </aces:author>
    <aces:dateTime>
      <aces:creationDateTime>{WRITTEN}</aces:creationDateTime>
      <aces:modificationDateTime>{WRITTEN}</aces:modificationDateTime>
    </aces:dateTime>
    <aces:uuid>{uuid}</aces:uuid>
  </aces:amfInfo>
  <aces:clipId>
    <aces:clipName>{clip_name}</aces:clipName>
    <aces:sequence idx="#" min="0" max="{last}">{clip_name}_######.dng</aces:sequence>
  </aces:clipId>
  <aces:pipeline>
    <aces:pipelineInfo>
      <aces:description>On-set preview</aces:description>
      <aces:dateTime>
        <aces:creationDateTime>{WRITTEN}</aces:creationDateTime>
        <aces:modificationDateTime>{WRITTEN}</aces:modificationDateTime>
      </aces:dateTime>
      <aces:uuid>{pipeline_uuid}</aces:uuid>
      <aces:systemVersion>
        <aces:majorVersion>2</aces:majorVersion>
        <aces:minorVersion>0</aces:minorVersion>
        <aces:patchVersion>0</aces:patchVersion>
      </aces:systemVersion>
    </aces:pipelineInfo>{input}
    <aces:lookTransform applied="false">
      <aces:description>{description}</aces:description>
      <aces:cdlWorkingSpace>
        <aces:toCdlWorkingSpace>
          <aces:description>ACES2065-1 to ACEScct</aces:description>
          <aces:transformId>{TO_ACESCCT}</aces:transformId>
        </aces:toCdlWorkingSpace>
        <aces:fromCdlWorkingSpace>
          <aces:description>ACEScct to ACES2065-1</aces:description>
          <aces:transformId>{FROM_ACESCCT}</aces:transformId>
        </aces:fromCdlWorkingSpace>
      </aces:cdlWorkingSpace>
      <cdl:ASC_SOP>
        <cdl:Slope>{slope}</cdl:Slope>
        <cdl:Offset>{offset}</cdl:Offset>
        <cdl:Power>{power}</cdl:Power>
      </cdl:ASC_SOP>
      <cdl:ASC_SAT>
        <cdl:Saturation>{saturation}</cdl:Saturation>
      </cdl:ASC_SAT>
    </aces:lookTransform>{unknown}
    <aces:outputTransform applied="false">
      <aces:description>Rec.709 BT.1886, 100 nits</aces:description>
      <aces:transformId>{OUTPUT}</aces:transformId>
    </aces:outputTransform>
  </aces:pipeline>
</aces:acesMetadataFile>
"##,
        name = clip.name,
        uuid = amf_uuid(clip),
        last = FRAMES - 1,
        pipeline_uuid = identifier(&format!("pipeline {}", clip.name)),
    )
}

fn amf_uuid(clip: &ClipSpec) -> String {
    identifier(&format!("amf {}", clip.name))
}

/// The look as a single ASC CDL ColorCorrection (v1.01 namespace).
pub fn cc(clip: &ClipSpec) -> String {
    let Look { id, description, slope, offset, power, saturation } = &clip.look;
    let (slope, offset, power) = (triple(*slope), triple(*offset), triple(*power));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ColorCorrection xmlns="urn:ASC:CDL:v1.01" id="{id}">
  <SOPNode>
    <Description>{description}; in ACEScct</Description>
    <Slope>{slope}</Slope>
    <Offset>{offset}</Offset>
    <Power>{power}</Power>
  </SOPNode>
  <SatNode>
    <Saturation>{saturation}</Saturation>
  </SatNode>
</ColorCorrection>
"#
    )
}

/// FDL 2.0.1 (whose files state version 2.0).
pub fn fdl(clip: &ClipSpec) -> String {
    let f: Framing = clip.faults.foreign_fdl.unwrap_or(clip.framing);
    let int = |r: RectF| format!(r#"{{ "width": {:.0}, "height": {:.0} }}"#, r.width, r.height);
    let float = |r: RectF| format!(r#"{{ "width": {:.1}, "height": {:.1} }}"#, r.width, r.height);
    let squeeze = clip.faults.fdl_squeeze.unwrap_or(f.squeeze.into());
    // The template: every pixel of the active area, square. Where the squeeze is stated wrongly nobody could tell what square is.
    let (stretch, target_squeeze) = clip.faults.fdl_squeeze.map_or((f64::from(f.squeeze), 1.0), |stated| (1.0, stated));
    let anchor = |r: RectF| format!(r#"{{ "x": {:.1}, "y": {:.1} }}"#, r.x, r.y);
    format!(
        r####"{{
  "uuid": "{uuid}",
  "version": {{ "major": 2, "minor": 0 }},
  "fdl_creator": "Prelight demo cart",
  "default_framing_intent": "I239",
  "framing_intents": [
    {{
      "label": "2.39:1 theatrical, {percent:.0} % protection",
      "id": "I239",
      "aspect_ratio": {{ "width": {aspect_w}, "height": {aspect_h} }},
      "protection": {PROTECTION}
    }}
  ],
  "contexts": [
    {{
      "label": "{label}",
      "context_creator": "Prelight demo cart",
      "clip_id": {{
        "clip_name": "{clip_name}",
        "sequence": {{ "value": "{clip_name}_######.dng", "idx": "#", "min": 0, "max": {last} }}
      }},
      "canvases": [
        {{
          "label": "Sensor {w}x{h}",
          "id": "OCF",
          "source_canvas_id": "OCF",
          "dimensions": {{ "width": {w}, "height": {h} }},
          "effective_dimensions": {effective},
          "effective_anchor_point": {effective_anchor},
          "photosite_dimensions": {{ "width": {w}, "height": {h} }},
          "anamorphic_squeeze": {squeeze:.1},
          "framing_decisions": [
            {{
              "label": "2.39:1",
              "id": "OCF-I239",
              "framing_intent_id": "I239",
              "dimensions": {decision},
              "anchor_point": {decision_anchor},
              "protection_dimensions": {protection},
              "protection_anchor_point": {protection_anchor}
            }}
          ]
        }}
      ]
    }}
  ],
  "canvas_templates": [
    {{
      "label": "Active area, {target_w}x{target_h}",
      "id": "ACTIVE_{target_w}x{target_h}",
      "target_dimensions": {{ "width": {target_w}, "height": {target_h} }},
      "target_anamorphic_squeeze": {target_squeeze:.1},
      "fit_source": "canvas.effective_dimensions",
      "fit_method": "width",
      "alignment_method_vertical": "center",
      "alignment_method_horizontal": "center",
      "round": {{ "even": "whole", "mode": "round" }}
    }}
  ]
}}
"####,
        uuid = uuid(&format!("fdl {}", clip.name)),
        percent = PROTECTION * 100.0,
        aspect_w = ASPECT.0,
        aspect_h = ASPECT.1,
        label = dng::UNIQUE_MODEL,
        clip_name = clip.name,
        last = FRAMES - 1,
        w = f.canvas.width,
        h = f.canvas.height,
        effective = int(f.effective),
        effective_anchor = anchor(f.effective),
        target_w = f.effective.width * stretch,
        target_h = f.effective.height,
        decision = float(f.decision),
        decision_anchor = anchor(f.decision),
        protection = float(f.protection),
        protection_anchor = anchor(f.protection),
    )
}

/// The cut: each clip less one frame of handle at either end (CMX 3600, out points exclusive).
pub fn edl(clips: &[ClipSpec]) -> String {
    let mut text = String::from("TITLE: PRELIGHT_DEMO\nFCM: NON-DROP FRAME\n");
    let length = i64::from(FRAMES) - 2;
    let programme = "01:00:00:00".parse::<crate::camera::Timecode>().expect("a timecode");
    // A test of the sensor is in no cut.
    for (clip, event) in clips.iter().filter(|c| c.before_lens == BeforeLens::Chart).zip(0i64..) {
        let (source_in, record_in) = (clip.timecode(1), programme.offset(event * length, rate()));
        let (source_out, record_out) = (source_in.offset(length, rate()), record_in.offset(length, rate()));
        let Look { slope: s, offset: o, power: p, saturation, .. } = &clip.look;
        let group = |v: &[f64; 3]| format!("({})", triple(*v));
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n{:03}  {:<8} V     C        {source_in} {source_out} {record_in} {record_out}\n\
             * FROM CLIP NAME: {name}\n* ASC_SOP {}{}{}\n* ASC_SAT {saturation}\n* AMF_NAME {name}.amf\n* AMF_UUID {}\n",
            event + 1,
            clip.reel,
            group(s),
            group(o),
            group(p),
            amf_uuid(clip),
            name = clip.name,
        );
    }
    text
}

/// The cut as an old offline system hands it over: with what the rules about cut lists find.
pub fn offline_edl(clips: &[ClipSpec]) -> (String, Vec<Finding>) {
    let mut text = String::from("TITLE: PRELIGHT_OFFLINE\nFCM: NON-DROP FRAME\n");
    let mut record = "01:00:00:00".parse::<crate::camera::Timecode>().expect("a timecode");
    let mut number = 0;
    let mut event = |reel: &str, source: [String; 2], frames: i64, name: &str| {
        number += 1;
        let from = record;
        record = record.offset(frames, rate());
        // Writing to a String does not fail.
        let _ = write!(text, "\n{number:03}  {reel:<8} V     C        {} {} {from} {record}\n", source[0], source[1]);
        if !name.is_empty() {
            let _ = writeln!(text, "* FROM CLIP NAME: {name}");
        }
        number
    };
    let mut charts = clips.iter().filter(|c| c.before_lens == BeforeLens::Chart);
    let (Some(a), Some(b)) = (charts.next(), charts.next()) else { return (text, vec![]) };
    let of = |clip: &ClipSpec, from: i64, to: i64| [from, to].map(|at| clip.timecode(0).offset(at, rate()).to_string());
    let cut = event(&a.name[..8], of(a, 1, 5), 4, "");
    let lost = event("B009", of(a, 1, 5), 4, "");
    let long = event(b.reel, of(b, 4, i64::from(FRAMES) + 4), i64::from(FRAMES), b.name);
    let fast = event(a.reel, of(a, 1, 7), 2, a.name);
    // A label that counts drop-frame has its last colon as a semicolon.
    let dropping = of(b, 1, 5).map(|code| code.rsplit_once(':').map_or(code.clone(), |(head, frames)| format!("{head};{frames}")));
    let drop = event(b.reel, dropping, 4, b.name);
    let finding = |check: &str, about: String| Finding { check: check.into(), about };
    let findings = vec![
        finding("EDL-01", format!("event {lost} is of a roll that is not here")),
        finding("EDL-02", format!("event {cut} is matched by a reel of eight characters")),
        finding("EDL-03", format!("event {long} goes on behind the end of its clip")),
        finding("EDL-04", format!("the reel of event {cut} is a clip's name, cut off")),
        finding("EDL-05", format!("event {fast} plays six frames in two and has no M2")),
        finding("EDL-07", format!("event {drop} counts drop-frame, its clip does not")),
    ];
    (text, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::clips::CLIPS;

    #[test]
    fn the_documents_parse() {
        for clip in &CLIPS {
            let fdl: serde_json::Value = serde_json::from_str(&fdl(clip)).unwrap();
            let canvas = &fdl["contexts"][0]["canvases"][0];
            let same = canvas["dimensions"]["width"] == clip.framing.canvas.width;
            assert_eq!(same, clip.faults.foreign_fdl.is_none());
            for xml in [amf(clip), cc(clip)] {
                let mut reader = quick_xml::Reader::from_str(&xml);
                let mut depth = 0;
                loop {
                    match reader.read_event().unwrap() {
                        quick_xml::events::Event::Start(_) => depth += 1,
                        quick_xml::events::Event::End(_) => depth -= 1,
                        quick_xml::events::Event::Eof => break,
                        _ => {}
                    }
                }
                assert_eq!(depth, 0);
            }
            assert_eq!(amf(clip).contains("inputTransform"), clip.faults.foreign_amf);
        }
    }

    #[test]
    fn a_template_makes_the_same_canvas_by_exact_arithmetic_and_by_the_reference() {
        use crate::framing::{Frame, template};
        let mut canvases = vec![];
        for clip in &CLIPS {
            let (fdl, found) = crate::sidecar::fdl::parse(fdl(clip).as_bytes()).unwrap();
            assert!(crate::sidecar::is_valid(&found), "{found:?}");
            let frame = Frame::select(&fdl, &Default::default()).unwrap();
            let [exact, published] = [template::Mode::Exact, template::Mode::Asc102]
                .map(|mode| template::apply(&frame, &fdl.canvas_templates[0], mode).unwrap());
            assert_eq!((exact.canvas, exact.framing, exact.protection), (published.canvas, published.framing, published.protection));
            assert_eq!((exact.picture, exact.scale_factor), (published.picture, 1.0));
            canvases.push(exact.canvas.to_string());
        }
        assert_eq!(canvases, ["1888x1062", "2816x1056", "2014x1132", "630x340", "630x340", "630x340", "630x340"]);
    }

    #[test]
    fn every_rectangle_lies_in_the_next_and_has_the_intended_aspect() {
        for f in CLIPS.iter().flat_map(|c| [Some(c.framing), c.faults.foreign_fdl]).flatten() {
            let canvas = RectF::new(0.0, 0.0, f.canvas.width.into(), f.canvas.height.into());
            for pair in [canvas, f.effective, f.protection, f.decision].windows(2) {
                assert!(pair[0].contains(pair[1], 0.0), "{pair:?}");
            }
            for r in [f.protection, f.decision] {
                let aspect = r.width * f64::from(f.squeeze) / r.height;
                assert!((aspect / 2.39 - 1.0).abs() < 0.001, "{aspect}");
            }
            assert!((f.decision.width / f.protection.width - (1.0 - PROTECTION)).abs() < 0.002);
        }
    }

    #[test]
    fn the_cut_names_every_clip() {
        let edl = edl(&CLIPS);
        assert!(edl.contains("001  A001     V     C        10:04:17:07 10:04:17:13 01:00:00:00 01:00:00:06\n"), "{edl}");
        for clip in CLIPS.iter().filter(|c| c.before_lens == BeforeLens::Chart) {
            assert!(edl.contains(&format!("* FROM CLIP NAME: {}\n", clip.name)));
        }
    }
}
