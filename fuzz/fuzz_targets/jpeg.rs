#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(&[0xff, 0xd8, 0xff], bytes);
});
