#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    _ = prelight::camera::fuzz::container_end(bytes);
});
