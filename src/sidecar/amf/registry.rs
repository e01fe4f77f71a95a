//! The official transform IDs, by ACES release.

use super::{
    SystemVersion,
    ids::{URN as PREFIX, V1_5, V2_0},
};
use std::{collections::HashMap, sync::LazyLock};

/// How an ID stands to an ACES release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The release lists it.
    Listed,
    /// The release lists this ID in its place.
    Replaced(String),
    /// Listed by another release only.
    Elsewhere,
    /// Listed by no release: a custom transform, or a mistake.
    Unknown,
}

/// The asset is sorted: releases first, then one ID a line.
const IDS: &str = include_str!("../../../assets/aces_transform_ids.txt");

struct Entry {
    /// Without [`PREFIX`].
    id: &'static str,
    /// One bit a release.
    releases: u32,
    /// Numbers of the entries that it replaces.
    replaces: Vec<usize>,
}

struct Registry {
    releases: Vec<SystemVersion>,
    entries: Vec<Entry>,
    by_id: HashMap<&'static str, usize>,
    /// For each entry, the entries that replace it.
    replaced_by: Vec<Vec<usize>>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let (mut releases, mut entries) = (vec![], vec![]);
    for line in IDS.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split(' ');
        match (words.next(), words.next()) {
            (Some("="), Some(version)) => {
                let mut digits = version.split('.').filter_map(|d| d.parse().ok());
                if let (Some(major), Some(minor), Some(patch)) = (digits.next(), digits.next(), digits.next()) {
                    releases.push(SystemVersion { major, minor, patch });
                }
            }
            (Some(mask), Some(id)) => {
                let releases = u32::from_str_radix(mask, 16).unwrap_or(0);
                entries.push(Entry { id, releases, replaces: words.filter_map(|w| w.parse().ok()).collect() });
            }
            _ => {}
        }
    }
    let by_id = entries.iter().enumerate().map(|(i, e)| (e.id, i)).collect();
    let mut replaced_by = vec![vec![]; entries.len()];
    for (i, entry) in entries.iter().enumerate() {
        for old in &entry.replaces {
            if let Some(list) = replaced_by.get_mut(*old) {
                list.push(i);
            }
        }
    }
    Registry { releases, entries, by_id, replaced_by }
});

/// How `id` stands to the release that a pipeline declares, in its newest patch: writers rarely state the right one.
///
/// Releases before 1.2 had IDs that no AMF may use, and releases newer than the list are not known here; for those,
/// whatever another release lists is [`Standing::Elsewhere`].
pub fn standing(id: &str, release: SystemVersion) -> Standing {
    let registry = &*REGISTRY;
    let same = |r: &SystemVersion| (r.major, r.minor) == (release.major, release.minor);
    let mask = |i: usize| 1u32 << i;
    let newest = registry.releases.iter().rposition(same).map_or(0, mask);
    let any_patch = registry.releases.iter().enumerate().filter(|(_, r)| same(r)).fold(0, |m, (i, _)| m | mask(i));
    let Some(i) = id.strip_prefix(PREFIX).and_then(|short| registry.by_id.get(short)) else { return Standing::Unknown };
    let releases = registry.entries[*i].releases;
    if releases & newest != 0 {
        return Standing::Listed;
    }
    match registry.replaced_by[*i].iter().map(|r| &registry.entries[*r]).find(|e| e.releases & newest != 0) {
        Some(new) => Standing::Replaced(format!("{PREFIX}{}", new.id)),
        // A release with a list of its own decides for itself.
        None if newest != 0 && releases & any_patch == 0 => Standing::Unknown,
        None => Standing::Elsewhere,
    }
}

/// Which ACES an ID is of, by its form: 1 or 2. None for what has not the form of an ID.
pub fn edition(id: &str) -> Option<u8> {
    [(V1_5, 1), (V2_0, 2)].into_iter().find(|(start, _)| id.starts_with(start)).map(|(_, edition)| edition)
}

/// Whether any release lists `id`.
pub fn is_official(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|short| REGISTRY.by_id.contains_key(short))
}

/// The official ID that ends in `short`, that of ACES 2 where both versions have it: `CSC.Arri.LogC4_to_ACES.a2.v1`.
pub fn full_id(short: &str) -> Option<String> {
    [V2_0, V1_5].into_iter().map(|start| format!("{start}{short}")).find(|id| is_official(id))
}

/// Whether a name says itself which way it leads: `InvOutput…`, `ACES_to_ACEScct`.
pub fn states_direction(name: &str) -> bool {
    let short = name.rsplit(':').next().unwrap_or(name).trim();
    let inverse = ["InvOutput.", "InvRRTODT.", "InvODT.", "InvRRT.", "InvLook.", "InvLMT."];
    let starts = |start: &str| short.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start));
    inverse.into_iter().any(starts) || short.to_ascii_lowercase().contains("_to_")
}

/// The official ID of the opposite: `ACES_to_ACEScct` and `ACEScct_to_ACES`, `Output.X` and `InvOutput.X`.
pub fn opposite(id: &str) -> Option<String> {
    let turned = |part: &str| part.split_once("_to_").map_or_else(|| part.to_owned(), |(a, b)| format!("{b}_to_{a}"));
    let other = id.split('.').map(turned).collect::<Vec<_>>().join(".");
    if other != id {
        return Some(other).filter(|other| is_official(other));
    }
    let (start, short) = id.rsplit_once(':')?;
    let other = short.strip_prefix("Inv").map_or_else(|| format!("{start}:Inv{short}"), |plain| format!("{start}:{plain}"));
    is_official(&other).then_some(other)
}

/// The ACES 2 ID that replaces an ACES 1 ID, where the registry names one. Per-EI input transforms have none.
pub fn successor(id: &str) -> Option<String> {
    let registry = &*REGISTRY;
    let mut at = *registry.by_id.get(id.strip_prefix(PREFIX)?)?;
    // Each step goes to another entry; the number of entries bounds a list that runs in a circle.
    for _ in 0..registry.entries.len() {
        let id = registry.entries[at].id;
        if format!("{PREFIX}{id}").starts_with(V2_0) {
            return Some(format!("{PREFIX}{id}"));
        }
        at = *registry.replaced_by[at].iter().max_by_key(|i| registry.entries[**i].releases)?;
    }
    None
}

/// The ACES 1 ID that an ACES 2 ID replaces, the newest where there are several; none where ACES 1 has no such transform.
pub fn predecessor(id: &str) -> Option<String> {
    let registry = &*REGISTRY;
    let at = *registry.by_id.get(id.strip_prefix(PREFIX)?)?;
    let old = registry.entries[at].replaces.iter().filter_map(|i| registry.entries.get(*i)).filter(|e| e.id.starts_with("v1.5:"));
    old.max_by_key(|e| e.releases).map(|e| format!("{PREFIX}{}", e.id))
}

/// Whether it has the form of an ACES transform ID.
pub(super) fn is_urn(id: &str) -> bool {
    id.starts_with(V1_5) || id.starts_with(V2_0)
}

/// The telling part of an ID: `CSC.Arri.LogC4_to_ACES.a2.v1`.
pub fn short_name(id: &str) -> &str {
    id.strip_prefix(V1_5).or_else(|| id.strip_prefix(V2_0)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(major: u8, minor: u8, patch: u8) -> SystemVersion {
        SystemVersion { major, minor, patch }
    }

    #[test]
    fn the_list_is_whole() {
        let r = &*REGISTRY;
        assert_eq!(r.releases, [release(1, 2, 0), release(1, 3, 0), release(1, 3, 1), release(2, 0, 0)]);
        assert_eq!(r.entries.len(), 1163);
        assert!(r.entries.is_sorted_by_key(|e| e.id));
        assert!(r.entries.iter().all(|e| e.releases != 0 && e.releases < 16 && e.replaces.iter().all(|i| *i < r.entries.len())));
        assert_eq!(r.entries.iter().filter(|e| e.releases & 8 != 0).count(), 164);
    }

    #[test]
    fn standing_depends_on_the_release() {
        let logc4 = "urn:ampas:aces:transformId:v2.0:CSC.Arri.LogC4_to_ACES.a2.v1";
        let cct = "urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3";
        assert_eq!(standing(logc4, release(2, 0, 0)), Standing::Listed);
        assert_eq!(standing(logc4, release(1, 3, 0)), Standing::Unknown);
        assert_eq!(standing(logc4, release(2, 1, 0)), Standing::Elsewhere);
        assert_eq!(standing(cct, release(1, 3, 1)), Standing::Listed);
        assert_eq!(standing(cct, release(1, 0, 3)), Standing::Elsewhere);
        let new = "urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1";
        assert_eq!(standing(cct, release(2, 0, 0)), Standing::Replaced(new.into()));
        assert_eq!(successor(cct).as_deref(), Some(new));
        assert_eq!(predecessor(new).as_deref(), Some(cct));
        assert_eq!(predecessor("urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1"), None);
        assert_eq!(opposite(new).as_deref(), full_id("CSC.Academy.ACES_to_ACEScct.a2.v1").as_deref());
        for (there, back) in [
            (
                "Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1",
                "InvOutput.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1",
            ),
            ("ODT.Academy.Rec709_100nits_dim.a1.0.3", "InvODT.Academy.Rec709_100nits_dim.a1.0.3"),
            ("RRT.a1.0.3", "InvRRT.a1.0.3"),
        ] {
            let (there, back) = (full_id(there).unwrap(), full_id(back).unwrap());
            assert_eq!((opposite(&there), opposite(&back)), (Some(back.clone()), Some(there.clone())));
            assert!(states_direction(&back) && !states_direction(&there));
        }
        assert!(states_direction(new) && !states_direction("acescct") && !states_direction("inverse-look"));
        assert_eq!((full_id("RRT.a1.0.3"), full_id("RRT.a1.9.9")), (Some(format!("{V1_5}RRT.a1.0.3")), None));
        assert_eq!(standing("urn:ampas:aces:transformId:v1.5:IDT.Acme.Camera.a1.v1", release(1, 3, 0)), Standing::Unknown);
    }
}
