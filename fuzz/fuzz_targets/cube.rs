#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::look(bytes, "cube");
});
