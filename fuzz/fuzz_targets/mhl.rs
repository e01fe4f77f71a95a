#![no_main]

use prelight::sidecar::{is_valid, mhl};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mhl::parse_chain(bytes);
    if let Ok((manifest, found)) = mhl::parse(bytes)
        && is_valid(&found)
    {
        assert_eq!(mhl::parse(mhl::write(&manifest).as_bytes()).unwrap().0, manifest);
    }
});
