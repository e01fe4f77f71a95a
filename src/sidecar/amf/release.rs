//! Which of a transform's IDs a document uses: those of its own ACES release, where there are any.

use super::{
    Amf, Role, SystemVersion, Version,
    ids::{V1_5, V2_0},
    registry::{Standing, standing},
};

/// What a document may name transforms by: the schema that it follows, and the ACES release of its pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    version: Version,
    system: SystemVersion,
}

impl Release {
    /// That of the documents we make ourselves ([`Amf::new_v2`]).
    pub const NEWEST: Self = Self { version: Version::V2, system: SystemVersion { major: 2, minor: 0, patch: 0 } };

    /// That of the active pipeline. Where it states none, AMF 1.0 is of the time of ACES 1.3.
    pub fn of(amf: &Amf) -> Self {
        let usual = Self::usual(amf.version);
        Self { system: amf.pipeline.system_version.unwrap_or(usual.system), ..usual }
    }

    /// That of a document which states none.
    pub fn usual(version: Version) -> Self {
        match version {
            Version::V1 => Self { version, system: SystemVersion { major: 1, minor: 3, patch: 0 } },
            Version::V2 => Self::NEWEST,
        }
    }

    /// The one of several IDs of a transform that stands in a slot: one that the release lists, else one by the rules of its ACES
    /// version, else one that the schema takes, else the first. An output of ACES 1 may be that of its device.
    pub(super) fn choose(self, ids: &[String], role: Role) -> Option<String> {
        let start = if self.system.major < 2 { V1_5 } else { V2_0 };
        let fits = |id: &&String| role.accepts(self.version, id);
        let is_device = |id: &&String| role == Role::Output && Role::OutputDevice.accepts(self.version, id);
        let is_listed = |id: &&String| standing(id, self.system) == Standing::Listed;
        let found = ids.iter().find(|id| fits(id) && is_listed(id));
        let found = found.or_else(|| ids.iter().find(|id| is_device(id) && is_listed(id)));
        let found = found.or_else(|| ids.iter().find(|id| (fits(id) || is_device(id)) && id.starts_with(start)));
        found.or_else(|| ids.iter().find(fits)).or_else(|| ids.first()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sidecar::amf::{Reference, Transform, WorkingSpace};

    fn release(version: Version, major: u8, minor: u8) -> Release {
        Release { version, system: SystemVersion { major, minor, patch: 0 } }
    }

    fn id(transform: Option<Transform>) -> String {
        match transform.unwrap().reference {
            Reference::TransformId(id) => id,
            Reference::OutputPair { device, .. } => id(Some(*device)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_release_has_ids_of_its_own() {
        let old = [release(Version::V1, 1, 3), release(Version::V1, 1, 0), release(Version::V2, 1, 3), release(Version::V2, 1, 2)];
        for (releases, to, from) in [
            (&old[..], "v1.5:ACEScsc.Academy.ACES_to_ACEScct.a1.0.3", "v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3"),
            (
                &[Release::NEWEST, release(Version::V2, 2, 1)],
                "v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1",
                "v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1",
            ),
        ] {
            for release in releases {
                let space = WorkingSpace::named_in("acescct", *release).unwrap();
                let found = (id(space.to), id(space.from));
                assert!(found.0.ends_with(to) && found.1.ends_with(from), "{release:?}: {found:?}");
            }
        }
        assert_eq!(WorkingSpace::named("acescct"), Some(WorkingSpace::acescct()));
    }

    #[test]
    fn a_transform_without_an_id_of_the_release_keeps_the_one_it_has() {
        let output = "aces2-rec709-d65-100nit-in-rec709-d65-bt1886";
        for release in [release(Version::V2, 1, 3), Release::NEWEST] {
            assert!(id(Transform::named_in(output, Role::Output, release)).starts_with(V2_0), "{release:?}");
        }
        let old = id(Transform::named_in("arri-logc3", Role::Input, release(Version::V2, 1, 3)));
        let new = id(Transform::named_in("arri-logc3", Role::Input, Release::NEWEST));
        assert!(old.starts_with(V1_5) && new.starts_with(V2_0), "{old} {new}");
        assert_eq!(standing(&old, SystemVersion { major: 1, minor: 3, patch: 0 }), Standing::Listed);
    }
}
