//! Which file systems change without an event: those that other machines can write to as well.

use std::path::Path;

/// The name of the shared or network file system that `path` is on; `None` for a local one, or where the system does not say.
#[cfg(target_os = "linux")]
pub(super) fn shared(path: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    // The kernel gives 32 bits, in a word that may be signed or wider.
    name(kind as u32)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn shared(_: &Path) -> Option<&'static str> {
    None
}

/// By the magic numbers of statfs(2) and the kernel's sources.
#[cfg(target_os = "linux")]
fn name(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x0000_6969 => "NFS",
        0xff53_4d42 | 0xfe53_4d42 | 0x0000_517b => "SMB",
        0x0102_1997 => "9p",
        0x6573_5546 => "FUSE",
        0x00c3_6400 => "Ceph",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x786f_4256 => "VirtualBox shared folder",
        0xbacb_acbc => "VMware shared folder",
        0x7c7c_6673 => "Parallels shared folder",
        0x0bd0_0bd0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x7461_636f => "OCFS2",
        0x0116_1970 => "GFS2",
        _ => return None,
    })
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_and_local_ones_are_not() {
        assert_eq!((name(0x6969), name(0xff53_4d42), name(0x0102_1997)), (Some("NFS"), Some("SMB"), Some("9p")));
        // ext4, btrfs, tmpfs, overlay
        assert_eq!([0xef53, 0x9123_683e, 0x0102_1994, 0x794c_7630].map(name), [None; 4]);
        assert_eq!(shared(Path::new("/proc")), None);
    }
}
