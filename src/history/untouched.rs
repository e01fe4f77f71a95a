//! Whether anything in a number of folders has come, gone or changed its name since they were looked at.

use super::{hash::Stamp, volume};
use std::{collections::HashMap, path::PathBuf, time::SystemTime};

/// Folders and files as they were when everything in them was known. A folder's time of change tells of every name in it; what
/// becomes of the bytes of a file in it shows in the file alone.
#[derive(Clone, Debug)]
pub struct Untouched(Vec<(PathBuf, Stamp)>);

impl Untouched {
    /// Asked after they were looked at, which began at `begun`; `None` where a change may go unseen: on file systems whose times of
    /// change are not to be trusted, and where anything changed just before or since.
    pub fn since(begun: SystemTime, paths: impl IntoIterator<Item = PathBuf>) -> Option<Self> {
        let mut trusted: HashMap<u64, bool> = HashMap::new();
        let stamp = |path: PathBuf| {
            let stamp = Stamp::of(&path.metadata().ok()?);
            let is_trusted = *trusted.entry(stamp.device).or_insert_with(|| volume::trusted(&path).is_some());
            (is_trusted && stamp.is_settled_at(begun)).then_some((path, stamp))
        };
        paths.into_iter().map(stamp).collect::<Option<_>>().map(Self)
    }

    /// Whether all of it is still as it was.
    pub fn holds(&self) -> bool {
        self.0.iter().all(|(path, stamp)| path.metadata().is_ok_and(|now| Stamp::of(&now) == *stamp))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::{fs, time::Duration};

    #[test]
    fn a_change_is_seen_and_a_fresh_or_untrusted_folder_is_not_relied_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        fs::write(path.join("a"), "a").unwrap();
        let since = |begun| Untouched::since(begun, [path.clone()]);
        assert!(since(SystemTime::now()).is_none(), "it may change again within its clock's tick");
        let settled = since(SystemTime::now() + Duration::from_secs(9)).unwrap();
        assert!(settled.holds());
        fs::write(path.join("a"), "longer").unwrap();
        assert!(settled.holds(), "bytes of a file are its own affair");
        fs::rename(path.join("a"), path.join("b")).unwrap();
        assert!(!settled.holds());
        let later = SystemTime::now() + Duration::from_secs(9);
        assert!(Untouched::since(later, [PathBuf::from("/proc")]).is_none());
        assert!(Untouched::since(later, [path.join("gone")]).is_none());
    }
}
