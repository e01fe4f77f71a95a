#![no_main]

use prelight::sidecar::amf::{Conversion, Version, convert, parse, parse_date_time, write};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok((amf, _)) = parse(bytes, None) else { return };
    let to = if amf.version == Version::V1 { Version::V2 } else { Version::V1 };
    let Some((now, _)) = parse_date_time("2026-11-26T12:00:00Z") else { return };
    if let Ok(converted) = convert(&amf, to, now.assume_utc(), &Conversion::default()) {
        assert_eq!(parse(write(&converted.amf).as_bytes(), None).map(|(amf, _)| amf), Ok(converted.amf));
    }
});
