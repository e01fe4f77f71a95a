#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    prelight_fuzz::clip(if bytes.len() % 2 == 0 { b"\0\0\x10\0RED2" } else { b"\0\0\x10\0RED1" }, bytes);
});
