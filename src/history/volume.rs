//! Which file system a file is on, and whether its time of change can be trusted.

use std::path::Path;

/// The identity of the file system of `path`, where the system itself sets the time of change (`st_ctime`) of every file with each
/// change, and no program can set it; `None` on every other.
///
/// FAT and exFAT have no such time (Linux shows the time of modification in its place). What a server or a FUSE program reports is
/// its own affair. NTFS has one that programs may set. Windows does not tell it to us.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn trusted(path: &Path) -> Option<u64> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    // statfs(2): 32 bits, sign-extended on some architectures.
    TRUSTED.contains(&(kind as u32)).then(|| rustix::fs::statvfs(path).map(|v| v.f_fsid).ok())?
}

/// `f_type` of ext2 to ext4, XFS, Btrfs, F2FS, Bcachefs, ZFS, tmpfs, overlayfs (linux/magic.h; ZFS: zfs_vfsops.h).
#[cfg(any(target_os = "linux", target_os = "android"))]
const TRUSTED: [u32; 8] = [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0xCA45_1A4E, 0x2FC1_2FC1, 0x0102_1994, 0x794C_7630];

#[cfg(target_os = "macos")]
pub(super) fn trusted(path: &Path) -> Option<u64> {
    let name: Vec<u8> = rustix::fs::statfs(path).ok()?.f_fstypename.iter().map(|c| *c as u8).take_while(|c| *c != 0).collect();
    matches!(name.as_slice(), b"apfs" | b"hfs").then(|| rustix::fs::statvfs(path).map(|v| v.f_fsid).ok())?
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub(super) fn trusted(_: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn not_every_file_system_is_trusted() {
        assert_eq!(trusted(Path::new("/proc/version")), None);
        assert_eq!(trusted(Path::new("/nothing/here")), None);
        for other in [0x4D44, 0x2011_BAB0, 0x6573_5546, 0x6969, 0xFF53_4D42, 0x5346_544E] {
            assert!(!TRUSTED.contains(&other), "vfat, exfat, FUSE, NFS, SMB, NTFS: {other:#x}");
        }
        let folder = tempfile::tempdir().unwrap();
        let kind = rustix::fs::statfs(folder.path()).unwrap().f_type as u32;
        assert_eq!(trusted(folder.path()).is_some(), TRUSTED.contains(&kind));
    }
}
