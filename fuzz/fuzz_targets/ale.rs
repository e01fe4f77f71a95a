#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = prelight::sidecar::ale::parse(bytes) {
        assert_eq!(prelight::sidecar::ale::write(&list).as_bytes(), bytes);
        let _ = list.to_collection(None);
    }
});
