#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = std::path::Path::new(if cfg!(target_os = "linux") { "/dev/shm" } else { "." });
    let folder = folder.join(format!("prelight-fuzz-recipe-{}", std::process::id()));
    let inner = folder.join("in");
    std::fs::create_dir_all(&inner).expect("room for a folder");
    if prelight::recipe::extract(std::io::Cursor::new(bytes), bytes.len() as u64, &inner).is_ok() {
        let _ = prelight::recipe::open(&inner);
    }
    // Nothing beside the folder, and no link in it.
    assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 1);
    assert!(prelight::recipe::contents(&inner).is_ok());
    std::fs::remove_dir_all(&folder).expect("it is ours");
});
