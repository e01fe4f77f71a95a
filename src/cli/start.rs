//! `prelight` alone: the window on the demo show; on a machine without a display, the same show headless.

use crate::error::Result;

pub fn run() -> Result<()> {
    let folder = super::demo::default_folder();
    #[cfg(feature = "gui")]
    {
        use crate::{ErrorKind, app};
        let preview = app::PreviewBy::of_environment()?;
        match app::run(app::Start { preview, ..app::Start::demo(folder.clone()) }) {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                super::out::message(format_args!("prelight: {error}; showing the demo without a window"))
            }
            outcome => return outcome,
        }
    }
    super::demo::headless(&folder)
}
