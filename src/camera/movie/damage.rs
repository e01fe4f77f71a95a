//! Which pictures FFmpeg says are damaged.
//!
//! Some decoders (ProRes, H.264) fill what they cannot decode with something likely, and give the picture. `ffmpeg` then writes
//! *corrupt decoded frame*, and with `-debug_ts` on the next line of the same thread which time stamp the picture has: what is
//! decoded ahead in other threads cannot come between. Errors that a decoder itself writes may be of any picture to come.

use std::collections::VecDeque;

/// Most pictures between decoder and filter: those of FFmpeg's queues and of a seek that passes over a group of pictures.
const MAX_WAITING: usize = 4096;

/// Follows what `ffmpeg` writes on stderr, line by line.
#[derive(Default)]
pub struct Damage {
    /// Time stamps of decoded pictures that have not come through the filter, and why each is not to be shown.
    decoded: VecDeque<(Option<i64>, Option<String>)>,
    /// What a decoder last complained of.
    complaint: Option<String>,
    /// The next decoded picture is damaged.
    is_corrupt: bool,
    /// A key picture came out; what is damaged before it is cut off from its own (a leading picture of an open group).
    has_key: bool,
    /// A picture since the last key picture was damaged or lost.
    is_tainted: bool,
}

impl Damage {
    /// Takes a line; true where it was one of its own.
    pub fn take(&mut self, line: &str) -> bool {
        if is_corrupt(line) {
            self.is_corrupt = true;
            return true;
        }
        if let Some(said) = decoder_line(line) {
            self.decoded(said);
            return true;
        }
        let is_lost =
            line.starts_with("[error] Error while decoding stream ") || line.contains("] [error] Error submitting packet to decoder");
        self.is_tainted |= is_lost && self.has_key;
        if !is_lost && line.contains("] [error] ") {
            self.complaint = line.split_once("] [error] ").map(|(_, said)| said.trim().to_owned());
        }
        // Both are kept as messages, too.
        false
    }

    fn decoded(&mut self, Decoded { stamp, is_key }: Decoded) {
        let is_corrupt = std::mem::take(&mut self.is_corrupt);
        if is_key {
            self.has_key = true;
            self.is_tainted = false;
        }
        let why = if is_corrupt {
            Some(format!("damaged: {}", self.complaint.take().as_deref().unwrap_or("corrupt decoded frame")))
        } else {
            self.is_tainted.then(|| "a picture before it is damaged, from which it may have been predicted".to_owned())
        };
        self.is_tainted |= is_corrupt && self.has_key;
        self.decoded.push_back((stamp, why));
        if self.decoded.len() > MAX_WAITING {
            self.decoded.pop_front();
        }
    }

    /// Why the picture with this time stamp, which comes through the filter now, is not to be shown.
    pub fn of(&mut self, stamp: Option<i64>) -> Option<String> {
        // Those before it were passed over, on the way from where a seek began.
        let place = self.decoded.iter().position(|(s, _)| s.is_some() && *s == stamp).unwrap_or(0);
        match self.decoded.drain(..(place + 1).min(self.decoded.len())).next_back() {
            Some((_, why)) => why,
            // An FFmpeg that writes no such lines: the nearest picture it is.
            None => std::mem::take(&mut self.is_corrupt).then(|| "damaged: corrupt decoded frame".to_owned()),
        }
    }
}

/// `[warning] file:/a.mov: corrupt decoded frame in stream 0` (5 and 6, in some with a label before it),
/// `[vist#0:0/prores @ 0x..] [dec:prores @ 0x..] [warning] corrupt decoded frame` (later). Words of the file stand elsewhere.
fn is_corrupt(line: &str) -> bool {
    let Some((label, said)) = line.split_once("[warning] ") else { return false };
    (label.is_empty() || label.starts_with("[vist#"))
        && (said == "corrupt decoded frame" || said.contains(": corrupt decoded frame in stream "))
}

struct Decoded {
    stamp: Option<i64>,
    is_key: bool,
}

/// `[info] decoder -> ist_index:0 type:video frame_pts:9 ... best_effort_ts:9 ... keyframe:1 ...` (5 and 6),
/// `[vist#0:0/prores @ 0x..] [dec:prores @ 0x..] [info] decoder -> pts:9 ... keyframe:1 ...` (7 and later).
fn decoder_line(line: &str) -> Option<Decoded> {
    let (label, said) = line.split_once("[info] decoder -> ")?;
    if !(label.is_empty() || label.starts_with("[vist#")) {
        return None;
    }
    let after = |key: &str| said.split_whitespace().find_map(|w| w.strip_prefix(key));
    let stamp = after("best_effort_ts:").or_else(|| after("pts:")).and_then(|s| s.parse().ok());
    Some(Decoded { stamp, is_key: after("keyframe:") == Some("1") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NINE: &str = "[vist#0:0/prores @ 0x5] [dec:prores @ 0x6] ";

    fn follow(lines: &[&str]) -> Damage {
        let mut damage = Damage::default();
        lines.iter().for_each(|line| _ = damage.take(line));
        damage
    }

    #[test]
    fn a_damaged_picture_is_known_by_its_stamp() {
        let five = |stamp: i64, key: u8| {
            format!(
                "[info] decoder -> ist_index:0 type:video frame_pts:{stamp} frame_pts_time:1 best_effort_ts:{stamp} best_effort_ts_time:1 keyframe:{key} frame_type:1 time_base:1/25"
            )
        };
        let nine = |stamp: i64, key: u8| {
            format!("{NINE}[info] decoder -> pts:{stamp} pts_time:0.4 pkt_dts:7 pkt_dts_time:0.4 duration:1 keyframe:{key} frame_type:1")
        };
        let corrupt = [
            ("[warning] file:/a/b.mov: corrupt decoded frame in stream 0".to_owned(), five(9, 1), five(10, 1), five(11, 1)),
            (format!("{NINE}[warning] corrupt decoded frame"), nine(9, 1), nine(10, 1), nine(11, 1)),
        ];
        for (corrupt, before, hurt, after) in &corrupt {
            // The decoder complains while earlier pictures are still on their way.
            let mut damage = follow(&["[prores @ 0x1] [error] ac tex damaged 663, 512", before, corrupt, hurt, after]);
            assert_eq!(damage.of(Some(9)), None);
            assert_eq!(damage.of(Some(10)).unwrap(), "damaged: ac tex damaged 663, 512");
            assert_eq!(damage.of(Some(11)), None);
            // A seek passes over the first two.
            assert_eq!(follow(&[before, corrupt, hurt, after]).of(Some(11)), None);
            assert!(follow(&[before, corrupt, hurt, after]).of(Some(10)).is_some());
        }
        let words =
            [&*nine(0, 1), "[warning] file:/a: corrupt decoded frame in stream 0", &nine(1, 0), &nine(2, 0), &nine(3, 1), &nine(4, 0)];
        let mut damage = follow(&words);
        let said: Vec<bool> = (0..5).map(|n| damage.of(Some(n)).is_some()).collect();
        assert_eq!(said, [false, true, true, false, false]);
        // A leading picture lacks what the seek left out; no other depends on it.
        let leading = [words[1], &nine(0, 0), &nine(1, 1), &nine(2, 0)];
        assert_eq!((follow(&leading).of(Some(2)), follow(&leading).of(Some(0)).is_some()), (None, true));
        let lost = [&*nine(0, 1), &format!("{NINE}[error] Error submitting packet to decoder: Invalid data"), &nine(2, 0), &nine(3, 1)];
        assert!(follow(&lost).of(Some(2)).unwrap().contains("predicted") && follow(&lost).of(Some(3)).is_none());
    }

    #[test]
    fn an_ffmpeg_without_the_lines_and_words_of_a_file() {
        let mut damage = follow(&["[vist#0:0/x @ 0x1] [warning] corrupt decoded frame"]);
        assert!(damage.of(Some(0)).is_some() && damage.of(Some(1)).is_none());
        let tags = ["[info]     title : corrupt decoded frame", "[info]     comment : [info] decoder -> pts:0 keyframe:1"];
        assert_eq!(follow(&tags).of(Some(0)), None);
        assert!(follow(&tags).decoded.is_empty());
        let mut damage = Damage::default();
        (0..2 * MAX_WAITING).for_each(|n| _ = damage.take(&format!("[info] decoder -> pts:{n} keyframe:1")));
        assert_eq!(damage.decoded.len(), MAX_WAITING);
    }
}
