#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = prelight::camera::fuzz::vc5(bytes, prelight::image::Size::new(48, 32));
});
