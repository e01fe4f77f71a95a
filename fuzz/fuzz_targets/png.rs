#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(b"\x89PNG\r\n\x1a\n", bytes);
});
