#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(&[0x76, 0x2f, 0x31, 0x01], bytes);
});
