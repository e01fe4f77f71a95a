#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(&[6, 14, 43, 52, 2, 5, 1, 1, 13, 1, 2, 1, 1, 2, 4, 0], bytes);
});
