#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(b"\0\0\0\x08wide", bytes);
});
