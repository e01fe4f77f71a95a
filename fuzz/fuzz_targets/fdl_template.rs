#![no_main]

//! A document with a canvas, a decision and a template: whatever its numbers, a result or an error.

use prelight::{
    framing::{
        Frame, Selection,
        template::{Mode, apply, derived_fdl, template_geometry},
    },
    sidecar::fdl,
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok((document, found)) = fdl::parse(bytes) else { return };
    if fdl::refuse_unusable(&found).is_err() {
        return;
    }
    let Ok(frame) = Frame::select(&document, &Selection::default()) else { return };
    for template in &document.canvas_templates {
        for mode in Mode::ALL {
            if let Ok(derived) = apply(&frame, template, mode)
                && let Ok(made) = derived_fdl(&document, &frame, &derived, &template.id)
            {
                let (read, _) = fdl::parse(fdl::write(&made).as_bytes()).expect("what was written");
                assert_eq!(read, made);
            }
            let _ = template_geometry(&frame, template, mode);
        }
    }
});
