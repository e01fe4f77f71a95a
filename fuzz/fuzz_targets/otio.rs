#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(object) = prelight::sidecar::otio::parse(bytes) {
        let (text, _) = prelight::sidecar::otio::write(&object, prelight::sidecar::otio::Target::Lossless);
        assert_eq!(prelight::sidecar::otio::parse(text.as_bytes()).unwrap(), object);
        prelight::sidecar::timeline::check(&object);
        let _ = prelight::sidecar::timeline::items(&object);
    }
});
