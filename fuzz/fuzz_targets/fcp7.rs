#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(object) = prelight::sidecar::fcp7::parse(bytes, &mut vec![]) {
        prelight::sidecar::timeline::check(&object);
        let _ = prelight::sidecar::timeline::items(&object);
    }
});
