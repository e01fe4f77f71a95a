#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(if bytes.len() % 2 == 0 { b"SDPX" } else { b"XPDS" }, bytes);
});
